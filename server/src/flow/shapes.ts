/** What a value may be: literals, objects, lists, functions, calls, or unknown. */
import type { Literal, ObjectValue, Value } from '../hosts/host';
import { type Alternative, assign, type BranchArm, bounded } from './alternatives';
import type { Binding, PathStep } from './bindings';
import { builtInShapes } from './builtIns';
import { chainsOf, framed } from './chains';
import {
  type Arm,
  type Chain,
  type Entry,
  flowLimits,
  type Item,
  type ObjectShape,
  type Ref,
  type Shape,
} from './flow';
import {
  answersFor,
  armsOf,
  bindingOf,
  frameOf,
  indexOf,
  type Linker,
  once,
  part,
  refIn,
  spineTop,
  within,
} from './linker';
import { builtShape, mutated } from './mutations';
import { spreadEntries, spreadItems } from './spreads';
import { taken } from './taken';
import { valueIdOf } from './valueId';

export type Instead = ReadonlyMap<Binding, readonly Shape[]>;

export const unknownShape = (linker: Linker, ref: Ref, why: string): Shape => ({
  kind: 'unknown',
  why,
  id: valueIdOf(linker, ref),
  ref,
});

export const shapesOf = (linker: Linker, ref: Ref, instead?: Instead): readonly Shape[] => {
  const otherwise = (): readonly Shape[] => [unknownShape(linker, ref, 'too far to follow')];
  const answer = (): readonly Shape[] => {
    const shapes = bounded(read(linker, ref, instead));
    return shapes.length > 0 ? shapes : [unknownShape(linker, ref, 'nothing known')];
  };
  return instead === undefined
    ? once(linker, answersFor(linker, ref).shapes, ref, answer, otherwise)
    : within(linker, answer, otherwise);
};

const read = (linker: Linker, ref: Ref, instead: Instead | undefined): readonly Shape[] => {
  const { value } = ref;
  const built = builtShape(value);
  if (built !== undefined) return [built];
  const inner = (v: Value): readonly Shape[] => shapesOf(linker, part(ref, v), instead);
  switch (value.kind) {
    case 'literal':
      return [{ kind: 'literal', value: value.value, ref }];
    case 'template':
      if (value.tag !== undefined) return fromChains(linker, ref);
      return [{ kind: 'text', ref }];
    case 'object':
      return [objectShape(linker, ref, value, instead)];
    case 'list': {
      const items: Item[] = [];
      let open = false;
      for (const item of value.items) {
        const more =
          item.kind === 'spread'
            ? spreadItems(linker, part(ref, item.value), [], instead)
            : { items: [{ value: part(ref, item), when: [], many: false }], open: false };
        items.push(...more.items);
        open ||= more.open;
      }
      return [{ kind: 'list', items, open, ref }];
    }
    case 'name':
      return nameShapes(linker, ref, instead);
    case 'await':
    case 'keyword':
    case 'assign':
      return inner(value.value);
    case 'conditional':
      return taken(linker, ref, value).flatMap((arm) => shapesOf(linker, arm, instead));
    case 'binary':
      if (value.op === '??' || value.op === '||') {
        const left = inner(value.left).filter((s) => !isNothing(s));
        return left.length > 0 && left.every(isSomething) ? left : [...left, ...inner(value.right)];
      }
      if (value.op === '&&') return [...inner(value.right), nothing(ref)];
      return value.op === '+' && isText(value) ? [{ kind: 'text', ref }] : [{ kind: 'operator', ref }];
    case 'unary':
      return [{ kind: 'operator', ref }];
    case 'opaque':
      return [unknownShape(linker, ref, value.why)];
    case 'call':
      return builtInShapes(linker, ref, value) ?? fromChains(linker, ref);
    default:
      return fromChains(linker, ref);
  }
};

const nothing = (ref: Ref): Shape => {
  const value: Literal = { kind: 'literal', value: undefined, span: ref.value.span };
  return { kind: 'literal', value: undefined, ref: part(ref, value) };
};

export const isNothing = (shape: Shape): boolean =>
  shape.kind === 'literal' && (shape.value === undefined || shape.value === null);

/** Neither absent nor false, whatever else it is. */
const isSomething = (shape: Shape): boolean =>
  shape.kind === 'object' ||
  shape.kind === 'list' ||
  shape.kind === 'function' ||
  (shape.kind === 'literal' && Boolean(shape.value));

/** A concatenation with text in it somewhere. */
const isText = (value: Value): boolean => {
  if (value.kind === 'template') return value.tag === undefined;
  if (value.kind === 'literal') return typeof value.value === 'string';
  return value.kind === 'binary' && value.op === '+' && (isText(value.left) || isText(value.right));
};

/** A value's shape by where it comes from. */
const fromChains = (linker: Linker, ref: Ref): readonly Shape[] =>
  chainsOf(linker, ref).flatMap((chain) => chainShapes(linker, chain, ref));

