/** Statements whose join leaves its shard, or the service that it belongs to. */

import type { Select } from '../../query/model';
import { tablesOf } from '../../query/tables';
import type { Route } from '../../routing/route';
import { routeStatement } from '../../routing/routeStatement';
import type { Schema } from '../../schema/model';
import type { ShardMap } from '../../shards/model';
import { tableIndex } from '../../shards/resolve';
import { ownerOf } from '../../shards/services';
import { type JoinShape, joinShape } from './joinShape';
import type { Reading, Sending } from './step';

export interface Crossing {
  readonly sent: Sending;
  readonly query: Select;
  readonly shape: JoinShape;
  /** By shards, or only by services: those have no common database to answer from. */
  readonly by: 'shards' | 'services';
}

const intended = (route: Route): boolean => route.reasons.some(({ code }) => code === 'receiver' || code === 'hint');

/** SELECTs over several tables of the application's own code, whose routes are known. */
export function crossingsOf({ map, schema, statements }: Reading): readonly Crossing[] {
  return statements.flatMap((sent): readonly Crossing[] => {
    const { query, route, own } = sent;
    if (!own || query.kind !== 'select' || route.confidence === 'guess' || intended(route)) return [];
    const by =
      route.crossShard !== null
        ? 'shards'
        : ownersOf(
              map,
              tablesOf(query).map(({ name }) => name.parts),
            ).size > 1
          ? 'services'
          : undefined;
    const shape = by && joinShape(query, map, schema);
    return by && shape && shape.tables.length > 1 ? [{ sent, query, shape, by }] : [];
  });
}

export const ownersOf = (map: ShardMap, tables: readonly (readonly string[])[]): ReadonlySet<string> =>
  new Set(tables.flatMap((name) => ownerOf(map, name.join('.')) ?? []));

/** The route if these tables had a copy on every shard: what a join with them costs is gone then. */
export function routeWithCopies(
  { sent: { query, under } }: Pick<Crossing, 'sent'>,
  copies: readonly (readonly string[])[],
  map: ShardMap,
  schema: Schema,
): Route {
  const effective = { map: withCopies(map, schema, copies), schema };
  return under ? under(effective) : routeStatement(query, { ...effective, pins: [], hints: [], shallow: false });
}

const made = new WeakMap<ShardMap, Map<string, ShardMap>>();

/** The same map for the same copies: what is found out about its tables is found out once. */
function withCopies(map: ShardMap, schema: Schema, copies: readonly (readonly string[])[]): ShardMap {
  const known = made.get(map) ?? new Map<string, ShardMap>();
  made.set(map, known);
  const key = JSON.stringify(copies);
  const before = known.get(key);
  if (before) return before;
  const index = tableIndex(map, schema);
  const found = new Set(copies.flatMap((name) => index.find(name) ?? []));
  const tables = [...new Set([...map.tables, ...found])].map((table) =>
    found.has(table) ? { ...table, kind: 'reference' as const, shardKey: [], group: '' } : table,
  );
  const changed = { ...map, tables };
  known.set(key, changed);
  return changed;
}
