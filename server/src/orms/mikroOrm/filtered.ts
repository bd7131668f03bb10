/** Filters that apply to a statement without being asked for. */
import type { ObjectShape } from '../../flow/flow';
import type { Expr } from '../../query/model';
import type { Span } from '../../text/span';
import { and, choice } from '../build/expr';
import { isLiteral, optionIn, textsIn } from '../build/options';
import { type Context, isOff, optionsIn } from './context';
import type { Entity } from './entities';
import type { Filter } from './filter';
import { type Scope, whereExpr } from './where';

const activeFilters = (c: Context, entity: Entity, options: ObjectShape | undefined): readonly Filter[] => {
  if (isOff(c, options, 'filters')) return [];
  const chosen = optionIn(options, 'filters');
  const names = textsIn(c.flow, chosen);
  const set = optionsIn(c, chosen);
  const all = [
    ...entity.filters,
    ...c.data.settings.filters.filter(({ entities }) => entities === undefined || entities.includes(entity.label)),
  ];
  return all.filter(({ name, isDefault }) => {
    const said = optionIn(set, name);
    if (said !== undefined) return !isLiteral(c.flow, said, false);
    return isDefault || names.includes(name);
  });
};

export const isFiltered = (c: Context, entity: Entity, options: ObjectShape | undefined): boolean =>
  activeFilters(c, entity, options).length > 0;

/** All filters of the entity as one condition. */
export const filtersExpr = (c: Context, scope: Scope, options: ObjectShape | undefined, span: Span): Expr =>
  and(
    activeFilters(c, scope.entity, options).map(({ cond }) => condExpr(c, cond, scope, span)),
    span,
  );

const condExpr = (c: Context, cond: Filter['cond'], scope: Scope, span: Span): Expr => {
  const options = c.flow.shapes(cond).flatMap((shape): readonly Expr[] => {
    if (shape.kind !== 'function') return [whereExpr(c, shape.ref, scope)];
    return c.flow.callback(shape.function).returns.map(({ value }) => whereExpr(c, value, scope));
  });
  return choice(options, span);
};
