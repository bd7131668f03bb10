/** A builder that is begun here and sent by a function that it is handed to: `paginate(builder, options)`. */
import type { Chain, End, Flow, Ref } from '../../flow/flow';
import type { CallValue, Func, Value } from '../../hosts/host';

/**
 * The builder as it is handed over; undefined where it is sent in place, by one of the methods that `sends` knows, or by
 * nobody that can be seen.
 */
export const sentElsewhere = (flow: Flow, begun: Value, sends: (method: string) => boolean): Chain | undefined => {
  const { ends } = flow.life(begun);
  if (ends.some(({ chain }) => chain.steps.some((step) => step.kind === 'call' && sends(step.name)))) return undefined;
  return ends.find((end) => {
    const call = receiving(flow, end);
    return call !== undefined && sendsWhatItIsHanded(flow, { ...end.chain.ref, value: call });
  })?.chain;
};

/** The call that it is an argument of, or a member of one. */
const receiving = (flow: Flow, { how, into }: End): CallValue | undefined => {
  if (how !== 'argument' || into === undefined) return undefined;
  const up = into.value.kind === 'object' ? flow.parent(into) : into.value;
  return up !== undefined && 'kind' in up && up.kind === 'call' ? up : undefined;
};

/** A function of the project that gives a promise, or one that is made for it. What only adds to a builder gives it back. */
const sendsWhatItIsHanded = (flow: Flow, call: Ref): boolean => {
  const { root, steps } = flow.site(call);
  if (root.kind === 'function') return steps.length === 1 && isAsync(root.function.function);
  return root.kind === 'package' && paginates(root.module);
};

const isAsync = ({ async, returns }: Func): boolean => async || returns?.name === 'Promise';

/** Packages whose functions send what they are handed, page by page. */
export const paginates = (module: string): boolean => /(?:^|[-/])paginat/.test(module);
