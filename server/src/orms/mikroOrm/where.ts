/** Conditions: objects with operators, keys alone, lists of either. */

import type { Entry, ObjectShape, Ref, Shape } from '../../flow/flow';
import type { Expr } from '../../query/model';
import { own } from '../../text/own';
import type { Span } from '../../text/span';
import { conjunction } from '../build/conditional';
import {
  and,
  choice,
  column,
  compare,
  equals,
  isNull,
  like,
  not,
  opaque,
  operation,
  or,
  param,
  truth,
} from '../build/expr';

import { isListTyped, isScalarTyped } from '../build/listTyped';
import type { Relation } from '../build/model';
import { pairsOn, related } from '../build/related';
import { isNothing, isUndefined, listExpr, spanIn, valueExpr } from '../build/value';
import { type Context, keySpan, relatedEntity } from './context';
import type { Entity } from './entities';
import { isMikro } from './identity';
import { rowIn } from './receiver';

export interface Scope {
  readonly entity: Entity;
  readonly alias: string;
  /** Aliases of a query builder. */
  readonly known?: ReadonlyMap<string, Scope>;
}

export const whereExpr = (c: Context, ref: Ref, scope: Scope): Expr => {
  const span = spanIn(c, ref);
  return choice(
    withoutDefaults(c.flow.shapes(ref)).map((shape) => fromShape(c, shape, ref, scope, span)),
    span,
  );
};

/** `options.where ?? {}`: what is left out is the caller's choice as well. */
const withoutDefaults = (shapes: readonly Shape[]): readonly Shape[] => {
  if (!shapes.some((shape) => shape.kind === 'unknown')) return shapes;
  const empty = (shape: Shape): boolean => shape.kind === 'object' && shape.entries.length === 0 && !shape.open;
  return shapes.filter((shape) => !empty(shape) && !isNothing(shape));
};

const fromShape = (c: Context, shape: Shape, ref: Ref, scope: Scope, span: Span): Expr => {
  if (isNothing(shape)) return truth(span);
  switch (shape.kind) {
    case 'object':
      return objectExpr(c, shape, scope);
    case 'list': {
      const filters = shape.items.some(({ value }) => c.flow.shapes(value).some((one) => one.kind === 'object'));
      if (!filters) return keyed(c, ref, scope, span, true);
      const sides = shape.items.map(({ value, many }) => whereExpr(many ? { ...c, many } : c, value, scope));
      if (shape.open) sides.push(unknownFilter(c, shape.ref, span));
      return sides.length === 0 ? truth(span) : or(sides, span);
    }
    case 'literal':
    case 'text':
      return keyed(c, ref, scope, span, false);
    default: {
      if (rowIn(c.flow, c.data, shape.ref) !== undefined) return keyed(c, ref, scope, span, false);
      const told = idLike(c, shape, ref);
      return told === undefined ? unknownFilter(c, shape.ref, span) : keyed(c, ref, scope, span, told === 'many');
    }
  }
};

export const unknownFilter = (c: Context, ref: Ref, span: Span): Expr => {
  const text = c.flow.print(ref);
  c.notes.add(`filter ${text}`);
  return opaque(`the filter ${text} comes from elsewhere`, span);
};

/** A caller's value is a key where its type or its name says so. */
const idLike = (c: Context, shape: Shape, ref: Ref): 'one' | 'many' | undefined => {
  if (isListTyped(c.flow, ref)) return 'many';
  if (isScalarTyped(c.flow, ref) || shape.kind === 'operator') return 'one';
  const said = /(\w+)\W*$/.exec(c.flow.print(shape.kind === 'unknown' ? ref : shape.ref))?.[1] ?? '';
  if (/(?:^|[a-z_])(?:ids|Ids|IDs|IDS)$|^ids$/.test(said)) return 'many';
  return /^(?:id|uuid|pk)$|(?:Id|ID|_id|Uuid|UUID)$/.test(said) ? 'one' : undefined;
};

