/** What a map makes of the statements of a workspace, in the words of MongoDB's `analyzeShardKey`. */
import type { Route } from '../../routing/route';
import { classOf, type RouteClass } from '../../routing/routeClass';
import type { Schema } from '../../schema/model';
import type { ShardMap } from '../../shards/model';
import type { Surveyed } from '../survey';

/** Counts of statements; shares are of those with a known route. */
export interface Distribution {
  readonly total: number;
  readonly single: number;
  readonly subset: number;
  readonly scatter: number;
  readonly crossShardJoin: number;
  readonly reference: number;
  /** On the one ordinary database. */
  readonly unsharded: number;
  /** What the source does not say. */
  readonly unknown: number;
  /** The router would reject them: counted above as well, by where they would go. */
  readonly refused: number;
}

export interface Measure {
  readonly all: Distribution;
  readonly reads: Distribution;
  readonly writes: Distribution;
  /** Calls a second, where rates are known. */
  readonly byRate?: { readonly all: Distribution; readonly reads: Distribution; readonly writes: Distribution };
  readonly transactions: Transactions;
}

/** Transactions with at least one statement on a sharded table. */
export interface Transactions {
  readonly total: number;
  /** All statements are bound to one value of one group, or to reference tables. */
  readonly single: number;
  /** Provably or probably on several shards or databases: a statement without key, other values, unsharded tables. */
  readonly several: number;
  /** Values whose equality the source does not say. */
  readonly unknown: number;
}

export interface Routed {
  readonly statement: Surveyed;
  readonly route: Route;
}

/** Routes under another map; statements that name none of `tables` keep theirs. */
export const rerouted = (
  statements: readonly Surveyed[],
  effective: { readonly map: ShardMap; readonly schema: Schema },
  tables: ReadonlySet<string>,
): readonly Routed[] =>
  statements.map((statement) => ({
    statement,
    route: statement.tables.some((name) => tables.has(name)) ? statement.under(effective) : statement.route,
  }));

export function measured(routed: readonly Routed[]): Measure {
  const isWrite = ({ statement }: Routed): boolean => statement.writes.length > 0;
  const of = (all: readonly Routed[], weight: (one: Routed) => number) => ({
    all: distribution(all, weight),
    reads: distribution(
      all.filter((one) => !isWrite(one)),
      weight,
    ),
    writes: distribution(all.filter(isWrite), weight),
  });
  const rated = routed.filter(({ statement }) => statement.rate !== undefined);
  return {
    ...of(routed, () => 1),
    ...(rated.length > 0 && { byRate: of(rated, ({ statement }) => statement.rate ?? 0) }),
    transactions: transactionsIn(routed),
  };
}

const fields: Readonly<Record<RouteClass, Exclude<keyof Distribution, 'total' | 'refused'>>> = {
  single: 'single',
  subset: 'subset',
  scatter: 'scatter',
  'cross-shard-join': 'crossShardJoin',
  unsharded: 'unsharded',
  reference: 'reference',
  'unknown-dynamic': 'unknown',
};

function distribution(all: readonly Routed[], weight: (one: Routed) => number): Distribution {
  const sums = { single: 0, subset: 0, scatter: 0, crossShardJoin: 0, reference: 0, unsharded: 0, unknown: 0 };
  let total = 0;
  let refused = 0;
  for (const one of all) {
    const amount = weight(one);
    total += amount;
    sums[fields[classOf(one.route)]] += amount;
    if (one.route.refused) refused += amount;
  }
  return { total, ...sums, refused };
}

export function transactionsIn(routed: readonly Routed[]): Transactions {
  const all = new Map<string, Routed[]>();
  for (const one of routed) {
    const { transaction } = one.statement;
    if (transaction !== undefined) all.set(transaction, [...(all.get(transaction) ?? []), one]);
  }
  const counts = { total: 0, single: 0, several: 0, unknown: 0 };
  for (const statements of all.values()) {
    const fate = fateOf(statements);
    if (!fate) continue;
    counts.total += 1;
    counts[fate] += 1;
  }
  return counts;
}

/** Undefined: no sharded table takes part. */
function fateOf(statements: readonly Routed[]): 'single' | 'several' | 'unknown' | undefined {
  const classes = statements.map(({ route }) => classOf(route));
  const onShards = classes.some((one) => one !== 'unsharded' && one !== 'reference' && one !== 'unknown-dynamic');
  if (!onShards) return undefined;
  if (classes.some((one) => one === 'scatter' || one === 'subset' || one === 'cross-shard-join' || one === 'unsharded'))
    return 'several';
  const values = new Set<string>();
  let open = classes.includes('unknown-dynamic');
  for (const [i, { route }] of statements.entries()) {
    if (classes[i] !== 'single' || route.reach === 'none') continue;
    const bound = route.bindings.filter(({ key, values: own }) => key.length > 0 && own.length > 0);
    if (bound.length === 0) open = true;
    // `$1` is another value in every statement; a host value or a literal is the same one everywhere.
    for (const { values: own, table } of bound)
      for (const value of own) values.add(/^=|@/.test(value) ? value : `${value} ${table} ${i}`);
  }
  if (values.size <= 1) return open ? 'unknown' : 'single';
  return [...values].every((value) => value.startsWith('=')) ? 'several' : 'unknown';
}

/** 0 to 1; 0 where there is nothing. */
export const share = (part: number, { total, unknown }: Pick<Distribution, 'total' | 'unknown'>): number =>
  total - unknown > 0 ? part / (total - unknown) : 0;
