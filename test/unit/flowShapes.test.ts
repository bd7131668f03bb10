import { describe, expect, it } from 'vitest';
import { printChain, printShape, printText, project, shown } from '../harness/project';

const shapeOf = async (code: string, files: Record<string, string> = {}): Promise<string> => {
  const opened = await project({ 'a.ts': code, ...files });
  const flow = opened.flow('a.ts');
  return flow
    .shapes(shown(opened, 'a.ts'))
    .map((shape) => printShape(flow, shape))
    .join(' | ');
};

const table = (
  name: string,
  rows: readonly (readonly [code: string, shape: string, files?: Record<string, string>])[],
): unknown =>
  describe(name, () => {
    for (const [code, shape, files] of rows)
      it(code.replace(/\s+/g, ' ').trim(), async () => expect(await shapeOf(code, files)).toBe(shape));
  });

table('objects', [
  [`const a = { x: 1 }; show({ ...a, y: 'b' })`, `{ x: 1, y: 'b' }`],
  [`show({ ...(c && { x: 1 }), ...(d ? { y: 2 } : {}), z })`, `{ ?x: 1, ?y: 2, z: global z }`],
  [`show({ ...where, y: 1 })`, `{ y: 1, … }`],
  [`function f(where) { show({ ...where, y: 1 }) }`, `{ y: 1, … }`],
  [
    `function f() { const where: any = { a: 1 }; if (c) where.b = 2; where.c = 3; show(where) }`,
    `{ a: 1, ?b: 2, c: 3 }`,
  ],
  [
    `function f() { let w = { a: 1 }; w = { ...w, b: 2 }; if (c) { w = { ...w, d: 4 } } show(w) }`,
    `{ a: 1, b: 2 } | { a: 1, b: 2, d: 4 }`,
  ],
  [`function f() { let w; if (c) w = { a: 1 }; else w = { b: 2 }; show(w) }`, `{ a: 1 } | { b: 2 }`],
  [
    `function f() { const w = { AND: [] }; w.AND.push({ a: 1 }); if (c) w.AND.push({ b: 2 }); show(w) }`,
    `{ AND: [{ a: 1 }, ?{ b: 2 }] }`,
  ],
  [`function f() { const w = {}; if (c) { w.a = 1; return show(w) } w.b = 2; show(w) }`, `{ b: 2 }`],
  [`const w = { a: { b: {} } }; w.a.b.c = 1; show(w)`, `{ a: { b: { c: 1 } } }`],
  [`enum Col { Id = 'id', N } show({ [Col.Id]: 1, [Op.and]: 2 })`, `{ id: 1, [Op.and]: 2 }`],
  [`const Cols = { id: 'tenant_id' } as const; show({ [Cols.id]: x })`, `{ tenant_id: global x }`],
  [`show(Object.assign({}, { a: 1 }, c ? { b: 2 } : null))`, `{ a: 1, ?b: 2 }`],
  [`const { a, ...rest } = { a: 1, b: 2 }; show(rest)`, `{ b: 2 }`],
  [
    `import { base } from './b'; show({ ...base, c: 1 })`,
    `{ a: 'x', c: 1 }`,
    { 'b.ts': `export const base = { a: 'x' }` },
  ],
]);

