/**
 * Databases that are distributed themselves: CockroachDB, PolarDB-X, Spanner, TiDB, YugabyteDB. The shared rules, and:
 *
 * - a secondary index is a table of its own with places of its own: what binds a unique one finds one place, as a lookup
 *   does, what binds the first columns of another one those that it leads to (YugabyteDB, "Secondary indexes": global,
 *   split into tablets by the index's own key; Spanner, "Secondary indexes"; CockroachDB, "Indexes"; TiDB, "TiDB
 *   Computing": indexes are key ranges of their own);
 * - YugabyteDB hashes an index's first column unless it says otherwise, the others keep its entries in order;
 * - what is partitioned divides its indexes alike: TiDB's partitioned tables ("Global indexes": local unless said), and
 *   CockroachDB's tables that are regional by row ("Indexes on REGIONAL BY ROW tables"); a partitioned table of YugabyteDB is
 *   one table for each partition ("Table partitioning");
 * - PolarDB-X and OceanBase have global indexes where one is declared as such, or where the database partitions by itself
 *   ("Global secondary indexes", "Automatic sharding by primary key in AUTO mode");
 * - a changed key moves the row, which is no error; Spanner refuses it ("DML syntax": key columns are not updated).
 */
import type { Query } from '../../query/model';
import { findTable, type Schema } from '../../schema/model';
import type { ShardTable } from '../../shards/model';
import { defaultReach } from '../analysis';
import { type Domain, singleValue } from '../domain';
import type { RelReach } from '../reach';
import type { Route } from '../route';
import { defineRouter, type RouteContext } from '../router';
import type { Rel } from '../scope';
import { routeGeneric } from './generic';

export default defineRouter({
  id: 'distributed-sql',
  aliases: ['cockroachdb', 'polardb-x', 'spanner', 'tidb', 'yugabytedb'],
  route: routeDistributed,
});

function routeDistributed(query: Query, context: RouteContext): Route {
  const { map, schema } = context;
  const system = map.router.name;
  const route = routeGeneric(query, context, (rel, domain) => reachOf(rel, domain, schema, system));
  const moved = system === 'spanner' ? route.reasons.find(({ code }) => code === 'key-update') : undefined;
  return moved ? { ...route, refused: { code: 'key-update', because: moved.text } } : route;
}

interface Index {
  readonly columns: readonly string[];
  readonly unique: boolean;
}

function reachOf(rel: Rel, domain: (column: string) => Domain, schema: Schema, system: string): RelReach {
  const own = defaultReach(rel, domain);
  const { table } = rel;
  if (table?.kind !== 'sharded' || own.reach === 'single' || own.reach === 'none') return own;
  const ordered = system !== 'yugabytedb';
  const through = indexesOf(table, schema, system).flatMap((index) => throughIndex(index, domain, ordered) ?? []);
  const found = through.find(({ reach }) => reach === 'single') ?? through[0];
  return found && (found.reach === 'single' || own.reach !== 'subset') ? found : own;
}

function indexesOf(table: ShardTable, schema: Schema, system: string): readonly Index[] {
  if (system === 'polardb-x') return table.globalIndexes ?? [];
  const uniques = table.unique
    .filter((columns) => !isOwnKey(columns, table, system))
    .map((columns) => ({ columns, unique: true }));
  const declared = findTable(schema, table.name);
  if (system === 'cockroachdb' && table.strategy === 'list') return [];
  if (system === 'yugabytedb' && table.levels) return [];
  if (!declared || (system === 'tidb' && declared.partitionBy)) return uniques;
  const keys = [declared.primaryKey, ...declared.uniques].flatMap((key) => (key ? [{ ...key, unique: true }] : []));
  return [
    ...uniques,
    ...[...keys, ...declared.indexes].flatMap(({ columns, partial, unique }): readonly Index[] => {
      const plain = columns.flatMap((column) => column ?? []);
      const own = unique && isOwnKey(plain, table, system);
      return own || partial || plain.length < columns.length ? [] : [{ columns: plain, unique }];
    }),
  ];
}

/** The key that the rows themselves lie by, or an index that TiDB divides as it divides the table: no places of its own. */
function isOwnKey(columns: readonly string[], { shardKey, strategy }: ShardTable, system: string): boolean {
  if (strategy === 'range' && system !== 'tidb') return false;
  const names = columns.map((column) => column.toLowerCase());
  return shardKey.every((key, i) =>
    system === 'tidb' ? names.includes(key.toLowerCase()) : names[i] === key.toLowerCase(),
  );
}

/** Its entries and the rows that they lead to. */
function throughIndex(
  { columns, unique }: Index,
  domain: (column: string) => Domain,
  ordered: boolean,
): RelReach | undefined {
  const domains = columns.map(domain);
  const [first] = domains;
  const ids = domains.flatMap((one) => (one.kind === 'points' ? [...one.points.keys()] : []));
  if (domains.length > 0 && unique && domains.every((one) => singleValue(one) !== undefined))
    return { reach: 'single', how: 'equality', values: 1, ids, via: columns };
  if (first?.kind === 'points') return { reach: 'subset', how: 'in-list', ids, via: columns };
  if (first?.kind === 'ranges' && ordered) return { reach: 'subset', how: 'range', ids, via: columns };
  return undefined;
}
