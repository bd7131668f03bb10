/** What each method of a Prisma model sends. */
import type { ObjectShape, Ref } from '../../flow/flow';
import type { Expr, Query, Select } from '../../query/model';
import type { Span } from '../../text/span';
import { aliasOf } from '../build/build';
import { chosenColumns } from '../build/chosen';
import { conjunction } from '../build/conditional';
import { and, choice, column, compare, opaque, param, truth } from '../build/expr';
import type { Model } from '../build/model';
import { entriesOf } from '../build/rows';
import { countStar, select } from '../build/statements';
import { isNothing } from '../build/value';
import type { Operation } from '../orm';
import { type Context, keySpan, lastOf, shapesOf, spanOf } from './context';
import { withRelations } from './include';
import { whereExpr } from './where';
import { deleteRows, fresh, insertRows, limitedRows, readBack, updateRows } from './write';

export const operations: ReadonlyMap<string, Operation> = new Map<string, Operation>([
  ['findUnique', 'select'],
  ['findUniqueOrThrow', 'select'],
  ['findFirst', 'select'],
  ['findFirstOrThrow', 'select'],
  ['findMany', 'select'],
  ['count', 'count'],
  ['aggregate', 'aggregate'],
  ['groupBy', 'aggregate'],
  ['create', 'insert'],
  ['createMany', 'insert'],
  ['createManyAndReturn', 'insert'],
  ['update', 'update'],
  ['updateMany', 'update'],
  ['updateManyAndReturn', 'update'],
  ['upsert', 'upsert'],
  ['delete', 'delete'],
  ['deleteMany', 'delete'],
]);

/** Options that only these methods take: they tell a Prisma call from one of the same name. */
export const optionNames: ReadonlySet<string> = new Set([
  'where',
  'data',
  'include',
  'select',
  'omit',
  'orderBy',
  'take',
  'skip',
  'cursor',
  'distinct',
  'create',
  'update',
  'by',
  'having',
  '_count',
  '_sum',
  '_avg',
  '_min',
  '_max',
  'skipDuplicates',
  'limit',
  'relationLoadStrategy',
]);

interface Sent {
  readonly query: Query;
  readonly also: readonly Query[];
}

/** `at`: the method's name. One answer for each alternative of the options. */
export const statementsOf = (
  c: Context,
  method: string,
  options: Ref | undefined,
  model: Model,
  at: Span,
): readonly Sent[] => {
  if (options === undefined) return [statement(c, method, undefined, model, at)];
  return shapesOf(c, options).map((shape) => {
    const own = fresh(c);
    if (shape.kind === 'object') return statement(own, method, shape, model, at);
    const nothing = shape.kind === 'literal';
    return nothing ? statement(own, method, undefined, model, at) : unknownOptions(own, method, options, model, at);
  });
};

const statement = (c: Context, method: string, options: ObjectShape | undefined, model: Model, at: Span): Sent => {
  const operation = operations.get(method) ?? 'other';
  const entry = (key: string) => (options === undefined ? undefined : lastOf(options, key));
  const call = c.site.value.span;
  const where = entry('where');
  const table = where === undefined ? at : keySpan(c, where);
  // Options that come from elsewhere may hold any filter.
  const open = options?.open === true && where === undefined;
  const more = (): Expr => opaque('the options come from elsewhere', at);
  switch (operation) {
    case 'select':
    case 'count':
    case 'aggregate':
      return { query: read(c, method, options, model, { table, call }, open), also: [] };
    case 'insert': {
      const data = entry('data');
      const span = data === undefined ? at : keySpan(c, data);
      const { query, also } = insertRows(c, data?.value ?? (open ? options?.ref : undefined), model, span);
      const ignore = entry('skipDuplicates') !== undefined && query.kind === 'insert';
      const main = ignore ? { ...query, onConflict: { target: [], set: [] } } : query;
      const back = options === undefined ? [] : readBack(c, options, model, at, data?.value);
      return { query: main, also: [...also, ...back] };
    }
    case 'update': {
      const { query, also } = updateRows(
        c,
        where?.value,
        entry('data')?.value,
        model,
        { table, call },
        open ? more : undefined,
      );
      const back = options === undefined ? [] : readBack(c, options, model, at, undefined);
      return {
        query: entry('limit') === undefined ? query : limitedRows(c, query, model, call),
        also: [...also, ...back],
      };
    }
    case 'upsert': {
      const changed = updateRows(
        c,
        where?.value,
        entry('update')?.value,
        model,
        { table, call },
        open ? more : undefined,
      );
      const create = entry('create');
      const made = insertRows(fresh(c), create?.value, model, create === undefined ? at : keySpan(c, create));
      const back = options === undefined ? [] : readBack(c, options, model, at, undefined);
      return { query: changed.query, also: [made.query, ...changed.also, ...made.also, ...back] };
    }
    default: {
      const query = deleteRows(c, where?.value, model, { table, call }, open ? more : undefined);
      return {
        query: entry('limit') === undefined ? query : limitedRows(c, query, model, call),
        also: options === undefined ? [] : readBack(c, options, model, at, undefined),
      };
    }
  }
};

