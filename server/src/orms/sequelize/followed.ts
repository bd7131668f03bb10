/** Methods that the project puts before the library's: overridden finders, wrappers of a base class. */
import type { Chain, Flow, FuncRef, Ref } from '../../flow/flow';
import { modelMethods, rowMethods } from './methods';
import type { SequelizeData, SequelizeModel } from './models';
import { type Receiver, receiverOf } from './receiver';

export interface Followed {
  readonly receiver: Receiver;
  readonly chain: Chain;
  /** Place of the step that sends. */
  readonly at: number;
}

const most = 8;

/** What a method sends to get what it returns; `self` is what it is called on. */
export const followed = (
  flow: Flow,
  data: SequelizeData,
  fn: FuncRef,
  self: Chain | undefined,
  args: readonly Ref[],
  models: readonly SequelizeModel[],
): readonly Followed[] => {
  const frame =
    self === undefined ? fn.frame : { file: fn.file, function: -1, args: [], this: self, depth: fn.frame?.depth ?? 0 };
  const { returns } = flow.callback({ ...fn, ...(frame === undefined ? {} : { frame }) }, args);
  const found = new Map<string, Followed>();
  for (const { value } of returns)
    for (const chain of [value, ...items(flow, value)].flatMap((ref) => flow.chains(ref))) {
      const one = sending(flow, data, chain, models);
      const step = one?.chain.steps[one.at];
      if (one === undefined || step === undefined) continue;
      const key = `${step.file.path}:${step.span.start}`;
      if (!found.has(key) && found.size < most) found.set(key, one);
    }
  return [...found.values()];
};

/** `return [row, true]`. */
const items = (flow: Flow, ref: Ref): readonly Ref[] =>
  ref.value.kind === 'list'
    ? flow.shapes(ref).flatMap((shape) => (shape.kind === 'list' ? shape.items.map((item) => item.value) : []))
    : [];

/** The last step of a chain that sends something. */
const sending = (
  flow: Flow,
  data: SequelizeData,
  chain: Chain,
  models: readonly SequelizeModel[],
): Followed | undefined => {
  for (let at = chain.steps.length - 1; at >= 0; at--) {
    const step = chain.steps[at];
    if (step?.kind !== 'call' || !(modelMethods.has(step.name) || rowMethods.has(step.name))) continue;
    const receiver = receiverOf(chain, at, flow, data, models);
    if (receiver?.kind === 'model' && modelMethods.has(step.name)) return { receiver, chain, at };
    if (receiver?.kind === 'row' && rowMethods.has(step.name)) return { receiver, chain, at };
  }
  return undefined;
};
