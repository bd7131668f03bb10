/** What a name holds at a place: what declares it, and what was assigned before. */
import type { Value } from '../hosts/host';
import { type Alternative, assign, bounded } from './alternatives';
import type { Binding, PathStep } from './bindings';
import type { ArmNode } from './branches';
import { type Ask, addVia, applyPath, chainsOf, following, inner, leads, makeChain, unknownChain } from './chains';
import { type Chain, flowLimits, type Ref, type Step, type Via } from './flow';
import { handedSteps, isHanded } from './handed';
import { itemOf, tells } from './holders';
import { armsOf, bare, bindingOf, indexOf, type Linker, part, refIn, spineRoot, spineTop, within } from './linker';
import { parameterChains } from './parameters';
import { printValue } from './print';
import type { Target } from './project';
import { shapesOf } from './shapes';
import { typedChains } from './types';

export const nameChains = (linker: Linker, ref: Ref, ask: Ask): readonly Chain[] => {
  const binding = bindingOf(linker, ref);
  if (binding === undefined) return [makeChain({ kind: 'global', name: printValue(ref.value) }, ref)];
  const instead = ask.instead?.get(binding);
  if (instead !== undefined) return instead.map((chain) => ({ ...chain, ref }));
  const place = indexOf(linker, ref.file).place(ref.value);
  const inside = place?.function === binding.function;
  const chains = bindingChains(
    linker,
    binding,
    ref,
    inside ? ref.value.span.start : Number.POSITIVE_INFINITY,
    place?.arm,
    ask,
  );
  const via: Via = { name: binding.name, span: ref.value.span, file: ref.file };
  return chains.map((chain) => ({ ...addVia(chain, via), ref }));
};

/** What a name holds in the end, asked from elsewhere. */
export const bindingValue = (linker: Linker, binding: Binding): readonly Chain[] => {
  const at = refIn(binding.file, { kind: 'name', name: binding.name, span: binding.span });
  return within(
    linker,
    () => bindingChains(linker, binding, at, Number.POSITIVE_INFINITY, undefined, following),
    () => [unknownChain(at, 'too far to follow')],
  );
};

/** `ref`: who asks; its frame binds parameters. */
const bindingChains = (
  linker: Linker,
  binding: Binding,
  ref: Ref,
  before: number,
  arm: ArmNode | undefined,
  ask: Ask,
): readonly Chain[] => {
  let held: readonly Alternative<Chain>[] = declaredChains(linker, binding, ref, ask).map((value) => ({
    value,
    arms: [],
  }));
  // What hands builders out (`tables.users(db).insert(row);`) is not changed by what is done to them.
  const isBuilder = held.some(({ value: { root, steps } }) => root.kind !== 'value' || steps.length > 0);
  const mutations = ask.mutate && isBuilder && binding.declared.kind === 'value' ? binding.mentions : [];
  if (binding.writes.length === 0 && mutations.length === 0) return held.map((a) => a.value);
  if (binding.writes.length + mutations.length > flowLimits.changes)
    return [unknownChain(ref, 'changed in too many places')];
  const events = [
    ...binding.writes.map((write) => ({ at: write.at, arm: write.arm, write, value: write.value })),
    ...mutations.flatMap((mention) => {
      const index = indexOf(linker, binding.file);
      const top = spineTop(linker, refIn(binding.file, mention.value));
      const parent = index.place(top)?.parent;
      const event = { at: top.span.end, arm: mention.arm, write: undefined, value: top };
      if (parent?.kind === 'expression') return top === mention.value ? [] : [event];
      // `applyFilters(q);`
      const isStatement = parent?.kind === 'call' && index.place(parent)?.parent?.kind === 'expression';
      return isStatement ? [{ ...event, at: parent.span.end }] : [];
    }),
  ].sort((a, b) => a.at - b.at);
  for (const event of events) {
    if (event.at >= before) break;
    const arms = armsOf(binding.file, event.arm, arm);
    if (arms === undefined) continue;
    const current = held.map((a) => a.value);
    const value = refIn(binding.file, event.value, ref.frame);
    const when = arms.map(({ branch, arm: n, of }) => ({ branch, arm: n, ...(of ? { of } : {}) }));
    const given = ask.mutate ? handedIn(linker, binding, value, event.write !== undefined) : undefined;
    if (given !== undefined) {
      const steps = handedSteps(linker, given);
      const grown = current.map((chain) => ({ ...chain, steps: [...chain.steps, ...steps] }));
      held = mark(grown, current, when, event.write === undefined).map((c) => ({ value: c, arms: [] }));
      continue;
    }
    const instead = new Map(ask.instead).set(binding, current);
    const chains = applyPath(
      linker,
      chainsOf(linker, value, { ...inner(ask), instead }),
      event.write?.path ?? [],
      value,
    );
    const self = event.write === undefined || isSelf(linker, binding, value);
    if (self) {
      held = mark(chains, current, when, event.write === undefined).map((c) => ({ value: c, arms: [] }));
    } else held = assign(held, chains, arms);
  }
  return held.map((a) => a.value);
};

