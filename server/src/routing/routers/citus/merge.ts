/** MERGE: on the shards where target and source lie together, otherwise the source's rows are moved, or nothing goes. */
import type { Expr, Merge, Query } from '../../../query/model';
import { conjuncts, normalize, truthOf } from '../../../query/normalize';
import { queriesIn } from '../../../query/walk';
import { columnType, keyTypeName } from '../../../shards/groups';
import type { Analysis } from '../../analysis';
import { itemOf } from '../../fromItems';
import { resolveColumn } from '../../names';
import { worse } from '../../reach';
import { isScope, type Node, type Rel, relNode, type Scope } from '../../scope';
import { holdsCall } from './ctes';
import { keyBehind, keysEqual } from './equality';
import { mergeObstacle } from './pushdown';
import { planCtes, planParts } from './recursive';
import { newPlan, type Outcome, planSelect, reachOf, refuse } from './select';
import { onOneShard } from './single';
import { activeRels, isDistributed, isLocal, isReference, type Plan, prune, type Settings } from './tables';

type Refusal = Outcome['refused'];

/** `sourceOf` analyses a query on its own. */
export function planMerge(
  query: Merge,
  analysis: Analysis,
  settings: Settings,
  sourceOf: (source: Query) => Analysis,
): Outcome {
  const { root, rels } = analysis.universe;
  const base: Outcome = { reach: 'unsharded', crossShard: null, refused: null, shards: {}, notes: [] };
  if (rels.every(isLocal)) return base;
  const item = query.target.kind === 'table' ? itemOf(query.target, root) : undefined;
  const target = item && !isScope(item) ? item : undefined;
  const fail = (refused: Refusal): Outcome => ({ ...base, reach: 'scatter', refused });
  if (!target) return fail(refuse('view-change', 'rows are not merged into a view of distributed tables'));
  if (isReference(target)) return fail(refuse('merge-target', 'rows are not merged into a reference table'));
  if (isLocal(target))
    return rels.some(isDistributed)
      ? fail(refuse('merge-target', 'rows of distributed tables are only merged into a distributed table'))
      : base;
  if (rels.some(isLocal))
    return fail(refuse('merge-source', 'rows of ordinary tables are not merged into a distributed table'));
  const refused = refusedCalls(analysis) ?? refusedMerge(query, root, target);
  if (refused) return fail(refused);
  const plan = newPlan(analysis, settings);
  const single = onOneShard(root, plan);
  const hasQueries = queriesInActions(query).length > 0 || queriesIn(query.on).length > 0;
  if (
    target.table?.kind === 'single-shard'
      ? single?.kind === 'single' && !rels.some(isReference)
      : single?.kind !== 'none' &&
        prune(target, analysis).reach !== 'none' &&
        !hasQueries &&
        !hidesCte(query, analysis) &&
        isTogether(query, root, target, newPlan(analysis, settings))
  ) {
    const { reach, shards } = single ? { reach: 'single' as const, shards: { count: 1 } } : reachOf(root, plan);
    return { ...base, reach, shards };
  }
  const moving = target.table?.kind === 'sharded' ? refusedMove(query, root, target, plan) : null;
  if (moving) return fail(moving);
  const source = sourceOf(sourceQuery(query));
  if (source.universe.rels.length === 0) return fail(refuse('merge-source', 'the source must read Citus tables'));
  const read = planSelect(source.universe.root, source, settings);
  if (read.refused) return fail(read.refused);
  const text = 'the rows of the source do not lie with those of the target: they are moved';
  return {
    ...base,
    reach: worse(read.reach, target.table?.kind === 'sharded' ? 'scatter' : 'single'),
    crossShard: repartitions(query, read, target, newPlan(source, settings)) ? 'repartition' : 'coordinator',
    notes: [{ code: 'rows-move', text, span: query.span }, ...read.notes],
  };
}

/** A CTE of the statement is read inside a subquery: it is not merged there. */
const hidesCte = (query: Merge, { universe }: Analysis): boolean =>
  universe.scopes.some(
    (scope) =>
      scope.of?.kind === 'cte' &&
      scope.parent !== universe.root &&
      query.with?.ctes.some((cte) => cte.query === scope.query) === true,
  );

/** The source as a statement of its own. */
const sourceQuery = (query: Merge): Query => ({
  kind: 'select',
  ...(query.with ? { with: query.with } : {}),
  distinct: false,
  items: [{ expr: { kind: 'star', qualifier: [], span: query.span } }],
  from: [query.source],
  groupBy: [],
  orderBy: [],
  span: query.span,
});

function repartitions(query: Merge, read: Outcome, target: Rel, plan: Plan): boolean {
  if (target.table?.kind !== 'sharded' || read.crossShard || read.reach === 'single' || read.reach === 'reference')
    return false;
  const from = query.source;
  if (from.kind !== 'derived' || from.query.kind !== 'select') return true;
  const scope = plan.analysis.universe.scopes.find((one) => one.query === from.query);
  return scope !== undefined && mergeObstacle(from.query, scope, plan) === undefined;
}

const queriesInActions = (query: Merge): readonly Query[] =>
  query.actions.flatMap((action) =>
    [
      ...(action.condition ? [action.condition] : []),
      ...(action.set ?? []).map((one) => one.value),
      ...(action.values ?? []),
    ].flatMap(queriesIn),
  );

