/** `where`, `having` and what joins take: objects, columns and values, groups, lists, subqueries, raw text. */
import type { ObjectShape, Ref } from '../../flow/flow';
import type { Expr } from '../../query/model';
import type { Span } from '../../text/span';
import { type Conditional, conjunction, disjunction } from '../build/conditional';
import { choice, compare, equals, exists, inList, isNull, like, not, opaque, operation, truth } from '../build/expr';
import { isNothing, listExpr, spanIn, valueExpr } from '../build/value';
import { type Context, columnNamed, columnOf, columnsOf, spanOf } from './context';
import type { CallStep } from './handle';
import { rawCondition, rawIn } from './raw';
import { subqueryIn } from './subquery';

const name = /^(and|or)?(where|having|on)(.*)$/i;

/** All conditions of one kind: `where`, `having`, or `on` of a join. */
export const conditionsOf = (
  c: Context,
  calls: readonly CallStep[],
  kind: 'where' | 'having' | 'on',
  span: Span,
): Expr | undefined => {
  let sides: Conditional[][] = [[]];
  for (const call of calls) {
    if (
      kind === 'where' &&
      (call.name === 'clearWhere' || (call.name === 'clear' && c.flow.print(call.args[0] ?? c.site).includes('where')))
    )
      sides = [[]];
    const match = name.exec(call.name);
    if (match === null || (match[2] ?? '').toLowerCase() !== kind) continue;
    if (call.name === 'onConflict') continue;
    const expr = test(c, call, match[3] ?? '', kind === 'on');
    if (match[1] === 'or') sides.push([{ when: call.when, expr }]);
    else sides.at(-1)?.push({ when: call.when, expr });
  }
  return disjunction(sides, span);
};

const test = (c: Context, call: CallStep, kind: string, isJoin: boolean): Expr => {
  const span = spanOf(c, call);
  const negated = /^Not(?!Null)/.test(kind);
  const { args } = call;
  const [first, second, third] = args;
  const inner = kind.replace(/^Not(?!Null)/, '');
  const turn = (expr: Expr): Expr => (negated ? not(expr, span) : expr);
  if (first === undefined) return truth(span);
  if (inner !== 'Raw' && inner !== 'Exists' && (second !== undefined || inner !== '') && isAnyColumn(c, first, span))
    return opaque('a column that is known at run time', span);
  switch (inner) {
    case '':
      return turn(isJoin ? joined(c, args, span) : plain(c, args, span));
    case 'Val':
      return turn(plain(c, args, span));
    case 'Column':
      return turn(joined(c, args, span));
    case 'In':
      return inExpr(c, first, second, span, negated);
    case 'Null':
    case 'NotNull':
      return isNull(columnOf(c, first, span), span, inner === 'NotNull' || negated);
    case 'Between': {
      const [shape] = second === undefined ? [] : c.flow.shapes(second);
      const [low, high] = shape?.kind === 'list' ? shape.items : [];
      const value = columnOf(c, first, span);
      return low === undefined || high === undefined
        ? operation('between', [value], span)
        : { kind: 'between', value, low: operand(c, low.value), high: operand(c, high.value), negated, span };
    }
    case 'Exists': {
      const query = subqueryIn(c, first);
      return turn(query === undefined ? opaque('a subquery that is not read', span) : exists(query, span));
    }
    case 'Raw':
      return rawCondition(c, args, span);
    case 'Like':
    case 'ILike':
      return turn(
        second === undefined
          ? truth(span)
          : like(columnOf(c, first, span), valueExpr(c, second), span, inner === 'ILike'),
      );
    default:
      return third === undefined
        ? operation(call.name, [columnOf(c, first, span)], span)
        : operation(call.name, [], span);
  }
};

/** `where(key, value)`: it may be the key's column, or any. */
const isAnyColumn = (c: Context, ref: Ref, span: Span): boolean =>
  rawIn(c, ref) === undefined &&
  columnsOf(c, ref, span) === undefined &&
  // `whereIn(['a', 'b'], pairs)`, `where(0, '<', query)`
  c.flow.shapes(ref).some(({ kind }) => kind === 'unknown' || kind === 'text' || kind === 'chain');