const chainShapes = (linker: Linker, chain: Chain, ref: Ref): readonly Shape[] => {
  const { root, steps } = chain;
  if (steps.length > 0) {
    if (root.kind === 'value' && lacks(linker, root.ref, steps)) return [nothing(ref)];
    const made = ownCall(linker, chain, ref);
    if (made !== undefined) return made;
    return root.kind === 'unknown' ? [unknownShape(linker, ref, root.why)] : [{ kind: 'chain', chain, ref }];
  }
  switch (root.kind) {
    case 'value':
      // The value itself, unless this is it: then nothing more is known.
      if (root.ref.value === ref.value) return [{ kind: 'operator', ref }];
      return shapesOf(linker, root.ref);
    case 'function':
      return [{ kind: 'function', function: { ...root.function, ...framed(root.frame) }, ref }];
    case 'class':
      return [{ kind: 'class', class: root.class, ref }];
    case 'package':
    case 'namespace':
    case 'global':
      return [{ kind: 'chain', chain, ref }];
    case 'unknown':
      return [{ kind: 'unknown', why: root.why, id: valueIdOf(linker, ref), ref }];
  }
};

/** `Object.fromEntries(…)` that stands elsewhere: a member of an object, what a function returned. */
const ownCall = (linker: Linker, { root, steps }: Chain, ref: Ref): readonly Shape[] | undefined => {
  const [step, more] = steps;
  if (root.kind !== 'global' || root.name !== 'Object' || step?.kind !== 'call' || more !== undefined) return undefined;
  if (step.call === ref.value) return undefined;
  const [first] = step.args;
  return builtInShapes(linker, refIn(step.file, step.call, first?.frame), step.call);
};

/** `({}).key`: an object that is seen whole has no such key. */
const lacks = (linker: Linker, object: Ref, steps: Chain['steps']): boolean => {
  const [step] = steps;
  if (steps.length !== 1 || step?.kind !== 'member' || object.value.kind !== 'object') return false;
  const [shape, ...more] = shapesOf(linker, object);
  return (
    more.length === 0 &&
    shape?.kind === 'object' &&
    !shape.open &&
    shape.entries.every(({ key }) => key !== undefined && key !== step.name)
  );
};

// ── objects ─────────────────────────────────────────────────────────────────────────────────────────────────────

const plainArms = (arms: readonly BranchArm[]): readonly Arm[] =>
  arms.map(({ branch, arm, of }) => ({ branch, arm, ...(of > 0 ? { of } : {}) }));

const objectShape = (linker: Linker, ref: Ref, value: ObjectValue, instead: Instead | undefined): ObjectShape => {
  const entries: Entry[] = [];
  let open = false;
  for (const entry of value.entries) {
    if (entry.kind === 'spread') {
      const more = spreadEntries(linker, part(ref, entry.value), [], instead);
      entries.push(...more.entries);
      open ||= more.open;
      continue;
    }
    const computed = typeof entry.key === 'string' ? undefined : part(ref, entry.key);
    entries.push({
      key: typeof entry.key === 'string' ? entry.key : computed === undefined ? undefined : keyText(linker, computed),
      ...(computed === undefined ? {} : { computed }),
      keySpan: entry.keySpan,
      value: part(ref, entry.value),
      when: [],
      file: ref.file,
    });
  }
  return { kind: 'object', entries: effective(entries), open, ref };
};

/** An unconditional entry hides earlier ones of its key. */
export const effective = (entries: readonly Entry[]): readonly Entry[] => {
  const replaced = new Set<string>();
  const stays = (entry: Entry): boolean => {
    if (entry.key === undefined) return true;
    const last = !replaced.has(entry.key);
    if (entry.when.length === 0) replaced.add(entry.key);
    return last;
  };
  return entries.toReversed().filter(stays).reverse();
};

export const keyText = (linker: Linker, ref: Ref): string | undefined => {
  const shapes = shapesOf(linker, ref);
  const [shape] = shapes;
  if (shapes.length !== 1 || shape?.kind !== 'literal') return undefined;
  return typeof shape.value === 'string' || typeof shape.value === 'number' ? String(shape.value) : undefined;
};

// ── names: assignments, members that are set, pushes ────────────────────────────────────────────────────────────

