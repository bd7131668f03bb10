/** "What if `orders` were sharded by `tenant_id`": the map that a person proposes, and whose routes it changes. */
import { sameColumn } from '../../routing/declaredTables';
import type { Route } from '../../routing/route';
import { classOf, type RouteClass } from '../../routing/routeClass';
import type { Schema } from '../../schema/model';
import type { ShardMap } from '../../shards/model';
import { tableIndex } from '../../shards/resolve';
import type { Survey, Surveyed } from '../survey';
import { columnId, columnUses } from './columnUses';
import { designed, type Placement } from './design';
import { type Domain, keyDomains } from './domains';
import { type KnownTables, knownTables } from './knownTables';
import { type Measure, measured, type Routed } from './measure';
import { type KeyQuality, keyQuality } from './quality';

/** `orders=tenant_id`, `orders=tenant_id+id`, `countries=reference`, `settings=unsharded`. */
export interface Change {
  readonly table: string;
  readonly key: readonly string[];
  readonly kind: Placement['kind'];
}

/** Undefined: it cannot be read. Several are separated by commas. */
export function changesIn(text: string): readonly Change[] | undefined {
  const changes = text.split(',').map((part): Change | undefined => {
    const [, table, to] = /^\s*([^=\s]+)\s*=\s*([^=\s]+)\s*$/.exec(part) ?? [];
    if (table === undefined || to === undefined) return undefined;
    if (to === 'reference' || to === 'unsharded') return { table, key: [], kind: to };
    return { table, key: to.split('+'), kind: 'sharded' };
  });
  return changes.every((one) => one !== undefined) ? (changes as readonly Change[]) : undefined;
}

export interface WhatIf {
  readonly changes: readonly Change[];
  readonly before: Measure;
  readonly after: Measure;
  /** Of the tables that it shards. */
  readonly quality: KeyQuality;
  /** Statements whose class, or refusal, is another. */
  readonly moved: readonly {
    readonly statement: Surveyed;
    readonly from: RouteClass;
    readonly to: RouteClass;
    readonly route: Route;
  }[];
  /** The same change, of any map of the workspace. */
  apply(effective: { readonly map: ShardMap; readonly schema: Schema }): ShardMap;
}

/** What stands in the way is said instead: a table or column that nobody knows. */
export function whatIf(survey: Survey, changes: readonly Change[]): WhatIf | { readonly why: string } {
  const known = knownTables(survey);
  const placements = placementsFor(changes, known);
  if ('why' in placements) return placements;
  const map = designed(known.map, known.schema, placements);
  const effective = { map, schema: known.schema };
  const before = known.statements.map((statement): Routed => ({ statement, route: statement.route }));
  const names = new Set(placements.keys());
  const after = before.map(({ statement, route }): Routed => {
    const touched = statement.tables.some((name) => names.has(known.find(name.split('.'))?.name ?? name));
    return { statement, route: touched ? statement.under(effective) : route };
  });
  const sharded = new Set([...placements].flatMap(([name, { kind }]) => (kind === 'sharded' ? [name] : [])));
  return {
    changes,
    before: measured(before),
    after: measured(after),
    quality: keyQuality(sharded, map, known.schema, known.statements),
    moved: after.flatMap(({ statement, route }) => {
      const [from, to] = [classOf(statement.route), classOf(route)];
      const same = from === to && (statement.route.refused === null) === (route.refused === null);
      return same ? [] : [{ statement, from, to, route }];
    }),
    apply: (one) => {
      const index = tableIndex(one.map, one.schema);
      const missing = [...placements.keys()].flatMap((name) => {
        const table = index.declared(name.split('.')) ? undefined : known.find(name.split('.'))?.table;
        return table ? [{ ...table, kind: 'unsharded' as const }] : [];
      });
      return designed({ ...one.map, tables: [...one.map.tables, ...missing] }, one.schema, placements);
    },
  };
}

/** Tables whose keys hold the same values lie together. */
function placementsFor(
  changes: readonly Change[],
  known: KnownTables,
): ReadonlyMap<string, Placement> | { readonly why: string } {
  const domains = keyDomains(known, columnUses(known));
  const placements = new Map<string, Placement>();
  for (const { table: name, key, kind } of changes) {
    const table = known.find(name.split('.'));
    if (!table) return { why: `no table ${name} is known here` };
    if (kind !== 'sharded') {
      placements.set(table.name, { kind });
      continue;
    }
    const columns = [...table.table.columns.keys()];
    const spelled = key.map((one) => columns.find((column) => sameColumn(column, one)));
    const missing = key.find((_, i) => spelled[i] === undefined);
    if (missing !== undefined && table.table.columnsComplete)
      return { why: `${table.name} has no column ${missing}; it has ${columns.join(', ')}` };
    const own = key.map((one, i) => spelled[i] ?? one);
    placements.set(table.name, { kind, key: own, group: groupFor(table.name, own, domains) });
  }
  return placements;
}

function groupFor(table: string, key: readonly string[], domains: readonly Domain[]): string {
  const [first = ''] = key;
  const id = columnId(table, first);
  const domain = domains.find((one) => one.columns.some((each) => columnId(each.table.name, each.column) === id));
  // A table that is sharded by the same values already says how the group is called.
  const beside = domain?.columns.find(
    ({ table: { table: other, name }, column }) =>
      name !== table &&
      other.kind === 'sharded' &&
      other.shardKey.length === key.length &&
      sameColumn(other.shardKey[0], column),
  );
  return beside?.table.table.group ?? domain?.name ?? first;
}
