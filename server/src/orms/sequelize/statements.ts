/** What the methods of a model send. */
import type { Entry, ObjectShape, Ref, Shape } from '../../flow/flow';
import type { Expr, Insert, Query } from '../../query/model';
import type { Span } from '../../text/span';
import { aliasOf, another } from '../build/build';
import { and, column, equals, opaque, param } from '../build/expr';
import { isTrue, objectIn, optionIn } from '../build/options';
import { assignmentsOf, type Cell, cellOf, insertRows, rowsOf, suppliedBy } from '../build/rows';
import { openSources } from '../build/sources';
import { countStar, remove, select, update } from '../build/statements';
import { isNothing, valueExpr } from '../build/value';
import { type Context, columnName, entriesNamed, keySpan } from './context';
import type { SequelizeModel } from './models';
import { filterOf, includeAll, type Scoped, scopesOf } from './options';
import type { ModelReceiver } from './receiver';

export interface Sent {
  readonly query: Query;
  readonly also?: readonly Query[];
}

export const fresh = (c: Context): Context => ({ ...another(c), many: c.many, data: c.data });

export const place =
  (c: Context, model: SequelizeModel) =>
  (build: unknown, entry: Entry): readonly Cell[] => {
    const known = model.fields.size === 0 || model.fields.has(entry.key ?? '');
    if (entry.key === undefined || (!known && model.relations.has(entry.key))) return [];
    return cellOf({ ...c, ...(build as Context) }, columnName(model, entry.key), keySpan(c, entry), entry.value);
  };

/** Options may be several objects, nothing, or a caller's. */
const optionShapes = (c: Context, ref: Ref | undefined): readonly (ObjectShape | Shape | undefined)[] =>
  ref === undefined ? [undefined] : c.flow.shapes(ref).map((shape) => (isNothing(shape) ? undefined : shape));

export const statementsOf = (
  c: Context,
  method: string,
  args: readonly Ref[],
  model: SequelizeModel,
  scopes: ModelReceiver['scopes'],
  at: Span,
): readonly Sent[] => {
  const [first, second] = args;
  const scoped = scopesOf(c, model, scopes);
  const each = (
    ref: Ref | undefined,
    make: (own: Context, options: ObjectShape | undefined, unknown: Expr | undefined) => Sent,
  ): readonly Sent[] =>
    optionShapes(c, ref).map((shape) => {
      const own = fresh(c);
      if (shape === undefined || shape.kind === 'object') return make(own, shape, undefined);
      const text = c.flow.print(shape.ref);
      c.notes.add(`options ${text}`);
      return make(own, undefined, opaque(`the options ${text} come from elsewhere`, at));
    });
  const found = (
    own: Context,
    name: string,
    id: Ref | undefined,
    options: ObjectShape | undefined,
    unknown: Expr | undefined,
  ): Sent => {
    const apart: Query[] = [];
    const query = read({ ...own, apart }, name, id, options, model, scoped, at, unknown);
    return { query, ...(apart.length === 0 ? {} : { also: apart }) };
  };
  switch (method) {
    case 'create': {
      const also = nestedRows(c, first, second, model, at);
      return [{ query: inserted(c, first, model, at), ...(also.length === 0 ? {} : { also }) }];
    }
    case 'bulkCreate': {
      const query = inserted(c, first, model, at);
      const upsert =
        second !== undefined &&
        c.flow.shapes(second).some((one) => one.kind === 'object' && entriesNamed(one, 'updateOnDuplicate').length > 0);
      return [{ query: upsert ? { ...query, onConflict: { target: [], set: [] } } : query }];
    }
    case 'upsert':
      return [{ query: { ...inserted(c, first, model, at), onConflict: { target: [], set: [] } } }];
    case 'update':
      return each(second, (own, options, unknown) => {
        const rows = first === undefined ? [] : rowsOf(own, first, place(own, model));
        return { query: changed(own, model, options, scoped, at, unknown, assignmentsOf(rows)) };
      });
    case 'increment':
    case 'decrement':
      return each(second, (own, options, unknown) => ({
        query: changed(own, model, options, scoped, at, unknown, {}),
      }));
    case 'restore':
      return each(first, (own, options, unknown) => ({ query: changed(own, model, options, scoped, at, unknown, {}) }));
    case 'destroy':
    case 'truncate':
      return each(first, (own, options, unknown) => ({ query: destroyed(own, model, options, scoped, at, unknown) }));
    case 'findOrCreate':
    case 'findCreateFind':
      return each(first, (own, options, unknown) => {
        const query = read(own, 'findOne', undefined, options, model, scoped, at, unknown);
        const entries = [...entriesNamed(options, 'where'), ...entriesNamed(options, 'defaults')].flatMap(({ value }) =>
          own.flow.shapes(value).flatMap((shape) => (shape.kind === 'object' ? [shape] : [])),
        );
        const again = fresh(c);
        const shape: ObjectShape | undefined = entries[0] && {
          ...entries[0],
          entries: entries.flatMap((one) => one.entries),
          open: entries.some((one) => one.open),
        };
        const rows =
          shape === undefined
            ? [undefined]
            : [{ cells: shape.entries.flatMap((entry) => place(again, model)(again, entry)), open: shape.open }];
        return { query, also: [insertRows(again, again.table(model.table, at), rows, first, at, suppliedBy(model))] };
      });
    case 'findByPk':
    case 'findById':
      return each(second, (own, options, unknown) => found(own, method, first, options, unknown));
    case 'max':
    case 'min':
    case 'sum':
    case 'aggregate':
      return each(args.at(method === 'aggregate' ? 2 : 1), (own, options, unknown) => ({
        query: read(own, method, undefined, options, model, scoped, at, unknown),
      }));
    default:
      return each(first, (own, options, unknown) => found(own, method, undefined, options, unknown));
  }
};

