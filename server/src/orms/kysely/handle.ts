/** Databases and transactions of Kysely, and the builders that are begun on them. */
import type { Chain, Flow, Root, Step } from '../../flow/flow';
import { handedIn } from '../build/handedIn';

export type CallStep = Step & { readonly kind: 'call' };

export const begins: ReadonlySet<string> = new Set([
  'selectFrom',
  'selectNoFrom',
  'insertInto',
  'replaceInto',
  'updateTable',
  'deleteFrom',
  'mergeInto',
]);

const senders: ReadonlySet<string> = new Set([
  'execute',
  'executeTakeFirst',
  'executeTakeFirstOrThrow',
  'stream',
  'explain',
]);

export const isSender = ({ name }: CallStep): boolean => senders.has(name);

export const isKysely = (module: string): boolean => /kysely/i.test(module);

/** Paths that are not in the workspace may lead anywhere. */
const isPathLike = (module: string): boolean => /^(?:\.|@\/|~|#|\/)/.test(module);

export interface Opened {
  /** `with`, `withSchema` and what else is said before the table. */
  readonly before: readonly CallStep[];
  readonly first: CallStep;
  /** All that is done from `first` on; bare statements change nothing, since builders are values. */
  readonly calls: readonly CallStep[];
  /** Its place among the steps. */
  readonly at: number;
  /** Rows or text were made of it: no builder any more. */
  readonly left: boolean;
}

const isCall = (step: Step | undefined): step is CallStep => step?.kind === 'call';

/** The builder that a chain is; one that is begun inside of a callback is another one than the call's around it. */
export const openedIn = ({ steps }: Chain): Opened | undefined => {
  const start = steps.findLastIndex((step) => step.kind === 'callback') + 1;
  const at = steps.findIndex((step, i) => i >= start && isCall(step) && begins.has(named(steps, i)));
  const first = steps[at];
  if (!isCall(first)) return undefined;
  const before = steps.slice(start, at).filter(isCall);
  const rest = steps.slice(at + 1);
  const calls = rest.filter(isCall).filter((step) => step.discarded !== true);
  const left =
    rest.some((step) => !isCall(step)) || calls.some((step) => isSender(step) || /^(?:then|compile)$/.test(step.name));
  return { before, first, calls: [{ ...first, name: named(steps, at) }, ...calls], at, left };
};

/** The method that a step calls: `selectFrom` of `eb.selectFrom(…)` and of `({ selectFrom }) => selectFrom(…)`. */
export const named = (steps: readonly Step[], at: number): string => {
  const step = steps[at];
  if (!isCall(step)) return '';
  if (step.name !== '') return step.name;
  const before = steps[at - 1];
  return before?.kind === 'member' ? before.name : '';
};

const transactionTypes = /(?:^|\.)(?:ControlledTransaction|Transaction)$/;

export const isTransaction = (root: Root): boolean =>
  root.kind === 'package' && isKysely(root.module) && transactionTypes.test(root.name);

const handleTypes = /(?:^|\.)(?:Kysely|Transaction|ControlledTransaction|QueryCreator|KyselyProps)$/;

export interface Handle {
  readonly proven: boolean;
  /** Other packages are known to be something else, unless their methods are named as this library's are. */
  readonly foreign: boolean;
  /** The callback of another statement: what is begun there is a part of it. */
  readonly inside: boolean;
}

/** What stands before the step `at`. */
export const handleOf = (flow: Flow, chain: Chain, at: number): Handle => {
  const { root, steps } = chain;
  const before = steps.slice(0, at);
  const callback = before.findLastIndex((step) => step.kind === 'callback');
  const giver = before[callback - 1];
  const isOwn = callback < 0 || (giver?.kind === 'call' && !isPart.test(giver.name));
  const said = before.some((step) => step.kind === 'member' && /kysely|^\$qb$/i.test(step.name));
  if (root.kind === 'package') {
    const [first] = before;
    const ours = isKysely(root.module) || said;
    const builder = first?.kind === 'instance' && isKysely(root.module) && !handleTypes.test(root.name);
    const own = builder && /Builder$/.test(root.name);
    return { proven: ours, foreign: !ours && !isPathLike(root.module) && handedIn(chain) === 0, inside: !isOwn || own };
  }
  if (root.kind === 'class') {
    const proven = flow
      .heritage(root.class)
      .some((one) => 'root' in one && one.root.kind === 'package' && isKysely(one.root.module));
    return { proven: proven || said, foreign: false, inside: !isOwn };
  }
  return { proven: said, foreign: root.kind === 'value' || root.kind === 'namespace', inside: !isOwn };
};

/** Methods of builders that take a callback. */
const isPart =
  /^(?:(?:or|and)?[wW]here\w*|having\w*|on\w*|\w*[jJ]oin\w*|with|withRecursive|union\w*|intersect\w*|except\w*|select|selectFrom|set|values|expression|returning|orderBy|groupBy|distinctOn|doUpdateSet|filterWhere\w*|when|then|else|over|using\w*|crossApply|outerApply|\$if|\$call|then\w+|limit|offset|from|\w*Apply|exists|not|and|or|eb|)$/;

export const isBuilderMethod = (name: string): boolean => isPart.test(name);
