/** Which arms of a conditional expression can be taken, where its test is a constant (a flag that a call leaves out). */
import type { Value } from '../hosts/host';
import type { Ref } from './flow';
import { type Linker, part } from './linker';
import { shapesOf } from './shapes';

/** Undefined where both may be. */
const truth = (linker: Linker, ref: Ref): boolean | undefined => {
  const { value } = ref;
  if (value.kind === 'unary' && value.op === '!') {
    const inner = truth(linker, part(ref, value.value));
    return inner === undefined ? undefined : !inner;
  }
  if (value.kind !== 'name' && value.kind !== 'member' && value.kind !== 'literal') return undefined;
  const known = shapesOf(linker, ref).map((shape) => {
    if (shape.kind === 'literal') return Boolean(shape.value);
    return shape.kind === 'object' || shape.kind === 'list' || shape.kind === 'function' ? true : undefined;
  });
  const [first] = known;
  return known.every((k) => k === first) ? first : undefined;
};

export const taken = (linker: Linker, ref: Ref, value: Value & { readonly kind: 'conditional' }): readonly Ref[] => {
  // Without a frame a constant test is a switch of the build: both arms are read.
  const is = ref.frame === undefined ? undefined : truth(linker, part(ref, value.test));
  const arms = is === undefined ? [value.then, value.otherwise] : is ? [value.then] : [value.otherwise];
  return arms.map((arm) => part(ref, arm));
};
