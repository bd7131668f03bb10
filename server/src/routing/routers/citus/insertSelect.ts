/** INSERT … SELECT: on the shards where every row stays on its own, otherwise through a repartition or the coordinator. */
import type { Insert, Query } from '../../../query/model';
import type { ShardTable } from '../../../shards/model';
import type { Analysis } from '../../analysis';
import { keyPlaces } from '../../insert';
import { worse } from '../../reach';
import type { Scope } from '../../scope';
import { changesByCall, cteObstacle } from './ctes';
import { keyBehind, keysEqual } from './equality';
import { isFlat } from './flat';
import { mergeObstacle } from './pushdown';
import { planCtes, planParts } from './recursive';
import { newPlan, type Outcome, planSelect, reachOf } from './select';
import { onOneShard } from './single';
import { activeRels, isDistributed, isLocal, isReference, type Plan, type Settings } from './tables';

/** `source` is the analysis of the SELECT alone, with the INSERT's CTEs. */
export function planInsertSelect(insert: Insert, source: Analysis, table: ShardTable, settings: Settings): Outcome {
  const read = planSelect(source.universe.root, source, settings);
  if (read.refused) return read;
  const rels = source.universe.rels;
  if (table.kind === 'unsharded')
    return read.reach === 'reference' && read.crossShard === null ? { ...read, reach: 'unsharded' } : read;
  if (table.kind === 'reference') {
    if (rels.length > 0 && rels.every(isReference) && read.crossShard === null) return read;
    return throughCoordinator(insert, read, table, 'its rows come from elsewhere and go to every copy');
  }
  const why =
    table.kind === 'single-shard'
      ? staysOnShard(source, table, read)
      : pushdownObstacleOf(insert, source, table, settings);
  if (why === undefined) {
    const note = {
      code: 'co-located' as const,
      text: 'the rows keep their distribution column: they stay where they are read',
      span: insert.table.span,
    };
    return { ...keptReach(source, table, settings), crossShard: null, refused: null, notes: [note] };
  }
  const moves = throughCoordinator(insert, read, table, why);
  return repartitions(source, read, settings) && table.kind === 'sharded'
    ? { ...moves, crossShard: 'repartition' }
    : moves;
}

/** Every shard has a copy of a reference table to read, so that none is left out where the source reads one. */
function keptReach(source: Analysis, table: ShardTable, settings: Settings): Pick<Outcome, 'reach' | 'shards'> {
  if (table.kind === 'single-shard') return { reach: 'single', shards: { count: 1 } };
  const { root, rels } = source.universe;
  const plan = newPlan(source, settings);
  const of = table.shards;
  if (rels.some(isReference)) return { reach: 'scatter', shards: of === undefined ? {} : { count: of, of } };
  const found = reachOf(root, plan, true);
  const isSingle = found.reach === 'subset' && onOneShard(root, plan)?.kind === 'single';
  return isSingle ? { reach: 'single', shards: { count: 1, ...(of === undefined ? {} : { of }) } } : found;
}

function throughCoordinator(insert: Insert, read: Outcome, table: ShardTable, why: string): Outcome {
  const text = `the rows move to \`${table.name.join('.')}\`: ${why}`;
  const target = table.kind === 'sharded' ? 'scatter' : table.kind === 'single-shard' ? 'single' : 'reference';
  return {
    reach: worse(read.reach, target),
    crossShard: 'coordinator',
    refused: null,
    shards: {},
    notes: [{ code: 'rows-move', text, span: insert.table.span }, ...read.notes],
  };
}

const hasApart = (source: Analysis): boolean =>
  source.universe.scopes.some((scope) => scope.of !== undefined && cteObstacle(scope.of, scope.query) !== undefined);

function staysOnShard(source: Analysis, table: ShardTable, read: Outcome): string | undefined {
  const { rels } = source.universe;
  if (rels.length === 0) return 'its rows come from elsewhere';
  if (hasApart(source)) return 'a part of it is run first';
  if (read.crossShard) return 'its rows are put together above the shards';
  return rels.every(
    (rel) => isReference(rel) || (rel.table?.kind === 'single-shard' && rel.table.group === table.group),
  )
    ? undefined
    : 'its rows lie on other shards';
}

/** Why the rows cannot stay where they are read. */
function pushdownObstacleOf(
  insert: Insert,
  source: Analysis,
  table: ShardTable,
  settings: Settings,
): string | undefined {
  const { root, rels, scopes } = source.universe;
  if (!rels.some(isDistributed)) return 'its rows come from elsewhere';
  if (rels.some(isLocal)) return 'it reads ordinary tables';
  if (insert.with) return 'a WITH in front of INSERT keeps its rows apart';
  if (changesByCall(root.query)) return 'it computes values that differ from shard to shard';
  const plan = newPlan(source, settings);
  const isTogether = rels.every((rel) => !isDistributed(rel) || rel.table?.group === table.group);
  const place = hasApart(source) || !isTogether ? undefined : onOneShard(root, plan)?.kind;
  if ((place === 'single' || place === 'none') && keepsKey(insert, root, table, plan)) return undefined;
  planCtes(root, plan);
  planParts(root, plan, 1);
  if (plan.notes.length > 0) return 'a part of it is run first';
  for (const scope of scopes) {
    const { query } = scope;
    if (query.kind === 'set-operation' && scope === root) return 'it has a set operation';
    if (query.kind === 'set-operation' || query.kind === 'values') continue;
    if (query.kind !== 'select') return 'it reads rows that are not in a table';
    if ((query.limit ?? query.offset) && !isFlat(scope)) return 'it has a LIMIT';
    if (query.groupingSets) return 'it has grouping sets';
    const merge = scope.correlated ? undefined : mergeObstacle(query, scope, plan);
    if (merge) return merge;
  }
  if (!keysEqual(activeRels(root, plan), plan)) return 'its tables are not tied by their distribution columns';
  return keepsKey(insert, root, table, plan)
    ? undefined
    : `\`${table.shardKey[0] ?? ''}\` is not filled from a co-located distribution column`;
}

function keepsKey(insert: Insert, root: Scope, table: ShardTable, plan: Plan): boolean {
  const [place] = keyPlaces(insert, table, table.shardKey);
  if (place?.kind !== 'at') return false;
  const rel = keyBehind(root.outputs[place.index]?.node, plan);
  return rel?.table?.group === table.group;
}

/** Rows of several shards that nothing gathers are sent straight to their new shards. */
function repartitions(source: Analysis, read: Outcome, settings: Settings): boolean {
  const { root } = source.universe;
  const { query } = root;
  if (read.reach === 'single' || read.reach === 'none' || query.kind !== 'select') return false;
  if (!source.universe.rels.some(isDistributed) || query.limit || query.offset) return false;
  return mergeObstacle(query, root, newPlan(source, settings)) === undefined;
}

/** A SELECT with the CTEs that its INSERT declares. */
export function withCtesOf(insert: Insert, source: Query): Query {
  if (!insert.with || !(source.kind === 'select' || source.kind === 'set-operation' || source.kind === 'values'))
    return source;
  const own = source.with;
  return {
    ...source,
    with: {
      recursive: insert.with.recursive || own?.recursive === true,
      ctes: [...insert.with.ctes, ...(own?.ctes ?? [])],
    },
  };
}
