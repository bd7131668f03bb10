/** A statement's text with the values that are handed to it, once for each turn of a loop over a list that is written out. */
import type { Flow, Ref } from '../../flow/flow';
import { bare, bindingOf, type Linker, part, refIn } from '../../flow/linker';
import type { SentPart, SentSql } from '../../shards/sentSql';
import { type SourceMap, sliceMap } from '../../text/sourceMap';
import type { Span } from '../../text/span';
import { type Known, knownText, type Turns, turnsOf } from './turns';

/** A piece of text, or a place that a value fills. */
type Slot = Written | Hole;

interface Written {
  readonly kind: 'written';
  readonly text: string;
  readonly file: string;
  readonly map: SourceMap;
}

interface Hole {
  readonly kind: 'hole';
  readonly at: Ref;
  /** Always the same, another in each turn of a loop, or (undefined) known to nobody. */
  readonly filling: Known | Turns | undefined;
  /** Around a value that is sent beside the text: it is a literal or a name, and not a part of the text. */
  readonly quote: '' | "'" | '"';
}

/** Every way of sending it: one for each turn of the loops that its values come from. */
export function filledTexts(linker: Linker, flow: Flow, text: Ref, values: Ref | undefined): readonly SentSql[] {
  return slotsOf(linker, flow, text)
    .filter(beginsLikeSql)
    .flatMap((slots) => {
      const filled = withValues(linker, flow, slots, values);
      return turnsIn(filled).map((turn) => joined(filled, turn));
    });
}

const beginsLikeSql = ([first]: readonly Slot[]): boolean =>
  first?.kind === 'written' &&
  /^(?:\s|--[^\n]*\n|\/\*[\s\S]*?\*\/)*(?:SELECT|WITH|DO|CALL|BEGIN|CREATE|ALTER|DROP|INSERT|UPDATE|SET)\b/i.test(
    first.text,
  );

/** Templates and sums are taken apart here, so that two values of one turn stay together; all else is as the flow has it. */
function slotsOf(linker: Linker, flow: Flow, ref: Ref): readonly (readonly Slot[])[] {
  const value = bare(ref.value);
  if (value.kind === 'name') {
    const binding = bindingOf(linker, { ...ref, value });
    const declared = binding?.declared;
    if (binding?.writes.length === 0 && declared?.kind === 'value' && declared.value && declared.path.length === 0)
      return slotsOf(linker, flow, refIn(binding.file, declared.value, ref.frame));
  }
  if (value.kind === 'template' && value.tag === undefined) {
    const slots = value.parts.map(
      (at): Slot =>
        at.kind === 'text'
          ? { kind: 'written', text: at.text, file: ref.file.path, map: at.map }
          : holeOf(linker, flow, part(ref, at.value), ''),
    );
    return [slots];
  }
  if (value.kind === 'binary' && value.op === '+') {
    const [left] = slotsOf(linker, flow, part(ref, value.left));
    const [right] = slotsOf(linker, flow, part(ref, value.right));
    return [[...(left ?? []), ...(right ?? [])]];
  }
  return flow
    .texts(ref)
    .map(({ pieces }) =>
      pieces.map(
        (piece): Slot =>
          piece.kind === 'text'
            ? { kind: 'written', text: piece.text, file: piece.file.path, map: piece.map }
            : holeOf(linker, flow, piece.ref, ''),
      ),
    );
}

const holeOf = (linker: Linker, flow: Flow, at: Ref, quote: Hole['quote']): Hole => ({
  kind: 'hole',
  at,
  filling: turnsOf(linker, flow, at) ?? knownText(flow, at),
  quote,
});

/** Quoted text is passed over; `::` is a cast. */
const marks = /'(?:[^']|'')*'|"[^"]*"|\?\??|\$\d+|(?<![:\w]):[a-z_]\w*/gi;

