/**
 * Whether a read can see what a write has changed. Rows that their conditions keep apart are different rows, and a column
 * that nobody reads is not seen. Pure; what is not proved counts as seen.
 */
import type { Expr, Query, TableRef } from '../query/model';
import { conjuncts, normalize } from '../query/normalize';
import { tablesOf, writesOf } from '../query/tables';
import { leavesOf } from '../query/walk';
import { apart, keyValueOf } from '../routing/keyValue';
import { isLeftAside, isOf, isPassedThrough, key, type Looked, readsNoneOf } from './seenColumns';

export interface SameRows extends Looked {
  /** Which of the tables that a query names is meant. */
  isTable(ref: TableRef): boolean;
  /** Both are said in one function: equal identities of its values are equal values. */
  readonly oneFunction: boolean;
  /** The read names nothing that the write has answered: no key that was made for a new row. */
  unanswered(): boolean;
  /** Nothing says that a value of the read and one of the write may be equal. */
  unrelated(read: string, write: string): boolean;
  /** One of them is made of the other. */
  made(read: string, write: string): boolean;
}

export function sees(read: Query, write: Query, how: SameRows): boolean {
  const all = tablesOf(read).filter(how.isTable);
  const [own, more] = all;
  if (!own || !writesOf(write).some(how.isTable)) return true;
  if (write.kind === 'update' && all.every((one) => readsNoneOf(read, one, write, how))) return false;
  if (read.kind === 'select' && all.every((one) => isLeftAside(read, one, how))) return false;
  if (more) return true;
  const staysThere = write.kind === 'insert' || (write.kind === 'update' && !write.set.some(isKeyOf(own, how)));
  if (read.kind === 'select' && staysThere && isPassedThrough(read, own, how)) return false;
  const wanted =
    read.kind === 'select' && leavesOf(read.from).includes(own) ? heldBy(read.where, own, read) : undefined;
  return (
    wanted === undefined || !rowsOf(write, how).some((rows) => [...wanted].some((one) => isApart(one, rows, own, how)))
  );
}

const isKeyOf =
  (own: TableRef, how: SameRows) =>
  ({ column }: { readonly column: string }): boolean =>
    how.isKey(own, key(column));

/** What a condition says of a column's value: one of these, none of these, or on which side of one it lies. */
interface Held {
  readonly not: boolean;
  readonly ids: readonly string[];
  readonly side?: Side;
}

type Side = '<' | '<=' | '>' | '>=';

type Holding = ReadonlyMap<string, readonly Held[]>;

const nothing = 'null';

/** What is said of rows before and after the write; each must be kept apart. */
interface Rows {
  readonly before: Holding | undefined;
  /** Columns that get values, with those that are known. */
  readonly after: ReadonlyMap<string, Held | undefined>;
}

/** A key that the database or the library makes for a new row: nobody gives it one. */
const isMade = (column: string, after: Rows['after']): boolean =>
  after.has(column) ? (after.get(column)?.ids.every((id) => id.startsWith('$new ')) ?? false) : /^_?id$/.test(column);

function rowsOf(write: Query, { isTable }: SameRows): readonly Rows[] {
  switch (write.kind) {
    case 'delete':
    case 'update': {
      const [target, more] = write.targets;
      if (target?.kind !== 'table' || more || !isTable(target) || write.with) return [];
      const before = heldBy(write.where, target, write);
      if (write.kind === 'delete') return [{ before, after: new Map() }];
      if (write.upsert || write.openSet) return [];
      return [{ before, after: new Map(write.set.map((one) => [key(one.column), valuesIn([one.value])])) }];
    }
    case 'insert': {
      const { source, columns, onConflict, replace } = write;
      // What conflicts is left as it is, or it is changed.
      const changes = replace || (onConflict?.set.length ?? 0) > 0;
      if (source === 'default' || source.kind !== 'values' || !columns || changes) return [];
      const after = columns.map(
        ({ name }, i) => [key(name), valuesIn(source.rows.flatMap((row) => row[i] ?? []))] as const,
      );
      return [{ before: undefined, after: new Map(after) }];
    }
    default:
      return [];
  }
}

function isApart(
  [column, wanted]: readonly [string, readonly Held[]],
  { before, after }: Rows,
  own: TableRef,
  how: SameRows,
): boolean {
  const isOther = (one: Held, held: Held): boolean => {
    const [[a, more], [b, others]] = [one.ids, held.ids];
    const alone = a !== undefined && b !== undefined && more === undefined && others === undefined;
    return alone && isPlain(one) && isPlain(held) && how.isKey(own, column) && how.unrelated(a, b);
  };
  const excluded = (held: Held | undefined): boolean =>
    held !== undefined && wanted.some((one) => exclude(one, held, how.oneFunction) || isOther(one, held));
  if (before === undefined && isMade(column, after) && how.unanswered()) return wanted.some(isPlain);
  if (before !== undefined && leavesOut(wanted, before, column, own, how)) return !after.has(column);
  if (before !== undefined && !(before.get(column) ?? []).some(excluded)) return false;
  return after.has(column) ? excluded(after.get(column)) : before !== undefined;
}

