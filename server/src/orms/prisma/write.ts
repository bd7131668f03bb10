/** Writes: rows that are inserted, changed or deleted, and those of related tables along with them. */
import type { ObjectShape, Ref } from '../../flow/flow';
import type { Expr, Insert, InsertColumn, Query } from '../../query/model';
import type { Span } from '../../text/span';
import { aliasOf, another } from '../build/build';
import { and, column, equals, opaque, param, truth } from '../build/expr';
import type { Model } from '../build/model';
import { type Cell, suppliedBy, unset, withSupplied } from '../build/rows';
import { insert, remove, select, update } from '../build/statements';
import { isNothing } from '../build/value';
import { type Context, lastOf, shapesOf } from './context';
import { withRelations } from './include';
import { assignments, columnsOf, columnValue, type DataRow, type Nested, rowOf } from './row';
import { whereExpr } from './where';

/** A statement of its own within the same call. */
export const fresh = (c: Context): Context => ({ ...another(c), many: c.many, schema: c.schema });

/** What a related row needs to know of the row that it belongs to. */
type Parent = (column: string) => Expr;

interface Written {
  readonly query: Query;
  readonly also: readonly Query[];
}

/** Rows of one table: an object, a list, `items.map(…)`, or something that is not known. `fixed`: columns that every row has. */
export const insertRows = (
  c: Context,
  ref: Ref | undefined,
  model: Model,
  span: Span,
  fixed: readonly Cell[] = [],
): Written => {
  const table = c.table(model.table, span);
  const made = ref === undefined ? [] : rowsIn(c, ref, model);
  const supplied = suppliedBy(model);
  const known = made.flatMap((one, i) => {
    if (one === undefined) return [];
    const own = { nth: i, span, many: one.context.many };
    return [{ ...one, row: { ...one.row, cells: withSupplied(one.row.cells, supplied, own) } }];
  });
  const also = known.flatMap(({ row, context }) =>
    row.nested.flatMap((nested) =>
      nestedWrite(
        context,
        nested,
        (name) => cellOf(row, name) ?? param(`new ${model.name}.${name}@${span.start}`, span),
      ),
    ),
  );
  if (ref !== undefined && (made.length === 0 || known.length < made.length)) {
    const text = c.flow.print(ref);
    c.notes.add(`rows ${text}`);
    return { query: insert(table, opaque(text, span) as Extract<Insert['source'], { kind: 'opaque' }>, span), also };
  }
  const columns = new Map<string, InsertColumn>();
  for (const cell of fixed) columns.set(cell.column, { name: cell.column, span: cell.span });
  for (const { row } of known) for (const one of columnsOf(row)) if (!columns.has(one.name)) columns.set(one.name, one);
  const values = known.map(({ row }) =>
    [...columns.keys()].map(
      (name): Expr =>
        fixed.find((cell) => cell.column === name)?.value ??
        cellOf(row, name) ??
        (row.open ? opaque('the row is put together elsewhere', span) : unset(span)),
    ),
  );
  const source: Insert['source'] =
    columns.size === 0 && !known.some(({ row }) => row.open)
      ? 'default'
      : { kind: 'values', rows: values, orderBy: [], span };
  const open = known.some(({ row }) => row.open) ? { openColumns: true } : {};
  return { query: insert(table, source, span, { columns: [...columns.values()], ...open }), also };
};

const cellOf = (row: DataRow, name: string): Expr | undefined => row.cells.find((cell) => cell.column === name)?.value;

/** Undefined for rows that are not known. */
const rowsIn = (
  c: Context,
  ref: Ref,
  model: Model,
): readonly ({ readonly row: DataRow; readonly context: Context } | undefined)[] =>
  shapesOf(c, ref).flatMap((shape) => {
    if (isNothing(shape)) return [];
    if (shape.kind === 'object') return [{ row: rowOf(c, shape, model), context: c }];
    if (shape.kind !== 'list') return [undefined];
    const items = shape.items.flatMap(({ value, many }) => rowsIn(many ? { ...c, many } : c, value, model));
    return shape.open ? [...items, undefined] : items;
  });

export const updateRows = (
  c: Context,
  where: Ref | undefined,
  data: Ref | undefined,
  model: Model,
  spans: { readonly table: Span; readonly call: Span },
  more: (alias: string) => Expr = () => truth(spans.call),
): Written => {
  const table = c.table(model.table, spans.table);
  const own = aliasOf(table);
  const filter = and([more(own), ...(where === undefined ? [] : [whereExpr(c, where, model, own)])], spans.table);
  const rows = data === undefined ? [] : rowsIn(c, data, model);
  const known = rows.flatMap((one) => (one === undefined ? [] : [one.row]));
  const open = known.length < rows.length || known.some((row) => row.open);
  const parent: Parent = (name) =>
    where === undefined
      ? param(`${model.name}.${name}@${spans.call.start}`, spans.call)
      : columnValue(c, where, model, name, spans.call);
  return {
    query: update(table, filter, spans.call, { set: known.flatMap(assignments), ...(open ? { openSet: true } : {}) }),
    also: known.flatMap((row) => row.nested.flatMap((nested) => nestedWrite(c, nested, parent))),
  };
};

export const deleteRows = (
  c: Context,
  where: Ref | undefined,
  model: Model,
  spans: { readonly table: Span; readonly call: Span },
  more: (alias: string) => Expr = () => truth(spans.call),
): Query => {
  const table = c.table(model.table, spans.table);
  const own = aliasOf(table);
  const filter = and([more(own), ...(where === undefined ? [] : [whereExpr(c, where, model, own)])], spans.table);
  return remove(table, filter, spans.call);
};

