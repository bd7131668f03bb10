/** Why vtgate sends a statement where it does. */
import type { Analysis } from '../../analysis';
import { namedInVain, showIds, tableName } from '../../reasons';
import type { Reason } from '../../route';
import type { Scope } from '../../scope';
import { best } from './options';
import { type Plan, type RoutePlan, routesOf } from './plan';

export function joinReason(parts: readonly Plan[], scope: Scope): Reason {
  const routes = parts.flatMap(routesOf).filter((route) => route.target !== 'dual' && route.target !== 'none');
  const [a, b] = routes;
  const span = b?.rels[0]?.ref.name.span ?? scope.query.span;
  if (!a || !b) return { code: 'off-key-join', text: 'the rows are joined above the shards', span };
  const names = `\`${names_(a)}\` and \`${names_(b)}\``;
  if (a.keyspace !== b.keyspace)
    return {
      code: a.target === 'sharded' && b.target === 'sharded' ? 'other-group' : 'mixed',
      text: `${names} lie in different keyspaces (${a.keyspace || 'unknown'}, ${b.keyspace || 'unknown'}): vtgate joins them row by row`,
      span,
    };
  return {
    code: 'off-key-join',
    text: `${names} are not joined on columns of one unique vindex: vtgate joins them row by row`,
    span,
  };
}

const names_ = (route: RoutePlan): string => route.rels.map(tableName).join(', ');

/** How one route finds its shards. */
export function routeReasons(route: RoutePlan, analysis: Analysis): readonly Reason[] {
  const { rels, target } = route;
  const [first] = rels;
  if (!first) return [];
  const span = first.ref.name.span;
  const names = names_(route);
  switch (target) {
    case 'none':
      return [{ code: 'contradiction', text: `no row of \`${names}\` can fit: a condition is never true`, span }];
    case 'reference':
      return [{ code: 'reference', text: `\`${names}\` is a reference table: every shard has a copy`, span }];
    case 'unsharded':
      return rels.map((rel) =>
        rel.table
          ? {
              code: 'unsharded',
              text: `\`${tableName(rel)}\` is not sharded (keyspace \`${route.keyspace}\`)`,
              span: rel.ref.name.span,
            }
          : {
              code: 'unknown-table',
              text: `\`${tableName(rel)}\` is not in the VSchema; it is taken as one ordinary database`,
              span: rel.ref.name.span,
            },
      );
    case 'dual':
      return [];
    case 'sharded':
      return shardedReasons(route, analysis);
  }
}

function shardedReasons(route: RoutePlan, analysis: Analysis): readonly Reason[] {
  const chosen = best(route.options);
  const joined = route.rels.filter((rel) => rel.table?.kind === 'sharded');
  const together: readonly Reason[] =
    joined.length > 1
      ? [
          {
            code: 'co-located',
            text: `\`${names_(route)}\` are sent as one query: their rows lie together`,
            span: joined[1]?.ref.name.span ?? joined[0]?.ref.name.span ?? { start: 0, end: 0 },
          },
        ]
      : [];
  if (!chosen) return [...joined.flatMap((rel) => unbound(rel, analysis)), ...together];
  const { rel, vindex, operation, ids, span } = chosen;
  const at = span ?? rel.ref.name.span;
  const key = vindex.columns.join(', ');
  const by = `vindex \`${vindex.name}\``;
  const own = `\`${tableName(rel)}${key ? `.${key}` : ''}\``;
  switch (operation) {
    case 'unique':
      return key
        ? [{ code: 'pinned', text: `${own} = ${showIds(ids)}: one shard by the unique ${by}`, span: at }, ...together]
        : [{ code: 'pinned', text: `${own} is bound to one shard`, span: at }, ...together];
    case 'equal':
      return [
        {
          code: 'subset',
          text: `${own}${ids.length ? ` = ${showIds(ids)}` : ''}: the shards that the ${by}, which is not unique, names`,
          span: at,
        },
        ...together,
      ];
    case 'list':
    case 'rows':
      return [{ code: 'subset', text: `${own} is one of ${showIds(ids)}, by the ${by}`, span: at }, ...together];
    case 'between':
      return [
        { code: 'subset', text: `${own} is bound to a range, which the ${by} keeps in order`, span: at },
        ...together,
      ];
    case 'prefix':
      return [
        {
          code: 'subset',
          text: `only the first columns of ${own} are bound: a range of shards by the ${by}`,
          span: at,
        },
        ...together,
      ];
    case 'scatter':
      return together;
  }
}

function unbound(rel: RoutePlan['rels'][number], analysis: Analysis): readonly Reason[] {
  const found = namedInVain(rel, analysis);
  if (found.length > 0) return found;
  const columns = [
    ...new Set((rel.table?.vindexes ?? []).filter((each) => !each.writeOnly).map((each) => each.columns.join(', '))),
  ];
  const text = `no predicate binds a vindex column of \`${tableName(rel)}\` (${columns.map((each) => `\`${each}\``).join('; ')})`;
  return [{ code: 'unbound', text, span: rel.ref.name.span }];
}
