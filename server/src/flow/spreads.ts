/** `...x` in objects and lists, with what it depends on. */
import type { Value } from '../hosts/host';
import type { Arm, Entry, Item, Ref } from './flow';
import { bare, type Linker, part } from './linker';
import { type Instead, isNothing, shapesOf } from './shapes';

interface Entries {
  readonly entries: readonly Entry[];
  readonly open: boolean;
}

const none: Entries = { entries: [], open: false };

/** `...x`, `...(c && x)`, `...(c ? x : y)`. */
export const spreadEntries = (
  linker: Linker,
  ref: Ref,
  when: readonly Arm[],
  instead: Instead | undefined,
): Entries => {
  const value = bare(ref.value);
  const branch = (at: number): string => `${ref.file.path}:${at}`;
  const both = (a: Entries, b: Entries): Entries => ({ entries: [...a.entries, ...b.entries], open: a.open || b.open });
  if (value.kind === 'binary' && value.op === '&&') {
    return spreadEntries(
      linker,
      part(ref, value.right),
      [...when, { branch: branch(value.right.span.start), arm: 0 }],
      instead,
    );
  }
  if (value.kind === 'binary' && (value.op === '??' || value.op === '||')) {
    const arm = { branch: branch(value.right.span.start), arm: 0 };
    return both(
      spreadEntries(linker, part(ref, value.left), when, instead),
      spreadEntries(linker, part(ref, value.right), [...when, arm], instead),
    );
  }
  if (value.kind === 'conditional') {
    const arm = (n: number): readonly Arm[] => [...when, { branch: branch(value.test.span.end), arm: n, of: 2 }];
    return both(
      spreadEntries(linker, part(ref, value.then), arm(0), instead),
      spreadEntries(linker, part(ref, value.otherwise), arm(1), instead),
    );
  }
  const shapes = shapesOf(linker, ref, instead);
  return shapes.reduce((all, shape, i) => {
    if (isNothing(shape)) return all;
    if (shape.kind !== 'object') return both(all, { entries: [], open: true });
    const arms =
      shapes.length === 1 ? when : [...when, { branch: branch(ref.value.span.start), arm: i, of: shapes.length }];
    return both(all, { entries: shape.entries.map((e) => ({ ...e, when: [...arms, ...e.when] })), open: shape.open });
  }, none);
};

export const spreadItems = (
  linker: Linker,
  ref: Ref,
  when: readonly Arm[],
  instead: Instead | undefined,
): { readonly items: readonly Item[]; readonly open: boolean } => {
  const value = bare(ref.value);
  const at = (v: Value, branch: number, arm: number) =>
    spreadItems(linker, part(ref, v), [...when, { branch: `${ref.file.path}:${branch}`, arm }], instead);
  if (value.kind === 'binary' && value.op === '&&') return at(value.right, value.right.span.start, 0);
  if (value.kind === 'conditional') {
    const [a, b] = [at(value.then, value.test.span.end, 0), at(value.otherwise, value.test.span.end, 1)];
    return { items: [...a.items, ...b.items], open: a.open || b.open };
  }
  const shapes = shapesOf(linker, ref, instead);
  const items: Item[] = [];
  let open = false;
  shapes.forEach((shape, i) => {
    if (isNothing(shape)) return;
    if (shape.kind !== 'list') open = true;
    else {
      const arms =
        shapes.length === 1 ? when : [...when, { branch: `${ref.file.path}:${ref.value.span.start}`, arm: i }];
      items.push(...shape.items.map((item) => ({ ...item, when: [...arms, ...item.when] })));
      open ||= shape.open;
    }
  });
  return { items, open };
};
