/** What every router asks first: the uses of tables, how far each reaches, which of them lie together. */
import type { Query } from '../query/model';
import { normalize, truthOf } from '../query/normalize';
import { type Binder, makeBinder } from './bind';
import type { BindSemantics } from './bindSemantics';
import { type BuildContext, buildUniverse, type Universe } from './build';
import { type Domain, singleValue } from './domain';
import { shardsOf } from './exactShards';
import { type Crossing, findGroups } from './groups';
import { type RelReach, reachOf } from './reach';
import { type Rel, relNode, type Scope } from './scope';

export interface AnalysisOptions extends BuildContext {
  readonly semantics: BindSemantics;
  /** Values that the receiver binds before any predicate. */
  pinned(rel: Rel, column: string): Domain | undefined;
  /** Reach of one use; the default looks at the shard key and the strategy. */
  reach?(rel: Rel, domain: (column: string) => Domain): RelReach;
  /** Columns on which the rows are placed; the default is the shard key. */
  placement?(rel: Rel): readonly string[];
  home?(rel: Rel): { readonly kind: 'sharded' | 'unsharded'; readonly name: string } | undefined;
}

export interface Analysis {
  readonly universe: Universe;
  readonly binder: Binder;
  readonly semantics: BindSemantics;
  reach(rel: Rel): RelReach;
  domain(rel: Rel, column: string): Domain;
  /** Table uses that meet without lying together, by the shared rules. */
  crossings(): readonly Crossing[];
  /** Nothing can be selected: a contradiction that all rows of the statement meet. */
  empty(): boolean;
  /** What `find` finds out about the statement, found once. Kept here, as collecting weak maps of short lives is dear. */
  kept<T>(find: (analysis: Analysis) => T): T;
}

export function analyse(query: Query, options: AnalysisOptions): Analysis {
  const universe = buildUniverse(query, options);
  const binder = makeBinder(universe.scopes, options.semantics);
  const placement = options.placement ?? ((rel: Rel) => (rel.table?.kind === 'sharded' ? rel.table.shardKey : []));
  for (const rel of universe.rels) for (const column of placement(rel)) pinTo(rel, column, options.pinned(rel, column));
  const reaches = new Map<Rel, RelReach>();
  const domain = (rel: Rel, column: string): Domain => options.pinned(rel, column) ?? binder.domain(rel, column);
  const ownReach = (rel: Rel): RelReach => {
    const known = reaches.get(rel);
    if (known) return known;
    const found = (options.reach ?? defaultReach)(rel, (column) => domain(rel, column));
    reaches.set(rel, found);
    return found;
  };
  const dead = once(() => new Set(emptyBranches(universe.root, ownReach)));
  const isDead = (scope: Scope | undefined): boolean =>
    scope !== undefined && dead().size > 0 && (dead().has(scope) || isDead(scope.parent));
  const grouping = once(() =>
    findGroups(universe.root, {
      binder,
      placement,
      home: options.home ?? defaultHome,
      followsRows: options.semantics.seesAround === true,
      isSingle: (rels) => rels.every((rel) => ['single', 'none'].includes(ownReach(rel).reach)),
    }),
  );
  const found = new Map<unknown, unknown>();
  const analysis: Analysis = {
    universe,
    semantics: options.semantics,
    binder,
    crossings: once(() => grouping().crossings.filter(({ scope }) => !isDead(scope))),
    reach: (rel) => (isDead(rel.scope) ? nothing : ownReach(rel)),
    domain,
    empty: once(() => isEmpty(universe.root, ownReach)),
    kept<T>(find: (analysis: Analysis) => T): T {
      if (found.has(find)) return found.get(find) as T;
      const value = find(analysis);
      found.set(find, value);
      return value;
    },
  };
  return analysis;
}

/** Computed when it is first asked for: routers that plan for themselves ask for little. */
function once<T>(compute: () => T): () => T {
  let found: { readonly value: T } | undefined;
  return () => {
    found ??= { value: compute() };
    return found.value;
  };
}