const inserted = (c: Context, ref: Ref | undefined, model: SequelizeModel, at: Span): Insert => {
  const rows = ref === undefined ? [] : rowsOf(c, ref, place(c, model));
  return insertRows(c, c.table(model.table, at), rows, ref, at, suppliedBy(model));
};

/** `create({ …, items: [{ … }] }, { include: ['items'] })`: rows of associated models, with the key of the row that is made. */
const nestedRows = (
  c: Context,
  values: Ref | undefined,
  options: Ref | undefined,
  model: SequelizeModel,
  at: Span,
): readonly Query[] => {
  if (values === undefined || options === undefined || optionIn(objectIn(c.flow, [options]), 'include') === undefined)
    return [];
  return c.flow.shapes(values).flatMap((shape): readonly Query[] =>
    shape.kind !== 'object'
      ? []
      : shape.entries.flatMap((entry): readonly Query[] => {
          const relation = model.relations.get(entry.key ?? '');
          const target = relation === undefined ? undefined : c.data.models.get(relation.target);
          if (relation === undefined || target === undefined) return [];
          const own = fresh(c);
          const back = relation.owns || relation.through !== undefined ? [] : relation.on;
          const keys = back.map((pair): Cell => {
            const value = param(`${c.flow.valueId(values)}.${pair.own}`, at);
            return { column: pair.other, span: at, value };
          });
          const rows = rowsOf(own, entry.value, place(own, target)).map(
            (row) =>
              row && {
                ...row,
                cells: [...row.cells.filter((cell) => !keys.some((key) => key.column === cell.column)), ...keys],
              },
          );
          return [insertRows(own, own.table(target.table, at), rows, entry.value, at, suppliedBy(target))];
        }),
  );
};

export const keyColumn = (model: SequelizeModel): string => columnName(model, model.primaryKey[0] ?? 'id');

const read = (
  c: Context,
  method: string,
  id: Ref | undefined,
  options: ObjectShape | undefined,
  model: SequelizeModel,
  scoped: readonly Scoped[],
  at: Span,
  unknown: Expr | undefined,
): Query => {
  const last = entriesNamed(options, 'where').at(-1);
  const table = c.table(model.table, last === undefined ? at : keySpan(c, last));
  const sources = openSources(c, table);
  const own = aliasOf(table);
  const parts: Expr[] = [];
  if (id !== undefined) parts.push(equals(column(own, keyColumn(model), at), valueExpr(c, id), at));
  // A look-up by key with options of the caller's has no filter of theirs.
  const asked =
    id !== undefined && options?.open === true && last === undefined ? { ...options, open: false } : options;
  parts.push(filterOf(c, model, own, asked, scoped, at));
  if (unknown !== undefined && id === undefined) parts.push(unknown);
  includeAll(c, sources, model, own, options, false);
  for (const scope of scoped) includeAll(c, sources, model, own, scope.options, scope.optional);
  const call = c.site.value.span;
  const counts = /^(?:count|max|min|sum|aggregate)$/.test(method);
  const grouped = optionIn(options, 'group') !== undefined;
  const one = /^find(?:One|ByPk|ById|OrBuild)$/.test(method);
  const limit = optionIn(options, 'limit');
  return select([sources.from()], call, {
    where: and(parts, at),
    ...(counts && !grouped ? { items: [countStar(call)] } : {}),
    ...(one
      ? { limit: { kind: 'const', type: 'number', value: 1, span: call } }
      : limit === undefined
        ? {}
        : { limit: param('limit', call) }),
  });
};

const changed = (
  c: Context,
  model: SequelizeModel,
  options: ObjectShape | undefined,
  scoped: readonly Scoped[],
  at: Span,
  unknown: Expr | undefined,
  set: Parameters<typeof update>[3],
): Query => {
  const table = c.table(model.table, at);
  const where = filterOf(c, model, aliasOf(table), options, scoped, at);
  return update(table, and([where, ...(unknown === undefined ? [] : [unknown])], at), c.site.value.span, set);
};

const destroyed = (
  c: Context,
  model: SequelizeModel,
  options: ObjectShape | undefined,
  scoped: readonly Scoped[],
  at: Span,
  unknown: Expr | undefined,
): Query => {
  if (model.paranoid && !isTrue(c.flow, optionIn(options, 'force')))
    return changed(c, model, options, scoped, at, unknown, softly(model, at));
  const table = c.table(model.table, at);
  const where = filterOf(c, model, aliasOf(table), options, scoped, at);
  return remove(table, and([where, ...(unknown === undefined ? [] : [unknown])], at), c.site.value.span);
};

export const softly = (model: SequelizeModel, span: Span) => ({
  set: [
    { column: model.deletedAt, qualifier: [], value: { kind: 'call' as const, name: 'now', args: [], span }, span },
  ],
});
