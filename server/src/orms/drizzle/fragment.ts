/** `sql` fragments inside of built statements: plain comparisons are read, of all else the columns and tables count. */
import type { Ref } from '../../flow/flow';
import type { Template } from '../../hosts/host';
import type { Expr, From } from '../../query/model';
import type { Span } from '../../text/span';
import { and, equals, exists, isNull, opaque, operation } from '../build/expr';
import { select } from '../build/statements';
import { listExpr, spanIn } from '../build/value';
import { condition, operand } from './condition';
import { type Context, columnIn, sourceIn, tableRef } from './context';
import { queryOf } from './select';

/** A hole in the text, by number. */
const mark = (index: number): string => `\u0001${index}\u0002`;
const hole = '\u0001(\\d+)\u0002';

export const fragment = (c: Context, template: Template, ref: Ref, span: Span, isOperand = false): Expr => {
  const holes: Ref[] = [];
  let text = '';
  for (const part of template.parts) {
    if (part.kind === 'text') text += part.text;
    else {
      text += mark(holes.length);
      holes.push({ ...ref, value: part.value });
    }
  }
  const alone = new RegExp(`^\\s*\\(?\\s*${hole}\\s*\\)?\\s*$`).exec(text);
  const only = alone === null ? undefined : holes[Number(alone[1])];
  if (only !== undefined) return isOperand ? operand(c, only) : condition(c, only);
  const tables = holes.flatMap((one): readonly From[] => {
    const chain = c.flow.chain(one);
    const source = sourceIn(c, chain);
    return source?.kind === 'table' && chain.steps.length === source.at + 1
      ? [tableRef(c, source, spanIn(c, one))]
      : [];
  });
  const parts = /\bor\b|\bcase\b|\bnot\b/i.test(text) || tables.length > 0 ? [] : text.split(/\band\b/i);
  // Each part of an AND holds by itself; what is not read binds nothing.
  const tests = parts.every(isBalanced) ? parts.map((part) => test(c, part, holes, span)) : [];
  if (tests.some((one) => one !== undefined))
    return and(
      tests.map((one) => one ?? operation('sql', [], span)),
      span,
    );
  if (tables.length > 0) return exists(select(tables, span, { where: and(pairs(c, text, holes, span), span) }), span);
  const inside = holes.flatMap((one): readonly Expr[] => {
    const column = columnIn(c, one, spanIn(c, one));
    if (column !== undefined) return [column];
    const query = queryOf(c, c.flow.chain(one));
    return query === undefined ? [] : [exists(query, span)];
  });
  // Text alone may name a key.
  const named = holes.length === 0 && !isOperand && /=|\bin\b/i.test(text);
  return named ? opaque('SQL text', span) : operation('sql', inside, span);
};

const isBalanced = (text: string): boolean => text.split('(').length === text.split(')').length;

const test = (c: Context, text: string, holes: readonly Ref[], span: Span): Expr | undefined => {
  const match = new RegExp(
    `^[\\s(]*${hole}\\s*(=|in|is\\s+null|is\\s+not\\s+null)\\s*\\(?\\s*(?:${hole})?[\\s)]*$`,
    'i',
  ).exec(text);
  const left = match === null ? undefined : holes[Number(match[1])];
  const column = left === undefined ? undefined : columnIn(c, left, span);
  if (match === null || column === undefined) return undefined;
  const how = (match[2] ?? '').toLowerCase();
  if (how.startsWith('is')) return isNull(column, span, how.includes('not'));
  const right = match[3] === undefined ? undefined : holes[Number(match[3])];
  if (right === undefined) return undefined;
  return how === '=' ? equals(column, operand(c, right), span) : listExpr(c, column, right, span);
};

/** `${a.x} = ${b.y}` anywhere in the text. */
const pairs = (c: Context, text: string, holes: readonly Ref[], span: Span): readonly Expr[] =>
  [...text.matchAll(new RegExp(`${hole}\\s*=\\s*${hole}`, 'g'))].flatMap(([, a, b]) => {
    const [left, right] = [holes[Number(a)], holes[Number(b)]];
    return left === undefined || right === undefined ? [] : [equals(operand(c, left), operand(c, right), span)];
  });
