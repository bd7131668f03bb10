/**
 * PgDog's search for the sharding key: the statement is read from its beginning, and the first comparison of a sharding
 * column with a value decides for the whole of it, wherever it stands. Its parser, `statement.rs`: `search_stmt`.
 */
import type { Expr, From, Query, With } from '../../../query/model';
import { leavesOf, partsOf, queryIn } from '../../../query/walk';
import type { ShardTable } from '../../../shards/model';
import type { Span } from '../../../text/span';
import { type KeyValue, keyValueOf } from '../../keyValue';

export interface Names {
  find(name: readonly string[]): ShardTable | undefined;
  /** Columns that shard every table that has them (`[[sharded_tables]]` without `name`). */
  readonly anywhere: readonly string[];
}

export interface Hit {
  readonly table: ShardTable | undefined;
  readonly column: string;
  /** `all`: a NULL or an array, which PgDog takes to every shard. */
  readonly values: readonly KeyValue[] | 'all';
  readonly span: Span;
  /** The key stands in a cast, which PgDog looks through. */
  readonly throughCast: boolean;
  /** The value was taken out of an expression that computes another one: `key = 1 + 1`. */
  readonly partOf?: true;
}

/** Where a name stands: aliases of the block's own FROM, and the one table that unqualified columns are of. */
interface Place {
  readonly aliases: ReadonlyMap<string, readonly string[]>;
  readonly only?: readonly string[];
}

type Side =
  | { readonly kind: 'column'; readonly expr: Extract<Expr, { kind: 'column' }>; readonly throughCast: boolean }
  | { readonly kind: 'values'; readonly exprs: readonly Expr[]; readonly partOf?: true }
  /** A subquery decides. */
  | { readonly kind: 'hit'; readonly hit: Hit };

export interface Search {
  readonly hit: Hit | undefined;
  /** Something was met that the source does not say; it may hold the key. */
  readonly open: boolean;
}

