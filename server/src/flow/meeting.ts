/** How two places of one run meet, beyond the order in which they stand: what the tests around them say of each other. */
import type { Statement, Value } from '../hosts/host';
import { contains, type Span } from '../text/span';
import type { Binding } from './bindings';
import { type ArmNode, armPath, exits } from './branches';
import { calleeName } from './course';
import { around, type Fact, factsAt, levels, passed, waysOut } from './facts';
import type { FileIndex } from './fileIndex';
import { printValue } from './print';

/** Rules say what each means (`rules/unit.ts`). */
export type Meeting = 'after' | 'beside' | 'undone' | 'never';

/** `answered`: what the earlier one answers says whether it changed anything. */
export function meetingOf(index: FileIndex, earlier: Value, later: Value, answered: boolean): Meeting {
  const laters = waysOut(index, later);
  const own = waysOut(index, earlier).find((one) => laters.some((other) => other.function === one.function));
  const other = laters.find((one) => one.function === own?.function);
  const body = own && index.file.functions[own.function]?.body;
  if (!own || !other || !body || own.value === other.value) return 'after';
  if (areBeside(index, own.value, other.value) || isUnderWay(index, own.value, other.value)) return 'beside';
  if (areAlternatives(index, own.value, other.value)) return 'never';
  const facts = factsAt(index, later);
  if (contradicts(index, factsAt(index, earlier), facts, own.value, other.value)) return 'never';
  if (facts.some((fact) => isSetElsewhere(index, fact, own.value, other.value))) return 'never';
  if (answered && facts.some((fact) => saysNothing(index, fact, earlier))) return 'undone';
  return caught(index, body, own.value, other.value) ?? rejected(index, facts, own.value, other.value) ?? 'after';
}

// ── at the same time ────────────────────────────────────────────────────────────────────────────────────────────

function areBeside(index: FileIndex, one: Value, other: Value): boolean {
  const items = new Map(listsAround(index, one));
  return listsAround(index, other).some(([list, item]) => {
    const up = index.place(list)?.parent;
    return (
      items.has(list) &&
      items.get(list) !== item &&
      up?.kind === 'call' &&
      /^Promise\.(?:all|allSettled|race|any)$/.test(printValue(up.callee))
    );
  });
}

/** `const saved = db.update(…)`, `saves.push(db.update(…))`, and nobody has asked for `saved` yet. */
function isUnderWay(index: FileIndex, earlier: Value, later: Value): boolean {
  const holder = holderOf(index, earlier);
  const asked = holder?.mentions.find(({ value }) => value.span.start > earlier.span.end && !isFilled(index, value));
  return asked !== undefined && !contains(asked.value.span, later.span) && asked.value.span.start > later.span.start;
}

/** The variable that holds a promise, alone or in a list; `earlier` may be the callback that makes one for each item. */
function holderOf(index: FileIndex, earlier: Value): Binding | undefined {
  const around = earlier.kind === 'function' ? index.place(earlier)?.parent : undefined;
  if (earlier.kind === 'function' && (around?.kind !== 'call' || calleeName(around.callee) !== 'map')) return undefined;
  const promise = around?.kind === 'call' ? around : answerOf(index, earlier, false);
  const up = index.place(promise)?.parent;
  if (up?.kind === 'call' && up.callee.kind === 'member' && up.callee.property === 'push')
    return index.binding(up.callee.object);
  const value = up?.kind === 'list' ? up : promise;
  const holds = index.place(value)?.parent;
  if (holds?.kind !== 'declare' || holds.value !== value || holds.pattern.kind !== 'name') return undefined;
  return index.bindings.find(({ declared }) => declared.kind === 'value' && declared.value === value);
}

/** `saves.push(…)`, `saves.length`. */
function isFilled(index: FileIndex, value: Value): boolean {
  const up = index.place(value)?.parent;
  return up?.kind === 'member' && up.object === value && /^(?:push|length)$/.test(String(up.property));
}

