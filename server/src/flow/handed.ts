/** What a function of the project does to a builder that it is handed: `applyFilters(q, input)`. */
import type { Value } from '../hosts/host';
import { armsInside } from './armsInside';
import type { ArmNode } from './branches';
import { asSite, chainsOf, makeChain } from './chains';
import { type Frame, type FuncRef, flowLimits, type Ref, type Step } from './flow';
import { indexOf, type Linker, refIn, spineTop } from './linker';

interface Mentioned {
  readonly value: Value;
  readonly arm: ArmNode | undefined;
}

/** The function of the project that a value is an argument of. */
const receiverOf = (
  linker: Linker,
  ref: Ref,
): { readonly to: FuncRef; readonly frame: Frame; readonly index: number } | undefined => {
  const parent = indexOf(linker, ref.file).place(ref.value)?.parent;
  if (parent?.kind !== 'call' || parent.callee === ref.value) return undefined;
  const index = parent.args.indexOf(ref.value);
  const chain = chainsOf(linker, { ...ref, value: parent }, asSite).find(
    (c) => c.root.kind === 'function' && c.steps.length === 1,
  );
  const [step] = chain?.steps ?? [];
  if (index < 0 || chain?.root.kind !== 'function' || step?.kind !== 'call') return undefined;
  const { function: to, frame: outer, this: self } = chain.root;
  const depth = (ref.frame?.depth ?? 0) + 1;
  if (depth > flowLimits.depth) return undefined;
  const frame: Frame = {
    file: to.file,
    function: to.function.id,
    args: step.args,
    ...(self === undefined ? {} : { this: self }),
    ...(outer === undefined ? {} : { outer }),
    depth,
  };
  return { to, frame, index };
};

/** Steps that are done to a value by the function that it is handed to; empty where nothing is known. */
export const handedSteps = (linker: Linker, ref: Ref): readonly Step[] => {
  const receiver = receiverOf(linker, ref);
  if (receiver === undefined) return [];
  const { to, frame, index } = receiver;
  const pattern = to.function.params[index]?.pattern;
  const scope = indexOf(linker, to.file).functionScopes.get(to.function.id);
  const binding = pattern?.kind === 'name' ? scope?.names.get(pattern.name) : undefined;
  return binding === undefined ? [] : stepsOn(linker, to, binding.mentions, frame, false);
};

/** Whether `handedSteps` has someone to ask. */
export const isHanded = (linker: Linker, ref: Ref): boolean => receiverOf(linker, ref) !== undefined;

/** All that is done to a parameter (or to `this`) in a function, in order. Branches are those inside of the function. */
export const stepsOn = (
  linker: Linker,
  { file, function: func }: FuncRef,
  mentions: readonly Mentioned[],
  frame: Frame | undefined,
  isThis: boolean,
): readonly Step[] => {
  const index = indexOf(linker, file);
  const whole: Value = { kind: 'function', function: func.id, span: func.span };
  const root = makeChain(
    { kind: 'unknown', why: 'callback', id: `${file.path}:${func.span.start}` },
    refIn(file, whole, frame),
  );
  return mentions.flatMap(({ value: mention, arm }) => {
    const when = armsInside(index, func.id, arm, mention.span.start);
    if (when === undefined) return [];
    const top = spineTop(linker, refIn(file, mention));
    const ref = refIn(file, top, frame);
    const binding = index.binding(mention);
    const instead = binding === undefined || isThis ? {} : { instead: new Map([[binding, [root]]]) };
    const [chain] = top === mention ? [] : chainsOf(linker, ref, { ...asSite, ...instead });
    const steps = chain?.steps ?? [];
    const own = isThis
      ? steps.slice(
          Math.max(
            steps.findIndex((s) => s.kind !== 'instance'),
            0,
          ),
        )
      : steps;
    return [...own, ...handedSteps(linker, ref)].map((step) => ({ ...step, when: [...when, ...step.when] }));
  });
};
