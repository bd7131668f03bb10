/** What a function that was handed to a call does with its parameters, and what it returns. */
import type { Value } from '../hosts/host';
import { addStep, chainsOf, makeChain, unknownChain } from './chains';
import type { Callback, Chain, Frame, FuncRef, Ref } from './flow';
import { armsOf, indexOf, type Linker, refIn, spineTop } from './linker';

export const callbackOf = (linker: Linker, fn: FuncRef, args: readonly Ref[] | undefined): Callback => {
  const { file, function: func, frame: outer } = fn;
  const index = indexOf(linker, file);
  const frame: Frame | undefined =
    args === undefined
      ? outer
      : { file, function: func.id, args, ...(outer === undefined ? {} : { outer }), depth: outer?.depth ?? 0 };
  const scope = index.functionScopes.get(func.id);
  const fallback: Value = { kind: 'function', function: func.id, span: func.span };
  // Branches are those inside of the function: its own body always runs, seen from there.
  const inside = (at: Parameters<typeof armsOf>[1]) =>
    (armsOf(file, at, undefined) ?? [])
      .slice(1 + outerArms(index.functionValues.get(func.id)))
      .map(({ branch, arm }) => ({ branch, arm }));
  const outerArms = (value: Value | undefined): number => {
    let count = 0;
    for (let arm = value === undefined ? undefined : index.place(value)?.arm; arm !== undefined; arm = arm.parent)
      count++;
    return count;
  };

  const applied = (parameter: number | 'this' = 0): Chain => {
    const at = refIn(file, fallback, frame);
    const root = unknownChain(at, 'callback').root;
    let chain = makeChain(root, at);
    const pattern = parameter === 'this' ? undefined : func.params[parameter]?.pattern;
    const binding = pattern?.kind === 'name' ? scope?.names.get(pattern.name) : undefined;
    const mentions = parameter === 'this' ? (index.thisIn.get(func.id) ?? []) : (binding?.mentions ?? []);
    for (const { value, arm } of mentions) {
      const top = spineTop(linker, refIn(file, value));
      if (top === value) continue;
      const ref = refIn(file, top, frame);
      const own = chainsOf(linker, ref, {
        follow: false,
        mutate: false,
        ...(binding === undefined ? {} : { instead: new Map([[binding, [makeChain(root, at)]]]) }),
      });
      const [steps] = own.map((c) => c.steps);
      const skip = binding === undefined ? (steps ?? []).findIndex((s) => s.kind !== 'instance') : 0;
      const when = inside(arm);
      for (const step of (steps ?? []).slice(Math.max(skip, 0)))
        chain = addStep(chain, { ...step, when: [...when, ...step.when] }, ref);
    }
    return chain;
  };

  const returns = (index.returns[func.id] ?? []).map(({ value, arm }) => ({
    value: refIn(file, value, frame),
    when: inside(arm),
  }));
  return { function: fn, returns, applied };
};