table('values', [
  [`const a = 1, b = a; show(b)`, '1'],
  [`show(c ? 'a' : 'b')`, `'a' | 'b'`],
  [`show(x ?? 'b')`, `global x | 'b'`],
  [`const a = 'x'; show(a || 'b')`, `'x'`],
  [`const o = {}; show(o.read || 'primary')`, `'primary'`],
  [`const o = { read: 'secondary' }; show(o.read || 'primary')`, `'secondary'`],
  [`function f({ id }: { id: string }) { show(id) }`, 'unknown #0.id'],
  [`function f(id = 5) { show(id) }`, 'unknown id'],
  [`const f = () => { show(g({ a: 1 })) }; const g = (w) => ({ ...w, b: 2 })`, `{ a: 1, b: 2 }`],
  [`const g = ({ id, on = true }) => ({ id, on }); show(g({ id: 7 }))`, `{ id: 7, on: true }`],
  [`function g(x) { if (x) return { a: 1 }; return { b: 2 } } show(g(y))`, `{ a: 1 } | { b: 2 }`],
  [`class A { static T = 'users'; f() { show(A.T) } }`, `'users'`],
  [`class A { t = 'users'; f() { show(this.t) } }`, `'users'`],
  [
    `class B { constructor(t) { this.t = t } } class A extends B { constructor() { super('users') } f() { show(this.t) } }`,
    `'users'`,
  ],
  [`import { eq } from 'drizzle-orm'; show(eq(a, 1))`, 'drizzle-orm#eq(a, 1)'],
  [`import { Op } from 'sequelize'; show({ [Op.or]: [1] })`, '{ [Op.or]: [1] }'],
  [`const x = a === b; show(x)`, 'operator a === b'],
  [`function f() { const a = () => f(); show(a()) }`, 'unknown a()'],
]);

table('objects taken apart and put together', [
  [`show(Object.entries({ a: 'x', b: 'y' }))`, `[['a', 'x'], ['b', 'y']]`],
  [`show(Object.values({ a: 'x', b: 'y' }).concat(Object.keys({ c: 1 })))`, `['x', 'y', 'c']`],
  [
    `const c = ({ t, f }) => { const e = Object.entries(f).map(([k, v]) => [k, { n: v }]); return { t, f: Object.fromEntries(e) } }; const { f } = c({ t: 'users', f: { id: 'user_id' } }); show(f.id)`,
    `{ n: 'user_id' }`,
  ],
]);

table('lists', [
  [`const l = [1]; l.push(2, 3); show([...l, 4])`, '[1, 2, 3, 4]'],
  [`const l = []; for (const x of xs) l.push({ x }); show(l)`, `[?*{ x: global xs item }]`],
  [`const l = []; xs.forEach((x) => l.push({ t: 1 })); show(l)`, `[?*{ t: 1 }]`],
  [`show(xs.map((x) => ({ a: 1, b: x })))`, `[*{ a: 1, b: global xs.map(() => …) callback0.0 }]`],
  [`show([1, 2].map((x) => ({ a: x })))`, `[{ a: 1 }, { a: 2 }]`],
  [`show([a && { x: 1 }, { y: 2 }].filter(Boolean))`, `[{ x: 1 } | undefined, { y: 2 }]`],
  [`show([1].concat([2], xs))`, '[1, 2, global xs, …]'],
]);

describe('texts', () => {
  for (const [code, texts] of [
    [`const t = 'users'; show(\`select \${t}.\${c}\`)`, ['select users.${c}']],
    [`let s = 'a'; s += ' b'; if (c) s += ' c'; show(s)`, ['a b c', 'a b']],
    [`let s = 'a'; if (c) { s = 'b' } else { s = 'd' } show(s)`, ['b', 'd']],
    [`const parts = ['a']; if (c) parts.push('b'); show(parts.join(' and '))`, ['a and b', 'a']],
    [`let s = 'a'; for (const x of xs) s += x; show(s)`, ['a${x}', 'a']],
    [`show('a' + (c ? 'b' : '') + 1 + \`x\${n}\`.trim())`, ['ab1x${n}', 'a1x${n}']],
    [`const f = (t, w = '') => \`select \${t} \${w}\`; show(f('x'))`, ['select x ']],
    [`show(String.raw\`a\\n\${b}\`)`, ['a\\n${b}']],
    [`const q = { a: 'x', b: 'y' }; show(q[k])`, ['x', 'y']],
  ] as const) {
    it(code, async () => {
      const opened = await project({ 'a.ts': code });
      const flow = opened.flow('a.ts');
      expect(flow.texts(shown(opened, 'a.ts')).map((text) => printText(flow, text))).toEqual(texts);
    });
  }
});