const nameShapes = (linker: Linker, ref: Ref, instead: Instead | undefined): readonly Shape[] => {
  const own = bindingOf(linker, ref);
  if (own === undefined) return fromChains(linker, ref);
  const given = instead?.get(own);
  if (given !== undefined) return given;
  const binding = filledElsewhere(linker, own) ?? own;
  const index = indexOf(linker, binding.file);
  const place = binding === own ? indexOf(linker, ref.file).place(ref.value) : undefined;
  const before = place?.function === binding.function ? ref.value.span.start : Number.POSITIVE_INFINITY;
  if (binding.mentions.length + binding.writes.length > flowLimits.changes)
    return [unknownShape(linker, ref, 'changed in too many places')];
  let held: readonly Alternative<Shape>[] = declaredShapes(linker, binding, ref).map((value) => ({ value, arms: [] }));
  type Event = {
    readonly at: number;
    readonly arm: Binding['arm'];
    readonly apply: (arms: readonly BranchArm[]) => void;
  };
  const events: Event[] = binding.writes.map(({ at, arm, value, path, op }) => ({
    at,
    arm,
    apply: (arms) => {
      const inner = new Map(instead).set(
        binding,
        held.map((a) => a.value),
      );
      const from = refIn(binding.file, value, ref.frame);
      const shapes =
        op === '=' || op.endsWith('?=') || op === '||='
          ? shapesOf(linker, from, inner)
          : [unknownShape(linker, from, op)];
      held = assign(held, alongPath(linker, shapes, path, from), arms);
    },
  }));
  for (const { value, arm } of binding.mentions) {
    if (value.span.start >= before) break;
    const top = spineTop(linker, refIn(binding.file, value));
    if (top === value) continue;
    const up = index.place(top)?.parent;
    const assigned = up?.kind === 'assign' && up.target === top ? up : undefined;
    const called = top.kind === 'call' ? top : undefined;
    if (assigned === undefined && called === undefined) continue;
    events.push({
      at: top.span.end,
      arm,
      apply: (arms) => {
        held = held.map((a) => ({
          ...a,
          value: mutated(
            linker,
            a.value,
            binding,
            ref,
            value,
            top,
            assigned?.value,
            plainArms(arms),
            arms.some((x) => x.many),
          ),
        }));
      },
    });
  }
  for (const event of events.sort((a, b) => a.at - b.at)) {
    if (event.at >= before) break;
    const arms = armsOf(binding.file, event.arm, place?.arm);
    if (arms !== undefined) event.apply(arms);
  }
  return held.map((a) => a.value);
};

/** `export const DI = {}` whose members are assigned in the file that it comes from. */
const filledElsewhere = (linker: Linker, { declared, file }: Binding): Binding | undefined => {
  if (declared.kind !== 'import') return undefined;
  const target = linker.project.resolveImport(file, declared.import);
  if (target.kind !== 'local') return undefined;
  const index = indexOf(linker, target.file);
  const home = index.module.names.get(target.name);
  const isFilled = home?.mentions.some(({ value }) => {
    const top = spineTop(linker, refIn(target.file, value));
    const up = index.place(top)?.parent;
    return top !== value && up?.kind === 'assign' && up.target === top;
  });
  return home?.declared.kind === 'value' && isFilled === true ? home : undefined;
};

const declaredShapes = (linker: Linker, binding: Binding, ref: Ref): readonly Shape[] => {
  const { declared, file } = binding;
  if (declared.kind === 'value') {
    if (declared.value === undefined) return [nothing(ref)];
    const value = refIn(file, declared.value, ref.frame);
    return alongPath(linker, shapesOf(linker, value), declared.path, value, ref);
  }
  if (declared.kind === 'param') {
    const { parameter } = declared;
    const frame = frameOf(ref, file, declared.function);
    const arg = parameter.rest ? undefined : frame?.args[declared.index];
    if (arg !== undefined) return alongPath(linker, shapesOf(linker, arg), declared.path, arg);
    if (frame !== undefined && !parameter.rest) {
      if (parameter.default === undefined) return [nothing(ref)];
      const value = refIn(file, parameter.default, ref.frame);
      return alongPath(linker, shapesOf(linker, value), declared.path, value);
    }
    return fromChains(linker, ref).map((shape) =>
      shape.kind === 'unknown' ? { ...shape, id: valueIdOf(linker, ref) } : shape,
    );
  }
  return fromChains(linker, ref);
};

/** `name`: who asks in the end, for the identity of what is unknown. */
const alongPath = (
  linker: Linker,
  shapes: readonly Shape[],
  path: readonly PathStep[],
  from: Ref,
  name = from,
): readonly Shape[] => {
  let held = shapes;
  for (const step of path) {
    held = held.flatMap((shape): readonly Shape[] => {
      if (step.kind === 'key') {
        const found = propertyOf(linker, shape, step.key, name);
        const missing = step.default !== undefined && found.every((s) => s.kind === 'literal' && s.value === undefined);
        const otherwise =
          step.default === undefined ? [] : shapesOf(linker, refIn(from.file, step.default, from.frame));
        return missing ? otherwise : found;
      }
      if (step.kind === 'index' && shape.kind === 'list') {
        const item = shape.items[step.index];
        if (item !== undefined) return shapesOf(linker, item.value);
      }
      if (step.kind === 'rest' && shape.kind === 'object') {
        return [{ ...shape, entries: shape.entries.filter((e) => e.key === undefined || !step.keys.includes(e.key)) }];
      }
      return [unknownShape(linker, name, 'destructured')];
    });
  }
  return held;
};

/** The property of a shape. */
export const propertyOf = (linker: Linker, shape: Shape, key: string, ref: Ref): readonly Shape[] => {
  if (shape.kind !== 'object') return [unknownShape(linker, ref, shape.kind === 'unknown' ? shape.why : 'property')];
  const found = shape.entries.filter((e) => e.key === key);
  const sure = found.some((e) => e.when.length === 0);
  const shapes = found.flatMap((e) => shapesOf(linker, e.value));
  const unsure =
    shape.open || shape.entries.some((e) => e.key === undefined)
      ? [unknownShape(linker, ref, 'open object')]
      : [nothing(ref)];
  return sure ? shapes : [...shapes, ...unsure];
};
