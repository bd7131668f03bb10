/** The language's own functions that give back what they are handed, or a list or object made of it. */
import type { CallValue, Value } from '../hosts/host';
import type { Entry, Frame, Item, Ref, Shape } from './flow';
import { bare, indexOf, type Linker, part, refIn } from './linker';
import { builtRef } from './mutations';
import { isNothing, keyText, shapesOf } from './shapes';

/** Undefined where the call is none of them. */
export const builtInShapes = (linker: Linker, ref: Ref, call: CallValue): readonly Shape[] | undefined => {
  const callee = bare(call.callee);
  if (callee.kind !== 'member' || typeof callee.property !== 'string') {
    const [first] = call.args;
    return callee.kind === 'name' && callee.name === 'structuredClone' && first !== undefined
      ? shapesOf(linker, part(ref, first))
      : undefined;
  }
  const [first] = call.args;
  const name = callee.object.kind === 'name' ? `${callee.object.name}.${callee.property}` : '';
  if (name === 'Object.freeze' || name === 'Object.seal')
    return first === undefined ? undefined : shapesOf(linker, part(ref, first));
  if (name === 'Object.assign') return assignShapes(linker, ref, call);
  if (name === 'Array.from' && call.args.length === 2) return mapped(linker, ref, call.args[1], undefined);
  if (first !== undefined && objects.has(name)) return ofObject(linker, ref, name, part(ref, first));
  if (callee.property === 'reduce') return reduced(linker, ref, call);
  if (!lists.has(callee.property)) return undefined;
  const object = part(ref, callee.object);
  // Cheap first: most receivers of these names are no lists that are written out.
  const shapes = shapesOf(linker, object);
  if (!shapes.some((shape) => shape.kind === 'list'))
    return maps(callee.property) ? mapped(linker, ref, first, undefined, callee.property) : undefined;
  return shapes.flatMap((shape): readonly Shape[] => {
    // Some of the alternatives are a caller's: `input.ids ?? []`.
    if (shape.kind !== 'list')
      return (
        (maps(callee.property) && !isNothing(shape) && mapped(linker, ref, first, undefined, callee.property)) || [
          shape,
        ]
      );
    switch (callee.property) {
      case 'filter':
      case 'slice':
      case 'reverse':
      case 'sort':
      case 'toSorted':
        return [{ ...shape, ref }];
      case 'concat': {
        const more = call.args.flatMap((arg) => shapesOf(linker, part(ref, arg)));
        const items = more.flatMap((s): readonly Item[] =>
          s.kind === 'list' ? s.items : [{ value: s.ref, when: [], many: false }],
        );
        return [
          {
            ...shape,
            items: [...shape.items, ...items],
            open: shape.open || more.some((s) => (s.kind === 'list' ? s.open : s.kind !== 'object')),
            ref,
          },
        ];
      }
      default: {
        const made = mapped(linker, ref, first, shape.items, callee.property);
        return made === undefined
          ? [shape]
          : shape.open
            ? [...made, ...(mapped(linker, ref, first, undefined, callee.property) ?? [])]
            : made;
      }
    }
  });
};

const objects = new Set(['Object.keys', 'Object.values', 'Object.entries', 'Object.fromEntries']);
const lists = new Set(['filter', 'slice', 'reverse', 'sort', 'toSorted', 'concat', 'map', 'flatMap']);

const maps = (method: unknown): boolean => method === 'map' || method === 'flatMap';

/** `items.map(x => ({ … }))`: any number of what the function returns; of `flatMap`, of what its lists hold. */
const mapped = (
  linker: Linker,
  ref: Ref,
  fn: Value | undefined,
  items: readonly Item[] | undefined,
  method?: unknown,
): readonly Shape[] | undefined => {
  const list = (made: readonly Item[]): readonly Shape[] => [
    { kind: 'list', items: method === 'flatMap' ? flattened(linker, made) : made, open: false, ref },
  ];
  if (fn?.kind !== 'function') return undefined;
  const returns = indexOf(linker, ref.file).returns[fn.function] ?? [];
  const frame = (arg: Ref | undefined): Frame => ({
    file: ref.file,
    function: fn.function,
    args: arg === undefined ? [] : [arg],
    ...(ref.frame === undefined ? {} : { outer: ref.frame }),
    depth: ref.frame?.depth ?? 0,
  });
  if (items === undefined || items.length === 0) {
    // The list is a caller's, or is filled elsewhere: its items are unknown, what is made of them is not.
    const made = returns.map(({ value }): Item => ({ value: refIn(ref.file, value, ref.frame), when: [], many: true }));
    return list(made);
  }
  const made = items.flatMap((item) =>
    returns.map(
      ({ value }): Item => ({ value: refIn(ref.file, value, frame(item.value)), when: item.when, many: item.many }),
    ),
  );
  return list(made);
};

