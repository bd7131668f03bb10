/** Routes of INSERT, UPDATE, DELETE and MERGE by the shared rules; routers override what theirs refuses. */
import type { Assignment, Expr, Insert, Merge, Query, Update } from '../query/model';
import { tablesOf } from '../query/tables';
import { leavesOf } from '../query/walk';
import type { ShardTable } from '../shards/model';
import type { Analysis } from './analysis';
import { keyPlaces, literalRows, type RowKey, rowKey } from './insert';
import { keyValueOf, type Volatility } from './keyValue';
import { worse } from './reach';
import { emptyRoute, readRoute } from './read';
import { tableName } from './reasons';
import type { Reach, Reason, Route, TableBinding } from './route';
import { type Rel, relNode } from './scope';

export interface InsertOptions {
  readonly values: Volatility;
  readonly key: readonly string[];
  /** Analyses the source alone. */
  analyse(query: Query): Analysis;
}

/** INSERT into a sharded table. */
export function insertRoute(insert: Insert, table: ShardTable, options: InsertOptions): Route {
  const { source } = insert;
  const name = table.name.join('.');
  const span = insert.table.span;
  const places = keyPlaces(insert, table, options.key);
  const missing = options.key.filter((_, i) => places[i]?.kind === 'missing');
  if (missing.length > 0) {
    const text = `the rows have no value for the shard key \`${missing.join(', ')}\` of \`${name}\``;
    return {
      ...emptyRoute,
      reach: 'scatter',
      refused: { code: 'missing-shard-key', because: text },
      reasons: [{ code: 'missing-key', text, span }],
      bindings: [binding(table, insert, 'none', [])],
    };
  }
  const rows = source === 'default' ? [[]] : source.kind === 'opaque' ? undefined : literalRows(source);
  if (rows) {
    const keys = rows.map((row) =>
      places.map(
        (place): RowKey =>
          place.kind === 'at'
            ? rowKey(row[place.index], options.values)
            : place.kind === 'generated'
              ? { kind: 'computed', span }
              : { kind: 'open', span },
      ),
    );
    return rowsRoute(keys, table, insert);
  }
  if (source === 'default' || source.kind === 'opaque') {
    const why = source === 'default' ? '' : source.why;
    return {
      ...emptyRoute,
      reach: 'unknown',
      reasons: [{ code: 'open', text: `the rows of \`${name}\` come from elsewhere: ${why}`, span }],
      bindings: [binding(table, insert, 'open', [])],
    };
  }
  return insertSelectRoute(insert, source, table, places, options);
}

function rowsRoute(keys: readonly (readonly RowKey[])[], table: ShardTable, insert: Insert): Route {
  const name = table.name.join('.');
  const key = table.shardKey.join(', ');
  const nullKey = keys.flat().find((one) => one.kind === 'null' || one.kind === 'default');
  if (nullKey) {
    const text = `a row's shard key \`${key}\` is ${nullKey.kind === 'null' ? 'NULL' : 'left to its default'}: it belongs to no shard`;
    return {
      ...emptyRoute,
      reach: 'scatter',
      refused: { code: 'missing-shard-key', because: text },
      reasons: [{ code: 'missing-key', text, span: nullKey.span }],
      bindings: [binding(table, insert, 'none', [])],
    };
  }
  if (keys.some((row) => row.some((one) => one.kind === 'open'))) {
    return {
      ...emptyRoute,
      reach: 'unknown',
      reasons: [
        {
          code: 'open',
          text: `the shard key of the rows of \`${name}\` is not in the source`,
          span: insert.table.span,
        },
      ],
      bindings: [binding(table, insert, 'open', [])],
    };
  }
  const ids = new Set(keys.map((row, i) => row.map((one) => (one.kind === 'value' ? one.id : `?${i}`)).join('\u0001')));
  const many = keys.some((row) => row.some((one) => one.kind === 'value' && one.many));
  const reach: Reach = ids.size > 1 || many ? 'subset' : 'single';
  const at = keys[0]?.[0]?.span ?? insert.table.span;
  const text =
    reach === 'single'
      ? `all rows of \`${name}\` have one \`${key}\``
      : `the rows of \`${name}\` have ${many ? 'several' : ids.size} values of \`${key}\``;
  return {
    ...emptyRoute,
    reach,
    shards:
      reach === 'single'
        ? { count: 1, ...(table.shards !== undefined ? { of: table.shards } : {}) }
        : table.shards !== undefined
          ? { of: table.shards }
          : {},
    reasons: [{ code: 'insert-value', text, span: at }],
    bindings: [binding(table, insert, 'insert-value', [...ids])],
  };
}

