/** One more condition for a query builder, behind those that it has. */
import type { Flow } from '../../flow/flow';
import type { CallValue, Value } from '../../hosts/host';
import type { TextEdit } from '../../text/edits';
import { callsAlong, chained, methodOf } from './chainEdits';
import { insertion } from './keyEdits';

/** The calls of the builder that a call ends, from the first on, wherever they stand. */
export function callsOfBuilder(flow: Flow, call: CallValue): readonly CallValue[] {
  let opened: Value = call;
  while (opened.kind === 'call' && opened.callee.kind === 'member' && opened.callee.object.kind === 'call')
    opened = opened.callee.object;
  return callsAlong(flow, opened);
}

/** After an OR, one more condition would only hold for its last side. */
export const hasOr = (flow: Flow, call: CallValue): boolean =>
  flow.builder(flow.ref(call)).steps.some((step) => step.kind === 'call' && /^or[A-Z]/.test(step.name));

export interface Added {
  /** Calls that a first condition may follow. */
  readonly opening: RegExp;
  /** Calls that are conditions. */
  readonly where: RegExp;
  /** In its parentheses. */
  readonly test: string;
}

/** Behind the last condition, else as the first one; where the builder stands in a variable, before it is sent. */
export function conditionAdded(
  call: CallValue,
  calls: readonly CallValue[],
  { opening, where, test }: Added,
  text: string,
): readonly TextEdit[] {
  const last = calls.findLast((one) => where.test(methodOf(one)));
  const at = last ?? calls.findLast((one) => opening.test(methodOf(one)));
  if (at) return [chained(at, `${last ? 'andWhere' : 'where'}${test}`, text, calls[calls.indexOf(at) + 1])];
  return call.callee.kind === 'member' ? [insertion(call.callee.object.span.end, `.andWhere${test}`)] : [];
}