/** The options are a caller's: so are its filter and rows. */
const unknownOptions = (c: Context, method: string, options: Ref, model: Model, at: Span): Sent => {
  const why = c.flow.print(options);
  c.notes.add(`options ${why}`);
  const operation = operations.get(method);
  const call = c.site.value.span;
  const more = (): Expr => opaque(`the options ${why} come from elsewhere`, at);
  const spans = { table: at, call };
  if (operation === 'insert') return insertRows(c, options, model, at);
  if (operation === 'update' || operation === 'upsert') {
    const { query, also } = updateRows(c, undefined, undefined, model, spans, more);
    return { query, also };
  }
  if (operation === 'delete') return { query: deleteRows(c, undefined, model, spans, more), also: [] };
  const table = c.table(model.table, at);
  return { query: select([table], call, { where: more() }), also: [] };
};

const read = (
  c: Context,
  method: string,
  options: ObjectShape | undefined,
  model: Model,
  spans: { readonly table: Span; readonly call: Span },
  open: boolean,
): Select => {
  const table = c.table(model.table, spans.table);
  const own = aliasOf(table);
  const where = options === undefined ? undefined : lastOf(options, 'where');
  const plain = method === 'count' || method === 'aggregate' || method === 'groupBy';
  const asked = where === undefined ? [] : [whereExpr(c, where.value, model, own)];
  const filters = options === undefined ? asked : [...asked, ...begins(c, options, model, own, spans.call)];
  const filter = filters.length === 0 ? undefined : and(filters, spans.call);
  const from = plain ? table : withRelations(c, options, model, table);
  const one = method.startsWith('findUnique') || method.startsWith('findFirst');
  const take = options === undefined ? undefined : lastOf(options, 'take');
  const chosen = plain ? undefined : chosenColumns(c.flow, options, 'select', model, own, spans.call);
  return select([from], spans.call, {
    ...(chosen === undefined ? {} : { items: chosen }),
    where: open ? opaque('the options come from elsewhere', spans.table) : filter,
    ...(plain && method !== 'groupBy' ? { items: [countStar(spans.call)] } : {}),
    ...(method === 'groupBy' ? { groupBy: grouped(c, options, model, own) } : {}),
    ...(plain ? {} : { orderBy: orders(c, options, model, own) }),
    ...(one || take !== undefined
      ? { limit: one ? { kind: 'const', type: 'number', value: 1, span: spans.call } : param('take', spans.call) }
      : {}),
  });
};

/** `cursor`: the row that a page begins at is looked up inside of the statement, by what names it and nothing else. */
const begins = (c: Context, options: ObjectShape, model: Model, alias: string, span: Span): readonly Expr[] => {
  const cursors = entriesOf(options, 'cursor');
  if (cursors.length === 0) return [];
  const [sorted] = orders(c, options, model, alias);
  const given = entriesOf(options, 'where').some(({ value }) =>
    shapesOf(c, value).every(({ kind }) => kind === 'unknown'),
  );
  const parts = cursors.map(({ value, when }) => {
    const shapes = shapesOf(c, value).map((shape): Expr => {
      if (isNothing(shape)) return truth(span);
      // Handed on with the filter: it says as little.
      if (shape.kind === 'unknown' && given) return opaque('the cursor comes from elsewhere', span);
      const at = spanOf(c, value);
      const table = c.table(model.table, at);
      const first = shape.kind === 'object' ? shape.entries[0]?.key : undefined;
      const by = model.fields.get(model.keys.get(first ?? '')?.[0] ?? first ?? '')?.column ?? first ?? '';
      const own = sorted?.expr.kind === 'column' ? sorted.expr : column(alias, by, at);
      const found = select([table], at, {
        where: whereExpr(c, shape.ref, model, aliasOf(table)),
        items: [{ expr: column(aliasOf(table), own.name, at) }],
      });
      return compare('>=', own, { kind: 'subquery', query: found, span: at }, at);
    });
    return { when, expr: choice(shapes, span) };
  });
  return [conjunction(parts, span)];
};

const grouped = (c: Context, options: ObjectShape | undefined, model: Model, alias: string): readonly Expr[] => {
  const by = options === undefined ? undefined : lastOf(options, 'by');
  if (by === undefined) return [];
  const names = shapesOf(c, by.value).flatMap((shape) =>
    shape.kind === 'list' ? shape.items.flatMap((item) => c.flow.shapes(item.value)) : [shape],
  );
  return names.flatMap((shape) =>
    shape.kind === 'literal' && typeof shape.value === 'string'
      ? [column(alias, model.fields.get(shape.value)?.column ?? shape.value, keySpan(c, by))]
      : [],
  );
};

const orders = (c: Context, options: ObjectShape | undefined, model: Model, alias: string): Select['orderBy'] => {
  const orderBy = options === undefined ? undefined : lastOf(options, 'orderBy');
  if (orderBy === undefined) return [];
  const items = shapesOf(c, orderBy.value).flatMap((shape) =>
    shape.kind === 'list' ? shape.items.flatMap((item) => shapesOf(c, item.value)) : [shape],
  );
  return items.flatMap((shape) =>
    shape.kind !== 'object'
      ? []
      : shape.entries.flatMap((entry) => {
          const field = model.fields.get(entry.key ?? '');
          return field === undefined ? [] : [{ expr: column(alias, field.column, keySpan(c, entry)) }];
        }),
  );
};
