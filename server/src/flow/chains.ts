/** From which package, class or parameter a value comes, and what was done to it on the way. */

import type { MemberValue, Template, Value } from '../hosts/host';
import { bounded } from './alternatives';
import type { Binding, PathStep } from './bindings';
import { callChains } from './calls';
import { instanceMember, staticMember, thisChains } from './classes';
import { distinctChains } from './distinct';
import type { Chain, Frame, Ref, Root, Step, Via } from './flow';
import { heldBy, heldType, itemOf, tells } from './holders';
import { answersFor, type Linker, once, part, refIn, within } from './linker';
import { nameChains, targetChains } from './names';
import { printValue } from './print';
import { shapesOf } from './shapes';
import { taken } from './taken';
import { typedChains, typedMember } from './types';

export interface Ask {
  /** Follow the outermost call into a function of the project. */
  readonly follow: boolean;
  /** Count bare statements on a builder (`q.where(…);`) as steps. */
  readonly mutate: boolean;
  /** What a name stands for while an assignment to itself is read. */
  readonly instead?: ReadonlyMap<Binding, readonly Chain[]>;
}

export const following: Ask = { follow: true, mutate: false };

/** As a site is asked about: a helper's call is not the helper's query. */
export const asSite: Ask = { follow: false, mutate: false };

/** For what stands inside of what was asked about. One object where it can be, so that answers are kept. */
export const inner = (ask: Ask): Ask =>
  !ask.mutate && ask.instead === undefined ? following : { ...ask, follow: true };

export const makeChain = (root: Root, ref: Ref, steps: readonly Step[] = [], via: readonly Via[] = []): Chain => ({
  root,
  steps,
  via,
  ref,
});

export const unknownChain = (ref: Ref, why: string): Chain => {
  const id = `${printValue(ref.value)}@${ref.file.path}:${ref.value.span.start}`;
  return makeChain({ kind: 'unknown', why, id }, ref);
};

export const addStep = (chain: Chain, step: Step, ref: Ref): Chain => ({
  ...chain,
  steps: [...chain.steps, step],
  ref,
});

export const addVia = (chain: Chain, via: Via): Chain => ({ ...chain, via: [via, ...chain.via] });

/** What was passed on the way, each once: a method that gives `this` back has passed all that its object has. */
export const passed = (...vias: readonly (readonly Via[])[]): readonly Via[] => [...new Set(vias.flat())];

/** Leads somewhere: a package first, nothing known last. */
const rank = ({ root, steps }: Chain): number => {
  switch (root.kind) {
    case 'package':
      return 0;
    case 'class':
    case 'namespace':
    case 'function':
      return 1;
    case 'value':
      return root.ref.value.kind === 'literal' && steps.length === 0 ? 4 : 2;
    case 'unknown':
      return root.type === undefined || heldType(root.type.type, root.type.file) !== undefined ? 3 : 2;
    case 'global':
      return 3;
  }
};

export const best = (chains: readonly Chain[], ref: Ref): Chain => {
  let found: Chain | undefined;
  for (const chain of chains) if (found === undefined || rank(chain) < rank(found)) found = chain;
  return found ?? unknownChain(ref, 'nothing known');
};

export const leads = (chains: readonly Chain[]): boolean => chains.some((chain) => rank(chain) < 3);

export const chainsOf = (linker: Linker, ref: Ref, ask: Ask = following): readonly Chain[] => {
  const answer = (): readonly Chain[] => distinctChains(asserted(linker, ref, read(linker, ref, ask)));
  const otherwise = (): readonly Chain[] => [unknownChain(ref, 'too far to follow')];
  if (ask === following) return once(linker, answersFor(linker, ref).chains, ref, answer, otherwise);
  if (ask === asSite) return once(linker, answersFor(linker, ref).sites, ref, answer, otherwise);
  return within(linker, answer, otherwise);
};

/** What nothing else tells may be told by the type that it is said to be of: `scope.em as EntityManager`. */
const asserted = (linker: Linker, ref: Ref, chains: readonly Chain[]): readonly Chain[] => {
  const type = 'asserted' in ref.value ? ref.value.asserted : undefined;
  if (type === undefined || chains.some(({ root }) => root.kind !== 'unknown' && root.kind !== 'global')) return chains;
  const typed = typedChains(linker, { type, file: ref.file }, ref);
  return tells(typed) ? typed : chains;
};

