import { describe, expect, it } from 'vitest';
import { type HostFile, type Literal, stringMap, type Value } from '../../server/src/hosts/host';
import typescript from '../../server/src/hosts/typescript';
import { toSource } from '../../server/src/text/sourceMap';

const reader = await typescript.load(undefined as never);
const read = (text: string, path = 'a.ts'): HostFile => reader.read(path, text);

const literals = (text: string): readonly Literal[] => {
  const found: Literal[] = [];
  JSON.stringify(read(text), (_, v: unknown) => {
    if (typeof v === 'bigint') return String(v);
    const value = v as Value | undefined;
    if (value?.kind === 'literal' && typeof value.value === 'string') found.push(value);
    return v;
  });
  return found;
};

describe('string literals know the place of every character', () => {
  for (const [source, text] of [
    [`'a'`, 'a'],
    [`"a\\n'b"`, "a\n'b"],
    [`'\\u{1F600}x\\x41\\u0042'`, '😀xAB'],
    [`'a\\\nb'`, 'ab'],
    [`'a\\\r\nb'`, 'ab'],
    ['`a\r\nb`', 'a\nb'],
    ['`a\\`b\\${c}`', 'a`b${c}'],
    [`'\\0\\q'`, '\0q'],
    [`'unterminated`, 'unterminated)'],
    [`'\\u{zz}'`, 'u{zz}'],
    [`'\\`, ')'],
  ] as const) {
    it(source, () => {
      const file = `f(${source})`;
      const literal = literals(file)[0]!;
      expect(literal.value).toBe(text);
      const map = stringMap(literal);
      for (let i = 0; i < text.length; i++) {
        const { start, end } = toSource(map, { start: i, end: i + 1 });
        const piece = file.slice(start, end);
        expect(piece.startsWith('\\') || piece === '\r\n' || piece === text[i]).toBe(true);
      }
    });
  }
});

describe('broken and odd code', () => {
  for (const source of [
    'const q = db.query(`select',
    'class A extends { foo( }',
    'import { from "x"; export * as',
    'f(a, , b); if (x { y',
    '('.repeat(20_000),
    `${'a+'.repeat(20_000)}b`,
    `${'a.b().'.repeat(5_000)}c`,
    '<div>{/* shardlint-x */}<A b={c(`x`)}/></div>',
  ]) {
    it(source.slice(0, 40), () => {
      expect(read(source, 'a.tsx').functions[0]).toBeDefined();
    });
  }
});

it('keeps the comments that speak to us and no others', () => {
  const source = [
    '// nothing',
    "const a = '// shardlint-no';",
    '// shardlint-disable-next-line scatter-query -- why',
    'const b = /* sql */ `select 1 /* shardlint-no */`;',
    'const c = <p>{/* shardlint-jsx */} // shardlint-no</p>;',
  ].join('\n');
  expect(read(source, 'a.tsx').comments.map((c) => `${c.style}: ${c.text}`)).toEqual([
    'line: // shardlint-disable-next-line scatter-query -- why',
    'block: /* sql */',
    'jsx: /* shardlint-jsx */',
  ]);
});

it('reads modules, classes, types and enums', () => {
  const file = read(`
    import pg, { Pool as P } from 'pg'; import * as k from 'knex'; import x = require('y');
    export { a as b } from './a'; export * from './c'; export const d = 1; export default class {}
    module.exports = { d };
    interface I extends J<K> { db: Knex; f(): Promise<User[]> }
    type T = typeof a | undefined;
    enum E { A, B = 'b', C = 4, D }
    class C<T> extends B<User> { @In(User) private r: Repository<User>; constructor(private readonly p: P, q?: Q) { super() } static get x() { return 1 } }
  `);
  expect(file.imports.map((i) => `${i.local}=${i.module}#${i.imported}`)).toEqual([
    'pg=pg#default',
    'P=pg#Pool',
    'k=knex#*',
    'x=y#*',
  ]);
  expect(file.exports.map((e) => `${e.kind} ${e.exported}`)).toEqual([
    'from b',
    'from *',
    'local d',
    'value default',
    'value =',
  ]);
  expect(file.types.map((t) => [t.name, t.extends[0]?.name, t.type.name, t.type.members?.length])).toEqual([
    ['I', 'J', '{}', 2],
    ['T', undefined, '|', undefined],
  ]);
  const [, c] = file.classes;
  expect(c?.members.map((m) => `${m.kind} ${m.name} ${m.type?.name} ${m.decorators.length}`)).toEqual([
    'property r Repository 1',
    'constructor constructor undefined 0',
    'getter x undefined 0',
  ]);
  expect(file.functions[2]?.params ?? file.functions[1]?.params).toBeDefined();
});
