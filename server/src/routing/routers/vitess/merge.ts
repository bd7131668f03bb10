/** When two routes become one query: the planner's rules for joins, subqueries and set operations. */
import type { ShardTable } from '../../../shards/model';
import type { Universe } from '../../build';
import type { Rel } from '../../scope';
import { columnOf, type Equalities, type Equality, relOf } from './columns';
import { keyspaceOf } from './context';
import { best, type Option } from './options';
import { isSingle, operationOf, type RoutePlan } from './plan';

export interface MergeContext {
  readonly universe: Universe;
  readonly equalities: Equalities;
  /** Tables that the statement writes: rows of the others are not in its answer. */
  readonly written: ReadonlySet<Rel>;
}

/** A join of two routes; `outer`: the rows of `a` are kept. */
export function mergeJoin(
  left: RoutePlan,
  right: RoutePlan,
  on: readonly Equality[],
  outer: boolean,
  context: MergeContext,
): RoutePlan | undefined {
  const [a, b] = atOnePlace(left, right);
  if (a.target === 'dual') return outer && !isSingle(b) ? undefined : together(a, b, b);
  if (b.target === 'dual') return together(a, b, a);
  if (a.keyspace !== b.keyspace) return undefined;
  if (isAnywhere(a)) {
    // Every shard has the reference table's rows: kept by an outer join, they would come once from each.
    const writesOther =
      b.rels.some((rel) => context.written.has(rel)) && !a.rels.some((rel) => context.written.has(rel));
    if (outer && a.target === 'reference' && !isAnywhere(b) && !isSingle(b) && !writesOther) return undefined;
    return together(a, b, b);
  }
  if (isAnywhere(b) || a.target === 'none') return together(a, b, a);
  if (b.target === 'none') return together(a, b, b);
  if (!sameShards(a, b, on, context)) return undefined;
  // Of two values for one vindex the left side's is taken.
  const [x, y] = [best(a.options), best(b.options)];
  const same = x !== undefined && y !== undefined && vindexId(x) === vindexId(y);
  return { ...together(a, b, a), options: same ? [...b.options, ...a.options] : [...a.options, ...b.options] };
}

/** Two routes to shards of one keyspace read the same ones: the same unique value, or joined on a shared unique vindex. */
export function sameShards(a: RoutePlan, b: RoutePlan, on: readonly Equality[], context: MergeContext): boolean {
  if (sameValue(a, b)) return true;
  const operation = operationOf(a);
  if (operation !== 'unique' && operation !== 'scatter' && operation !== 'list') return false;
  return on.some(([x, y]) => {
    const left = vindexBehind(x, a, context) ?? vindexBehind(y, a, context);
    if (!left?.unique) return false;
    const other = vindexBehind(x, a, context) ? y : x;
    return vindexBehind(other, b, context)?.id === left.id;
  });
}

export function sameValue(a: RoutePlan, b: RoutePlan): boolean {
  const x = best(a.options);
  const y = best(b.options);
  if (x?.operation !== 'unique' || y?.operation !== 'unique') return false;
  // What vtgate computes is compared by nothing but its text, and that only where it is a literal, a placeholder or a column.
  const plain = [...x.ids, ...y.ids].every((id) => !id.startsWith('('));
  return plain && vindexId(x) === vindexId(y) && x.ids.join('\u0001') === y.ids.join('\u0001');
}

const vindexId = ({ vindex }: Option): string => `${vindex.keyspace}.${vindex.name}`;

/** The vindex on a column, or on one that equals it, of a table of the route. Vindexes over several columns do not count. */
function vindexBehind(
  node: string,
  route: RoutePlan,
  { universe, equalities }: MergeContext,
): { readonly id: string; readonly unique: boolean } | undefined {
  for (const one of [node, ...equalities.of(node)]) {
    const rel = relOf(one, universe);
    if (!rel || !route.rels.includes(rel)) continue;
    const found = columnVindex(rel.table, columnOf(one));
    if (found) return found;
  }
  return undefined;
}

export function columnVindex(
  table: ShardTable | undefined,
  column: string,
): { readonly id: string; readonly unique: boolean } | undefined {
  const vindex = table?.vindexes?.find(
    (each) => each.columns[0]?.toLowerCase() === column && (each.lookup || each.columns.length === 1),
  );
  return vindex && { id: `${table ? keyspaceOf(table) : ''}.${vindex.name}`, unique: vindex.unique };
}

export const isAnywhere = ({ target }: RoutePlan): boolean => target === 'unsharded' || target === 'reference';

/** A reference table may be read in any keyspace that has a copy of it: the one where the other side is. */
export function atOnePlace(a: RoutePlan, b: RoutePlan): readonly [RoutePlan, RoutePlan] {
  if (a.keyspace === undefined || b.keyspace === undefined || a.keyspace === b.keyspace) return [a, b];
  if (isAnywhere(a) && a.copies.has(b.keyspace)) return [moved(a, b), b];
  if (isAnywhere(b) && b.copies.has(a.keyspace)) return [a, moved(b, a)];
  return [a, b];
}

const moved = (route: RoutePlan, to: RoutePlan): RoutePlan => ({
  ...route,
  keyspace: to.keyspace,
  target: to.target === 'unsharded' ? 'unsharded' : 'reference',
});

/** Both routes' tables, sent where `where` goes. */
export function together(a: RoutePlan, b: RoutePlan, where: RoutePlan): RoutePlan {
  const copies = isAnywhere(a) && isAnywhere(b) ? [...a.copies].filter((each) => b.copies.has(each)) : [];
  return { ...where, rels: [...a.rels, ...b.rels], copies: new Set(copies) };
}

/** Two branches of a set operation. A scatter takes in its sibling; single routes only when they are the same one. */
export function mergeUnion(left: RoutePlan, right: RoutePlan): RoutePlan | undefined {
  const [a, b] = atOnePlace(left, right);
  const same = a.keyspace === b.keyspace;
  if (b.target === 'dual' || (isAnywhere(b) && same)) return together(a, b, a);
  if (a.target === 'dual' || (isAnywhere(a) && same)) return together(a, b, b);
  if (a.target === 'none') return together(a, b, b);
  if (b.target === 'none') return together(a, b, a);
  if (a.target !== 'sharded' || b.target !== 'sharded' || !same) return undefined;
  if (operationOf(a) === 'scatter') return together(a, b, a);
  if (operationOf(b) === 'scatter') return together(a, b, b);
  return sameValue(a, b) ? together(a, b, a) : undefined;
}

/** The start of a recursive query and its rounds: each round may need rows of every shard, so only one shard is enough. */
export function mergeRounds(start: RoutePlan, round: RoutePlan): RoutePlan | undefined {
  if (start.target === 'sharded' && round.target === 'sharded' && !sameValue(start, round)) return undefined;
  return mergeUnion(start, round);
}