const read = (linker: Linker, ref: Ref, ask: Ask): readonly Chain[] => {
  const { value } = ref;
  switch (value.kind) {
    case 'name':
      return nameChains(linker, ref, ask);
    case 'member':
      return memberChains(linker, ref, value, ask);
    case 'call':
      return callChains(linker, ref, value, ask);
    case 'template':
      return value.tag === undefined
        ? [makeChain({ kind: 'value', ref }, ref)]
        : tagChains(linker, ref, value, value.tag, ask);
    case 'await':
      return chainsOf(linker, part(ref, value.value), ask).map((chain) => ({ ...chain, ref }));
    case 'assign':
      return chainsOf(linker, part(ref, value.value), ask);
    case 'conditional':
      return taken(linker, ref, value).flatMap((arm) => chainsOf(linker, arm, ask));
    case 'binary':
      if (value.op === '??' || value.op === '||') {
        return [value.left, value.right].flatMap((v) => chainsOf(linker, part(ref, v), ask));
      }
      if (value.op === '&&') return chainsOf(linker, part(ref, value.right), ask);
      return [makeChain({ kind: 'value', ref }, ref)];
    case 'this':
    case 'super':
      return thisChains(linker, ref, value.kind);
    case 'function': {
      const func = ref.file.functions[value.function];
      if (func === undefined) return [unknownChain(ref, 'missing')];
      return [makeChain({ kind: 'function', function: { file: ref.file, function: func }, ...framed(ref.frame) }, ref)];
    }
    case 'class': {
      const owner = ref.file.classes[value.class];
      if (owner === undefined) return [unknownChain(ref, 'missing')];
      return [makeChain({ kind: 'class', class: { file: ref.file, class: owner }, ...framed(ref.frame) }, ref)];
    }
    case 'opaque':
      return [unknownChain(ref, value.why)];
    default:
      return [makeChain({ kind: 'value', ref }, ref)];
  }
};

export const framed = (frame: Frame | undefined): { readonly frame?: Frame } => (frame === undefined ? {} : { frame });

// ── members ─────────────────────────────────────────────────────────────────────────────────────────────────────

/** The constant text of a computed key. */
export const keyOf = (linker: Linker, ref: Ref, value: MemberValue): string | undefined => {
  if (typeof value.property === 'string') return value.property;
  const shapes = shapesOf(linker, part(ref, value.property));
  const [shape] = shapes;
  if (shapes.length !== 1 || shape?.kind !== 'literal') return undefined;
  return typeof shape.value === 'string' || typeof shape.value === 'number' ? String(shape.value) : undefined;
};

const memberChains = (linker: Linker, ref: Ref, value: MemberValue, ask: Ask): readonly Chain[] => {
  const object = part(ref, value.object);
  const chains = chainsOf(linker, object, inner(ask));
  const key = keyOf(linker, ref, value);
  if (key === undefined && typeof value.property !== 'string') {
    const base = { nameSpan: value.propertySpan, span: value.span, file: ref.file, when: [] };
    const index = part(ref, value.property);
    return chains.flatMap((chain) => {
      // One of those that are written there: `pools[hash(id) % pools.length]`.
      const items = chain.root.kind === 'value' && chain.steps.length === 0 ? itemsOf(linker, object) : [];
      if (items.length > 0)
        return items
          .flatMap((item) => chainsOf(linker, item))
          .map((c) => ({ ...c, via: passed(chain.via, c.via), ref }));
      return heldBy(linker, chain, object, ref) ?? [addStep(chain, { ...base, kind: 'index', key: index }, ref)];
    });
  }
  return holdersOf(linker, chains, key ?? '', object).flatMap((chain) =>
    memberOf(linker, chain, key ?? '', value, object, ref),
  );
};

/** Of several values that an expression may be, one is asked for a member: it answers for the expression, and so for all. */
export const holdersOf = (linker: Linker, chains: readonly Chain[], name: string, object: Ref): readonly Chain[] => {
  const isValue = ({ root, steps }: Chain): boolean => root.kind === 'value' && steps.length === 0;
  const [first, second] = chains.filter(isValue);
  if (second === undefined || propertyChains(linker, object, name) === undefined) return chains;
  return chains.filter((chain) => chain === first || !isValue(chain));
};

