/** `where` objects, lists of them, and criteria of writes, as predicates. */

import type { Entry, ObjectShape, Ref, Shape } from '../../flow/flow';
import type { Expr } from '../../query/model';
import { own } from '../../text/own';
import type { Span } from '../../text/span';
import { conjunction } from '../build/conditional';
import { and, choice, column, compare, equals, isNull, like, not, opaque, operation, or, truth } from '../build/expr';
import type { Relation } from '../build/model';
import { isNothing, listExpr, spanIn, valueExpr } from '../build/value';
import { type Context, keySpan, relatedEntity } from './context';
import { type Entity, isTypeorm } from './entities';
import { rawExpr } from './raw';

export const whereExpr = (c: Context, ref: Ref, entity: Entity, alias: string): Expr => {
  const span = spanIn(c, ref);
  return choice(
    withoutDefaults(c.flow.shapes(ref)).map((shape) => fromShape(c, shape, entity, alias, span)),
    span,
  );
};

/** `options.filter || {}`: what is left out is the caller's choice as well. */
const withoutDefaults = (shapes: readonly Shape[]): readonly Shape[] => {
  if (!shapes.some((shape) => shape.kind === 'unknown')) return shapes;
  const empty = (shape: Shape): boolean => shape.kind === 'object' && shape.entries.length === 0 && !shape.open;
  return shapes.filter((shape) => !empty(shape) && !isNothing(shape));
};

const fromShape = (c: Context, shape: Shape, entity: Entity, alias: string, span: Span): Expr => {
  if (isNothing(shape)) return truth(span);
  if (shape.kind === 'object') return objectExpr(c, shape, entity, alias, '');
  if (shape.kind !== 'list') return unknownFilter(c, shape.ref, span);
  const items = shape.items.map(({ value, many }) => whereExpr(many ? { ...c, many } : c, value, entity, alias));
  if (shape.open) items.push(unknownFilter(c, shape.ref, span));
  return items.length === 0 ? truth(span) : or(items, span);
};

export const unknownFilter = (c: Context, ref: Ref, span: Span): Expr => {
  const text = c.flow.print(ref);
  c.notes.add(`filter ${text}`);
  return opaque(`the filter ${text} comes from elsewhere`, span);
};

const objectExpr = (c: Context, shape: ObjectShape, entity: Entity, alias: string, prefix: string): Expr => {
  const span = spanIn(c, shape.ref);
  const parts = shape.entries.map((entry) => ({ when: entry.when, expr: entryExpr(c, entry, entity, alias, prefix) }));
  if (shape.open) parts.push({ when: [], expr: unknownFilter(c, shape.ref, span) });
  return conjunction(parts, span);
};

const entryExpr = (c: Context, entry: Entry, entity: Entity, alias: string, prefix: string): Expr => {
  const span = keySpan(c, entry);
  const { key, value } = entry;
  if (key === undefined) return unknownFilter(c, entry.computed ?? value, span);
  const name = `${prefix}${key}`;
  const field = entity.fields.get(name);
  if (field !== undefined) return fieldExpr(c, column(alias, field.column, span), value, span);
  const relation = entity.relations.get(name);
  if (relation !== undefined) return relationExpr(c, relation, value, alias, span);
  if ([...entity.fields.keys()].some((one) => one.startsWith(`${name}.`))) {
    const embedded = c.flow.shapes(value).flatMap((shape) => (shape.kind === 'object' ? [shape] : []));
    return choice(
      embedded.map((shape) => objectExpr(c, shape, entity, alias, `${name}.`)),
      span,
    );
  }
  return fieldExpr(c, column(alias, key, span), value, span);
};

/** A value, or what an operator makes of it. TypeORM leaves out what is undefined or null. */
const fieldExpr = (c: Context, left: Expr, ref: Ref, span: Span): Expr => {
  const shapes = c.flow.shapes(ref);
  let plain = false;
  const options = shapes.flatMap((shape): readonly Expr[] => {
    if (isNothing(shape)) return [truth(span)];
    const operator = operatorOf(shape);
    if (operator !== undefined) return [operatorExpr(c, left, operator.name, operator.args, span)];
    plain = true;
    return [];
  });
  return choice([...(plain ? [equals(left, valueExpr(c, ref), span)] : []), ...options], span);
};

const operatorOf = (shape: Shape): { readonly name: string; readonly args: readonly Ref[] } | undefined => {
  if (shape.kind !== 'chain') return undefined;
  const { root, steps } = shape.chain;
  const [call] = steps;
  if (root.kind !== 'package' || !isTypeorm(root.module) || call?.kind !== 'call' || steps.length !== 1)
    return undefined;
  return { name: root.name, args: call.args };
};

const comparisons: Readonly<Record<string, '<' | '<=' | '>' | '>='>> = {
  LessThan: '<',
  LessThanOrEqual: '<=',
  MoreThan: '>',
  MoreThanOrEqual: '>=',
};

