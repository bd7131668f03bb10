/** Ways that differ in what was passed alone are one way: the few that are kept are to be different ones. */
import { type Chain, flowLimits, type Ref, type Root, type Step } from './flow';

/** The first ways of a value, each once. */
export const distinctChains = (chains: readonly Chain[]): readonly Chain[] => {
  if (chains.length < 2) return chains;
  const kept: Chain[] = [];
  for (const chain of chains) {
    if (kept.length === flowLimits.alternatives) break;
    if (!kept.some((one) => isSame(one, chain))) kept.push(chain);
  }
  return kept;
};

const isSame = (a: Chain, b: Chain): boolean =>
  a.steps.length === b.steps.length &&
  isSameRoot(a.root, b.root) &&
  a.steps.every((step, i) => {
    const other = b.steps[i];
    return step === other || (other !== undefined && isSameStep(step, other));
  });

const isSameRoot = (a: Root, b: Root): boolean => {
  if (a === b) return true;
  switch (a.kind) {
    case 'package':
      return b.kind === 'package' && a.module === b.module && a.name === b.name;
    case 'global':
      return b.kind === 'global' && a.name === b.name;
    case 'function':
      return (
        b.kind === 'function' &&
        a.function.function === b.function.function &&
        a.function.file === b.function.file &&
        a.frame === b.frame &&
        a.this === b.this
      );
    case 'class':
      return b.kind === 'class' && a.class.class === b.class.class && a.frame === b.frame;
    case 'value':
      return b.kind === 'value' && isSameRef(a.ref, b.ref);
    default:
      return false;
  }
};

const isSameRef = (a: Ref, b: Ref): boolean => a.value === b.value && a.frame === b.frame;

const isSameStep = (a: Step, b: Step): boolean => {
  if (a.file !== b.file || a.span !== b.span || a.when.length > 0 || b.when.length > 0) return false;
  switch (a.kind) {
    case 'call':
      return b.kind === 'call' && a.name === b.name && areSame(a.args, b.args);
    case 'new':
      return b.kind === 'new' && areSame(a.args, b.args);
    case 'member':
      return b.kind === 'member' && a.name === b.name;
    case 'callback':
      return (
        b.kind === 'callback' &&
        a.argument === b.argument &&
        a.parameter === b.parameter &&
        a.function.function === b.function.function
      );
    case 'instance':
      return b.kind === 'instance' && a.class === b.class && a.args === b.args && a.types.length === b.types.length;
    case 'item':
      return b.kind === 'item';
    default:
      return false;
  }
};

const areSame = (a: readonly Ref[], b: readonly Ref[]): boolean =>
  a.length === b.length && a.every((ref, i) => b[i] !== undefined && isSameRef(ref, b[i]));
