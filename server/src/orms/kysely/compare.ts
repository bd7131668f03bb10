/** `left op right` with the operator as text. */
import type { Ref } from '../../flow/flow';
import type { Expr } from '../../query/model';
import type { Span } from '../../text/span';
import { choice, compare, equals, inList, isNull, like, not, operation } from '../build/expr';
import { listExpr, valueExpr } from '../build/value';
import { operand, saidIn } from './expression';
import type { Context } from './names';

const operators = ['=', '<>', '<', '<=', '>', '>=', '<=>', 'is distinct from', 'is not distinct from'] as const;

const textOf = (c: Context, op: Ref): readonly (string | undefined)[] =>
  c.flow
    .shapes(op)
    .map((shape) =>
      shape.kind === 'literal' && typeof shape.value === 'string' ? shape.value.trim().toLowerCase() : fromRaw(c, op),
    );

/** `sql`=`` as an operator. */
const fromRaw = (c: Context, op: Ref): string | undefined => {
  const last = c.flow.chain(op).steps.at(-1);
  const [part, more] = last?.kind === 'tag' ? last.template.parts : [];
  return part?.kind === 'text' && more === undefined ? part.text.trim().toLowerCase() : undefined;
};

export const compared = (c: Context, left: Expr, op: Ref, right: Ref, span: Span): Expr =>
  choice(
    textOf(c, op).map((text) => withOperator(c, left, text, right, span)),
    span,
  );

/** `refs`: what stands on the right is a column. */
export const withOperator = (
  c: Context,
  left: Expr,
  text: string | undefined,
  right: Ref,
  span: Span,
  read: (c: Context, ref: Ref) => Expr = operand,
): Expr => {
  if (text === undefined) return operation('compare', [left], span);
  const op = operators.find((one) => one === (text === '!=' ? '<>' : text));
  if (op === '=') {
    const value = read(c, right);
    // `= any(…)`: a list.
    if (value.kind === 'operation' && value.op === 'any') {
      const [of] = value.args;
      if (of?.kind === 'subquery') return { kind: 'in', left, items: of.query, negated: false, span };
      return of === undefined ? operation('any', [left], span) : inList(left, [of], span);
    }
    return equals(left, value, span);
  }
  if (op !== undefined) return compare(op, left, read(c, right), span);
  if (text === 'in' || text === 'not in') return listed(c, left, right, span, text === 'not in');
  if (text === 'is' || text === 'is not') {
    const value = read(c, right);
    if (value.kind === 'const' && value.type === 'boolean')
      return { kind: 'is-truth', value: left, truth: value.value === true, negated: text === 'is not', span };
    return isNull(left, span, text === 'is not');
  }
  if (/^(?:not )?i?like$/.test(text)) {
    const made = like(left, valueExpr(c, right), span, text.includes('ilike'));
    return text.startsWith('not') ? not(made, span) : made;
  }
  const value = read(c, right);
  return operation(text, [left, ...(value.kind === 'param' ? [] : [value])], span);
};

const listed = (c: Context, left: Expr, right: Ref, span: Span, negated: boolean): Expr => {
  const said = saidIn(c, right)?.expr;
  if (said?.kind === 'subquery') return { kind: 'in', left, items: said.query, negated, span };
  if (said !== undefined && said.kind !== 'param' && said.kind !== 'choice') return operation('in', [left, said], span);
  const rows = left.kind === 'row' ? rowsIn(c, right) : undefined;
  return rows === undefined ? listExpr(c, left, right, span, negated) : inList(left, rows, span, negated);
};

/** `eb(eb.refTuple('a', 'b'), 'in', [eb.tuple(1, 2)])`. */
const rowsIn = (c: Context, ref: Ref): readonly Expr[] | undefined => {
  const rows = c.flow
    .shapes(ref)
    .flatMap((shape) =>
      shape.kind === 'list'
        ? shape.items.map(({ value, many }) => saidIn(many ? { ...c, many } : c, value)?.expr)
        : [undefined],
    );
  return rows.length > 0 && rows.every((row) => row?.kind === 'row') ? rows.flatMap((row) => row ?? []) : undefined;
};
