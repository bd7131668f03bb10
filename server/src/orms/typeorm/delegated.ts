/**
 * Generic repositories of a project: a method under one of the library's own names that hands its arguments to the
 * library, in a class that does not say the entity: `class Wrapped<T> { findOne(o) { return this.repo.findOne(o); } }`.
 */
import type { Chain, Flow, Frame, FuncRef, Step } from '../../flow/flow';
import type { TypeormData } from './entities';
import { entitiesOf, type Receiver, receiverOf } from './receiver';

type CallStep = Step & { readonly kind: 'call' };

/** Whom the method asks with what it is handed, seen from the caller; undefined where its own class says that already. */
export const delegatedTo = (chain: Chain, step: CallStep, flow: Flow, data: TypeormData): Receiver | undefined => {
  const { root, steps } = chain;
  if (root.kind !== 'function' || root.this === undefined || steps.length !== 1) return undefined;
  const { file, function: func, frame: outer } = root.function;
  const [first] = func.params;
  if (func.class === undefined || first?.pattern.kind !== 'name') return undefined;
  const frame: Frame = {
    file,
    function: func.id,
    args: step.args,
    this: root.this,
    ...(outer === undefined ? {} : { outer }),
    depth: 1,
  };
  const asked = receiverWithin({ file, function: func, frame }, first.pattern.name, step.name, flow, data);
  if (asked === undefined || asked.kind === 'source') return asked;
  const own = receiverWithin({ file, function: func }, first.pattern.name, step.name, flow, data);
  return entitiesIn(asked) > 0 && entitiesIn(own) === 0 ? asked : undefined;
};

const entitiesIn = (receiver: Receiver | undefined): number =>
  receiver === undefined || receiver.kind === 'source' ? 0 : receiver.entities.length;

const receiverWithin = (
  fn: FuncRef,
  parameter: string,
  name: string,
  flow: Flow,
  data: TypeormData,
): Receiver | undefined => {
  for (const { ref } of flow.actions(fn)) {
    const { value } = ref;
    if (value.kind !== 'call' || value.callee.kind !== 'member' || value.callee.property !== name) continue;
    const handed = value.args.findIndex((arg) => arg.kind === 'name' && arg.name === parameter);
    const inner = flow.callAt(ref);
    const receiver = receiverOf(inner, inner.steps.length - 1, flow, data);
    const [target] = value.args;
    if (handed === 0 && (receiver?.kind === 'repository' || receiver?.kind === 'source')) return receiver;
    // `this.repo.manager.save(this.repo.metadata.target, row)`.
    if (handed === 1 && receiver?.kind === 'source' && target !== undefined)
      return { ...receiver, kind: 'repository', entities: entitiesOf(flow, data, { ...ref, value: target }) };
  }
  return undefined;
};
