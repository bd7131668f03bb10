/** Which values differ from turn to turn of a loop: those of its items, and what is made of them. */
import type { Binding } from '../../flow/bindings';
import type { FileIndex } from '../../flow/fileIndex';
import { leaves } from '../../flow/varies';
import type { Value } from '../../hosts/host';

/** `value` as in `KeyValues.values`, `loops` as in `UnitAct`. A row that each turn reads anew by the same key is one row. */
export function turnsWith(
  value: string,
  loops: readonly string[],
  indexOf: (file: string) => FileIndex | undefined,
): boolean {
  const [, file, start] = /@(.*):(\d+)(?:[.[].*)?$/.exec(value) ?? [];
  const own = loops.flatMap((loop) => {
    const [, of, begins] = /^(.*):(\d+)$/.exec(loop) ?? [];
    return of === file ? [Number(begins)] : [];
  });
  const index = file === undefined || own.length === 0 ? undefined : indexOf(file);
  const binding = index?.bindings.find(({ span }) => span.start === Number(start));
  if (index === undefined || binding === undefined) return false;
  // A caller's value may stand further down in the same file: it is none of the loop's.
  return own.some((begins) => binding.span.start < endOf(index, begins) && differs(index, binding, begins, 0));
}

/** Where the function ends that the loop stands in. */
const endOf = ({ file }: FileIndex, begins: number): number =>
  Math.min(...file.functions.flatMap(({ span }) => (span.start <= begins && begins < span.end ? [span.end] : [])));

const bound = 8;

function differs(index: FileIndex, { declared, span, writes }: Binding, begins: number, depth: number): boolean {
  if (writes.some(({ at }) => at > begins)) return true;
  if (span.start < begins || depth > bound) return false;
  if (declared.kind === 'item' || declared.kind === 'param') return true;
  if (declared.kind !== 'value' || declared.value === undefined) return false;
  return named(declared.value).some((leaf) => {
    if (leaf.kind !== 'name') return takes(leaf);
    const from = index.binding(leaf);
    return from !== undefined && differs(index, from, begins, depth + 1);
  });
}

/** What an expression names, in what it hands over too: `find({ where: { id: item.id } })`. */
const named = (value: Value): readonly Value[] =>
  leaves(value).flatMap((leaf) => [leaf, ...(leaf.kind === 'call' ? leaf.args.flatMap(inside) : [])]);

const inside = (value: Value): readonly Value[] =>
  value.kind === 'object'
    ? value.entries.flatMap((entry) => inside(entry.value))
    : value.kind === 'list'
      ? value.items.flatMap(inside)
      : named(value);

/** `queue.shift()` gives another one each time. */
const takes = (value: Value): boolean =>
  value.kind === 'call' &&
  value.callee.kind === 'member' &&
  typeof value.callee.property === 'string' &&
  /^(?:shift|pop|next|read|dequeue|poll)$/.test(value.callee.property);