function exclude(a: Held, b: Held, oneFunction: boolean): boolean {
  if (a.side || b.side) return liesApart(a, b, oneFunction);
  if (a.not && b.not) return false;
  if (a.not || b.not) {
    const [these, others] = a.not ? [b, a] : [a, b];
    return these.ids.every((id) => others.ids.includes(id) && (oneFunction || isConstant(id)));
  }
  return a.ids.every((one) => b.ids.every((other) => differ(one, other)));
}

/** `at <= limit` and `at > limit`; `at = limit` and `at < limit`. */
function liesApart({ side: a, ...one }: Held, { side: b, ...other }: Held, oneFunction: boolean): boolean {
  const [id, more] = new Set([...one.ids, ...other.ids]);
  if (id === undefined || more !== undefined || one.not || other.not || !(oneFunction || isConstant(id))) return false;
  const open = a === '<' || a === '>' || b === '<' || b === '>';
  return open && (a === undefined || b === undefined || a[0] !== b[0]);
}

/** The read wants every row but one, by the key of the one that is written. */
const leavesOut = (wanted: readonly Held[], before: Holding, column: string, own: TableRef, how: SameRows): boolean => {
  const [left, more] = wanted.flatMap(({ not, ids }) => (not ? ids : []));
  if (left === undefined || more !== undefined || left === nothing || !how.isKey(own, column)) return false;
  return [...before].some(
    ([by, all]) =>
      how.isKey(own, by) &&
      all.some((one) => isPlain(one) && one.ids.length === 1 && one.ids.some((id) => how.made(left, id))),
  );
};

const isPlain = ({ not, side }: Held): boolean => !not && side === undefined;

const isConstant = (id: string): boolean => id === nothing || id.startsWith('=');

const differ = (a: string, b: string): boolean =>
  apart(a, b) || (a !== b && isConstant(a) && isConstant(b)) || members(a, b);

/** Two members of one enumeration: `Status.open`, `Status.closed`. */
function members(a: string, b: string): boolean {
  const [x, y] = [a, b].map((id) => /^\$([A-Z]\w*@.+)\.(\w+)$/.exec(id));
  return x?.[1] !== undefined && x[1] === y?.[1] && x[2] !== y[2];
}

function valuesIn(values: readonly Expr[]): Held | undefined {
  const ids = values.flatMap((value) => idOf(value) ?? []);
  return ids.length === values.length && ids.length > 0 ? { not: false, ids } : undefined;
}

function idOf(value: Expr): string | undefined {
  if (value.kind === 'const' && value.value === null) return nothing;
  const known = keyValueOf(value);
  return known?.many ? undefined : known?.id;
}

/** By column, what every row of the table must hold. */
function heldBy(where: Expr | undefined, own: TableRef, query: Query): Holding {
  const found = new Map<string, Held[]>();
  const alone = 'from' in query && leavesOf(query.from).length === 1;
  const say = (of: Expr, held: Held | undefined): void => {
    if (of.kind !== 'column' || !held || !isOf(of.qualifier, own, alone)) return;
    found.set(key(of.name), [...(found.get(key(of.name)) ?? []), held]);
  };
  for (const one of conjuncts(where && normalize(where))) {
    if (one.kind === 'compare' && (one.op === '=' || one.op === '<>'))
      for (const [of, value] of [
        [one.left, one.right],
        [one.right, one.left],
      ] as const)
        say(of, negatedIf(one.op === '<>', valuesIn([value])));
    else if (one.kind === 'compare' && isSide(one.op)) {
      say(one.left, onSide(one.op, valuesIn([one.right])));
      say(one.right, onSide(turned[one.op], valuesIn([one.left])));
    } else if (one.kind === 'in' && Array.isArray(one.items))
      say(one.left, negatedIf(one.negated, valuesIn(one.items as readonly Expr[])));
    else if (one.kind === 'is-null') say(one.value, { not: one.negated, ids: [nothing] });
  }
  return found;
}

const turned = { '<': '>', '<=': '>=', '>': '<', '>=': '<=' } as const;

const isSide = (op: string): op is Side => op in turned;

const onSide = (side: Side, held: Held | undefined): Held | undefined => held && { ...held, side };

const negatedIf = (not: boolean, held: Held | undefined): Held | undefined => held && { ...held, not };
