/** `relationLoadStrategy: 'query'`: a select for each relation, by the keys of the rows that were read before. */
import type { ObjectShape, Ref } from '../../flow/flow';
import type { From, Query } from '../../query/model';
import type { Span } from '../../text/span';
import { aliasOf } from '../build/build';
import { column, inList, param } from '../build/expr';
import { textIn } from '../build/options';
import { pairsOn } from '../build/related';
import { select } from '../build/statements';
import { asks, type Context, keySpan, lastOf, relatedEntity } from './context';
import type { Entity } from './entities';

const depthCap = 6;

export const selectsRelations = (c: Context, options: ObjectShape | undefined): boolean => {
  const strategy = lastOf(options, 'relationLoadStrategy');
  return strategy !== undefined && textIn(c.flow, strategy.value) === 'query';
};

export const selectedRelations = (c: Context, options: ObjectShape | undefined, entity: Entity): readonly Query[] =>
  (options?.entries ?? []).flatMap((entry) =>
    entry.key === 'relations' ? asked(c, entry.value, entity, keySpan(c, entry), 0) : [],
  );

const asked = (c: Context, ref: Ref, entity: Entity, span: Span, depth: number): readonly Query[] =>
  depth > depthCap
    ? []
    : c.flow.shapes(ref).flatMap((shape): readonly Query[] => {
        if (shape.kind === 'object')
          return shape.entries.flatMap((entry) =>
            asks(c, entry.value) === 'never' ? [] : along(c, entity, [entry.key ?? ''], entry.value, span, depth),
          );
        if (shape.kind !== 'list') return [];
        return shape.items.flatMap(({ value }) =>
          along(c, entity, (textIn(c.flow, value) ?? '').split('.'), undefined, span, depth),
        );
      });

const along = (
  c: Context,
  entity: Entity,
  [name = '', ...rest]: readonly string[],
  nested: Ref | undefined,
  span: Span,
  depth: number,
): readonly Query[] => {
  const relation = entity.relations.get(name);
  const target = relation === undefined ? undefined : relatedEntity(c, relation.target);
  if (relation === undefined || target === undefined) return [];
  const { through, on } = relation;
  const table = c.table(target.table, span);
  const link = through === undefined ? undefined : c.table(through.table, span);
  const from: From =
    link === undefined || through === undefined
      ? table
      : {
          kind: 'join',
          type: 'inner',
          left: table,
          right: link,
          on: pairsOn(through.on, aliasOf(link), aliasOf(table), span),
          span,
        };
  const keys = column(aliasOf(link ?? table), on[0]?.other ?? 'id', span);
  const where = inList(keys, [param(`${relation.name}@${c.site.value.span.start}`, span, true)], span);
  return [
    select([from], c.site.value.span, { where }),
    ...(rest.length > 0 ? along(c, target, rest, nested, span, depth + 1) : []),
    ...(nested === undefined || rest.length > 0 ? [] : asked(c, nested, target, span, depth + 1)),
  ];
};
