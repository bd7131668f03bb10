/** Edits of host code that add one more call to a builder. */
import type { Flow, Ref } from '../../flow/flow';
import type { CallValue, Value } from '../../hosts/host';
import type { TextEdit } from '../../text/edits';
import { insertion } from './keyEdits';

/** `.where(…)` behind a call, on a line of its own where the calls around it are. */
export const chained = (call: CallValue, step: string, text: string, next?: CallValue): TextEdit => {
  const gap = [next, call].flatMap((one) => {
    const { callee } = one ?? {};
    return callee?.kind === 'member' ? [text.slice(callee.object.span.end, callee.propertySpan.start)] : [];
  });
  const lead = gap.find((one) => /^\s*\n\s*\.$/.test(one)) ?? '.';
  return insertion(call.span.end, `${lead}${step}`);
};

/** A value and all that is done to it, in the order of the text: `db('t').where(a).first()` has three calls. */
export const callsAlong = (flow: Flow, from: Value): readonly CallValue[] => {
  const calls: CallValue[] = from.kind === 'call' ? [from] : [];
  let at: Ref = flow.ref(from);
  for (;;) {
    const up = flow.parent(at);
    if (up === undefined || (up.kind !== 'member' && up.kind !== 'call')) return calls;
    if (up.kind === 'member' ? up.object !== at.value : up.callee !== at.value) return calls;
    if (up.kind === 'call') calls.push(up);
    at = { ...at, value: up };
  }
};

export const methodOf = (call: CallValue): string =>
  call.callee.kind === 'member' && typeof call.callee.property === 'string' ? call.callee.property : '';

/** All that is done to the builder that a call begins, branches and later statements included. */
export const methodsOn = (flow: Flow, call: CallValue): readonly string[] =>
  flow.life(call).ends.flatMap(({ chain }) => chain.steps.flatMap((step) => (step.kind === 'call' ? [step.name] : [])));

/**
 * One more `.where(…)` on a builder, behind its other conditions or behind what names its tables; undefined where an OR
 * would swallow it.
 */
export const conditionAdded = (
  flow: Flow,
  call: CallValue,
  behind: RegExp,
  step: string,
  text: string,
): TextEdit | undefined => {
  if (methodsOn(flow, call).some((name) => /^or(?:[A-Z]|$)/.test(name))) return undefined;
  const calls = callsAlong(flow, call);
  const at =
    calls.findLast((one) => /^(?:and)?[wW]here/.test(methodOf(one))) ??
    calls.findLast((one) => behind.test(methodOf(one))) ??
    call;
  return chained(at, step, text, calls[calls.indexOf(at) + 1]);
};

/** `'tenant_id'`, under the table's alias where several tables are there. */
export const quoted = (alias: string, column: string, several: boolean): string =>
  `'${several ? `${alias}.` : ''}${column}'`;