const operatorExpr = (c: Context, left: Expr, name: string, args: readonly Ref[], span: Span): Expr => {
  const [first, second] = args;
  if (name === 'IsNull') return isNull(left, span);
  if (first === undefined) return operation(name, [left], span);
  switch (name) {
    case 'In':
    case 'Any':
      return listExpr(c, left, first, span);
    case 'Equal':
      return equals(left, valueExpr(c, first), span);
    case 'Raw':
      return rawExpr(c, left, args, span);
    case 'Not':
      return not(fieldExpr(c, left, first, span), span);
    case 'And':
      return and(
        args.map((arg) => fieldExpr(c, left, arg, span)),
        span,
      );
    case 'Or':
      return or(
        args.map((arg) => fieldExpr(c, left, arg, span)),
        span,
      );
    case 'Like':
    case 'ILike':
      return like(left, valueExpr(c, first), span, name === 'ILike');
    case 'Between':
      return second === undefined
        ? operation(name, [left], span)
        : { kind: 'between', value: left, low: valueExpr(c, first), high: valueExpr(c, second), negated: false, span };
    default: {
      const op = own(comparisons, name);
      return op === undefined ? operation(name, [left], span) : compare(op, left, valueExpr(c, first), span);
    }
  }
};

/** `{ owner: { id } }` joins the related table; a bare value stands for its key. */
const relationExpr = (c: Context, relation: Relation, ref: Ref, alias: string, span: Span): Expr => {
  const target = relatedEntity(c, relation.target);
  const [pair] = relation.on;
  const own = pair === undefined ? undefined : column(alias, pair.own, span);
  const options = c.flow.shapes(ref).map((shape): Expr => {
    if (isNothing(shape)) return truth(span);
    if (shape.kind === 'object' && target !== undefined) {
      if (c.sources !== undefined) {
        const joined = c.sources.join(alias, relation, target, { span, optional: false });
        return objectExpr(c, shape, target, joined, '');
      }
      const key = shape.entries.find((entry) => target.fields.get(entry.key ?? '')?.column === pair?.other);
      return own === undefined || key === undefined
        ? operation(relation.name, [], span)
        : fieldExpr(c, own, key.value, span);
    }
    if (!relation.owns || own === undefined || relation.through !== undefined)
      return operation(relation.name, [], span);
    const operator = operatorOf(shape);
    return operator === undefined
      ? equals(own, valueExpr(c, ref), span)
      : operatorExpr(c, own, operator.name, operator.args, span);
  });
  return choice(options, span);
};

/** What `update`, `delete` and `findOne` take first: an id, ids, or a filter. */
export const criteriaExpr = (c: Context, ref: Ref, entity: Entity, alias: string): Expr => {
  const span = spanIn(c, ref);
  return choice(
    c.flow.shapes(ref).map((shape): Expr => {
      if (shape.kind === 'object' || (isNothing(shape) && shape.kind === 'literal'))
        return fromShape(c, shape, entity, alias, span);
      if (shape.kind === 'list') {
        const filters = shape.items.some(({ value }) => c.flow.shapes(value).some((one) => one.kind === 'object'));
        return filters ? fromShape(c, shape, entity, alias, span) : byKey(c, ref, entity, alias, span, true);
      }
      if (shape.kind === 'unknown' || shape.kind === 'chain') {
        const told = idLike(c, shape, ref);
        return told === undefined
          ? unknownFilter(c, shape.ref, span)
          : byKey(c, ref, entity, alias, span, told === 'many');
      }
      return byKey(c, ref, entity, alias, span, false);
    }),
    span,
  );
};

/** A caller's value is an id where its type or its name says so. */
const idLike = (c: Context, shape: Shape, ref: Ref): 'one' | 'many' | undefined => {
  const chain = c.flow.chain(ref);
  const type = chain.root.kind === 'unknown' && chain.steps.length === 0 ? chain.root.type?.type : undefined;
  const names = type === undefined ? [] : type.name === '|' ? type.args.map(({ name }) => name) : [type.name];
  if (names.some((name) => /^(?:string|number|bigint|undefined|null)$/.test(name))) return 'one';
  if (type?.name === 'Array') return 'many';
  const said = /(\w+)\W*$/.exec(c.flow.print(shape.kind === 'unknown' ? ref : shape.ref))?.[1] ?? '';
  if (/(?:^|[a-z_])(?:ids|Ids|IDs|IDS)$|^ids$/.test(said)) return 'many';
  return /^(?:id|uuid|pk)$|(?:Id|ID|_id|Uuid|UUID)$/.test(said) ? 'one' : undefined;
};

const byKey = (c: Context, ref: Ref, entity: Entity, alias: string, span: Span, many: boolean): Expr => {
  const name = entity.primaryKey[0] ?? 'id';
  const key = column(alias, entity.fields.get(name)?.column ?? name, span);
  return many ? listExpr(c, key, ref, span) : equals(key, valueExpr(c, ref), span);
};
