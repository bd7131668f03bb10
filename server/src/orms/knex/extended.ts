/** Base queries of the project that a caller goes on with: `openOrders(db).where('tenant_id', id)` is a statement of the caller. */
import type { Chain, End, Flow } from '../../flow/flow';
import type { CallValue } from '../../hosts/host';
import { type CallStep, isHandedOn, type Opened, openedIn } from './handle';

export interface Extended {
  readonly end: End;
  /** All that is done to the builder, in the base query and here. */
  readonly opened: Opened;
  /** What the caller adds first. */
  readonly added: CallStep;
}

/** What changes the rows that a statement reaches. Sorting, paging and reading them do not. */
const adds =
  /^(?:(?:and|or|not)?[wW]here\w*|(?:and|or)?[hH]aving\w*|\w*[jJ]oin\w*|from|with\w*|union\w*|intersect\w*|except\w*|insert|update|del|delete|increment|decrement|upsert|modify)$/;

/** `own`: the chain of a call of a function of the project. */
export const extendedFrom = (flow: Flow, call: CallValue, own: Chain): readonly Extended[] => {
  const [first, more] = own.steps;
  if (own.root.kind !== 'function' || own.root.function.function.async || first?.kind !== 'call' || more !== undefined)
    return [];
  const base = openedIn(flow, flow.chain(flow.ref(call)));
  if (base === undefined || base.left || base.first.call === call || isHandedOn(flow, call, [base])) return [];
  return flow.life(call).ends.flatMap((end) => {
    const { root, steps } = end.chain;
    const all =
      root.kind === 'function' ? [...base.calls, ...steps.slice(1)] : (openedIn(flow, end.chain)?.calls ?? []);
    const calls = all.filter((step): step is CallStep => step.kind === 'call');
    const added = calls.find((step) => adds.test(step.name) && !base.calls.some((one) => one.call === step.call));
    return added === undefined ? [] : [{ end, added, opened: { ...base, calls } }];
  });
};
