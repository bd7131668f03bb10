/** What Citus calls the kinds of tables, and which shards of one a statement can reach. */
import type { Analysis } from '../../analysis';
import { singleValue } from '../../domain';
import { shardsOf } from '../../exactShards';
import type { Reason } from '../../route';
import type { Node, Rel, Scope } from '../../scope';
import { emptyLevels } from './contradiction';
import { levelOf } from './flat';
import { isUnplanned } from './unplanned';

/** Hash-distributed or schema-based: lies on worker shards and nowhere else. */
export const isDistributed = (rel: Rel): boolean => rel.table?.kind === 'sharded' || rel.table?.kind === 'single-shard';
export const isReference = (rel: Rel): boolean => rel.table?.kind === 'reference';
export const isLocal = (rel: Rel): boolean => !isDistributed(rel) && !isReference(rel);

/** Shards that remain of one table use. `key` tells apart which shard a single one is, also where its number is not known. */
export interface Pruned {
  readonly reach: 'none' | 'single' | 'subset' | 'scatter' | 'unknown';
  /** Numbers of the shards, where known. */
  readonly ids?: ReadonlySet<number>;
  readonly key?: string;
}

/** By the number of the table use. */
const newPruned = (): Pruned[] => [];

export function prune(rel: Rel, analysis: Analysis): Pruned {
  const pruned = analysis.kept(newPruned);
  const found = pruned[rel.id] ?? findShards(rel, analysis);
  pruned[rel.id] = found;
  return found;
}

function findShards(rel: Rel, analysis: Analysis): Pruned {
  const table = rel.table;
  if (table?.kind === 'single-shard') return { reach: 'single', ids: new Set([0]), key: `${table.group}:0` };
  if (table?.kind !== 'sharded') return { reach: 'none' };
  if (emptyLevels(analysis).has(levelOf(rel.scope)) || isUnplanned(rel.scope, analysis))
    return { reach: 'none', ids: new Set() };
  const [column = ''] = table.shardKey;
  const domain = analysis.domain(rel, column);
  if (domain.kind === 'none') return { reach: 'none', ids: new Set() };
  if (table.shards === 1) return { reach: 'single', ids: new Set([0]), key: 'shard 0' };
  const ids = table.strategy === 'hash' ? shardsOf(table, domain, table.hash ?? 'postgresql') : shardsOf(table, domain);
  if (ids) {
    const [only] = ids;
    // Shards of one number lie on one node, whatever the table.
    if (ids.size === 1) return { reach: 'single', ids, key: `shard ${only}` };
    return { reach: ids.size === 0 ? 'none' : ids.size === table.shards ? 'scatter' : 'subset', ids };
  }
  const value = singleValue(domain);
  if (value) return { reach: 'single', key: `${table.group}:${value.id}` };
  if (domain.kind === 'points') return { reach: 'subset' };
  if (domain.kind === 'open') return { reach: 'unknown' };
  return { reach: analysis.reach(rel).reach };
}

/** What of the server's version and settings decides plans. */
export interface Settings {
  readonly repartitionJoins: boolean;
  /** Tables that are not co-located may be pinned to one node: off since version 12. */
  readonly nonColocatedRouter: boolean;
  /** Major version; the newest known one where the map does not say. */
  readonly version: number;
}

export interface Ties {
  readonly parts: number;
  readonly equal: (a: Node, b: Node) => boolean;
}

/** What has been decided while a statement is planned: which parts are run first, and why. */
export interface Plan {
  readonly analysis: Analysis;
  /** Subqueries whose rows are fetched first and then sent to whoever needs them. */
  readonly planned: Set<Scope>;
  /** Table uses that are fetched first. */
  readonly fetched: Set<Rel>;
  readonly notes: Reason[];
  /** Parts that would have to be run first and cannot be, as they use columns around them. */
  readonly stuck: Scope[];
  readonly settings: Settings;
  /** What is known of equal columns, and how many parts had been decided then. */
  ties: Ties | undefined;
  /** Common table expressions are run first, all of them. */
  readonly keepCtes: boolean;
}

/** Children that stand in FROM: derived tables, views, CTE uses, arms of a set operation. */
export const fromScopes = (scope: Scope): readonly Scope[] =>
  scope.query.kind === 'set-operation'
    ? armsOf(scope)
    : scope.children.filter((child) => child.link === 'derived' || child.link === 'branch');

/** Subqueries in expressions. */
export const sublinks = (scope: Scope): readonly Scope[] =>
  scope.children.filter((child) => child.link === 'semi' || child.link === 'anti' || child.link === 'scalar');

/** The SELECTs of a set operation; one inside another with no clause of its own is the same operation. */
export function armsOf(scope: Scope): readonly Scope[] {
  return scope.children
    .filter((child) => child.link === 'branch')
    .flatMap((child) =>
      child.query.kind === 'set-operation' && !child.query.limit && !child.query.offset && !child.query.with
        ? armsOf(child)
        : [child],
    );
}

/** Table uses that are still to be read where the query runs; those below a part that is run first are not. */
export function activeRels(scope: Scope, plan: Plan): readonly Rel[] {
  if (plan.planned.has(scope)) return [];
  const own = scope.rels.filter((rel) => !plan.fetched.has(rel));
  return scope.children.length === 0 ? own : [...own, ...scope.children.flatMap((child) => activeRels(child, plan))];
}

/** Table uses below FROM, subqueries in expressions of this scope left out. */
export function fromRels(scope: Scope, plan: Plan): readonly Rel[] {
  if (plan.planned.has(scope)) return [];
  return [
    ...scope.rels.filter((rel) => !plan.fetched.has(rel)),
    ...fromScopes(scope).flatMap((child) => activeRels(child, plan)),
  ];
}

export const readsShards = (scope: Scope, plan: Plan): boolean => activeRels(scope, plan).some(isDistributed);
export const fromReadsShards = (scope: Scope, plan: Plan): boolean => fromRels(scope, plan).some(isDistributed);
export const fromReadsLocal = (scope: Scope, plan: Plan): boolean => fromRels(scope, plan).some(isLocal);
