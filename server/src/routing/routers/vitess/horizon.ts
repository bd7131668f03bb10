/** What a query block does with its rows: whether the shards can do it, or vtgate must, or nobody can. */
import type { Expr, Select } from '../../../query/model';
import { partsOf, someExpr } from '../../../query/walk';
import { resolveColumn } from '../../names';
import type { Scope } from '../../scope';
import { columnOf } from './columns';
import { columnVindex } from './merge';
import { isSingle, type Plan, Refusal, type RoutePlan } from './plan';
import { hasAggregate, type Use } from './select';

export function aboveSelect(plan: Plan, scope: Scope, query: Select, use: Use): Plan {
  if (plan.kind === 'route' && isSingle(plan)) return plan;
  const route = plan.kind === 'route' ? plan : undefined;
  refuseWindows(query, scope, route);
  const grouped = route !== undefined && groupsByVindex(query, scope, route, use);
  const aggregates = isAggregate(query);
  if (aggregates && !grouped) refuseAggregates(query, scope, plan);
  if (query.groupingSets) throw new Refusal('rollup', 'ROLLUP works on one shard only', query.span);
  const limited = Boolean(query.limit ?? query.offset);
  const distinct = query.distinct === true && use !== 'derived';
  return limited || (aggregates && !grouped) || (distinct && !grouped) ? { kind: 'above', source: plan } : plan;
}

const isAggregate = (query: Select): boolean =>
  query.groupBy.length > 0 ||
  query.items.some((item) => hasAggregate(item.expr)) ||
  (query.having !== undefined && hasAggregate(query.having));

/** GROUP BY on a column with a unique vindex: no group lies on two shards. A derived table's vindexes are all looked at. */
function groupsByVindex(query: Select, scope: Scope, route: RoutePlan, use: Use): boolean {
  return query.groupBy.some((expr) => {
    const item = expr.kind === 'const' && typeof expr.value === 'number' ? query.items[expr.value - 1]?.expr : expr;
    const named =
      expr.kind === 'column' && expr.qualifier.length === 0
        ? query.items.find((each) => each.alias === expr.name)?.expr
        : undefined;
    return [item, named].some((one) => one !== undefined && isUniqueColumn(one, scope, route, use));
  });
}

function isUniqueColumn(expr: Expr, scope: Scope, route: RoutePlan, use: Use): boolean {
  const node = expr.kind === 'column' ? resolveColumn(expr, scope)?.node : undefined;
  if (node === undefined) return false;
  const rel = route.rels.find((one) => node.startsWith(`${one.id}.`));
  if (use === 'derived') return columnVindex(rel?.table, columnOf(node))?.unique === true;
  // The search for one ends at the first vindex that is not unique or has several columns.
  const vindexes = rel?.table?.vindexes ?? [];
  const end = vindexes.findIndex((vindex) => vindex.columns.length > 1 || !vindex.unique);
  return vindexes
    .slice(0, end < 0 ? undefined : end)
    .some((vindex) => vindex.columns[0]?.toLowerCase() === columnOf(node));
}

/** Windows need one shard, or a partition that holds all columns of a unique vindex. */
function refuseWindows(query: Select, scope: Scope, route: RoutePlan | undefined): void {
  const places = [...query.items.map((item) => item.expr), ...query.orderBy.map((item) => item.expr)];
  for (const expr of places) {
    const bad = findExpr(
      expr,
      (one) =>
        one.kind === 'call' && one.over !== undefined && !(route && partitioned(one.over.partitionBy, scope, route)),
    );
    if (bad)
      throw new Refusal(
        'window-across-shards',
        'window functions work on one shard, or partitioned by all columns of a unique vindex',
        bad.span,
      );
  }
}

function partitioned(by: readonly Expr[], scope: Scope, route: RoutePlan): boolean {
  const nodes = new Set(by.map((one) => (one.kind === 'column' ? resolveColumn(one, scope)?.node : undefined)));
  return route.rels.some((rel) =>
    rel.table?.vindexes?.some(
      (vindex) =>
        vindex.unique &&
        !vindex.writeOnly &&
        vindex.columns.every((column) => nodes.has(`${rel.id}.${column.toLowerCase()}`)),
    ),
  );
}

/** Aggregates that vtgate cannot put together from the shards' results. */
const unmergeable = new Set(
  'bit_and bit_or bit_xor std stddev stddev_pop stddev_samp var_pop var_samp variance'.split(' '),
);

function refuseAggregates(query: Select, scope: Scope, plan: Plan): void {
  const seen = new Map<string, Expr>();
  let apart = plan.kind !== 'route';
  for (const item of query.items) {
    const calls: Expr[] = [];
    collect(item.expr, calls);
    for (const call of calls) {
      if (call.kind !== 'call') continue;
      if (unmergeable.has(call.name.toLowerCase()))
        throw new Refusal('aggregate-function', `vtgate cannot merge \`${call.name}\` from several shards`, call.span);
      // The extremes are the same with and without DISTINCT.
      if (call.distinct && !['min', 'max'].includes(call.name.toLowerCase())) {
        apart ||= !call.args.some((arg) => plan.kind === 'route' && isUniqueColumn(arg, scope, plan, 'statement'));
        seen.set(
          JSON.stringify(call.args, (key, value) => (key === 'span' ? undefined : value)),
          call,
        );
      }
      if (plan.kind === 'join' && call.name.toLowerCase() === 'group_concat' && call.args.length > 1)
        throw new Refusal('group-concat', 'GROUP_CONCAT over a join takes one column', call.span);
    }
  }
  const [, second] = seen.values();
  // No value of a column with a unique vindex is on two shards.
  if (second && apart)
    throw new Refusal(
      'several-distinct',
      'across shards, only one expression can be aggregated with DISTINCT',
      second.span,
    );
}

function collect(expr: Expr, into: Expr[]): void {
  if (expr.kind === 'call' && expr.aggregate && !expr.over) into.push(expr);
  for (const part of partsOf(expr)) collect(part, into);
}

function findExpr(expr: Expr, test: (one: Expr) => boolean): Expr | undefined {
  if (!someExpr(expr, test)) return undefined;
  return partsOf(expr).reduce<Expr | undefined>((found, part) => found ?? findExpr(part, test), undefined) ?? expr;
}