/** Callbacks of which one alone is called: `match(x).with(a, f).with(b, g)`, `result.match(f, g)`. */
function areAlternatives(index: FileIndex, one: Value, other: Value): boolean {
  const [a, b] = [one, other].map((value) => {
    const up = value.kind === 'function' ? index.place(value)?.parent : undefined;
    return up?.kind === 'call' ? up : undefined;
  });
  if (!a || !b) return false;
  if (a === b) return /^(?:match|fold|then|either|cata)$/.test(calleeName(a.callee) ?? '');
  const isCase = (call: Value & { readonly kind: 'call' }): boolean =>
    /^(?:with|when|otherwise)$/.test(calleeName(call.callee) ?? '') && calleeName(beginOf(call)) === 'match';
  return isCase(a) && isCase(b) && (contains(a.span, b.span) || contains(b.span, a.span));
}

/** What the first call of a chain calls. */
function beginOf(call: Value & { readonly kind: 'call' }): Value {
  for (let at = call; ; ) {
    const inner: Value = at.callee.kind === 'member' ? at.callee.object : at.callee;
    if (inner.kind !== 'call') return at.callee;
    at = inner;
  }
}

function listsAround(index: FileIndex, value: Value): readonly (readonly [list: Value, item: Value])[] {
  const lists: (readonly [Value, Value])[] = [];
  for (let at = value; ; ) {
    const up = index.place(at)?.parent;
    if (up === undefined || up.kind === 'expression' || up.kind === 'declare' || up.kind === 'return') return lists;
    if (up.kind === 'list') lists.push([up, at]);
    at = up as Value;
  }
}

// ── tests ───────────────────────────────────────────────────────────────────────────────────────────────────────

/** What a fact says of a value: `x` holds, `x` is this constant. */
interface Saying {
  readonly of: string;
  readonly is: boolean;
  readonly value?: string;
}

const nothing = /^(?:null|undefined)$/;

function sayings(index: FileIndex, { test, holds }: Fact): readonly Saying[] {
  if (test.kind === 'binary' && /^[!=]==?$/.test(test.op)) {
    const is = holds === test.op.startsWith('=');
    const [left, right] = [said(index, test.left), said(index, test.right)];
    if (left === undefined || right === undefined) return [];
    const [of, value] = test.left.kind === 'literal' ? [right, left] : [left, right];
    const compared: Saying = { of, is, value };
    return nothing.test(value) && is ? [compared, { of, is: false }] : [compared];
  }
  const of = said(index, test);
  return of === undefined ? [] : [{ of, is: holds }];
}

/** The same text is the same value, as long as nothing in it is assigned. */
function said(index: FileIndex, value: Value): string | undefined {
  switch (value.kind) {
    case 'name': {
      const binding = index.binding(value);
      return binding ? `${binding.name}@${binding.span.start}` : nothing.test(value.name) ? value.name : undefined;
    }
    case 'this':
      return 'this';
    case 'literal':
      return printValue(value);
    case 'member': {
      const object = typeof value.property === 'string' ? said(index, value.object) : undefined;
      return object && `${object}.${value.property}`;
    }
    case 'binary': {
      const [left, right] = [said(index, value.left), said(index, value.right)];
      return left !== undefined && right !== undefined ? `${left} ${value.op} ${right}` : undefined;
    }
    default:
      return undefined;
  }
}

