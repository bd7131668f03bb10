/** Rows of relations: whose they are, the rows of link tables, and what is loaded along. */
import type { ObjectShape, Ref } from '../../flow/flow';
import type { Expr, From, Query, TableRef } from '../../query/model';
import type { Span } from '../../text/span';
import { aliasOf, another, type Build } from '../build/build';
import { and, column, equals, param } from '../build/expr';
import { openSources } from '../build/sources';
import { insert, remove } from '../build/statements';
import type { Context } from '../knex/context';
import type { BookshelfModel } from './models';
import type { Told } from './receiver';
import type { Asked, Made } from './statement';

/** Which rows of a relation are meant: its columns against those of the row. */
export const tied = (
  c: Build,
  { from }: Told,
  table: TableRef | undefined,
  span: Span,
): ((own: string, left: Expr) => Expr) | undefined => {
  if (from === undefined || table === undefined) return undefined;
  const id = from.row === undefined ? `row@${span.start}` : c.flow.valueId(from.row);
  return (own, left) => equals(left, param(`${id}.${own}`, span), span);
};

export const related = (
  c: Build,
  query: Query,
  relation: NonNullable<Told['from']>['relation'],
  key_: (own: string, left: Expr) => Expr,
  table: TableRef | undefined,
  span: Span,
): Query => {
  if (table === undefined || query.kind !== 'select') return query;
  const alias = aliasOf(table);
  const more = (where: Expr, from: From | undefined): Query => ({
    ...query,
    ...(from === undefined ? {} : { from: [from, ...query.from.slice(1)] }),
    where: query.where === undefined ? where : and([query.where, where], span),
  });
  if (relation.through === undefined)
    return more(
      and(
        relation.on.map(({ own, other }) => key_(own, column(alias, other, span))),
        span,
      ),
      undefined,
    );
  const link = c.table(relation.through.table, span);
  const on = and(
    relation.through.on.map(({ own, other }) =>
      equals(column(aliasOf(link), own, span), column(alias, other, span), span),
    ),
    span,
  );
  const [left] = query.from;
  return more(
    and(
      relation.on.map(({ own, other }) => key_(own, column(aliasOf(link), other, span))),
      span,
    ),
    left === undefined ? undefined : { kind: 'join', type: 'inner', left, right: link, on, span },
  );
};

/** `user.roles().attach(ids)`: rows of the link table. */
export const linked = (c: Context, asked: Asked): Made | undefined => {
  const { told, step } = asked;
  const { from } = told;
  const through = from?.relation.through;
  if (from === undefined || through === undefined) return undefined;
  const span = step.nameSpan;
  const link = another(c).table(through.table, span);
  const id = from.row === undefined ? `row@${span.start}` : c.flow.valueId(from.row);
  const mine = from.relation.on.map(({ own, other }) => ({ name: other, value: param(`${id}.${own}`, span) }));
  if (step.name !== 'attach') {
    const where = and(
      mine.map(({ name, value }) => equals(column('', name, span), value, span)),
      span,
    );
    return { operation: 'delete', query: remove(link, where, span), also: [] };
  }
  const theirs = through.on.map(({ own }) => ({ name: own, value: param(`${id}.${own}?`, span) }));
  const cells = [...mine, ...theirs];
  const query = insert(link, { kind: 'values', rows: [cells.map(({ value }) => value)], orderBy: [], span }, span, {
    columns: cells.map(({ name }) => ({ name, span })),
  });
  return { operation: 'insert', query, also: [] };
};

/** `withRelated: ['posts.tags', { author: (qb) => … }]`, `load(['posts'])`: each is a statement of its own. */
export const loadedAlong = (
  c: Build,
  asked: Asked,
  options: ObjectShape | undefined,
  model: BookshelfModel,
  table: TableRef,
  span: Span,
): From => {
  const sources = openSources(c, table);
  const given =
    asked.step.name === 'load'
      ? asked.step.args[0]
      : options?.entries.findLast((one) => one.key === 'withRelated')?.value;
  const along = (path: string, optional: boolean): void => {
    let at = model;
    let alias = aliasOf(table);
    for (const name of path.split('.')) {
      const relation = at.relations.get(name.split(':')[0] ?? name);
      const target = relation === undefined ? undefined : asked.data.byKey.get(relation.target);
      if (relation === undefined || target === undefined) return;
      alias = sources.join(alias, relation, target, { span, optional });
      at = target;
    }
  };
  const read = (ref: Ref, optional: boolean, depth: number): void => {
    const shapes = c.flow.shapes(ref);
    for (const shape of shapes) {
      const unsure = optional || shapes.length > 1;
      if (shape.kind === 'literal' && typeof shape.value === 'string') along(shape.value, unsure);
      else if (shape.kind === 'list' && depth < 4) {
        for (const { value, when } of shape.items) read(value, unsure || when.length > 0, depth + 1);
        if (shape.open) c.notes.add(`relations ${c.flow.print(ref)}`);
      } else if (shape.kind === 'object') {
        for (const { key: name } of shape.entries) if (name !== undefined) along(name, unsure);
      } else if (shape.kind === 'unknown') c.notes.add(`relations ${c.flow.print(ref)}`);
    }
  };
  if (given !== undefined) read(given, false, 0);
  return sources.from();
};
