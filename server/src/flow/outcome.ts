/** What becomes of a call's answer in the function that asked for it. */
import type { Value } from '../hosts/host';
import type { FileIndex } from './fileIndex';
import type { Parent } from './gathered';

/**
 * `decides`: its value or absence guards a branch, a throw or an early return; `returned`: the caller decides;
 * `used`: it is read, shown or handed on; `dropped`: nobody looks at it.
 */
export type Outcome = 'decides' | 'returned' | 'used' | 'dropped';

const bound = 24;

export const outcomeOf = (index: FileIndex, value: Value): Outcome => read({ ...index, seen: new Set() }, value, bound);

/** Names are asked once: `q = q.where(…)` in many branches would be asked for along every way through them. */
type Asked = FileIndex & { readonly seen: Set<FileIndex['bindings'][number]> };

const order: readonly Outcome[] = ['dropped', 'used', 'returned', 'decides'];

/** The most that comes of it. */
const most = (all: readonly Outcome[]): Outcome =>
  all.reduce<Outcome>((a, b) => (order.indexOf(b) > order.indexOf(a) ? b : a), 'dropped');

const read = (index: Asked, value: Value, left: number): Outcome => {
  const up = index.place(value)?.parent;
  if (left <= 0) return 'used';
  return up === undefined ? 'used' : above(index, value, up, left - 1);
};

const above = (index: Asked, value: Value, up: Parent, left: number): Outcome => {
  switch (up.kind) {
    case 'if':
    case 'switch':
    case 'throw':
      return 'decides';
    case 'return':
      return 'returned';
    case 'expression':
      return 'dropped';
    case 'loop':
      return up.over === value ? 'used' : 'decides';
    case 'declare':
      return most(
        index.bindings.filter((one) => isDeclaredBy(one.declared, value)).map((one) => named(index, one, left)),
      );
    case 'assign':
      // `ctx.body = rows`: whoever holds the object looks at it.
      if (up.target.kind === 'member') return 'used';
      return most(
        index.bindings
          .filter((one) => one.writes.some((write) => write.value === value))
          .map((one) => named(index, one, left)),
      );
    case 'conditional':
      return up.test === value ? 'decides' : read(index, up, left);
    case 'binary':
      // `found ?? create(…)`, `found && …`: what stands on the right happens or not.
      if (/^(?:\?\?|\|\||&&)$/.test(up.op) && up.left === value && acts(up.right)) return 'decides';
      return read(index, up, left);
    case 'call':
      if (up.callee !== value && asserts(up)) return 'decides';
      return up.callee === value ? read(index, up, left) : most(['used', handedOn(index, up, left)]);
    case 'await':
    case 'unary':
    case 'spread':
    case 'member':
      return read(index, up, left);
    default:
      return 'used';
  }
};

/** `[user, orders] = await Promise.all([…])`, `Boolean(found)`, `Number(n)`. */
const handedOn = (index: Asked, call: Value & { kind: 'call' }, left: number): Outcome => {
  const { callee } = call;
  const through = callee.kind === 'name' && /^(?:Boolean|Number|String)$/.test(callee.name);
  return through ? read(index, call, left) : 'used';
};

const isDeclaredBy = (declared: FileIndex['bindings'][number]['declared'], value: Value): boolean =>
  declared.kind === 'value' && declared.value === value;

const named = (index: Asked, binding: FileIndex['bindings'][number], left: number): Outcome => {
  if (index.seen.has(binding)) return 'dropped';
  index.seen.add(binding);
  return most(binding.mentions.map(({ value }) => read(index, value, left)));
};

const asserts = ({ callee }: Value & { kind: 'call' }): boolean => {
  const name = callee.kind === 'name' ? callee.name : callee.kind === 'member' ? callee.property : undefined;
  return typeof name === 'string' && /^(?:assert|invariant|ensure|must|require(?!$)|throwIf|verify)/i.test(name);
};

/** A call, or something that cannot be seen into, such as a thrown error in an expression. */
const acts = (value: Value): boolean =>
  value.kind === 'call' || value.kind === 'await' || value.kind === 'opaque' || value.kind === 'assign';
