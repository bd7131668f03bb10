/** What a function that was handed to a call does with its parameters, and what it returns. */
import type { Value } from '../hosts/host';
import { armsInside } from './armsInside';
import { makeChain } from './chains';
import type { Callback, Chain, Frame, FuncRef, Ref } from './flow';
import { stepsOn } from './handed';
import { indexOf, type Linker, refIn } from './linker';

export const callbackOf = (linker: Linker, fn: FuncRef, args: readonly Ref[] | undefined): Callback => {
  const { file, function: func, frame: outer } = fn;
  const index = indexOf(linker, file);
  const frame: Frame | undefined =
    args === undefined
      ? outer
      : { file, function: func.id, args, ...(outer === undefined ? {} : { outer }), depth: outer?.depth ?? 0 };
  const whole: Value = { kind: 'function', function: func.id, span: func.span };
  const applied = (parameter: number | 'this' = 0): Chain => {
    const pattern = parameter === 'this' ? undefined : func.params[parameter]?.pattern;
    const binding = pattern?.kind === 'name' ? index.functionScopes.get(func.id)?.names.get(pattern.name) : undefined;
    const mentions = parameter === 'this' ? (index.thisIn.get(func.id) ?? []) : (binding?.mentions ?? []);
    const id = `${file.path}:${func.span.start}`;
    const steps = stepsOn(linker, fn, mentions, frame, parameter === 'this');
    return makeChain({ kind: 'unknown', why: 'callback', id }, refIn(file, whole, frame), steps);
  };
  const returns = (index.returns[func.id] ?? []).map(({ value: returned, arm }) => ({
    value: refIn(file, returned, frame),
    when: armsInside(index, func.id, arm, returned.span.start) ?? [],
  }));
  return { function: fn, returns, applied };
};