/** `?`, `??`, `$1` and `:name` as what the second argument gives them. */
function withValues(linker: Linker, flow: Flow, slots: readonly Slot[], values: Ref | undefined): readonly Slot[] {
  if (values === undefined) return slots;
  const given = givenBy(flow, values);
  let asked = 0;
  return slots.flatMap((slot): readonly Slot[] => {
    if (slot.kind === 'hole') return [slot];
    const found: Slot[] = [];
    let from = 0;
    const keep = (end: number): void => {
      const map = sliceMap(slot.map, { start: from, end });
      if (end > from) found.push({ ...slot, text: slot.text.slice(from, end), map });
    };
    for (const { 0: mark, index } of slot.text.matchAll(marks)) {
      if (mark.startsWith("'") || mark.startsWith('"')) continue;
      const key = mark.startsWith('?') ? asked++ : mark.startsWith('$') ? Number(mark.slice(1)) - 1 : mark.slice(1);
      const value = given(key);
      const hole = value && holeOf(linker, flow, value, mark === '??' ? '"' : "'");
      if (hole?.filling === undefined) continue;
      keep(index);
      found.push(hole);
      from = index + mark.length;
    }
    keep(slot.text.length);
    return found;
  });
}

/** `[a, b]`, `{ name: a }`, `{ replacements: … }`, `{ bind: … }`, or one value by itself. */
function givenBy(flow: Flow, values: Ref): (key: number | string) => Ref | undefined {
  const [shape] = flow.shapes(values);
  if (shape?.kind === 'list') return (key) => (typeof key === 'number' ? shape.items[key]?.value : undefined);
  if (shape?.kind !== 'object') return (key) => (key === 0 ? values : undefined);
  const entry = (key: string): Ref | undefined => shape.entries.findLast((one) => one.key === key)?.value;
  const inner = entry('replacements') ?? entry('bind') ?? entry('values');
  return inner === undefined ? (key) => (typeof key === 'string' ? entry(key) : undefined) : givenBy(flow, inner);
}

const mostTurns = 500;

/** For each loop, which turn; loops within each other in every combination. */
function turnsIn(slots: readonly Slot[]): readonly ReadonlyMap<string, number>[] {
  const loops = new Map<string, number>();
  for (const slot of slots)
    if (slot.kind === 'hole' && isTurns(slot.filling)) loops.set(slot.filling.loop, slot.filling.values.length);
  return [...loops].reduce<readonly ReadonlyMap<string, number>[]>(
    (turns, [loop, count]) =>
      turns.length * count > mostTurns
        ? turns
        : turns.flatMap((turn) => Array.from({ length: count }, (_, i) => new Map(turn).set(loop, i))),
    [new Map()],
  );
}

const isTurns = (filling: Hole['filling']): filling is Turns => filling !== undefined && 'loop' in filling;

/** Ends a literal around it, so that it is an expression: what stands here is not text that is known. */
const unknownText = "'||?||'";

function joined(slots: readonly Slot[], turn: ReadonlyMap<string, number>): SentSql {
  const parts: SentPart[] = [];
  let text = '';
  const add = (more: string, { file, map }: Pick<Known, 'file' | 'map'>, given: boolean): void => {
    if (more === '') return;
    parts.push({ start: text.length, end: text.length + more.length, file, map, given });
    text += more;
  };
  for (const slot of slots) {
    if (slot.kind === 'written') {
      add(slot.text, slot, false);
      continue;
    }
    const { filling, quote } = slot;
    const known = isTurns(filling) ? filling.values[turn.get(filling.loop) ?? -1] : filling;
    const place = { file: slot.at.file.path, map: pointAt(slot.at.value.span) };
    add(quote, place, false);
    add(known?.text ?? unknownText, known ?? place, true);
    add(quote, place, false);
  }
  return { text, parts };
}

const pointAt = ({ start, end }: Span): SourceMap => ({
  segments: [{ kind: 'hole', gen: 0, len: 1, src: start, srcLen: end - start, literal: 'none' }],
  at: start,
});