/** A raw value, a subquery or a value of the host. */
export const operand = (c: Context, ref: Ref): Expr => {
  const span = spanIn(c, ref);
  if (rawIn(c, ref) !== undefined) return operation('sql', [], span);
  const query = subqueryIn(c, ref);
  return query === undefined ? valueExpr(c, ref) : { kind: 'subquery', query, span };
};

/** `where('a', 1)`, `where('a', '>', 1)`, `where({ a: 1 })`, `where((q) => …)`, `where(true)`. */
const plain = (c: Context, args: readonly Ref[], span: Span): Expr => {
  const [first, second, third] = args;
  if (first === undefined) return truth(span);
  if (second === undefined) return single(c, first, span);
  return ofColumns(c, first, span, (left) =>
    third === undefined ? equalTo(c, left, second, span) : compared(c, left, second, third, span),
  );
};

/** A test of any of the columns that a name may mean. */
const ofColumns = (c: Context, column: Ref, span: Span, test: (left: Expr) => Expr): Expr => {
  const columns = rawIn(c, column) === undefined ? columnsOf(c, column, span) : undefined;
  return choice((columns ?? [columnOf(c, column, span)]).map(test), span);
};

const equalTo = (c: Context, left: Expr, ref: Ref, span: Span): Expr => {
  const shapes = c.flow.shapes(ref);
  return shapes.every(isNothing) ? isNull(left, span) : equals(left, operand(c, ref), span);
};

const operators = ['=', '<>', '<', '<=', '>', '>='] as const;

const compared = (c: Context, left: Expr, by: Ref, right: Ref, span: Span): Expr => {
  const shapes = c.flow.shapes(by);
  const options = shapes.map((shape): Expr => {
    const text =
      shape.kind === 'literal' && typeof shape.value === 'string' ? shape.value.trim().toLowerCase() : undefined;
    const op = operators.find((one) => one === (text === '!=' ? '<>' : text));
    if (text === undefined) return operation('compare', [left], span);
    if (op === '=') return equals(left, operand(c, right), span);
    if (op !== undefined) return compare(op, left, operand(c, right), span);
    if (text === 'in' || text === 'not in') return listOrQuery(c, left, right, span, text === 'not in');
    if (text === 'is' || text === 'is not') return isNull(left, span, text === 'is not');
    if (/^(?:not )?i?like$/.test(text)) return like(left, valueExpr(c, right), span, text.includes('ilike'));
    return operation(text, [left], span);
  });
  return choice(options, span);
};

const listOrQuery = (c: Context, left: Expr, right: Ref, span: Span, negated: boolean): Expr => {
  const query = subqueryIn(c, right);
  if (query !== undefined) return { kind: 'in', left, items: query, negated, span };
  return rawIn(c, right) === undefined ? listExpr(c, left, right, span, negated) : operation('in', [left], span);
};

const inExpr = (c: Context, columns: Ref, right: Ref | undefined, span: Span, negated: boolean): Expr => {
  if (right === undefined) return truth(span);
  const [shape] = c.flow.shapes(columns);
  if (shape?.kind !== 'list') return ofColumns(c, columns, span, (left) => listOrQuery(c, left, right, span, negated));
  const left: Expr = { kind: 'row', items: shape.items.map(({ value }) => columnOf(c, value, spanIn(c, value))), span };
  const query = subqueryIn(c, right);
  if (query !== undefined) return { kind: 'in', left, items: query, negated, span };
  const rows = c.flow.shapes(right).flatMap((one) => (one.kind === 'list' ? one.items : []));
  const items = rows.flatMap(({ value, many }): readonly Expr[] => {
    const [row] = c.flow.shapes(value);
    return row?.kind === 'list'
      ? [{ kind: 'row', items: row.items.map((item) => valueExpr(many ? { ...c, many } : c, item.value)), span }]
      : [];
  });
  return items.length === rows.length && items.length > 0
    ? inList(left, items, span, negated)
    : operation('in', [left], span);
};