const nothing: RelReach = { reach: 'none', how: 'equality', values: 0, ids: [] };

/** Parts of a top-level set operation that select nothing: they count for nothing. */
function emptyBranches(root: Scope, reach: (rel: Rel) => RelReach): readonly Scope[] {
  if (root.query.kind !== 'set-operation') return [];
  return root.children.flatMap((child) => (isEmpty(child, reach) ? [child] : emptyBranches(child, reach)));
}

/** What the receiver binds is a fact like any predicate: tables that it pins to one value lie together. */
function pinTo(rel: Rel, column: string, domain: Domain | undefined): void {
  const value = domain && singleValue(domain);
  if (!value) return;
  rel.scope.facts.push({
    scope: rel.scope,
    items: new Set([rel]),
    connects: false,
    what: { kind: 'equal', a: relNode(rel, column), b: value.id },
  });
}

export function defaultReach(rel: Rel, domain: (column: string) => Domain): RelReach {
  const table = rel.table;
  if (table?.kind !== 'sharded')
    return {
      reach: 'single',
      how: table?.kind === 'single-shard' ? 'single-shard' : 'unsharded',
      values: 1,
      ids: [table?.group ?? ''],
    };
  const partial =
    table.strategy === 'composite' || table.levels
      ? 'any'
      : table.strategy === 'hash' || table.strategy === 'directory'
        ? 'none'
        : 'prefix';
  const reach = reachOf(table.shardKey.map(domain), table.strategy, partial);
  const [key, ...more] = table.shardKey;
  if (key === undefined || more.length > 0 || !(table.hash || table.mapping)) return reach;
  if (reach.reach !== 'single' && reach.reach !== 'subset') return reach;
  const shards = shardsOf(table, domain(key));
  if (!shards) return reach;
  // Several values that lie on one shard are as good as one.
  return { ...reach, shards, reach: shards.size === 1 ? 'single' : reach.reach };
}

export function defaultHome(rel: Rel): { readonly kind: 'sharded' | 'unsharded'; readonly name: string } | undefined {
  switch (rel.table?.kind) {
    case 'reference':
      return undefined;
    case 'sharded':
    case 'single-shard':
      return { kind: 'sharded', name: rel.table.group };
    default:
      return { kind: 'unsharded', name: rel.table?.name.slice(0, -1).join('.') ?? '' };
  }
}

/** A false AND part, or a table use that no value can reach, in a scope whose rows all others are joined with. */
function isEmpty(root: Scope, reach: (rel: Rel) => RelReach): boolean {
  const { query } = root;
  if (query.kind === 'set-operation') {
    const empties = root.children.map((child) => isEmpty(child, reach));
    return query.op === 'union'
      ? empties.every(Boolean)
      : query.op === 'intersect'
        ? empties.some(Boolean)
        : empties[0] === true;
  }
  if (
    root.facts.some(
      (fact) =>
        !fact.items && !fact.connects && fact.what.kind === 'predicate' && truthOf(normalize(fact.what.expr)) === false,
    )
  )
    return true;
  if (query.kind === 'select' && query.limit?.kind === 'const' && query.limit.value === 0) return true;
  if (root.rels.some((rel) => rel.table?.kind === 'sharded' && reach(rel).reach === 'none' && !isNullable(rel, root)))
    return true;
  return root.children.some(
    (child) =>
      ((child.link === 'derived' && !child.context) || child.link === 'semi') &&
      isEmpty(child, reach) &&
      !alwaysAnswers(child),
  );
}

/** Stands on the nullable side of an outer join: its emptiness leaves the other side's rows. */
const isNullable = (rel: Rel, scope: Scope): boolean =>
  scope.facts.some((fact) => fact.what.kind === 'predicate' && fact.items?.has(rel));

/** An aggregate without GROUP BY gives one row even from nothing. */
const alwaysAnswers = (scope: Scope): boolean =>
  scope.query.kind !== 'select' ||
  (scope.query.groupBy.length === 0 &&
    scope.query.items.some((item) => item.expr.kind === 'call' && item.expr.aggregate === true));