describe('equal ids are the same value', () => {
  for (const [code, same] of [
    [`function f(req) { const { tenantId } = req; show(tenantId, req.tenantId) }`, true],
    [`function f(req) { const id = req.params.id; show(id, req['params'].id) }`, true],
    [`function f(id) { show(String(id), id.toString()) }`, true],
    [`function f(id) { const a = Number(id); show(a, id) }`, true],
    [`function f({ id }) { const x = id; show(x, id) }`, true],
    [`function f(id) { show(new ObjectId(id), id) }`, true],
    [`function f(a, b) { show(a, b) }`, false],
    [`function f(a) { { const x = a.b; g(x) } let x = a.b; x = a.c; show(x, a.b) }`, false],
    [`function f(a) { show(next(a), next(a)) }`, false],
    [`function f(a) { show(a.id, a.ids) }`, false],
  ] as const) {
    it(code, async () => {
      const opened = await project({ 'a.ts': code });
      const flow = opened.flow('a.ts');
      const site = opened.sites('a.ts').at(-1);
      const [a, b] = site?.value.kind === 'call' ? site.value.args.map((arg) => flow.valueId(flow.ref(arg))) : [];
      expect(a === b).toBe(same);
    });
  }
});

describe('the life of a builder', () => {
  for (const [code, ends] of [
    [
      `async function f() { let q = db('t'); if (x) q = q.where(1); q.andWhere(2); return await q.first() }`,
      [`await: global db('t')?.where(1)!.andWhere(2).first()`],
    ],
    [`const f = () => db('t').where(1)`, [`return: global db('t').where(1)`]],
    [
      `async function f() { const q = db('t').where(1); const a = await q.clone().count(); const b = await q.limit(1); }`,
      [`await: global db('t').where(1).clone().count()`, `await: global db('t').where(1).limit(1)`],
    ],
    [`other.where(db('t').select(1))`, [`argument: global db('t').select(1)`]],
    [
      `async function f() { const q = db('t'); await (c ? q.del() : q.update(1)) }`,
      [`await: global db('t').del()`, `await: global db('t').update(1)`],
    ],
    [`async function f() { let q; q = db('t'); if (x) { await q.del(); } }`, [`await: global db('t').del()`]],
  ] as const) {
    it(code, async () => {
      const opened = await project({ 'a.ts': code });
      const flow = opened.flow('a.ts');
      const site = opened.sites('a.ts').find((s) => s.value.kind === 'call' && s.value.callee.kind === 'name');
      const life = flow.life(site!.value);
      expect(life.ends.map((end) => `${end.how}: ${printChain(flow, end.chain)}`)).toEqual(ends);
    });
  }
});

describe('callbacks', () => {
  for (const [code, parameter, steps, returns] of [
    [`show((q) => { q.where(1); if (c) q.orWhere(2) })`, 0, 'unknown (callback).where(1)?.orWhere(2)', []],
    [`show(function () { this.where(1).orWhere(2) })`, 'this', 'unknown (callback).where(1).orWhere(2)', []],
    [`show((t, { eq }) => eq(t.id, 1))`, 1, 'unknown (callback)', ['eq(t.id, 1)']],
    [`const narrow = (b, x) => b.and(x); show((q) => { narrow(q, 1) })`, 0, 'unknown (callback).and(x)', []],
    [`if (x) show((q) => q.a().b())`, 0, 'unknown (callback).a().b()', ['q.a().b()']],
  ] as const) {
    it(code, async () => {
      const opened = await project({ 'a.ts': code });
      const flow = opened.flow('a.ts');
      const [shape] = flow.shapes(shown(opened, 'a.ts'));
      if (shape?.kind !== 'function') throw new Error('no function');
      const callback = flow.callback(shape.function);
      expect(printChain(flow, callback.applied(parameter))).toBe(steps);
      expect(callback.returns.map((r) => flow.print(r.value))).toEqual(returns);
    });
  }
});
