/** Host values as constants, parameters and lists of the query model. */
import type { Ref, Shape } from '../../flow/flow';
import type { Expr } from '../../query/model';
import type { Span } from '../../text/span';
import type { Build } from './build';
import { equals, inList, nothing, param } from './expr';

export const isNothing = (shape: Shape): boolean =>
  shape.kind === 'literal' && (shape.value === undefined || shape.value === null);

export const isUndefined = (shape: Shape): boolean => shape.kind === 'literal' && shape.value === undefined;

/** A span of another file stands for nothing in this one: the site's own is used. */
export const spanIn = (build: Build, ref: Ref): Span =>
  ref.file === build.site.file ? ref.value.span : build.site.value.span;

const literal = (value: string | number | bigint | boolean | null | undefined, span: Span): Expr => {
  if (value === null || value === undefined) return nothing(span);
  const type = typeof value === 'string' ? 'string' : typeof value === 'boolean' ? 'boolean' : 'number';
  return { kind: 'const', type, value, span };
};

/** One value: a constant where the source says it, otherwise a parameter by the value's identity. */
export const valueExpr = (build: Build, ref: Ref): Expr => {
  const span = spanIn(build, ref);
  const shapes = build.flow.shapes(ref).filter((shape) => !isUndefined(shape));
  const [shape] = shapes;
  if (shapes.length === 1 && shape?.kind === 'literal') return literal(shape.value, span);
  return param(build.flow.valueId(ref), span, build.many && build.flow.varies(ref, build.site));
};

/** `column IN (…)` over a host list; a list that is not written out is a parameter of many values. */
export const listExpr = (build: Build, column: Expr, ref: Ref, span: Span, negated = false): Expr => {
  const shapes = build.flow.shapes(ref).filter((shape) => !isNothing(shape));
  const [shape] = shapes;
  // An empty list is a default that the caller replaces: nobody asks for `IN ()` on purpose.
  if (shapes.length !== 1 || shape?.kind !== 'list' || (shape.items.length === 0 && !shape.open))
    return inList(column, [param(build.flow.valueId(ref), spanIn(build, ref), true)], span, negated);
  const items = shape.items.map((item): Expr => {
    if (item.many) return param(build.flow.valueId(item.value), spanIn(build, item.value), true);
    return valueExpr(build, item.value);
  });
  if (shape.open) items.push(param(build.flow.valueId(ref), spanIn(build, ref), true));
  const [only] = items;
  return items.length === 1 && only !== undefined && !negated && !(only.kind === 'param' && only.many === true)
    ? equals(column, only, span)
    : inList(column, items, span, negated);
};