/** The columns of the source that ON makes equal to the target's key. */
function keyPartners(query: Merge, root: Scope, target: Rel): readonly Expr[] {
  const own = relNode(target, target.table?.shardKey[0] ?? '');
  const isKey = (expr: Expr): boolean => expr.kind === 'column' && resolveColumn(expr, root)?.node === own;
  return conjuncts(normalize(query.on)).flatMap((part) => {
    if (part.kind !== 'compare' || part.op !== '=') return [];
    if (isKey(part.left) && !isKey(part.right)) return [part.right];
    return isKey(part.right) && !isKey(part.left) ? [part.left] : [];
  });
}

const readsColumns = (expr: Expr, root: Scope): boolean =>
  expr.kind === 'column' && resolveColumn(expr, root) !== undefined;

/** The types of both keys are known, and hash differently. */
function otherType(query: Merge, root: Scope, target: Rel, plan: Plan): boolean {
  const wanted = typeOf(relNode(target, target.table?.shardKey[0] ?? ''), plan);
  return keyPartners(query, root, target).some((expr) => {
    const found = expr.kind === 'column' ? resolveColumn(expr, root) : undefined;
    const type = found?.node === undefined ? found?.expr && callType(found.expr) : typeOf(found.node, plan);
    return wanted !== undefined && type !== undefined && type !== wanted;
  });
}

/** Whatever they are called with. */
const bigCounts = new Set(['count', 'row_number', 'rank', 'dense_rank']);

const callType = (expr: Expr): string | undefined =>
  expr.kind === 'call' && bigCounts.has(expr.name) ? 'bigint' : undefined;

function typeOf(node: string, { analysis }: Plan): string | undefined {
  const dot = node.indexOf('.');
  const table = analysis.universe.rels[Number(node.slice(0, dot))]?.table;
  return (table && keyTypeName(columnType(table, node.slice(dot + 1)))) || undefined;
}

/** Target and source are co-located and joined on the target's key, with nothing to be run first. */
function isTogether(query: Merge, root: Scope, target: Rel, plan: Plan): boolean {
  const partner = keyPartners(query, root, target).some((expr) => {
    const rel = expr.kind === 'column' ? keyBehind(resolveColumn(expr, root)?.node, plan) : undefined;
    return rel?.table?.group === target.table?.group;
  });
  if (!partner || truthOf(normalize(query.on)) === false || activeRels(root, plan).some(isReference)) return false;
  planCtes(root, plan);
  planParts(root, plan, 1);
  return plan.notes.length === 0 && keysEqual(activeRels(root, plan), plan);
}

/** Wherever in the statement, views and common table expressions included. */
const refusedCalls = ({ universe }: Analysis): Refusal =>
  universe.scopes.some(({ query }) => holdsCall(query, ['volatile', 'stable']))
    ? refuse('volatile-function', 'only immutable functions are allowed in a MERGE on distributed tables')
    : null;

function refusedMerge(query: Merge, root: Scope, target: Rel): Refusal {
  if (query.source.kind === 'function')
    return refuse('merge-source', 'the source has to be a table, a subquery or a common table expression');
  if (target.table?.kind !== 'sharded') return null;
  const key = target.table.shardKey[0]?.toLowerCase() ?? '';
  const behind = (expr: Expr): Node | Expr | undefined => {
    const found = expr.kind === 'column' ? resolveColumn(expr, root) : undefined;
    return found?.node ?? found?.expr;
  };
  const partners = keyPartners(query, root, target).map(behind);
  const isPartner = (expr: Expr): boolean => {
    const found = behind(expr);
    return found !== undefined && partners.includes(found);
  };
  for (const action of query.actions) {
    for (const one of action.set ?? []) {
      const itself = one.value.kind === 'column' && resolveColumn(one.value, root)?.node === relNode(target, key);
      if (one.column.toLowerCase() === key && !itself && !isPartner(one.value))
        return refuse('key-update', `\`${key}\` decides the shard of a row and cannot be changed`);
    }
    if (action.action !== 'insert') continue;
    if (!action.values || action.values.length === 0)
      return refuse('merge-insert-key', 'inserted rows must take their key from the source, not from defaults');
    const columns = (action.columns ?? [...target.table.columns.keys()]).map((name) => name.toLowerCase());
    const index = columns.indexOf(key);
    const value = index < 0 && columns.length > 0 ? undefined : action.values[Math.max(index, 0)];
    if (!value) return refuse('merge-insert-key', 'inserted rows must have a value for the key');
    if (value.kind !== 'column') return refuse('merge-insert-key', 'inserted rows must take their key from the source');
    if (
      partners.length > 0 &&
      partners.some((one) => one !== undefined) &&
      !isPartner(value) &&
      behind(value) !== undefined
    )
      return refuse('merge-insert-key', 'inserted rows must take their key from the column that ON joins to it');
  }
  return null;
}

/** What cannot be done when the source's rows have to be moved. */
function refusedMove(query: Merge, root: Scope, target: Rel, plan: Plan): Refusal {
  if (queriesInActions(query).length > 0)
    return refuse('merge-subquery', 'actions cannot hold subqueries where rows are moved');
  if (queriesIn(query.on).length > 0) return refuse('merge-subquery', 'ON cannot hold subqueries where rows are moved');
  if (query.source.kind === 'join') return refuse('merge-source', 'a joined source has to be written as a subquery');
  if (
    truthOf(normalize(query.on)) === false ||
    !keyPartners(query, root, target).some((expr) => readsColumns(expr, root))
  )
    return refuse('merge-key', "ON must join the target's key to a column of the source, or its rows cannot be placed");
  if (otherType(query, root, target, plan))
    return refuse(
      'merge-key-type',
      "the source's column hashes differently from the target's key: its type is another",
    );
  return null;
}