/** Rows that keep their key stay on their shard; all others move. */
function insertSelectRoute(
  insert: Insert,
  source: Query,
  table: ShardTable,
  places: readonly ReturnType<typeof keyPlaces>[number][],
  options: InsertOptions,
): Route {
  const analysis = options.analyse(source);
  const read = readRoute(source, analysis);
  const name = table.name.join('.');
  const move = (why: string): Route => ({
    ...read,
    reach: read.reach === 'single' ? 'subset' : worse(read.reach, 'subset'),
    crossShard: 'coordinator',
    reasons: [{ code: 'rows-move', text: why, span: insert.table.span }, ...read.reasons],
    bindings: [binding(table, insert, 'none', []), ...read.bindings],
  });
  const root = analysis.universe.root;
  const kept = places.every((place, i) => {
    if (place.kind !== 'at') return false;
    const branches = root.query.kind === 'set-operation' ? root.children : [root];
    return branches.every((branch) => {
      const node = branch.outputs[place.index]?.node;
      return (
        node !== undefined &&
        analysis.universe.rels.some(
          (rel) =>
            rel.table?.kind === 'sharded' && rel.table.group === table.group && samePlace(rel, i, node, analysis),
        )
      );
    });
  });
  if (analysis.empty()) return { ...read, bindings: [binding(table, insert, 'none', []), ...read.bindings] };
  if (kept && read.crossShard === null) {
    return {
      ...read,
      reasons: [
        {
          code: 'co-located',
          text: `the rows keep their shard key: they stay where they are read`,
          span: insert.table.span,
        },
        ...read.reasons,
      ],
      bindings: [binding(table, insert, 'join', []), ...read.bindings],
    };
  }
  const pinned = places.map((place) =>
    place.kind === 'at' ? constantOutput(root.outputs[place.index]?.expr, options.values) : undefined,
  );
  const readsShards = analysis.universe.rels.some((rel) => rel.table?.kind === 'sharded');
  if (
    pinned.every((id) => id !== undefined) &&
    readsShards &&
    read.reach === 'single' &&
    analysis.universe.rels.every(
      (rel) =>
        rel.table?.kind !== 'sharded' ||
        (rel.table.group === table.group && analysis.reach(rel).ids.join() === pinned.join()),
    )
  ) {
    return { ...read, bindings: [binding(table, insert, 'insert-value', pinned as string[]), ...read.bindings] };
  }
  // `FROM unnest($1, $2)`, `FROM generate_series(…)`: rows that the statement brings along.
  if (read.crossShard === null && tablesOf(source).length === 0 && !leavesOpen(source))
    return broughtRows(insert, table, pinned.every((id) => id !== undefined) ? (pinned as string[]) : undefined);
  return move(
    readsShards
      ? `the rows do not keep the shard key of \`${name}\`: they move between shards`
      : `the rows of \`${name}\` come from outside of the shards`,
  );
}

const leavesOpen = (source: Query): boolean =>
  source.kind !== 'select' || leavesOf(source.from).some(({ kind }) => kind === 'opaque-from' || kind === 'derived');

/** Each row goes where its key says; `ids`: all rows have that one. */
function broughtRows(insert: Insert, table: ShardTable, ids: readonly string[] | undefined): Route {
  const name = table.name.join('.');
  const key = table.shardKey.join(', ');
  const text = ids
    ? `all rows of \`${name}\` have one \`${key}\``
    : `each row of \`${name}\` goes where its \`${key}\` says`;
  const of = table.shards !== undefined ? { of: table.shards } : {};
  return {
    ...emptyRoute,
    reach: ids ? 'single' : 'subset',
    shards: ids ? { count: 1, ...of } : of,
    reasons: [{ code: 'insert-value', text, span: insert.table.span }],
    bindings: [binding(table, insert, 'insert-value', ids ?? [])],
  };
}

const samePlace = (rel: Rel, index: number, node: string, analysis: Analysis): boolean => {
  const column = rel.table?.shardKey[index];
  return column !== undefined && analysis.binder.connected(relNode(rel, column), node);
};

const constantOutput = (expr: Expr | undefined, upTo: Volatility): string | undefined =>
  expr ? keyValueOf(expr, upTo)?.id : undefined;

const binding = (
  table: ShardTable,
  insert: Insert,
  how: TableBinding['how'],
  values: readonly string[],
): TableBinding => ({
  table: table.name.join('.'),
  alias: table.name[table.name.length - 1] ?? '',
  span: insert.table.span,
  key: table.shardKey,
  how,
  values,
});

/** Assignments that give a sharded row another key: the row would have to move. */
export function keyUpdates(
  set: readonly Assignment[],
  rel: Rel,
  analysis: Analysis,
  upTo: Volatility,
): readonly Assignment[] {
  const key = new Set((rel.table?.shardKey ?? []).map((name) => name.toLowerCase()));
  return set.filter((one) => {
    if (!key.has(one.column.toLowerCase())) return false;
    if (one.value.kind === 'column' && one.value.name.toLowerCase() === one.column.toLowerCase()) return false;
    const value = keyValueOf(one.value, upTo);
    const { reach, ids } = analysis.reach(rel);
    return !(value && reach === 'single' && ids.includes(value.id));
  });
}

/** UPDATE and DELETE: where the rows are, and whether they may stay there. */
export function changeRoute(
  query: Update | Extract<Query, { kind: 'delete' }> | Merge,
  analysis: Analysis,
  upTo: Volatility,
): Route {
  const read = readRoute(query, analysis);
  const sets =
    query.kind === 'update'
      ? query.set
      : query.kind === 'merge'
        ? query.actions.flatMap((action) => action.set ?? [])
        : [];
  const targets = query.kind === 'merge' ? [query.target] : query.targets;
  for (const rel of analysis.universe.rels) {
    if (rel.table?.kind !== 'sharded' || !targets.includes(rel.ref)) continue;
    const moved = keyUpdates(sets, rel, analysis, upTo)[0];
    if (moved) {
      const isNull = moved.value.kind === 'const' && moved.value.type === 'null';
      const text = `\`${moved.column}\` is the shard key of \`${tableName(rel)}\`: ${isNull ? 'without a value for it the row belongs to no shard' : 'changing it moves the row to another shard'}`;
      const reason: Reason = { code: 'key-update', text, span: moved.span };
      return { ...read, crossShard: read.crossShard ?? 'repartition', reasons: [reason, ...read.reasons] };
    }
  }
  return read;
}
