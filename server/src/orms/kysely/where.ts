/** `where`, `having` and what joins take in their callbacks. */
import type { Expr } from '../../query/model';
import type { Span } from '../../text/span';
import { type Conditional, disjunction } from '../build/conditional';
import { exists, isTruth, not, opaque, truth } from '../build/expr';
import { compared, withOperator } from './compare';
import { condition, reference } from './expression';
import type { CallStep } from './handle';
import { type Context, nameIn } from './names';
import { queryIn } from './select';

const method = /^(or|and)?(where|having|on)(Ref|Exists|NotExists|True)?$/i;

export const spanOf = (c: Context, step: CallStep): Span =>
  step.file === c.site.file ? step.nameSpan : c.site.value.span;

export const conditionsOf = (
  c: Context,
  calls: readonly CallStep[],
  kind: 'where' | 'having' | 'on',
  span: Span,
): Expr | undefined => {
  let sides: Conditional[][] = [[]];
  for (const call of calls) {
    if (kind === 'where' && call.name === 'clearWhere') sides = [[]];
    const match = method.exec(call.name);
    if (match === null || match[2]?.toLowerCase() !== kind) continue;
    const expr = test(c, call, match[3] ?? '');
    if (isTruth(expr)) continue;
    if (match[1] === 'or') sides.push([{ when: call.when, expr }]);
    else sides.at(-1)?.push({ when: call.when, expr });
  }
  return disjunction(sides, span);
};

const test = (c: Context, call: CallStep, how: string): Expr => {
  const span = spanOf(c, call);
  const [first, second, third] = call.args;
  if (first === undefined) return truth(span);
  if (how === 'Exists' || how === 'NotExists') {
    const query = queryIn(c, first)?.query;
    const found = query === undefined ? opaque('a subquery that is not read', span) : exists(query, span);
    return how === 'Exists' ? found : not(found, span);
  }
  if (second === undefined || third === undefined) return condition(c, first);
  const left = reference(c, first);
  return how === 'Ref'
    ? withOperator(c, left, nameIn(c, second)?.trim().toLowerCase(), third, span, reference)
    : compared(c, left, second, third, span);
};