/** `findOne(Book, 1)`: the primary key alone; a list is any of them, or all columns of a composite one. */
const keyed = (c: Context, ref: Ref, { entity, alias }: Scope, span: Span, many: boolean): Expr => {
  const [first = 'id', ...more] = entity.keyColumns;
  const [list] = c.flow.shapes(ref).flatMap((shape) => (shape.kind === 'list' ? [shape] : []));
  if (more.length > 0 && list !== undefined && list.items.length === more.length + 1)
    return and(
      entity.keyColumns.map((name, i) => {
        const item = list.items[i];
        return equals(
          column(alias, name, span),
          item === undefined ? param(name, span) : keyValue(c, item.value),
          span,
        );
      }),
      span,
    );
  if (more.length > 0)
    return and(
      entity.keyColumns.map((name) =>
        equals(column(alias, name, span), param(`${c.flow.valueId(ref)}.${name}`, span, many), span),
      ),
      span,
    );
  const key = column(alias, first, span);
  return many ? listExpr(c, key, ref, span) : equals(key, keyValue(c, ref), span);
};

/** The key of a row, or the value itself. */
export const keyValue = (c: Context, ref: Ref, field = 'id'): Expr => {
  const row = rowIn(c.flow, c.data, ref);
  if (row === undefined) return valueExpr(c, ref);
  const many = row.many || (c.many && c.flow.varies(ref, c.site));
  return param(`${c.flow.valueId(ref)}.${field}`, spanIn(c, ref), many);
};

const objectExpr = (c: Context, shape: ObjectShape, scope: Scope, prefix = ''): Expr => {
  const span = spanIn(c, shape.ref);
  const parts = shape.entries.map((entry) => ({ when: entry.when, expr: entryExpr(c, entry, scope, prefix) }));
  if (shape.open) parts.push({ when: [], expr: unknownFilter(c, shape.ref, span) });
  return conjunction(parts, span);
};

const entryExpr = (c: Context, entry: Entry, scope: Scope, prefix: string): Expr => {
  const span = keySpan(c, entry);
  const { key, value, computed } = entry;
  const { entity, alias } = scope;
  if (key === undefined)
    return computed !== undefined && isRaw(c, computed)
      ? operation('raw', [], span)
      : unknownFilter(c, computed ?? value, span);
  if (key === '$and' || key === '$or') return sidesExpr(c, key, value, scope, span);
  if (key === '$not') return not(whereExpr(c, value, scope), span);
  if (key.startsWith('$')) return operatorExpr(c, key, column(alias, entity.keyColumns[0] ?? 'id', span), value, span);
  const dot = key.indexOf('.');
  const other = dot < 0 ? undefined : scope.known?.get(key.slice(0, dot));
  if (other !== undefined)
    return entryExpr(c, { ...entry, key: key.slice(dot + 1) }, { ...other, ...known(scope) }, '');
  const name = `${prefix}${key.replace(/:.*$/, '')}`;
  const field = entity.fields.get(name);
  if (field !== undefined) return fieldExpr(c, column(alias, field.column, span), value, span);
  const relation = entity.relations.get(name);
  if (relation !== undefined) return relationExpr(c, relation, value, scope, span);
  if ([...entity.fields.keys(), ...entity.relations.keys()].some((one) => one.startsWith(`${name}.`))) {
    const embedded = c.flow.shapes(value).flatMap((shape) => (shape.kind === 'object' ? [shape] : []));
    if (embedded.length > 0)
      return choice(
        embedded.map((shape) => objectExpr(c, shape, scope, `${name}.`)),
        span,
      );
  }
  return fieldExpr(c, column(alias, key, span), value, span);
};

const known = ({ known: all }: Scope): Pick<Scope, 'known'> => (all === undefined ? {} : { known: all });

/** `raw('…')`, `sql`…``, and what older versions call `expr`. */
export const isRaw = (c: Context, ref: Ref): boolean =>
  c.flow
    .chains(ref)
    .some(
      ({ root, steps }) =>
        (root.kind === 'package' && isMikro(root.module) && /^(?:raw|sql|expr)$/.test(root.name)) ||
        steps.some((step) => step.kind === 'call' && step.name === 'raw'),
    );