const single = (c: Context, ref: Ref, span: Span): Expr =>
  choice(
    c.flow.shapes(ref).map((shape): Expr => {
      if (isNothing(shape)) return truth(span);
      // `where(false)` is sent as `1 = 0` in parameters, which no router folds.
      if (shape.kind === 'literal') return shape.value === false ? operation('false', [], span) : truth(span);
      if (shape.kind === 'object') return objectExpr(c, shape, span);
      if (shape.kind === 'function') {
        const applied = c.flow.callback(shape.function).applied();
        const own = applied.steps.length > 0 ? applied : c.flow.callback(shape.function).applied('this');
        const calls = own.steps.filter((step): step is CallStep => step.kind === 'call');
        return conditionsOf(c, calls, 'where', span) ?? conditionsOf(c, calls, 'having', span) ?? truth(span);
      }
      const raw = rawIn(c, shape.ref);
      if (raw !== undefined) return rawCondition(c, raw, span);
      const text = c.flow.print(shape.ref);
      c.notes.add(`filter ${text}`);
      return opaque(`the filter ${text} comes from elsewhere`, span);
    }),
    span,
  );

const objectExpr = (c: Context, shape: ObjectShape, span: Span): Expr => {
  const parts = shape.entries.map(({ key, computed, value, when }): Conditional => {
    const at = spanIn(c, value);
    const named = computed === undefined ? undefined : columnsOf(c, computed, at);
    const columns = key === undefined ? named : [columnNamed(key, at)];
    return {
      when,
      expr:
        columns === undefined
          ? opaque('a key that is not known', at)
          : choice(
              columns.map((column) => equalTo(c, column, value, at)),
              at,
            ),
    };
  });
  return conjunction(shape.open ? [...parts, { when: [], expr: opaque('further filters', span) }] : parts, span);
};

/** `on('a.x', 'b.y')`, `on('a.x', '=', 'b.y')`, `on({ 'a.x': 'b.y' })`, `on(function () { … })`. */
export const joined = (c: Context, args: readonly Ref[], span: Span): Expr => {
  const [first, second, third] = args;
  if (first === undefined) return truth(span);
  const side = (ref: Ref): Expr =>
    rawIn(c, ref) === undefined ? columnOf(c, ref, spanIn(c, ref)) : operation('sql', [], span);
  if (second === undefined) {
    const raw = rawIn(c, first);
    if (raw !== undefined) return rawCondition(c, raw, span);
    const options = c.flow.shapes(first).map((shape): Expr => {
      if (shape.kind === 'object')
        return conjunction(
          shape.entries.map(({ key, computed, value, when, keySpan }) => ({
            when,
            expr: equals(
              computed !== undefined
                ? side(computed)
                : columnNamed(key ?? '', value.file === c.site.file ? keySpan : span),
              side(value),
              span,
            ),
          })),
          span,
        );
      if (shape.kind === 'function') {
        const callback = c.flow.callback(shape.function);
        const applied = callback.applied();
        const own = applied.steps.length > 0 ? applied : callback.applied('this');
        const calls = own.steps.filter((step): step is CallStep => step.kind === 'call');
        return conditionsOf(c, calls, 'on', span) ?? truth(span);
      }
      return shape.kind === 'literal' && typeof shape.value === 'boolean'
        ? truth(span)
        : opaque('a join that is put together elsewhere', span);
    });
    return choice(options, span);
  }
  if (third === undefined) return equals(side(first), side(second), span);
  const [shape] = c.flow.shapes(second);
  const op = shape?.kind === 'literal' ? operators.find((one) => one === shape.value) : undefined;
  return op === undefined
    ? operation('on', [side(first), side(third)], span)
    : op === '='
      ? equals(side(first), side(third), span)
      : compare(op, side(first), side(third), span);
};
