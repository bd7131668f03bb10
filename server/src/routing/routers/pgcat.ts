/**
 * pgcat: every statement goes to one shard: that of the one sharding key which it can read, else the default shard. Read off
 * its `query_router.rs` (`infer`, `selection_parser`, `infer_shard_from_exprs`) and `pool.rs` (`default_shard`), 2025-02-27:
 *
 * - only `key = number` and `key = $1` in WHERE and in ON of inner joins, joined by AND and OR, of the outermost SELECT;
 *   lists, ranges, strings, casts and `5 = key` are not read, set operations and CTEs not looked into;
 * - a qualified key is read by the table's own name, an unqualified one where the statement has one table;
 * - of a DELETE only the tables of USING count as such (`extract_exprs_and_table_names`);
 * - every parameter that `=` compares is taken for a key, and keys of several shards are taken for none;
 * - with `*.column` an UPDATE of that column is an error (`assignment_parser`);
 * - what is neither SELECT, INSERT, UPDATE nor DELETE has no key, DDL and TRUNCATE among it;
 * - without `query_parser_enabled` and `query_parser_read_write_splitting` nothing is read at all (`infer`).
 */
import type { Column, Delete, Expr, From, Insert, Query } from '../../query/model';
import { leavesOf } from '../../query/walk';
import type { ShardTable } from '../../shards/model';
import { tableIndex } from '../../shards/resolve';
import { type AnalysisOptions, analyse, defaultHome } from '../analysis';
import { sharedBinding } from '../bindSemantics';
import { shardOf } from '../exactShards';
import { keyPlaces } from '../insert';
import { type KeyValue, keyValueOf } from '../keyValue';
import { pinDomain } from '../pins';
import { emptyRoute, readRoute } from '../read';
import { showIds } from '../reasons';
import type { Route } from '../route';
import { defineRouter, type RouteContext } from '../router';
import { leftBehind, type Sent, sentRoute } from '../sent';

const title = 'pgcat';

export default defineRouter({
  id: 'pgcat',
  route: routePgcat,
});

function routePgcat(query: Query, context: RouteContext): Route {
  if (query.kind === 'other' && query.inner) return routePgcat(query.inner, context);
  const { map, pins } = context;
  const index = tableIndex(map, context.schema);
  const options: AnalysisOptions = {
    table: (name) => index.find(name),
    semantics: sharedBinding,
    pinned: (rel, column) => pinDomain(pins, rel, column),
    home: (rel) => (rel.table ? defaultHome(rel) : undefined),
  };
  const analysis = analyse(query, options);
  const base = readRoute(query, analysis);
  const sharded = analysis.universe.rels.some(({ table }) => table?.kind === 'sharded');
  if (!sharded) return base;
  // SET SHARD and SET SHARDING KEY hold until they are taken back.
  if (pins.length > 0) return sentRoute(query, analysis, { reach: 'single', notes: [], trusted: true }, title);
  const unread = map.router.settings.query_parser_read_write_splitting === false;
  if (unread || query.kind === 'other' || query.kind === 'merge')
    return sentRoute(query, analysis, byDefault(base), title);
  const find = (name: readonly string[]): ShardTable | undefined => index.find(name);
  const reader = { find, anywhere: map.defaultShardKeys?.[0] };
  const sent = query.kind === 'insert' ? ofInsert(query, reader, options) : ofOther(query, reader, base);
  return sent ? sentRoute(query, analysis, sent, title) : base;
}

interface Reader {
  find(name: readonly string[]): ShardTable | undefined;
  /** The column of `*.column`. */
  readonly anywhere: string | undefined;
}

interface Read {
  readonly keys: readonly {
    readonly value: KeyValue;
    readonly table: ShardTable | undefined;
    readonly span: Expr['span'];
  }[];
  readonly open: boolean;
}

/** `into`: the table that gets the rows of a SELECT is one of its tables. */
function ofOther(query: Query, reader: Reader, base: Route, into: readonly From[] = []): Sent | undefined {
  const outer = query.kind === 'select' || query.kind === 'update' || query.kind === 'delete' ? query : undefined;
  const found: Read[] = outer
    ? [...(outer.where ? [outer.where] : []), ...outer.from.flatMap(innerOns)].map((expr) =>
        keysIn(
          expr,
          [...into, ...(outer.kind === 'delete' ? outer.from.filter((item) => !isTarget(item, outer)) : outer.from)],
          reader,
        ),
      )
    : [];
  const change = query.kind === 'update' && query.set.find(({ column }) => column === reader.anywhere);
  if (change) {
    const because = `\`${change.column}\` is the sharding key, which pgcat does not let change`;
    return { reach: 'single', notes: [], refused: { code: 'key-update', because, span: change.span } };
  }
  const keys = found.flatMap((one) => one.keys);
  if (keys.length === 0 && found.some(({ open }) => open))
    return { reach: 'unknown', notes: base.reasons.filter(({ code }) => code === 'open') };
  return keys.length === 0 ? byDefault(base) : { reach: 'single', ...placed(keys) };
}

/** The default shard answers for rows that lie elsewhere. */
function byDefault({ reach, bindings }: Pick<Route, 'reach' | 'bindings'>): Sent {
  const text = 'pgcat reads no sharding key here: the default shard answers alone';
  const span = bindings.find(({ key }) => key.length > 0)?.span;
  const code = reach === 'none' ? 'unbound' : 'incomplete';
  return { reach: 'single', notes: [{ code, text, ...(span && { span }) }], trusted: true };
}

