/** Graphs of rows: related rows that stand in the rows of an insert are written with them. */
import type { Ref } from '../../flow/flow';
import type { Expr, Query } from '../../query/model';
import type { Span } from '../../text/span';
import { another, type Build } from '../build/build';
import { snaked } from '../build/casing';
import { and, column, equals, param } from '../build/expr';
import { assignmentsOf, insertRows, rowsOf } from '../build/rows';
import { remove, select, update } from '../build/statements';
import { valueExpr } from '../build/value';
import type { CallStep } from '../knex/handle';
import type { ObjectionData, ObjectionModel } from './models';

const depthCap = 4;
const graphs = /^(?:insertGraph|insertWithRelated|upsertGraph)/;

export const graphRows = (
  build: Build,
  data: ObjectionData,
  model: ObjectionModel,
  query: Query,
  calls: readonly CallStep[],
  span: Span,
): { readonly query: Query; readonly also: readonly Query[] } => {
  const call = calls.find(({ name }) => graphs.test(name));
  const [rows] = call?.args ?? [];
  if (call === undefined || rows === undefined) return { query: withoutRelations(query, model), also: [] };
  const upserts = call.name.startsWith('upsert');
  const sent = written(build, data, model, rows, undefined, upserts, span, 0);
  const [first, ...also] = sent;
  return first === undefined ? { query, also: [] } : { query: first, also };
};

/** Properties of relations are no columns. */
const withoutRelations = (query: Query, model: ObjectionModel): Query => {
  if (query.kind === 'update')
    return { ...query, set: query.set.filter(({ column: name }) => !model.relations.has(name)) };
  if (query.kind !== 'insert' || query.source === 'default' || query.source.kind !== 'values') return query;
  const kept = (query.columns ?? []).map(({ name }) => !model.relations.has(name));
  if (kept.every(Boolean)) return query;
  return {
    ...query,
    columns: (query.columns ?? []).filter((_, i) => kept[i]),
    source: { ...query.source, rows: query.source.rows.map((row) => row.filter((_, i) => kept[i])) },
  };
};

interface Tie {
  readonly column: string;
  readonly value: Expr;
}

const written = (
  build: Build,
  data: ObjectionData,
  model: ObjectionModel,
  ref: Ref,
  ties: readonly Tie[] | undefined,
  upserts: boolean,
  span: Span,
  depth: number,
): readonly Query[] => {
  const inner = another(build);
  const table = inner.table(model.table, span);
  const sent = (name: string): string => (model.casing === undefined ? name : snaked(name, model.casing));
  const rows = rowsOf(build, ref, (b, { key = '', value, keySpan, file }) =>
    model.relations.has(key)
      ? []
      : [{ column: sent(key), span: file === b.site.file ? keySpan : span, value: valueExpr(b, value) }],
  );
  const tied = rows.map((row) =>
    row === undefined || ties === undefined
      ? row
      : {
          ...row,
          cells: [
            ...row.cells.filter((cell) => !ties.some((tie) => tie.column === cell.column)),
            ...ties.map((tie) => ({ ...tie, span })),
          ],
        },
  );
  const ids = model.idColumns;
  const known = tied.flatMap((row) => {
    const found = ids.map((id) =>
      row?.cells.find((cell) => cell.column === id || model.fields.get(cell.column)?.column === id),
    );
    return found.every((cell) => cell !== undefined) ? [found.flatMap((cell) => cell ?? [])] : [];
  });
  const [key] = known;
  const main: Query =
    upserts && key !== undefined
      ? update(
          table,
          and(
            key.map((cell) => equals(column('', cell.column, span), cell.value, span)),
            span,
          ),
          span,
          assignmentsOf(
            tied.map((row) =>
              row === undefined ? row : { ...row, cells: row.cells.filter(({ column: name }) => !ids.includes(name)) },
            ),
          ),
        )
      : insertRows(inner, table, tied, ref, span, { name: model.name, columns: model.filled });
  const read =
    upserts && key !== undefined && depth === 0
      ? [select([inner.table(model.table, span)], span, { where: main.kind === 'update' ? main.where : undefined })]
      : [];
  if (depth >= depthCap) return [main];
  const below = build.flow.shapes(ref).flatMap((shape) => {
    const objects = shape.kind === 'list' ? shape.items.flatMap(({ value }) => build.flow.shapes(value)) : [shape];
    return objects.flatMap((object) =>
      object.kind !== 'object'
        ? []
        : object.entries.flatMap(({ key: name, value }): readonly Query[] => {
            const relation = model.relations.get(name ?? '');
            const target = relation === undefined ? undefined : data.byKey.get(relation.target);
            if (relation === undefined || target === undefined) return [];
            const id = build.flow.valueId(object.ref);
            const fill =
              relation.owns || relation.through !== undefined
                ? undefined
                : relation.on.map(({ own, other }) => ({
                    column: other,
                    value: keyIn(tied, own) ?? param(`${id}.${own}`, span),
                  }));
            const nested = written(
              { ...build, many: relation.many },
              data,
              target,
              value,
              fill,
              upserts,
              span,
              depth + 1,
            );
            const gone = upserts && fill !== undefined ? [removed(build, target, fill, span)] : [];
            return [...nested, ...gone];
          }),
    );
  });
  return [main, ...read, ...below];
};

const keyIn = (
  rows: readonly ({ readonly cells: readonly { readonly column: string; readonly value: Expr }[] } | undefined)[],
  name: string,
): Expr | undefined => (rows.length === 1 ? rows[0]?.cells.find((cell) => cell.column === name)?.value : undefined);

/** Related rows that the graph leaves out are deleted. */
const removed = (build: Build, target: ObjectionModel, ties: readonly Tie[], span: Span): Query => {
  const table = another(build).table(target.table, span);
  return remove(
    table,
    and(
      ties.map((tie) => equals(column('', tie.column, span), tie.value, span)),
      span,
    ),
    span,
  );
};
