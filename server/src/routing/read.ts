/** The route of a statement that follows from its analysis alone: reads, and the reading side of writes. */
import type { Query, Select } from '../query/model';
import { someExpr } from '../query/walk';
import type { Analysis } from './analysis';
import { singleValue } from './domain';
import { groupedByKey, keyTest } from './groups';
import { comparable } from './keyValue';
import { worse } from './reach';
import { bindingOf, bindingPredicate, coLocated, crossingReason, reasonsFor, showIds } from './reasons';
import type { MergeWork, Reach, Reason, Route } from './route';
import type { Rel, Scope } from './scope';

export const emptyRoute: Route = {
  reach: 'unsharded',
  crossShard: null,
  refused: null,
  shards: {},
  merge: [],
  confidence: 'certain',
  alternatives: [],
  reasons: [],
  bindings: [],
};

/** Of the shared rules, what a router that plans for itself still wants to hear. */
export interface Wanted {
  /** Which tables meet without lying together. */
  readonly crossings?: boolean;
  /** Whether anything can be selected at all. */
  readonly empty?: boolean;
}

/** Reach, crossings, reasons and merge work by the shared rules. */
export function readRoute(query: Query, analysis: Analysis, wanted: Wanted = {}): Route {
  const { universe } = analysis;
  const rels = universe.rels;
  const empty = wanted.empty !== false && analysis.empty();
  const crossings = wanted.crossings === false ? [] : analysis.crossings();
  const reach = empty ? 'none' : reachOfAll(analysis);
  const crossing = crossings[0];
  const crossShard = empty || !crossing ? null : crossing.subquery || crossing.why === 'apart' ? 'subplan' : 'join';
  const sharded = rels.filter((rel) => rel.table?.kind === 'sharded');
  const many = reach === 'subset' || reach === 'scatter' || reach === 'unknown';
  const counted =
    crossShard === null && rels.some((rel) => rel.table?.kind !== 'reference') ? count(reach, sharded, analysis) : {};
  const reasons: Reason[] = [];
  for (const rel of sharded) reasons.push(...wrongShard(rel, analysis));
  for (const one of crossings) reasons.push(crossingReason(one));
  for (const rel of rels) reasons.push(...reasonsFor(rel, analysis));
  if (many && sharded.length > 1) for (const rel of sharded) reasons.push(...coLocated(rel, sharded, analysis));
  const merge = many ? mergeWork(query, universe.root, sharded, analysis) : [];
  if (merge.length > 0) reasons.push({ code: 'merge', text: `left to do above the shards: ${merge.join(', ')}` });
  for (const one of universe.opaque) reasons.push({ code: 'open', text: one.why });
  return {
    reach,
    crossShard,
    refused: null,
    shards: counted,
    merge,
    confidence: rels.some((rel) => !rel.table) ? 'likely' : 'certain',
    alternatives: [],
    reasons,
    bindings: rels.map((rel) => bindingOf(rel, analysis)),
  };
}

/** The receiver has picked one key value, and a predicate names another. Variables are compared by identity, so this is never more than likely. */
export function wrongShard(rel: Rel, analysis: Analysis): readonly Reason[] {
  return (rel.table?.shardKey ?? []).flatMap((column): readonly Reason[] => {
    const picked = singleValue(analysis.domain(rel, column))?.id;
    const asked = singleValue(analysis.binder.domain(rel, column))?.id;
    if (picked === undefined || asked === undefined || picked === asked || !comparable(picked, asked)) return [];
    const text = `The receiver picks the shard of ${showIds([picked])}, but the statement is about ${showIds([asked])}`;
    return [{ code: 'wrong-shard', text, span: bindingPredicate(rel, column, analysis)?.span ?? rel.ref.name.span }];
  });
}

export function reachOfAll(analysis: Analysis): Reach {
  const { rels, opaque } = analysis.universe;
  let reach: Reach | undefined = opaque.length > 0 ? 'unknown' : undefined;
  const singles = new Set<string>();
  for (const rel of rels) {
    const one = ownReach(rel, analysis);
    if (one === 'single') {
      const { ids, shards } = analysis.reach(rel);
      const place = shards?.size === 1 ? `shard ${[...shards][0]}` : ids.join(',');
      singles.add(`${rel.table?.group ?? ''}:${place}`);
    }
    reach = reach === undefined ? one : worse(reach, one);
  }
  // Several table uses on one shard each, but not the same one.
  if (reach === 'single' && singles.size > 1) return 'subset';
  return reach ?? 'unsharded';
}

function ownReach(rel: Rel, analysis: Analysis): Reach {
  switch (rel.table?.kind) {
    case 'reference':
      return 'reference';
    case 'sharded':
      return analysis.reach(rel).reach;
    case 'single-shard':
      return 'single';
    default:
      return 'unsharded';
  }
}

function count(reach: Reach, sharded: readonly Rel[], analysis: Analysis): Route['shards'] {
  const of = sharded.reduce<number | undefined>(
    (most, rel) => (rel.table?.shards !== undefined ? Math.max(most ?? 0, rel.table.shards) : most),
    undefined,
  );
  const total = of !== undefined ? { of } : {};
  switch (reach) {
    case 'none':
      return { count: 0, ...total };
    case 'single':
      return { ...exact(sharded, analysis), count: 1, ...total };
    case 'scatter':
      return of !== undefined ? { count: of, of } : {};
    case 'subset': {
      // So many values lie on at most so many shards: exact only where the hash is known.
      const values = Math.max(...sharded.map((rel) => analysis.reach(rel).values ?? Number.POSITIVE_INFINITY));
      return { ...(Number.isFinite(values) && of === undefined ? {} : total), ...exact(sharded, analysis) };
    }
    default:
      return total;
  }
}

/** The shards of all tables of one group, where each is known. */
function exact(sharded: readonly Rel[], analysis: Analysis): { count?: number; ids?: readonly number[] } {
  const found = new Set<number>();
  for (const rel of sharded) {
    const { shards } = analysis.reach(rel);
    if (!shards || rel.table?.group !== sharded[0]?.table?.group) return {};
    for (const shard of shards) found.add(shard);
  }
  return found.size === 0 ? {} : { count: found.size, ids: [...found].sort((a, b) => a - b) };
}

/** What is left to do once the shards have answered. */
export function mergeWork(query: Query, scope: Scope, rels: readonly Rel[], analysis: Analysis): readonly MergeWork[] {
  if (query.kind === 'set-operation')
    return [
      ...(query.orderBy.length > 0 ? (['sort'] as const) : []),
      ...(query.limit ? (['limit'] as const) : []),
      ...(query.all ? [] : (['distinct'] as const)),
    ];
  if (query.kind !== 'select') return [];
  const isKey = keyTest(scope, rels, { binder: analysis.binder, placement: (rel) => rel.table?.shardKey ?? [] });
  const work: MergeWork[] = [];
  if (query.orderBy.length > 0) work.push('sort');
  if (aggregates(query) && !groupedByKey(query, isKey)) work.push('aggregate');
  if (query.limit ?? query.offset) work.push('limit');
  if (query.distinct !== false && !query.items.some((item) => isKey(item.expr))) work.push('distinct');
  if (
    query.items.some((item) =>
      someExpr(item.expr, (one) => one.kind === 'call' && one.over !== undefined && !one.over.partitionBy.some(isKey)),
    )
  )
    work.push('window');
  return work;
}

const aggregates = (query: Select): boolean =>
  query.groupBy.length > 0 ||
  query.having !== undefined ||
  query.items.some((item) => someExpr(item.expr, (one) => one.kind === 'call' && one.aggregate === true && !one.over));
