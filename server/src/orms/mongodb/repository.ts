/**
 * Generic repositories: a method of the project that sends for the class that it is called on. It is the statement for
 * its caller where its class does not know the collection, and, under one of the library's own names, where its class
 * extends one that does not.
 */
import type { Chain, ClassRef, Flow, FuncRef, Ref, Step } from '../../flow/flow';
import type { CallValue, Class } from '../../hosts/host';
import { callsOf } from '../build/callsOf';
import type { Found, Operation } from '../orm';
import type { Sent } from './context';
import { callsWithin } from './wrapped';
import type { Wrappers } from './wrappers';

export type CallStep = Step & { readonly kind: 'call' };

/** What one call of the library sends. */
export interface Answer {
  readonly operation: Operation;
  readonly sent: readonly Sent[];
  readonly step: CallStep;
  /** The source says which collection. */
  readonly known: boolean;
  readonly chain: Chain;
  readonly confidence: Found['confidence'];
  readonly target: Found['target'] | undefined;
  readonly transaction: string | undefined;
  /** A document that writes itself back. */
  readonly ofRow?: true;
}

export interface Repositories {
  readonly flow: Flow;
  readonly wrappers: Wrappers;
  /** Where the statement is sent from. */
  readonly site: Ref;
  /** The library's own methods. */
  isOwn(name: string): boolean;
  /** A call of the library, in the frame of the method that holds it. */
  answer(ref: Ref, chain: Chain): Answer | undefined;
}

export const isSender = ({ wrappers, isOwn }: Pick<Repositories, 'wrappers' | 'isOwn'>, name: string): boolean =>
  isOwn(name) || wrappers.names.has(name);

const deepest = 3;

/** Empty where the call is no such method's. */
export const throughMethod = (c: Repositories, chain: Chain, step: CallStep): readonly Answer[] => {
  const through = methodOf(c, chain, step);
  if (through === undefined || !isInstance(through.self)) return [];
  const all = within(c, through.fn, through.self, step.args, 1);
  const isOwn = c.isOwn(step.name);
  // Otherwise the statement is listed where it stands, unless only the caller's class says what it is.
  const listed = all.filter(({ answer, fn }) =>
    isOwn ? isRepository(c, fn) || (answer.known && isGeneric(c, fn, step)) : answer.known,
  );
  return isOwn || isGeneric(c, through.fn, step) ? listed.map(({ answer }) => answer) : [];
};

/** A class above sends for those that extend it: its methods and theirs are one repository's. */
const isRepository = (c: Repositories, fn: FuncRef): boolean => {
  const owner = ownerOf(fn);
  const above = owner === undefined ? [] : c.flow.heritage({ file: fn.file, class: owner });
  return above.some(
    (one) =>
      'class' in one &&
      one.class.members.some(
        (member) =>
          member.function !== undefined && callsOf(one.file, member.function).some((call) => sendsOfOwn(c, call)),
      ),
  );
};

/** `this.model.find(…)`. */
const sendsOfOwn = (c: Repositories, { callee }: CallValue): boolean =>
  callee.kind === 'member' &&
  typeof callee.property === 'string' &&
  c.isOwn(callee.property) &&
  callee.object.kind === 'member' &&
  callee.object.object.kind === 'this';

const ownerOf = ({ file, function: func }: FuncRef): Class | undefined =>
  func.class === undefined ? undefined : file.classes[func.class];

const isInstance = ({ root, steps }: Chain): boolean =>
  root.kind === 'class' && (steps[0]?.kind === 'instance' || steps[0]?.kind === 'new');

interface Through {
  readonly fn: FuncRef;
  readonly self: Chain;
}

const methodOf = (c: Repositories, chain: Chain, step: CallStep): Through | undefined => {
  const { root, steps } = chain;
  if (root.kind !== 'function') return implementation(c, chain, step);
  if (root.this === undefined || steps.length !== 1) return undefined;
  return { fn: { ...root.function, ...(root.frame === undefined ? {} : { frame: root.frame }) }, self: root.this };
};

/** An answer, and the method that holds the library's call. */
interface Held {
  readonly answer: Answer;
  readonly fn: FuncRef;
}

const within = (c: Repositories, fn: FuncRef, self: Chain, args: readonly Ref[], depth: number): readonly Held[] =>
  callsWithin(fn, self, args, depth, (name) => isSender(c, name)).flatMap((ref): readonly Held[] => {
    const chain = c.flow.site(ref);
    const step = chain.steps.at(-1);
    if (step?.kind !== 'call') return [];
    const through = methodOf(c, chain, step);
    if (through !== undefined) return depth >= deepest ? [] : within(c, through.fn, through.self, step.args, depth + 1);
    const answer = chain.root.kind === 'function' ? undefined : c.answer(ref, chain);
    return answer === undefined ? [] : [{ answer, fn }];
  });

/** `private users: IUserRepository`: the one class that says to implement it. */
const implementation = (
  { flow, wrappers }: Repositories,
  { root, steps, ref }: Chain,
  step: CallStep,
): Through | undefined => {
  if (root.kind !== 'unknown' || root.type === undefined || steps.length !== 1) return undefined;
  const { type, file } = root.type;
  const declared = file.types.find((one) => one.type.span.start === type.span.start);
  const classes = declared === undefined ? [] : (wrappers.implementers.get(declared.name) ?? []);
  const able = classes.flatMap((owner) => {
    const member = flow.member(owner, step.name, false);
    const id = member?.member.function;
    const func = id === undefined ? undefined : member?.owner.file.functions[id];
    return member === undefined || func === undefined
      ? []
      : [{ owner, fn: { file: member.owner.file, function: func } }];
  });
  // A class that only hands on to the interface is not the one that is behind it.
  const [only, other] = able.length > 1 ? able.filter(({ owner }) => owner.class.extends !== undefined) : able;
  if (only === undefined || other !== undefined) return undefined;
  return { fn: only.fn, self: instance(only.owner, step, ref) };
};

const instance = (owner: ClassRef, step: CallStep, ref: Ref): Chain => ({
  root: { kind: 'class', class: owner },
  steps: [{ kind: 'instance', types: [], nameSpan: step.nameSpan, span: step.span, file: step.file, when: [] }],
  via: [],
  ref,
});

/** Seen from its own class alone, the method does not know which collection it sends to. */
const isGeneric = (c: Repositories, fn: FuncRef, step: CallStep): boolean => {
  const owner = ownerOf(fn);
  if (owner === undefined) return false;
  const self = instance({ file: fn.file, class: owner }, step, c.site);
  return within(c, fn, self, [], 1).some(({ answer }) => !answer.known);
};