/** The builder as a helper's argument: `applyFilters(q);`, `q = applyFilters(q)`. */
const handedIn = (linker: Linker, binding: Binding, ref: Ref, assigned: boolean): Ref | undefined => {
  const index = indexOf(linker, binding.file);
  const value = bare(ref.value);
  if (!assigned)
    return index.binding(value) === binding && isHanded(linker, part(ref, value)) ? part(ref, value) : undefined;
  const arg = value.kind === 'call' ? value.args.find((a) => index.binding(a) === binding) : undefined;
  return arg !== undefined && isHanded(linker, part(ref, arg)) ? part(ref, arg) : undefined;
};

/** `q = q.where(…)`, also in the arms of a conditional expression. */
const isSelf = (linker: Linker, binding: Binding, ref: Ref): boolean => {
  const root = spineRoot(ref.value);
  if (root.kind === 'conditional')
    return [root.then, root.otherwise].some((v) => isSelf(linker, binding, part(ref, v)));
  return root.kind === 'name' && indexOf(linker, ref.file).binding(root) === binding;
};

const mark = (
  chains: readonly Chain[],
  before: readonly Chain[],
  when: Step['when'],
  discarded: boolean,
): readonly Chain[] => {
  if (when.length === 0 && !discarded) return chains;
  const old = new Set(before.flatMap((chain) => chain.steps));
  return chains.map((chain) => ({
    ...chain,
    steps: chain.steps.map((step) =>
      old.has(step) ? step : { ...step, when: [...when, ...step.when], ...(discarded ? { discarded: true } : {}) },
    ),
  }));
};

/** `const [a, b] = await Promise.all([f(), g()])`: each name is what stands in its place of the list. */
const settledItem = (value: Value, [first]: readonly PathStep[]): Value | undefined => {
  const call = bare(value);
  if (first?.kind !== 'index' || call.kind !== 'call' || call.callee.kind !== 'member') return undefined;
  const { object, property } = call.callee;
  const [list] = call.args;
  if (object.kind !== 'name' || object.name !== 'Promise' || property !== 'all' || list?.kind !== 'list')
    return undefined;
  const before = list.items.slice(0, first.index + 1);
  return before.some((item) => item.kind === 'spread') ? undefined : before[first.index];
};

const declaredChains = (linker: Linker, binding: Binding, ref: Ref, ask: Ask): readonly Chain[] => {
  const { declared, file } = binding;
  switch (declared.kind) {
    case 'import':
      return targetChains(linker, linker.project.resolveImport(file, declared.import), ref);
    case 'function':
    case 'class':
      return chainsOf(linker, refIn(file, { ...declared, span: binding.span } as Value, ref.frame), following);
    case 'value': {
      const together = declared.value === undefined ? undefined : settledItem(declared.value, declared.path);
      if (together !== undefined) {
        const item = refIn(file, together, ref.frame);
        return applyPath(linker, chainsOf(linker, item, inner(ask)), declared.path.slice(1), item);
      }
      const value = declared.value === undefined ? undefined : refIn(file, declared.value, ref.frame);
      const chains =
        value === undefined ? [] : applyPath(linker, chainsOf(linker, value, inner(ask)), declared.path, value);
      if (leads(chains) || declared.type === undefined) return chains;
      const typed = applyPath(linker, typedChains(linker, { type: declared.type, file }, ref), declared.path, ref);
      return tells(typed) ? typed : chains;
    }
    case 'param':
      return parameterChains(linker, binding, declared, ref);
    case 'item': {
      if (declared.over === undefined) return [unknownChain(ref, 'loop')];
      return applyPath(linker, itemChains(linker, refIn(file, declared.over, ref.frame)), declared.path, ref);
    }
  }
};

/** An item of a list: one of those that are written there, or that a function makes, or a step. */
export const itemChains = (linker: Linker, over: Ref): readonly Chain[] =>
  chainsOf(linker, over).flatMap((chain) => {
    const last = chain.steps.at(-1);
    if ((chain.root.kind === 'value' && last === undefined) || (last?.kind === 'call' && last.name === 'map')) {
      const lists = shapesOf(linker, over).flatMap((shape) => (shape.kind === 'list' ? [shape] : []));
      const items = lists.flatMap((list) => list.items.map((item) => item.value));
      const found = bounded(items).flatMap((item) => chainsOf(linker, item));
      if (leads(found)) return found;
      const spread = lists.flatMap(({ ref }) => spreadRows(linker, ref));
      if (found.length > 0 || spread.length > 0) return [...found, ...spread];
    }
    return itemOf(linker, chain, over);
  });

/** `[...rows, ...more]`. */
const spreadRows = (linker: Linker, list: Ref): readonly Chain[] =>
  list.value.kind !== 'list'
    ? []
    : list.value.items.flatMap((item) => (item.kind === 'spread' ? itemChains(linker, part(list, item.value)) : []));

export const targetChains = (linker: Linker, target: Target, ref: Ref): readonly Chain[] => {
  switch (target.kind) {
    case 'package':
      return [makeChain({ kind: 'package', module: target.module, name: target.name }, ref)];
    case 'namespace':
      return [makeChain({ kind: 'namespace', file: target.file }, ref)];
    case 'value':
      return chainsOf(linker, refIn(target.file, target.value));
    case 'local': {
      const binding = linker.project.topLevel(target.file, target.name);
      if (binding === undefined) return [unknownChain(ref, `${target.name} is not exported`)];
      return bindingValue(linker, binding);
    }
  }
};
