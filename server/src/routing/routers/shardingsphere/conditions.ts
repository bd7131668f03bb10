/**
 * ShardingSphere's sharding conditions: every WHERE and ON of a statement, brought into OR of ANDs, gives one condition for
 * each AND that names a sharding column; one AND without any drops its WHERE. All conditions of a statement add up.
 * `WhereClauseShardingConditionEngine`, `ConditionValue*Generator`, `ExpressionExtractUtils.getAndPredicates`.
 */
import type { Expr, From } from '../../../query/model';
import type { ShardTable } from '../../../shards/model';
import type { Span } from '../../../text/span';
import type { Universe } from '../../build';
import { all, type Domain, meet, open, points, range } from '../../domain';
import { type KeyValue, keyValueOf } from '../../keyValue';
import { resolveColumn } from '../../names';
import type { Scope } from '../../scope';

export interface Condition {
  /** Per table: column, lower case → its values. */
  readonly of: ReadonlyMap<ShardTable, ReadonlyMap<string, Domain>>;
  readonly span: Span;
  /** Two values for one column: nothing is looked for, and ShardingSphere takes that to every node beside others. */
  readonly impossible: boolean;
  /** A NULL is looked for, which no algorithm takes. */
  readonly isNull: boolean;
}

export interface Conditions {
  readonly list: readonly Condition[];
  /** Something was met that the source does not say. */
  readonly open: boolean;
}

/** More ANDs than this are not told apart. */
const cap = 64;

export function conditionsOf({ scopes }: Universe): Conditions {
  const list: Condition[] = [];
  let unsaid = false;
  for (const scope of scopes) {
    for (const expr of segmentsOf(scope)) {
      const found = ands(expr).map((atoms) => condition(atoms, scope, expr.span));
      if (found.some((one) => one === 'open')) unsaid = true;
      const known = found.flatMap((one) => (one === undefined || one === 'open' ? [] : [one]));
      if (known.length === found.length) list.push(...known);
    }
  }
  return { list, open: unsaid };
}

/**
 * `ShardingConditions.merge`, where a SELECT has subqueries: of conditions on tables that are bound to each other the last one
 * is kept, whatever values they have.
 */
export function mergedConditions({ list, open }: Conditions): Conditions {
  const kept: Condition[] = [];
  for (const one of list.toReversed()) if (!kept.some((other) => isBoundTo(one, other))) kept.unshift(one);
  return { list: kept, open };
}

function isBoundTo(one: Condition, other: Condition): boolean {
  const [a, b] = [only(one), only(other)];
  return a !== undefined && b !== undefined && a !== b && a.group === b.group;
}

/** The table of a condition that has one value. */
function only({ of }: Condition): ShardTable | undefined {
  const [[table, columns] = [], ...more] = [...of];
  return more.length === 0 && columns?.size === 1 ? table : undefined;
}

function segmentsOf({ query }: Scope): readonly Expr[] {
  if (query.kind !== 'select' && query.kind !== 'update' && query.kind !== 'delete') return [];
  return [...(query.where ? [query.where] : []), ...query.from.flatMap(onsOf)];
}

const onsOf = (item: From): readonly Expr[] =>
  item.kind === 'join' ? [...onsOf(item.left), ...onsOf(item.right), ...(item.on ? [item.on] : [])] : [];

/** OR of ANDs, as lists of lists; NOT is not looked into. */
function ands(expr: Expr): readonly (readonly Expr[])[] {
  if (expr.kind === 'or') return expr.args.flatMap(ands).slice(0, cap);
  if (expr.kind !== 'and') return [[expr]];
  return expr.args.reduce<readonly (readonly Expr[])[]>(
    (made, arg) => made.flatMap((left) => ands(arg).map((right) => [...left, ...right])).slice(0, cap),
    [[]],
  );
}

function condition(atoms: readonly Expr[], scope: Scope, at: Span): Condition | 'open' | undefined {
  const of = new Map<ShardTable, Map<string, Domain>>();
  let span: Span | undefined;
  let isNull = false;
  for (const atom of atoms) {
    const found = bound(atom, scope);
    if (!found) continue;
    const columns = of.get(found.table) ?? new Map<string, Domain>();
    of.set(found.table, columns);
    columns.set(found.column, meet(columns.get(found.column) ?? all, found.domain));
    isNull ||= found.isNull === true;
    span ??= atom.span;
  }
  if (of.size === 0) return atoms.some(isOpen) ? 'open' : undefined;
  const impossible = [...of.values()].some((columns) => [...columns.values()].some(({ kind }) => kind === 'none'));
  return { of, span: span ?? at, impossible, isNull: isNull && !impossible };
}

