/** Statements that write: by criteria, of rows in place, of rows that the unit of work holds. */
import type { Ref } from '../../flow/flow';
import type { Expr, Insert, Query, TableRef } from '../../query/model';
import type { Span } from '../../text/span';
import { aliasOf } from '../build/build';
import { and, column, inList, isTruth, param } from '../build/expr';
import { assignmentsOf, type HostRow, insertRows, rowOf, rowsOf, suppliedBy } from '../build/rows';
import { openSources } from '../build/sources';
import { insert, remove, select, update } from '../build/statements';
import { type Context, optionsIn } from './context';
import type { Entity } from './entities';
import { filtersExpr } from './filtered';
import type { LinkWork } from './pending';
import { byOwnKey, type Given, givenRows, place } from './rows';
import { whereExpr } from './where';

/** Conditions on related rows are asked in a subquery over the keys. */
const criteria = (
  c: Context,
  ref: Ref | undefined,
  options: Ref | undefined,
  entity: Entity,
  table: TableRef,
  span: Span,
): Expr | undefined => {
  const said = optionsIn(c, options);
  const within = (
    on: TableRef,
  ): { readonly expr: Expr; readonly joins: boolean; readonly from: ReturnType<typeof openSources> } => {
    const sources = openSources(c, on);
    const own: Context = { ...c, sources };
    const scope = { entity, alias: sources.alias };
    const expr = ref === undefined ? undefined : whereExpr(own, ref, scope);
    const filters = filtersExpr(own, scope, said, span);
    const all = expr === undefined ? filters : isTruth(filters) ? expr : and([expr, filters], span);
    return { expr: all, joins: sources.from() !== on, from: sources };
  };
  const plain = within(table);
  if (!plain.joins) return isTruth(plain.expr) ? undefined : plain.expr;
  const inner = c.table(entity.table, span);
  const { expr, from } = within(inner);
  const [key = 'id'] = entity.keyColumns;
  const keys = select([from.from()], span, { where: expr, items: [{ expr: column(aliasOf(inner), key, span) }] });
  return { kind: 'in', left: column(aliasOf(table), key, span), items: keys, negated: false, span };
};

export const updatedWhere = (
  c: Context,
  where: Ref | undefined,
  data: Ref | undefined,
  options: Ref | undefined,
  entity: Entity,
  at: Span,
): Query => {
  const table = c.table(entity.table, at);
  const rows = data === undefined ? [] : rowsOf(c, data, place(c, entity));
  return update(table, criteria(c, where, options, entity, table, at), c.site.value.span, assignmentsOf(rows));
};

export const deletedWhere = (
  c: Context,
  where: Ref | undefined,
  options: Ref | undefined,
  entity: Entity,
  at: Span,
): Query => {
  const table = c.table(entity.table, at);
  return remove(table, criteria(c, where, options, entity, table, at), c.site.value.span);
};

/** `insert`, `insertMany` and their kin: plain objects, or rows that were made in place. */
export const insertedRows = (c: Context, ref: Ref | undefined, entity: Entity, at: Span): Insert => {
  const rows =
    ref === undefined
      ? []
      : rowsOf(c, ref, place(c, entity), (build, shape) => {
          const [one] = givenRows({ ...c, many: build.many }, shape.ref);
          return one?.origin === 'new' ? one : undefined;
        });
  return insertRows(c, c.table(entity.table, at), rows, ref, at);
};

/** Rows of one entity, inserted together. */
export const insertedGiven = (c: Context, rows: readonly Given[], entity: Entity, at: Span): Insert => {
  const known = rows.map((row): HostRow | undefined => {
    if (row.origin !== 'new') return undefined;
    const own = { ...c, many: c.many || row.many };
    return rowOf(own, row.entries, row.open, place(own, entity));
  });
  return insertRows(c, c.table(entity.table, at), known, rows[0]?.ref, at, suppliedBy(entity));
};

export const updatedRow = (c: Context, row: Given, entity: Entity, at: Span): Query => {
  const table = c.table(entity.table, at);
  const set = assignmentsOf([rowOf(c, row.entries, row.open, place(c, entity))]);
  return update(table, byOwnKey(c, row.ref, entity, table, at, row.many), c.site.value.span, set);
};

export const removedRow = (c: Context, row: Given, entity: Entity, at: Span): Query => {
  const table = c.table(entity.table, at);
  return remove(table, byOwnKey(c, row.ref, entity, table, at, row.many), c.site.value.span);
};

/** Rows of the link table of a many-to-many relation. */
export const linkedRows = (c: Context, work: LinkWork): Query | undefined => {
  const { relation, owner, at } = work;
  const { through } = relation;
  if (through === undefined) return undefined;
  const table = c.table(through.table, at);
  const id = c.flow.valueId(owner);
  const keys = relation.on.map(({ own, other }) => ({ column: other, value: param(`${id}.${own}`, at) }));
  const many = work.members === 'some';
  const rest = through.on.map(({ own }) => ({ column: own, value: param(`${own}@${at.start}`, at, many) }));
  const all = [...keys, ...rest];
  if (work.kind === 'unlink')
    return remove(
      table,
      and(
        (work.members === 'all' ? keys : all).map((key) =>
          inList(column(aliasOf(table), key.column, at), [key.value], at),
        ),
        at,
      ),
      c.site.value.span,
    );
  const rows = [all.map((key) => key.value)];
  return insert(table, { kind: 'values', rows, orderBy: [], span: at }, at, {
    columns: all.map((key) => ({ name: key.column, span: at })),
  });
};
