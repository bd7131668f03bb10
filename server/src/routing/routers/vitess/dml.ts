/** UPDATE and DELETE: planned as the rows that they touch, with what vtgate will not change. */
import type { Assignment, Delete, Expr, Update } from '../../../query/model';
import { someExpr } from '../../../query/walk';
import { resolveColumn } from '../../names';
import { tableName } from '../../reasons';
import type { Rel, Scope } from '../../scope';
import { split } from './columns';
import type { Planning } from './context';
import { planFrom } from './from';
import { isSingle, type Plan, Refusal } from './plan';
import { withSubqueries } from './subqueries';

export function planChange(scope: Scope, query: Update | Delete, planning: Planning): Plan {
  if (query.with && query.with.ctes.length > 0)
    throw new Refusal('with-in-write', `vtgate does not plan WITH in front of ${query.kind.toUpperCase()}`, query.span);
  for (const rel of scope.rels)
    if (
      planning.written.has(rel) &&
      rel.table?.kind === 'reference' &&
      rel.table.source !== undefined &&
      scope.rels.length > 1
    )
      throw new Refusal(
        'reference-join-write',
        `\`${tableName(rel)}\` is a copy: vtgate does not change it by a join`,
        rel.ref.name.span,
      );
  const from = planFrom(scope, query.from, split(query.where, scope), planning);
  if (query.kind === 'update') refuseSet(query, scope, from, planning);
  return withSubqueries(from, scope, planning);
}

function refuseSet(query: Update, scope: Scope, plan: Plan, planning: Planning): void {
  const targets = query.set.map((one) => targetOf(one, query, scope, planning));
  query.set.forEach((one, i) => {
    const rel = targets[i];
    if (rel && rel.scope !== scope)
      throw new Refusal('not-updatable', 'rows of a derived table cannot be changed', one.span);
    if (rel?.table?.kind !== 'sharded') return;
    refuseVindexChange(one, rel, query, plan);
  });
  if (new Set(targets).size < 2) return;
  for (const [i, one] of query.set.entries()) {
    const changed = findColumn(one.value, (column) => {
      const node = resolveColumn(column, scope)?.node;
      return query.set.some(
        (other, j) =>
          j !== i && targets[j] !== targets[i] && node === `${targets[j]?.id}.${other.column.toLowerCase()}`,
      );
    });
    if (changed)
      throw new Refusal(
        'reads-updated-column',
        'a value is computed from a column of another table that the same statement changes',
        one.span,
      );
  }
}

const findColumn = (expr: Expr, test: (column: Extract<Expr, { kind: 'column' }>) => boolean): boolean =>
  someExpr(expr, (one) => one.kind === 'column' && test(one));

/** The table that an assignment writes: the one that is named, the only one, or the only one with such a column. */
export function targetOf(one: Assignment, query: Update, scope: Scope, planning: Planning): Rel | undefined {
  const column = { kind: 'column', qualifier: one.qualifier, name: one.column, span: one.span } as const;
  const node = resolveColumn(column, scope)?.node;
  const named = node === undefined ? undefined : planning.universe.rels[Number(node.split('.')[0])];
  if (named) return named;
  return query.targets.length === 1 ? scope.rels.find((rel) => rel.ref === query.targets[0]) : undefined;
}

function refuseVindexChange(one: Assignment, rel: Rel, query: Update, plan: Plan): void {
  const wanted = one.column.toLowerCase();
  rel.table?.vindexes?.forEach((vindex, i) => {
    if (!vindex.columns.some((column) => column.toLowerCase() === wanted)) return;
    const name = `\`${tableName(rel)}.${one.column}\``;
    if (i === 0)
      throw new Refusal(
        'key-update',
        `${name} belongs to the primary vindex \`${vindex.name}\`: a changed row would belong to another shard`,
        one.span,
      );
    if (!vindex.lookup)
      throw new Refusal(
        'vindex-update',
        `${name} is computed into the vindex \`${vindex.name}\`, which only lookups may change`,
        one.span,
      );
    if (!vindex.owned)
      throw new Refusal(
        'vindex-update',
        `${name} is looked up in the vindex \`${vindex.name}\`, which another table owns`,
        one.span,
      );
    // Columns of other tables have been read before the rows are changed; the row's own have not.
    if (!isPlain(one.value) && query.targets.length === 1 && query.from.length === 1 && query.from[0]?.kind === 'table')
      throw new Refusal(
        'lookup-expression',
        `${name} has the lookup \`${vindex.name}\`: it can be set to a value only`,
        one.span,
      );
    const single = plan.kind === 'route' && isSingle(plan);
    if (query.limit && query.orderBy.length === 0 && single)
      throw new Refusal(
        'lookup-update-limit',
        `which rows a LIMIT without ORDER BY changes is not known: the lookup \`${vindex.name}\` could not follow`,
        query.span,
      );
  });
}

/** Known before any row is read; a subquery is run first. */
const isPlain = (expr: Expr): boolean => !someExpr(expr, (one) => one.kind === 'column');
