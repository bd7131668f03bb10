/** Calls inside of a method of the project, seen from one of its callers: generic repositories. */
import type { Chain, Flow, FuncRef, Ref } from '../../flow/flow';
import { callsOf, frameFor } from '../build/callsOf';

/** Those of its calls that have one of these names, with the caller's arguments in the place of parameters. */
export const callsWithin = (
  fn: FuncRef,
  self: Chain | undefined,
  args: readonly Ref[],
  depth: number,
  named: (name: string) => boolean,
): readonly Ref[] => {
  const { file, function: func } = fn;
  const frame = frameFor(fn, self, args, depth);
  return callsOf(file, func.id).flatMap((value) => {
    const { callee } = value;
    const name = callee.kind === 'member' && typeof callee.property === 'string' ? callee.property : undefined;
    return name !== undefined && named(name) ? [{ value, file, frame }] : [];
  });
};

/** The end of the expression that a call begins: `Model.find(q).sort(s).lean()`. */
export const wholeOf = (flow: Flow, ref: Ref): Ref => {
  let at = ref;
  for (;;) {
    const up = flow.parent(at);
    if (up === undefined || !('kind' in up)) return at;
    if (up.kind === 'member' && up.object === at.value) at = { ...at, value: up };
    else if (up.kind === 'call' && up.callee === at.value) at = { ...at, value: up };
    else return at;
  }
};