const isOpen = (expr: Expr): boolean =>
  expr.kind === 'opaque' ||
  expr.kind === 'choice' ||
  (expr.kind === 'compare' && (isOpen(expr.left) || isOpen(expr.right)));

interface Found {
  readonly table: ShardTable;
  readonly column: string;
  readonly domain: Domain;
  readonly isNull?: true;
}

function bound(expr: Expr, scope: Scope): Found | undefined {
  switch (expr.kind) {
    case 'compare': {
      const left = keyOf(expr.left, scope);
      const key = left ?? keyOf(expr.right, scope);
      const other = left ? expr.right : expr.left;
      if (key && expr.op === '=' && nothing(other)) return { ...key, domain: missing, isNull: true };
      // The operator is read as it stands, on whichever side the column is.
      const domain = key && compared(expr.op, other);
      return key && domain && { ...key, domain };
    }
    case 'is-null': {
      const key = expr.negated ? undefined : keyOf(expr.value, scope);
      return key && { ...key, domain: missing, isNull: true };
    }
    case 'in': {
      const key = keyOf(expr.left, scope);
      if (!key || expr.negated || !Array.isArray(expr.items)) return undefined;
      const items = expr.items as readonly Expr[];
      const values = items.filter((item) => !nothing(item)).map(known);
      if (items.length === 0) return undefined;
      if (values.some((value) => value === undefined)) return undefined;
      const some = values.flatMap((value) => value ?? []);
      return items.some(nothing)
        ? { ...key, domain: some.length > 0 ? points(some) : missing, isNull: true }
        : { ...key, domain: points(some) };
    }
    case 'between': {
      const key = keyOf(expr.value, scope);
      const low = known(expr.low);
      const high = known(expr.high);
      if (!key || expr.negated || !low || !high) return undefined;
      return {
        ...key,
        domain: range({ low: { value: low, inclusive: true }, high: { value: high, inclusive: true } }),
      };
    }
    default:
      return undefined;
  }
}

/** A bare sharding column; names of derived tables lead to the column behind them. */
function keyOf(expr: Expr, scope: Scope): Pick<Found, 'table' | 'column'> | undefined {
  if (expr.kind !== 'column') return undefined;
  const node = resolveColumn(expr, scope)?.node;
  const dot = node?.indexOf('.') ?? -1;
  if (node === undefined || dot < 0) return undefined;
  const table = relsAround(scope).find(({ id }) => String(id) === node.slice(0, dot))?.table;
  const column = node.slice(dot + 1);
  if (table?.kind !== 'sharded' || !table.shardKey.some((key) => key.toLowerCase() === column)) return undefined;
  return { table, column };
}

function relsAround(scope: Scope): readonly Scope['rels'][number][] {
  let root = scope;
  while (root.parent) root = root.parent;
  const below = (one: Scope): readonly Scope['rels'][number][] => [...one.rels, ...one.children.flatMap(below)];
  return below(root);
}

function compared(op: string, other: Expr): Domain | undefined {
  if (other.kind === 'opaque' || other.kind === 'choice') return op === '=' ? open : undefined;
  const value = known(other);
  if (!value) return undefined;
  switch (op) {
    case '=':
      return value.many ? undefined : points([value]);
    case '<':
    case '<=':
      return range({ high: { value, inclusive: op === '<=' } });
    case '>':
    case '>=':
      return range({ low: { value, inclusive: op === '>=' } });
    default:
      return undefined;
  }
}

/** Literals, parameters and the current time; a cast is none (`ConditionValue`). */
function known(expr: Expr): KeyValue | undefined {
  const isNow = expr.kind === 'call' && /^(?:now|current_timestamp)$/.test(expr.name.toLowerCase());
  return expr.kind === 'const' || expr.kind === 'param' || isNow ? keyValueOf(expr) : undefined;
}

const nothing = (expr: Expr): boolean => expr.kind === 'const' && expr.type === 'null';
const missing = points([{ id: 'null' }]);