const sidesExpr = (c: Context, key: string, ref: Ref, scope: Scope, span: Span): Expr => {
  const join = key === '$and' ? and : or;
  const options = c.flow.shapes(ref).map((shape): Expr => {
    if (shape.kind === 'object') return objectExpr(c, shape, scope);
    if (shape.kind !== 'list') return isNothing(shape) ? truth(span) : unknownFilter(c, shape.ref, span);
    const sides = shape.items.map((item) => ({
      when: item.when,
      expr: whereExpr(item.many ? { ...c, many: true } : c, item.value, scope),
    }));
    if (shape.open) sides.push({ when: [], expr: unknownFilter(c, shape.ref, span) });
    if (sides.length === 0) return truth(span);
    return key === '$and'
      ? conjunction(sides, span)
      : join(
          sides.map(({ expr }) => expr),
          span,
        );
  });
  return choice(options, span);
};

const operatorsIn = (shape: Shape): readonly Entry[] | undefined =>
  shape.kind === 'object' && shape.entries.length > 0 && shape.entries.every(({ key }) => key?.startsWith('$') === true)
    ? shape.entries
    : undefined;

/** A value, a list, or what operators make of it. */
export const fieldExpr = (c: Context, left: Expr, ref: Ref, span: Span): Expr => {
  const shapes = c.flow.shapes(ref);
  let plain = false;
  const options = shapes.flatMap((shape): readonly Expr[] => {
    if (isUndefined(shape) && c.data.settings.ignoresUndefined) return [truth(span)];
    if (isNothing(shape)) return [isNull(left, span)];
    const operators = operatorsIn(shape);
    if (operators !== undefined) {
      const parts = operators.map(({ key, value, when }) => ({
        when,
        expr: operatorExpr(c, key ?? '', left, value, span),
      }));
      return [conjunction(parts, span)];
    }
    if (shape.kind === 'object') return [operation('json', [left], span)];
    if (shape.kind === 'list') return [listExpr(c, left, shape.ref, span)];
    const query = shape.kind === 'chain' ? c.nested(shape.ref) : undefined;
    if (query !== undefined) return [equals(left, { kind: 'subquery', query, span }, span)];
    if (shape.kind === 'chain' && isRaw(c, shape.ref)) return [operation('raw', [left], span)];
    plain = true;
    return [];
  });
  if (!plain) return choice(options, span);
  const value = isListTyped(c.flow, ref) ? listExpr(c, left, ref, span) : equals(left, keyValue(c, ref), span);
  return choice([value, ...options], span);
};

const comparisons: Readonly<Record<string, '<' | '<=' | '>' | '>=' | '<>'>> = {
  $lt: '<',
  $lte: '<=',
  $gt: '>',
  $gte: '>=',
};

const operatorExpr = (c: Context, name: string, left: Expr, ref: Ref, span: Span): Expr => {
  const nothing = c.flow.shapes(ref).every(isNothing);
  switch (name) {
    case '$eq':
      return nothing ? isNull(left, span) : equals(left, keyValue(c, ref), span);
    case '$ne':
      return nothing ? isNull(left, span, true) : compare('<>', left, keyValue(c, ref), span);
    case '$in':
    case '$nin': {
      const negated = name === '$nin';
      const query = c.nested(ref);
      return query === undefined
        ? listExpr(c, left, ref, span, negated)
        : { kind: 'in', left, items: query, negated, span };
    }
    case '$not':
      return not(fieldExpr(c, left, ref, span), span);
    case '$and':
    case '$or': {
      const items = c.flow.shapes(ref).flatMap((shape) => (shape.kind === 'list' ? shape.items : []));
      const sides = items.map((item) => fieldExpr(c, left, item.value, span));
      return sides.length === 0 ? unknownFilter(c, ref, span) : (name === '$and' ? and : or)(sides, span);
    }
    case '$like':
    case '$ilike':
      return like(left, valueExpr(c, ref), span, name === '$ilike');
    default: {
      const op = own(comparisons, name);
      return op === undefined ? operation(name, [left], span) : compare(op, left, valueExpr(c, ref), span);
    }
  }
};