export function findKey(query: Query, names: Names): Search {
  let open = false;

  function inQuery(one: Query, outer: Place | undefined): Hit | undefined {
    switch (one.kind) {
      case 'select': {
        const place = placeOf(one.from);
        const items = [...(Array.isArray(one.distinct) ? one.distinct : []), ...one.items.map((item) => item.expr)];
        return (
          first(items, (expr) => inExpr(expr, place)) ??
          first(one.from, (item) => inFrom(item, place)) ??
          maybe(one.where, place) ??
          first(one.groupBy, (expr) => inExpr(expr, place)) ??
          maybe(one.having, place) ??
          first(one.orderBy, ({ expr }) => inExpr(expr, place)) ??
          inWith(one.with, place)
        );
      }
      case 'set-operation':
        return (
          inWith(one.with, { aliases: new Map() }) ?? inQuery(one.left, undefined) ?? inQuery(one.right, undefined)
        );
      case 'update':
      case 'delete': {
        const [target] = one.targets;
        // A nested one is read with the names of the block around it.
        const place = outer ?? placeOf(target ? [target] : []);
        const set = one.kind === 'update' ? one.set.map(({ value }) => value) : [];
        const from = (): Hit | undefined => first(one.from, (item) => inFrom(item, place));
        return (
          first(set, (expr) => inExpr(expr, place)) ??
          (one.kind === 'delete' ? from() : undefined) ??
          maybe(one.where, place) ??
          from() ??
          first(one.returning ?? [], ({ expr }) => inExpr(expr, place)) ??
          inWith(one.with, place)
        );
      }
      case 'insert':
        return (
          (typeof one.source === 'object' && one.source.kind !== 'opaque'
            ? inQuery(one.source, undefined)
            : undefined) ??
          // Conditions of an UPDATE or DELETE there are not looked at.
          first(one.with?.ctes ?? [], ({ query: body }) =>
            body.kind === 'select' || body.kind === 'set-operation' ? inQuery(body, undefined) : undefined,
          )
        );
      case 'values':
        return first(one.rows.flat(), (expr) => inExpr(expr, { aliases: new Map() }));
      default:
        return undefined;
    }
  }

  const inWith = (clause: With | undefined, place: Place): Hit | undefined =>
    first(clause?.ctes ?? [], ({ query: body }) => inQuery(body, place));

  const maybe = (expr: Expr | undefined, place: Place): Hit | undefined => expr && inExpr(expr, place);

  function inFrom(item: From, place: Place): Hit | undefined {
    switch (item.kind) {
      case 'join':
        return inFrom(item.left, place) ?? inFrom(item.right, place) ?? maybe(item.on, place);
      case 'derived':
        return inQuery(item.query, place);
      case 'function':
        return inExpr(item.call, place);
      default:
        return undefined;
    }
  }

  function inExpr(expr: Expr, place: Place): Hit | undefined {
    switch (expr.kind) {
      case 'compare':
        return expr.op === '=' || expr.op === 'is not distinct from'
          ? compared(expr.left, expr.right, expr.span, place)
          : undefined;
      case 'in': {
        const inner = queryIn(expr);
        if (expr.negated) return undefined;
        return inner ? inQuery(inner, place) : listed(expr, place);
      }
      // One branch may do without the key; PgDog does not look into either.
      case 'or':
      case 'not':
      case 'operation':
      case 'between':
      case 'like':
        return undefined;
      case 'opaque':
      case 'choice':
        open = true;
        return undefined;
      default: {
        const inner = queryIn(expr);
        return inner ? inQuery(inner, place) : first(partsOf(expr), (part) => inExpr(part, place));
      }
    }
  }

  /**
   * `search_expr`: the first column, value or list in an expression stands for all of it. Functions are none, and of what is
   * listed inside of an expression (a row, COALESCE, an array) the plain values are taken, and nothing else is.
   */
  function sideOf(expr: Expr, place: Place): Side | undefined {
    if (expr.kind === 'column') return { kind: 'column', expr, throughCast: false };
    if (expr.kind === 'const' || expr.kind === 'param') return { kind: 'values', exprs: [expr] };
    if (expr.kind === 'opaque' || expr.kind === 'choice') {
      open = true;
      return undefined;
    }
    const inner = queryIn(expr);
    if (inner) {
      const found = inQuery(inner, place);
      return found && { kind: 'hit', hit: found };
    }
    if (lists(expr)) return { kind: 'values', exprs: partsOf(expr).filter((part) => plain(part) !== undefined) };
    if (expr.kind === 'call') return undefined;
    for (const part of partsOf(expr)) {
      const side = sideOf(part, place);
      if (side?.kind === 'column') return { ...side, throughCast: expr.kind === 'cast' };
      if (side?.kind === 'values' && expr.kind !== 'cast') return { ...side, partOf: true };
      if (side) return side;
    }
    return undefined;
  }

  function compared(left: Expr, right: Expr, span: Span, place: Place): Hit | undefined {
    const a = sideOf(left, place);
    if (a?.kind === 'hit') return a.hit;
    const b = sideOf(right, place);
    if (b?.kind === 'hit') return b.hit;
    const column = a?.kind === 'column' ? a : b;
    const values = a?.kind === 'column' ? b : a;
    if (column?.kind !== 'column' || values?.kind !== 'values') return undefined;
    const found = hit(column.expr, values.exprs, span, place, column.throughCast);
    return found && values.partOf ? { ...found, partOf: true } : found;
  }

  function listed(expr: Extract<Expr, { kind: 'in' }>, place: Place): Hit | undefined {
    const left = sideOf(expr.left, place);
    const items = Array.isArray(expr.items) ? (expr.items as readonly Expr[]) : [];
    if (left?.kind === 'hit') return left.hit;
    if (left?.kind !== 'column') return undefined;
    // `= ANY (…)` goes to every shard, unless an alias hides whose column it is.
    if (expr.list) {
      const found = place.aliases.has(left.expr.qualifier.at(-1) ?? '') ? undefined : shardedBy(left.expr, place);
      return found && { ...found, values: 'all', span: expr.span, throughCast: left.throughCast };
    }
    // What cannot be read is left out of the list, and not looked for.
    const known = items.filter((item) => plain(item) !== undefined);
    return hit(left.expr, known, expr.span, place, left.throughCast);
  }

  function hit(
    column: Extract<Expr, { kind: 'column' }>,
    exprs: readonly Expr[],
    span: Span,
    place: Place,
    throughCast: boolean,
  ): Hit | undefined {
    const found = shardedBy(column, place);
    if (!found) return undefined;
    if (exprs.some(isNull)) return { ...found, values: 'all', span, throughCast };
    const values = exprs.flatMap((expr) => usable(expr) ?? []);
    return values.length > 0 ? { ...found, values, span, throughCast } : undefined;
  }

  function shardedBy(
    column: Extract<Expr, { kind: 'column' }>,
    place: Place,
  ): Pick<Hit, 'table' | 'column'> | undefined {
    const alias = column.qualifier.at(-1);
    const name = alias === undefined ? place.only : (place.aliases.get(alias) ?? column.qualifier);
    const table = name && names.find(name);
    if (table?.kind === 'sharded' && table.shardKey[0] === column.name) return { table, column: column.name };
    return names.anywhere.includes(column.name) ? { table: undefined, column: column.name } : undefined;
  }

  const found = inQuery(query, undefined);
  return { hit: found, open };
}

function placeOf(from: readonly From[]): Place {
  const aliases = new Map<string, readonly string[]>();
  for (const leaf of leavesOf(from)) {
    if (leaf.alias !== undefined) aliases.set(leaf.alias, leaf.kind === 'table' ? leaf.name.parts : [leaf.alias]);
  }
  const [item] = from;
  return { aliases, ...(from.length === 1 && item?.kind === 'table' && { only: item.name.parts }) };
}

/** Parts that PostgreSQL's parser keeps in a list. */
const lists = (expr: Expr): boolean =>
  expr.kind === 'row' ||
  expr.kind === 'array' ||
  expr.kind === 'and' ||
  expr.kind === 'or' ||
  expr.kind === 'case' ||
  (expr.kind === 'call' && /^(?:coalesce|greatest|least)$/.test(expr.name));

const plain = (expr: Expr): Expr | undefined =>
  expr.kind === 'cast' ? plain(expr.value) : expr.kind === 'const' || expr.kind === 'param' ? expr : undefined;

const isNull = (expr: Expr): boolean => {
  const value = plain(expr);
  return value?.kind === 'const' && value.type === 'null';
};

/** Whole numbers, strings and parameters; booleans and fractions pick no shard. */
export function usable(expr: Expr): KeyValue | undefined {
  const value = plain(expr);
  if (!value) return undefined;
  if (value.kind === 'const' && (value.type === 'boolean' || value.type === 'null')) return undefined;
  if (value.kind === 'const' && typeof value.value === 'number' && !Number.isInteger(value.value)) return undefined;
  return keyValueOf(value);
}

function first<T>(items: readonly T[], look: (item: T) => Hit | undefined): Hit | undefined {
  for (const item of items) {
    const found = look(item);
    if (found) return found;
  }
  return undefined;
}