/** `at`: where the member is written; `object`: the expression before it, for objects that are built over statements. */
export const memberOf = (
  linker: Linker,
  chain: Chain,
  name: string,
  at: { readonly propertySpan: MemberValue['span']; readonly span: MemberValue['span'] },
  object: Ref | undefined,
  ref: Ref,
): readonly Chain[] => {
  const place = { nameSpan: at.propertySpan, span: at.span, file: ref.file, when: [] };
  const { root, steps } = chain;
  const isIndex = /^\d+$/.test(name);
  const held = isIndex && root.kind !== 'value' ? heldBy(linker, chain, object, ref) : undefined;
  if (held !== undefined) return held;
  const step: Step = { ...place, ...(isIndex ? { kind: 'item' } : { kind: 'member', name }) };
  const plain = [addStep(chain, step, ref)];
  const last = steps[steps.length - 1];
  const through = (found: readonly Chain[] | undefined): readonly Chain[] =>
    found === undefined ? plain : found.map((c) => ({ ...c, via: passed(chain.via, c.via), ref }));
  if (root.kind === 'class') {
    if (last === undefined) return through(staticMember(linker, root.class, name, ref));
    if (last.kind === 'new' || last.kind === 'instance')
      return through(instanceMember(linker, chain, root.class, name, step, ref));
    return plain;
  }
  if (root.kind === 'global' && root.name === 'Object' && last?.kind === 'call' && steps.length === 1) {
    const [first] = last.args;
    const made = first === undefined ? chain.ref : part(first, last.call);
    return through(propertyChains(linker, object ?? { ...made, value: last.call }, name));
  }
  if (steps.length > 0) return plain;
  switch (root.kind) {
    case 'namespace':
      return through(targetChains(linker, linker.project.exportOf(root.file, name), ref));
    case 'package':
      return root.name === '*' ? [{ ...chain, root: { ...root, name }, ref }] : plain;
    case 'value':
      return through(propertyChains(linker, object ?? root.ref, name));
    case 'unknown':
      return root.type === undefined ? plain : through(typedMember(linker, root.type, name, ref));
    default:
      return plain;
  }
};

/** What may stand in a list or an object whose key is not known. */
const itemsOf = (linker: Linker, object: Ref): readonly Ref[] =>
  bounded(
    shapesOf(linker, object).flatMap((shape) =>
      shape.kind === 'list'
        ? shape.items.map((item) => item.value)
        : shape.kind === 'object'
          ? shape.entries.map((e) => e.value)
          : [],
    ),
  );

/** Undefined where the object says nothing about that property. */
const propertyChains = (linker: Linker, object: Ref, name: string): readonly Chain[] | undefined => {
  const found = shapesOf(linker, object).flatMap((shape): readonly { readonly value: Ref }[] => {
    if (shape.kind === 'list') return /^\d+$/.test(name) ? shape.items.slice(Number(name), Number(name) + 1) : [];
    return shape.kind === 'object' ? shape.entries.filter((entry) => entry.key === name) : [];
  });
  if (found.length === 0) return undefined;
  return found.flatMap((entry) => chainsOf(linker, entry.value));
};

export const applyPath = (
  linker: Linker,
  chains: readonly Chain[],
  path: readonly PathStep[],
  ref: Ref,
): readonly Chain[] => {
  let held = chains;
  for (const step of path) {
    const { span } = ref.value;
    held = held.flatMap((chain): readonly Chain[] => {
      if (step.kind === 'key') {
        const found = memberOf(linker, chain, step.key, { propertySpan: span, span }, undefined, ref);
        if (leads(found) || step.default === undefined) return found;
        return chainsOf(linker, refIn(ref.file, step.default, ref.frame));
      }
      if (step.kind === 'index' && chain.root.kind === 'value' && chain.steps.length === 0) {
        const [list] = shapesOf(linker, chain.root.ref);
        const item = list?.kind === 'list' ? list.items[step.index] : undefined;
        if (item !== undefined) return chainsOf(linker, item.value);
      }
      if (step.kind === 'index') return itemOf(linker, chain, ref);
      return [unknownChain(ref, 'rest')];
    });
  }
  return held;
};

const tagChains = (linker: Linker, ref: Ref, template: Template, tag: Value, ask: Ask): readonly Chain[] =>
  chainsOf(linker, part(ref, tag), inner(ask)).map((chain) => {
    const member = tag.kind === 'member' ? tag : undefined;
    const last = chain.steps[chain.steps.length - 1];
    const merged = last?.kind === 'member';
    const step: Step = {
      kind: 'tag',
      name: merged ? last.name : '',
      template,
      ref: part(ref, template),
      nameSpan: member?.propertySpan ?? tag.span,
      span: template.span,
      file: ref.file,
      when: [],
    };
    return { ...chain, steps: [...(merged ? chain.steps.slice(0, -1) : chain.steps), step], ref };
  });