const isLiteral = (value: string): boolean => /^(?:'|-?\d|true$|false$|null$|undefined$)/.test(value);

const exclude = (a: Saying, b: Saying): boolean =>
  a.of === b.of &&
  (a.value === b.value
    ? a.is !== b.is
    : a.is && b.is && a.value !== undefined && b.value !== undefined && areApart(a.value, b.value));

/** Two literals, or two members of one enumeration: `Kind.base`, `Kind.table`. */
function areApart(a: string, b: string): boolean {
  const [x, y] = [a, b].map((value) => /^([A-Z]\w*@\d+)\.\w+$/.exec(value)?.[1]);
  return (isLiteral(a) && isLiteral(b)) || (x !== undefined && x === y);
}

function contradicts(
  index: FileIndex,
  earlier: readonly Fact[],
  later: readonly Fact[],
  from: Value,
  to: Value,
): boolean {
  const before = earlier.flatMap((fact) => sayings(index, fact));
  return (
    before.length > 0 &&
    later.some(
      (fact) =>
        sayings(index, fact).some((one) => before.some((other) => exclude(one, other))) &&
        staysBetween(index, fact.test, from, to),
    )
  );
}

/** Nothing that the test names is assigned from the one place to the other. */
function staysBetween(index: FileIndex, test: Value, from: Value, to: Value): boolean {
  const start = turnStart(index, from, to);
  const isBetween = (at: number): boolean => at > start && at < to.span.start;
  return rootsOf(test).every((root) => {
    const binding = index.binding(root);
    if (binding === undefined) return root.kind !== 'name' || nothing.test(root.name);
    if (binding.writes.some(({ at }) => isBetween(at))) return false;
    return !index.assigned.some(
      ({ target, span }) =>
        isBetween(span.end) &&
        'kind' in target &&
        rootsOf(target as Value).some((one) => index.binding(one) === binding),
    );
  });
}

/** Where the outermost loop begins that the later place is not in: its turns come one after another. */
function turnStart(index: FileIndex, from: Value, to: Value): number {
  const shared = new Set(armPath(index.place(to)?.arm));
  const loops = armPath(index.place(from)?.arm).filter((arm) => arm.many && !shared.has(arm));
  return Math.min(from.span.start, ...loops.map(({ branch }) => branch));
}

/** The names and `this` that a value is read from. */
function rootsOf(value: Value): readonly Value[] {
  switch (value.kind) {
    case 'name':
    case 'this':
      return [value];
    case 'member':
      return rootsOf(value.object);
    case 'binary':
      return [...rootsOf(value.left), ...rootsOf(value.right)];
    case 'await':
    case 'unary':
      return rootsOf(value.value);
    default:
      return [];
  }
}

// ── variables that are only set elsewhere ───────────────────────────────────────────────────────────────────────

/** `let job; if (a) job = …; else unlock(); if (job) queue.add(job)`. */
function isSetElsewhere(index: FileIndex, { test, holds }: Fact, from: Value, to: Value): boolean {
  const binding = holds ? index.binding(test) : undefined;
  if (binding?.declared.kind !== 'value' || !isEmpty(binding.declared.value) || binding.declared.path.length > 0)
    return false;
  const arm = index.place(from)?.arm;
  const outer = new Set(armPath(binding.arm));
  if (armPath(arm).some((one) => one.many && !outer.has(one))) return false;
  const filled = binding.writes.filter(({ value, at }) => at < to.span.start && !isEmpty(value));
  return filled.length > 0 && filled.every((write) => excludes(write.arm, arm));
}

const isEmpty = (value: Value | undefined): boolean =>
  value === undefined ||
  (value.kind === 'literal' && !value.value) ||
  (value.kind === 'name' && value.name === 'undefined');

/** They stand in two arms of one branch. */
function excludes(one: ArmNode | undefined, other: ArmNode | undefined): boolean {
  const [a, b] = [armPath(one), armPath(other)];
  const at = a.findIndex((node, i) => node !== b[i]);
  return at >= 0 && a[at]?.branch === b[at]?.branch && a[at]?.arm !== b[at]?.arm;
}

// ── answers ─────────────────────────────────────────────────────────────────────────────────────────────────────

/** Parts of an answer that count rows. */
const counts = /^(?:\w*count\w*|\w*affected\w*|changes|length|numUpdatedRows|numDeletedRows|n|nModified)$/i;

/** `if (claimed.count === 0)`, `if (!updated)`: of what the write answered. */
function saysNothing(index: FileIndex, { test, holds }: Fact, write: Value): boolean {
  const ofAnswer = (value: Value): boolean => {
    const inner = value.kind === 'member' ? value : undefined;
    const isCount = inner === undefined || (typeof inner.property === 'string' && counts.test(inner.property));
    const name = inner?.object.kind === 'name' ? inner.object : value;
    const binding = isCount ? index.binding(name) : undefined;
    return binding !== undefined && holdsAnswer(index, binding, write);
  };
  if (test.kind !== 'binary') return !holds && ofAnswer(test);
  if (test.right.kind !== 'literal' || !ofAnswer(test.left)) return false;
  const [value, op] = [Number(test.right.value ?? 0), test.op];
  if (/^===?$/.test(op)) return holds ? value === 0 : value > 0;
  if (/^!==?$/.test(op)) return holds ? value > 0 : value === 0;
  if (op === '<') return holds && value === 1;
  if (op === '<=') return holds && value === 0;
  if (op === '>') return !holds && value === 0;
  return op === '>=' && !holds && value === 1;
}

function holdsAnswer(index: FileIndex, { declared, writes }: Binding, write: Value): boolean {
  const given = answerOf(index, write, true);
  return (declared.kind === 'value' && declared.value === given) || writes.some(({ value }) => value === given);
}

/** `await db.update(…).returning()`, as it stands on the right of a declaration. */
function answerOf(index: FileIndex, write: Value, awaited: boolean): Value {
  for (let at = write; ; ) {
    const up = index.place(at)?.parent;
    const goesOn =
      (awaited && up?.kind === 'await') ||
      (up?.kind === 'member' && up.object === at) ||
      (up?.kind === 'call' && up.callee === at);
    if (!goesOn) return at;
    at = up;
  }
}

// ── errors ──────────────────────────────────────────────────────────────────────────────────────────────────────

/** Tests of errors that say: that row is there already. */
const refused = /duplicate|unique|conflict|constraint|already|P2002|23505|11000|ER_DUP_ENTRY|1062/i;

/** The later one is reached through the handler of what was tried: the earlier one has failed, or what came after it. */
function caught(index: FileIndex, body: readonly Statement[], earlier: Value, later: Value): Meeting | undefined {
  for (const { statement: tried } of levels(body, earlier.span)) {
    if (tried.kind !== 'try' || !holdsSpan(tried.body, earlier.span)) continue;
    const inHandler = holdsSpan(tried.handler, later.span);
    const behind = !contains(tried.span, later.span) && later.span.start >= tried.span.end;
    const leaves = exits(tried.body);
    if (!inHandler && !(behind && (leaves === 'return' || leaves === 'throw'))) continue;
    const facts = inHandler ? around(tried.handler, later.span) : passed(tried.handler);
    if (facts.some(({ test, holds }) => isRefusal(test, holds))) return 'undone';
    const more = index.sites.some(
      ({ span }) => span.start >= earlier.span.end && holdsSpan(tried.body, span) && !contains(span, earlier.span),
    );
    return more ? undefined : 'never';
  }
  return undefined;
}

/** `save().catch(async (error) => …)`: the later one is done where the earlier one has failed, or what came after it. */
function rejected(index: FileIndex, facts: readonly Fact[], earlier: Value, later: Value): Meeting | undefined {
  const up = later.kind === 'function' ? index.place(later)?.parent : undefined;
  if (up?.kind !== 'call' || up.callee.kind !== 'member') return undefined;
  const { object, property } = up.callee;
  const isHandler = property === 'catch' || (property === 'then' && up.args[1] === later);
  if (!isHandler || !contains(object.span, earlier.span)) return undefined;
  if (facts.some(({ test, holds }) => isRefusal(test, holds))) return 'undone';
  const isUndone = object.kind === 'call' && /transaction$/i.test(calleeName(object.callee) ?? '');
  const more = index.sites.some(
    ({ span }) => span.start >= earlier.span.end && contains(object.span, span) && !contains(span, earlier.span),
  );
  return isUndone || !more ? 'never' : undefined;
}

const holdsSpan = (body: readonly Statement[], span: Span): boolean => body.some((one) => contains(one.span, span));

/** `error.code === 'P2002'`, `isDuplicate(error)`. */
function isRefusal(test: Value, holds: boolean): boolean {
  const is = test.kind === 'binary' && /^!==?$/.test(test.op) ? !holds : holds;
  return is && refused.test(printValue(test));
}