const isTarget = (item: From, { targets }: Delete): boolean => targets.some((target) => target === item);

/** One shard that all keys lead to; none, or several, are left to the default shard. */
function placed(keys: Read['keys']): Pick<Sent, 'notes' | 'shards'> {
  const shards = keys.map(({ table, value }) => table && shardOf(table, value));
  const known = shards.every((shard) => shard !== undefined) ? new Set(shards) : undefined;
  const ids = [...new Set(keys.map(({ value }) => value.id))];
  const [first] = keys;
  if (!first) return { notes: [] };
  const { span } = first;
  const one = ids.length === 1 || known?.size === 1;
  if (one)
    return {
      notes: [{ code: 'pinned', text: `the sharding key is ${showIds(ids)}`, span }],
      ...(known && { shards: { ids: [...known] } }),
    };
  const text = `pgcat takes ${showIds(ids)} for sharding keys; where they lie on several shards, the default shard answers alone`;
  return { notes: [{ code: 'incomplete', text, span }] };
}

/** A sign makes an expression of a number. */
const isWhole = (expr: Expr): boolean =>
  expr.kind === 'const' && expr.type === 'number' && /^\d+$/.test(String(expr.value));

const innerOns = (item: From): readonly Expr[] =>
  item.kind === 'join'
    ? [...innerOns(item.left), ...innerOns(item.right), ...(item.type === 'inner' && item.on ? [item.on] : [])]
    : [];

function keysIn(expr: Expr, from: readonly From[], reader: Reader): Read {
  switch (expr.kind) {
    case 'and':
    case 'or': {
      const parts = expr.args.map((arg) => keysIn(arg, from, reader));
      return { keys: parts.flatMap(({ keys }) => keys), open: parts.some(({ open }) => open) };
    }
    case 'compare': {
      if (expr.op !== '=') return { keys: [], open: false };
      const key = expr.left.kind === 'column' ? keyTable(expr.left, from, reader) : undefined;
      const isParam = expr.right.kind === 'param' && !expr.right.many;
      const isNumber = isWhole(expr.right) && key !== undefined;
      const value = isParam || isNumber ? keyValueOf(expr.right) : undefined;
      const open = expr.right.kind === 'opaque' || expr.right.kind === 'choice';
      return { keys: value ? [{ value, table: key?.table, span: expr.span }] : [], open };
    }
    default:
      return { keys: [], open: expr.kind === 'opaque' || expr.kind === 'choice' };
  }
}

function keyTable(
  column: Column,
  from: readonly From[],
  reader: Reader,
): { readonly table: ShardTable | undefined } | undefined {
  if (reader.anywhere === column.name) return { table: undefined };
  const tables = leavesOf(from).flatMap((leaf) => (leaf.kind === 'table' ? [leaf.name.parts] : []));
  const [only] = tables;
  // An alias is no table name to it.
  if (column.qualifier.length > 1) return undefined;
  const name = column.qualifier.length > 0 ? column.qualifier : tables.length === 1 ? only : undefined;
  const table = name && reader.find(name);
  return table?.kind === 'sharded' && table.shardKey[0] === column.name && table.name.at(-1) === name?.at(-1)
    ? { table }
    : undefined;
}

/** Rows are read as if each value were compared with its column. */
function ofInsert(insert: Insert, reader: Reader, options: AnalysisOptions): Sent | undefined {
  const table = insert.table.kind === 'table' ? reader.find(insert.table.name.parts) : undefined;
  const { source, columns } = insert;
  if (table?.kind !== 'sharded' || (source !== 'default' && source.kind === 'opaque')) return undefined;
  const name = table.name.join('.');
  const key = table.shardKey[0] ?? '';
  const [place] = keyPlaces(insert, table, [key]);
  const left = (text: string, span = insert.table.span): Sent => ({
    reach: 'single',
    notes: [{ code: 'missing-key', text, span }],
    trusted: true,
  });
  if (source === 'default' || place?.kind === 'missing' || place?.kind === 'generated' || !columns)
    return left(`pgcat reads no \`${key}\` for the rows of \`${name}\`: they go to the default shard`);
  if (source.kind !== 'values') {
    const read = source.kind === 'select' ? ofOther(source, reader, emptyRoute, [insert.table]) : undefined;
    // One key is read: its rows may stay where they are.
    return read?.notes.some(({ code }) => code === 'pinned')
      ? { ...read, notes: [...leftBehind(insert, table, options, title), ...read.notes], trusted: true }
      : (read ?? byDefault(emptyRoute));
  }
  const index = place?.kind === 'at' ? place.index : -1;
  const values = source.rows.map((row) => row[index]);
  if (values.some((value) => value?.kind === 'opaque' || value?.kind === 'choice')) return undefined;
  const keys = values.flatMap((value) => {
    const read = value && (value.kind === 'param' || isWhole(value)) ? keyValueOf(value) : undefined;
    return read && value ? [{ value: read, table, span: value.span }] : [];
  });
  if (keys.length === 0)
    return left(`pgcat reads no \`${key}\` for the rows of \`${name}\`: they go to the default shard`);
  const { notes, shards } = placed(keys);
  if (notes.some(({ code }) => code === 'incomplete'))
    return left(
      `rows of \`${name}\` with several values of \`${key}\` go to the default shard, all of them`,
      keys[0]?.span,
    );
  return {
    reach: 'single',
    notes: [{ code: 'insert-value', text: `the rows of \`${name}\` have one \`${key}\``, span: insert.table.span }],
    trusted: true,
    ...(shards && { shards }),
  };
}
