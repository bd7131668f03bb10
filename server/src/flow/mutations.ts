/** Objects and lists that are changed after they were made: the shape after each change. */
import type { Value } from '../hosts/host';
import type { Binding } from './bindings';
import type { Arm, Entry, Item, Ref, Shape } from './flow';
import { indexOf, type Linker, refIn } from './linker';
import { effective, keyText, shapesOf } from './shapes';
import { spreadItems } from './spreads';
import { valueIdOf } from './valueId';

/** `where.a.b = v`, `where.and.push(v)`, `list.push(v)`: the shape after it. */
export const mutated = (
  linker: Linker,
  shape: Shape,
  binding: Binding,
  ref: Ref,
  name: Value,
  top: Value,
  assigned: Value | undefined,
  when: readonly Arm[],
  many: boolean,
): Shape => {
  const index = indexOf(linker, binding.file);
  const path: { readonly key: string | undefined; readonly computed?: Ref; readonly span: Value['span'] }[] = [];
  let at = name;
  while (at !== top) {
    const up = index.place(at)?.parent;
    if (up?.kind === 'member' && up.object === at) {
      const computed = typeof up.property === 'string' ? undefined : refIn(binding.file, up.property, ref.frame);
      path.push({
        key:
          typeof up.property === 'string'
            ? up.property
            : computed === undefined
              ? undefined
              : keyText(linker, computed),
        ...(computed === undefined ? {} : { computed }),
        span: up.propertySpan,
      });
      at = up;
    } else if (up?.kind === 'call' && up.callee === at && up === top) {
      const method = path.pop()?.key;
      if (method !== 'push' && method !== 'unshift') return shape;
      const items = up.args.flatMap((arg): readonly Item[] =>
        arg.kind === 'spread'
          ? spreadItems(linker, refIn(binding.file, arg.value, ref.frame), when, undefined).items
          : [{ value: refIn(binding.file, arg, ref.frame), when, many }],
      );
      return setAt(linker, shape, path, ref.file === binding.file ? when : [], (list) =>
        list.kind === 'list' ? { ...list, items: [...list.items, ...items] } : list,
      );
    } else return shape;
  }
  const value = assigned === undefined ? undefined : refIn(binding.file, assigned, ref.frame);
  const last = path.pop();
  if (value === undefined || last === undefined) return shape;
  return setAt(linker, shape, path, when, (object) => {
    if (object.kind !== 'object' && object.kind !== 'chain') return object;
    const entry: Entry = {
      key: last.key,
      ...(last.computed === undefined ? {} : { computed: last.computed }),
      keySpan: last.span,
      value,
      when,
      file: binding.file,
    };
    return object.kind === 'object'
      ? { ...object, entries: effective([...object.entries, entry]) }
      : { ...object, set: effective([...(object.set ?? []), entry]) };
  });
};

/** Changes what lies at a path; on the way objects are rebuilt with the changed value standing as its own shape. */
const setAt = (
  linker: Linker,
  shape: Shape,
  path: readonly { readonly key: string | undefined; readonly computed?: Ref }[],
  when: readonly Arm[],
  change: (shape: Shape) => Shape,
): Shape => {
  const [step, ...rest] = path;
  if (step === undefined) return change(shape);
  if (shape.kind !== 'object') return shape;
  const same = (entry: Entry): boolean =>
    step.key !== undefined
      ? entry.key === step.key
      : entry.computed !== undefined &&
        step.computed !== undefined &&
        valueIdOf(linker, entry.computed) === valueIdOf(linker, step.computed);
  const entries = shape.entries.map((entry): Entry => {
    if (!same(entry)) return entry;
    const [inner] = shapesOf(linker, entry.value);
    if (inner === undefined) return entry;
    return { ...entry, value: builtRef(setAt(linker, inner, rest, when, change)) };
  });
  return { ...shape, entries };
};

/** A changed shape as a value: its items are read where they stand. */
const shapesByValue = new WeakMap<Value, Shape>();

export const builtRef = (shape: Shape): Ref => {
  const value: Value = { ...shape.ref.value };
  shapesByValue.set(value, shape);
  return { ...shape.ref, value };
};

export const builtShape = (value: Value): Shape | undefined => shapesByValue.get(value);