/** `items.reduce((all, x) => [...all, { … }], [])`, `all.push({ … })`: any number of what one turn adds to the list. */
const reduced = (linker: Linker, ref: Ref, { args: [fn, first] }: CallValue): readonly Shape[] | undefined => {
  if (fn?.kind !== 'function' || first === undefined || bare(first).kind !== 'list') return undefined;
  const frame: Frame = {
    file: ref.file,
    function: fn.function,
    args: [part(ref, first)],
    ...(ref.frame === undefined ? {} : { outer: ref.frame }),
    depth: ref.frame?.depth ?? 0,
  };
  const made = (indexOf(linker, ref.file).returns[fn.function] ?? []).flatMap(({ value }) =>
    shapesOf(linker, refIn(ref.file, value, frame)),
  );
  const items = made.flatMap((shape) => (shape.kind === 'list' ? shape.items : []));
  const open = made.some((shape) => shape.kind !== 'list' || shape.open);
  // Beside the list that is handed on, a turn gets what nothing is known of.
  const ofAnyTurn = ({ value, ...item }: Item): Item => ({
    ...item,
    value: value.frame === frame ? refIn(value.file, value.value, ref.frame) : value,
    many: true,
  });
  return [{ kind: 'list', items: items.map(ofAnyTurn), open, ref }];
};

const flattened = (linker: Linker, items: readonly Item[]): readonly Item[] =>
  items.flatMap((item) =>
    shapesOf(linker, item.value).flatMap((shape): readonly Item[] =>
      shape.kind !== 'list' || shape.open
        ? [item]
        : shape.items.map((one) => ({ ...one, when: [...item.when, ...one.when], many: item.many || one.many })),
    ),
  );

const literalRef = (ref: Ref, value: string): Ref => part(ref, { kind: 'literal', value, span: ref.value.span });

/** Objects taken apart and put together: `Object.fromEntries(Object.entries(fields).map(([key, name]) => [key, f(name)]))`. */
const ofObject = (linker: Linker, ref: Ref, name: string, first: Ref): readonly Shape[] | undefined => {
  const shapes = shapesOf(linker, first);
  const [shape] = shapes;
  if (shape === undefined || shapes.length > 1) return undefined;
  if (name === 'Object.fromEntries') {
    if (shape.kind !== 'list') return undefined;
    const entries = shape.items.map((item): Entry | undefined => {
      const [pair] = shapesOf(linker, item.value);
      if (pair?.kind !== 'list' || item.many) return undefined;
      const [key, value] = pair.items;
      if (key === undefined || value === undefined) return undefined;
      const text = keyText(linker, key.value);
      const keySpan = key.value.value.span;
      return text === undefined
        ? undefined
        : { key: text, keySpan, value: value.value, when: item.when, file: value.value.file };
    });
    const known = entries.flatMap((entry) => entry ?? []);
    return [{ kind: 'object', entries: known, open: shape.open || known.length < entries.length, ref }];
  }
  if (shape.kind !== 'object' || shape.entries.some((entry) => entry.key === undefined)) return undefined;
  const items = shape.entries.map(({ key = '', value, when }): Item => {
    const keyRef = literalRef(ref, key);
    if (name === 'Object.keys') return { value: keyRef, when, many: false };
    if (name === 'Object.values') return { value, when, many: false };
    return {
      value: builtRef({
        kind: 'list',
        items: [keyRef, value].map((v) => ({ value: v, when: [], many: false })),
        open: false,
        ref,
      }),
      when,
      many: false,
    };
  });
  return [{ kind: 'list', items, open: shape.open, ref }];
};

const assignShapes = (linker: Linker, ref: Ref, call: CallValue): readonly Shape[] => {
  const entries: Entry[] = [];
  let open = false;
  for (const arg of call.args) {
    const shapes = shapesOf(linker, part(ref, arg));
    shapes.forEach((shape, i) => {
      if (isNothing(shape)) return;
      if (shape.kind !== 'object') open = true;
      else {
        const when = shapes.length === 1 ? [] : [{ branch: `${ref.file.path}:${arg.span.start}`, arm: i }];
        entries.push(...shape.entries.map((e) => ({ ...e, when: [...when, ...e.when] })));
        open ||= shape.open;
      }
    });
  }
  return [{ kind: 'object', entries, open, ref }];
};
