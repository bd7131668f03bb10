/** What is done to a builder in `$if` and `$call`, put in its place. */
import type { Arm, FuncRef, Ref } from '../../flow/flow';
import type { Value } from '../../hosts/host';
import type { Build } from '../build/build';
import type { CallStep } from './handle';

const nesting = 6;

/** `open`: something that is not followed was done to it. */
export interface Done {
  readonly calls: readonly CallStep[];
  readonly open: boolean;
}

export const spreadOut = (c: Build, calls: readonly CallStep[], depth = 0): Done => {
  let open = false;
  const all = calls.flatMap((call): readonly CallStep[] => {
    if (call.name !== '$if' && call.name !== '$call') return [call];
    const isIf = call.name === '$if';
    const fn = call.args[isIf ? 1 : 0];
    const test = isIf ? call.args[0] : undefined;
    const when = test === undefined ? [] : armOf(c, test);
    if (fn === undefined || when === undefined) return [];
    const shapes = c.flow.shapes(fn);
    return shapes.flatMap((shape) => {
      const done = shape.kind === 'function' && depth < nesting ? doneIn(c, shape.function, depth) : undefined;
      if (done === undefined) {
        c.notes.add(`${call.name} ${c.flow.print(fn)}`);
        open = true;
        return [];
      }
      open ||= done.open;
      return done.calls.map((step) => ({ ...step, when: [...call.when, ...when, ...step.when] }));
    });
  });
  return { calls: all, open };
};

/** Conditions of the same words exclude their negations; undefined where it is never done. */
const armOf = (c: Build, test: Ref): readonly Arm[] | undefined => {
  const shapes = c.flow.shapes(test);
  const [shape] = shapes;
  if (shapes.length === 1 && shape?.kind === 'literal') return shape.value ? [] : undefined;
  let { value } = test;
  let negated = 0;
  while (value.kind === 'unary' && value.op === '!') {
    negated++;
    value = value.value;
  }
  const branch = `${test.file.path}:if ${c.flow.valueId({ ...test, value })}`;
  return [{ branch, arm: negated % 2, of: 2 }];
};

/** All that a function does to the builder that it is handed and gives back. */
const doneIn = (c: Build, fn: FuncRef, depth: number): Done | undefined => {
  const returns = c.flow
    .callback(fn)
    .returns.flatMap(({ value, when }) => arms(value, when))
    .map((one) => ({ ...one, calls: after(c, one.value, fn) }));
  if (returns.length === 0) return undefined;
  const branch = `${fn.file.path}:${fn.function.span.start}`;
  let open = false;
  const calls = returns.flatMap(({ when, calls: own }, arm) => {
    if (own === undefined) {
      open = true;
      return [];
    }
    const inner = spreadOut(c, own, depth + 1);
    open ||= inner.open;
    const way: readonly Arm[] = returns.length > 1 && when.length === 0 ? [{ branch, arm, of: returns.length }] : when;
    return inner.calls.map((step) => ({ ...step, when: [...way, ...step.when] }));
  });
  return { calls, open };
};

interface Way {
  readonly value: Ref;
  readonly when: readonly Arm[];
}

/** `x ? a : b` as two ways. */
const arms = (ref: Ref, when: readonly Arm[]): readonly Way[] => {
  const { value } = ref;
  if (value.kind !== 'conditional') return [{ value: ref, when }];
  const branch = `${ref.file.path}:${value.span.start}`;
  const way = (one: Value, arm: number): readonly Way[] =>
    arms({ ...ref, value: one }, [...when, { branch, arm, of: 2 }]);
  return [...way(value.then, 0), ...way(value.otherwise, 1)];
};

/** The steps behind the parameter. */
const after = (c: Build, ref: Ref, { file, function: func }: FuncRef): readonly CallStep[] | undefined => {
  const built = c.flow.builder(ref);
  // A function of the project that goes on with it.
  const { root, steps } = built.root.kind === 'function' ? c.flow.chain(ref) : built;
  const own = steps.findLastIndex(
    (step) => step.kind === 'callback' && step.function.file === file && step.function.function.id === func.id,
  );
  const typed = steps[0]?.kind === 'instance' ? 0 : -1;
  if (own < 0 && typed < 0 && root.kind !== 'unknown') return undefined;
  const rest = steps.slice(Math.max(own, typed) + 1);
  if (!rest.every((step) => step.kind === 'call')) return undefined;
  return rest.flatMap((step) => (step.kind === 'call' && step.discarded !== true ? [step] : []));
};