/** `limit`: the rows are looked up by their keys, in a query inside of the statement; all that it says is said there. */
export const limitedRows = (c: Context, query: Query, model: Model, span: Span): Query => {
  const [target] = query.kind === 'update' || query.kind === 'delete' ? query.targets : [];
  if ((query.kind !== 'update' && query.kind !== 'delete') || target?.kind !== 'table') return query;
  const outer = c.table(model.table, span);
  const keys = (alias: string): readonly Expr[] =>
    model.primaryKey.map((name) => column(alias, model.fields.get(name)?.column ?? name, span));
  const [key, ...more] = keys(aliasOf(outer));
  if (key === undefined) return query;
  const found = select([target], span, {
    where: query.where,
    items: keys(aliasOf(target)).map((expr) => ({ expr })),
    limit: param('limit', span),
  });
  const left: Expr = more.length === 0 ? key : { kind: 'row', items: [key, ...more], span };
  return { ...query, targets: [outer], from: [outer], where: { kind: 'in', left, items: found, negated: false, span } };
};

// ── related tables ──────────────────────────────────────────────────────────────────────────────────────────────

const nestedWrite = (c: Context, nested: Nested, parent: Parent): readonly Query[] => {
  const { relation, target, what, value, span } = nested;
  const mine = (alias: string): Expr =>
    relation.through !== undefined
      ? truth(span)
      : and(
          relation.on.map(({ own, other }) => equals(column(alias, other, span), parent(own), span)),
          span,
        );
  const foreign: readonly Cell[] =
    relation.through !== undefined || relation.owns
      ? []
      : relation.on.map(({ own, other }) => ({ column: other, span, value: parent(own) }));
  const spans = { table: span, call: span };
  const each = (make: (c: Context, shape: ObjectShape) => readonly Query[]): readonly Query[] =>
    itemsOf(c, value).flatMap(({ context, shape }) => make(fresh(context), shape));
  const entry = (shape: ObjectShape, key: string): Ref | undefined => lastOf(shape, key)?.value;
  const inserted = (context: Context, rows: Ref | undefined): readonly Query[] => {
    const made = insertRows(fresh(context), rows, target, span, foreign);
    return [made.query, ...made.also, ...linked(c, nested)];
  };
  switch (what) {
    case 'create':
      return inserted(c, value);
    case 'createMany':
      return each((context, shape) => inserted(context, entry(shape, 'data')));
    case 'connectOrCreate':
      return each((context, shape) => inserted(context, entry(shape, 'create')));
    case 'connect':
    case 'set':
    case 'disconnect': {
      if (relation.through !== undefined) return linked(c, nested);
      // The foreign key is the row's own: it is looked up where it is not given, and no other table is written.
      if (relation.owns) return [];
      return each((context, shape) => {
        const table = context.table(target.table, span);
        const where = whereExpr(context, shape.ref, target, aliasOf(table));
        return [update(table, and([what === 'disconnect' ? mine(aliasOf(table)) : truth(span), where], span), span)];
      });
    }
    case 'update':
    case 'updateMany':
    case 'upsert':
      return each((context, shape) => {
        const wrapped = lastOf(shape, 'where') !== undefined || lastOf(shape, 'data') !== undefined;
        const data = what === 'upsert' ? entry(shape, 'update') : wrapped ? entry(shape, 'data') : shape.ref;
        const made = updateRows(context, entry(shape, 'where'), data, target, spans, mine);
        const rows = what === 'upsert' ? inserted(context, entry(shape, 'create')) : [];
        return [made.query, ...made.also, ...rows];
      });
    case 'delete':
    case 'deleteMany': {
      const objects = itemsOf(c, value);
      const bare = objects.length === 0 ? [deleteRows(fresh(c), undefined, target, spans, mine)] : [];
      return [
        ...bare,
        ...objects.map(({ context, shape }) => deleteRows(fresh(context), shape.ref, target, spans, mine)),
      ];
    }
    default:
      return [];
  }
};

const itemsOf = (c: Context, ref: Ref): readonly { readonly context: Context; readonly shape: ObjectShape }[] =>
  shapesOf(c, ref).flatMap((shape) => {
    if (shape.kind === 'object') return [{ context: c, shape }];
    if (shape.kind !== 'list') return [];
    return shape.items.flatMap(({ value, many }) => itemsOf(many ? { ...c, many } : c, value));
  });

/** The row of a link table that no model stands for. */
const linked = (c: Context, { relation, span }: Nested): readonly Query[] => {
  if (relation.through === undefined) return [];
  const table = fresh(c).table(relation.through.table, span);
  return [insert(table, opaque('the linked rows', span) as Extract<Insert['source'], { kind: 'opaque' }>, span)];
};

/** What a write reads back along with its row: the relations of `include` and `select`. */
export const readBack = (
  c: Context,
  options: ObjectShape,
  model: Model,
  span: Span,
  data: Ref | undefined,
): readonly Query[] => {
  const context = fresh(c);
  const table = context.table(model.table, span);
  const from = withRelations(context, options, model, table);
  if (from === table) return [];
  const own = aliasOf(table);
  const where = lastOf(options, 'where');
  const row = data === undefined || where !== undefined ? undefined : rowsIn(context, data, model)[0]?.row;
  const filter =
    where !== undefined
      ? whereExpr(context, where.value, model, own)
      : and(
          (row?.cells ?? []).map((cell) => equals(column(own, cell.column, span), cell.value, span)),
          span,
        );
  return [select([from], span, { where: row?.open === true ? and([filter, opaque('the row', span)], span) : filter })];
};