/** A related row by its key, or by more than that, which joins it. */
const relationExpr = (c: Context, relation: Relation, ref: Ref, scope: Scope, span: Span): Expr => {
  const target = relatedEntity(c, relation.target);
  const [pair] = relation.on;
  const own = relation.owns && pair !== undefined ? column(scope.alias, pair.own, span) : undefined;
  const options = c.flow.shapes(ref).map((shape): Expr => {
    if (isUndefined(shape) && c.data.settings.ignoresUndefined) return truth(span);
    if (target === undefined) return operation(relation.name, [], span);
    const operators = operatorsIn(shape);
    if (operators?.some(({ key }) => collectionOperators.has(key ?? '')) === true)
      return and(
        operators.map((entry) => collectionExpr(c, relation, target, entry, scope, span)),
        span,
      );
    if (shape.kind === 'object' && operators === undefined) return nestedExpr(c, relation, target, shape, scope, span);
    if (own !== undefined) {
      if (relation.on.length > 1 && !isNothing(shape))
        return and(
          relation.on.map((one) =>
            equals(column(scope.alias, one.own, span), param(`${c.flow.valueId(ref)}.${one.other}`, span), span),
          ),
          span,
        );
      return fieldExpr(c, own, shape.ref, span);
    }
    const linked = linkOf(c, relation, scope, span);
    if (linked !== undefined) return fieldExpr(c, linked, shape.ref, span);
    const joined = joinOf(c, relation, target, scope, span);
    return fieldExpr(c, column(joined, target.keyColumns[0] ?? 'id', span), shape.ref, span);
  });
  return choice(options, span);
};

/** Without a place to join to, the condition stands in a subquery of the caller's. */
const joinOf = (c: Context, relation: Relation, target: Entity, { alias }: Scope, span: Span): string =>
  c.sources?.join(alias, relation, target, { span, optional: false }) ?? target.table.at(-1) ?? '';

/** Keys of a many-to-many relation stand in its link table: nothing else is joined. */
const linkOf = (c: Context, relation: Relation, { alias }: Scope, span: Span): Expr | undefined => {
  const [pair, ...more] = relation.through?.on ?? [];
  if (relation.through === undefined || pair === undefined || more.length > 0 || c.sources === undefined)
    return undefined;
  const link = c.table(relation.through.table, span);
  const own = link.alias ?? link.name.parts.at(-1) ?? '';
  c.sources.add(link, pairsOn(relation.on, alias, own, span), { span, optional: false });
  return column(own, pair.own, span);
};

const nestedExpr = (
  c: Context,
  relation: Relation,
  target: Entity,
  shape: ObjectShape,
  scope: Scope,
  span: Span,
): Expr => {
  const ownKey = (entry: Entry): string | undefined => {
    const field = target.fields.get(entry.key ?? '');
    return relation.owns ? relation.on.find((pair) => pair.other === field?.column)?.own : undefined;
  };
  // A key alone is the foreign key: nothing is joined.
  if (!shape.open && shape.entries.length > 0 && shape.entries.every((entry) => ownKey(entry) !== undefined))
    return conjunction(
      shape.entries.map((entry) => ({
        when: entry.when,
        expr: fieldExpr(c, column(scope.alias, ownKey(entry) ?? '', span), entry.value, keySpan(c, entry)),
      })),
      span,
    );
  const [only, ...others] = shape.entries;
  if (relation.through !== undefined && only !== undefined && others.length === 0 && !shape.open) {
    const isKey = target.fields.get(only.key ?? '')?.column === target.keyColumns[0];
    const linked = isKey ? linkOf(c, relation, scope, span) : undefined;
    if (linked !== undefined) return fieldExpr(c, linked, only.value, keySpan(c, only));
  }
  const alias = joinOf(c, relation, target, scope, span);
  return objectExpr(c, shape, { entity: target, alias, ...known(scope) });
};

const collectionOperators = new Set(['$some', '$none', '$every', '$size']);

const collectionExpr = (
  c: Context,
  relation: Relation,
  target: Entity,
  { key, value }: Entry,
  { alias }: Scope,
  span: Span,
): Expr => {
  const inside = (own: string): Expr => {
    if (key === '$size') return truth(span);
    const expr = whereExpr({ ...c, sources: undefined }, value, { entity: target, alias: own });
    return key === '$every' ? not(expr, span) : expr;
  };
  return related(c, alias, relation, target, span, inside, key === '$none' || key === '$every');
};
