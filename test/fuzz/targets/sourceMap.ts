import type { Literal } from '../../../server/src/text/literal';
import {
  editable,
  editSource,
  insertion,
  type SourceMap,
  sliceMap,
  sourceMap,
  toGenerated,
  toSource,
} from '../../../server/src/text/sourceMap';
import { textsIn } from '../corpus';
import { mutated } from '../mutate';
import { type Random, randomOf } from '../random';
import { holds, type Target, within } from '../target';

/** Whatever was put together: `toSource` stays in the source, what is editable reads there as in the generated text. */
export const maps: Target = {
  id: 'source-map',
  inputs: 250_000,
  prepare: async () => {
    const corpus = textsIn('sql').map((text) => text.slice(0, 400));
    return {
      make: (random) => [mutated(random, corpus).slice(0, 600), String(random.int(1e9))],
      run([source = '', seed]) {
        const random = randomOf(Number(seed));
        const { text, map } = build(random, source);
        check(random, source, text, map);
        const from = random.int(text.length + 1);
        const slice = { start: from, end: from + random.int(text.length - from + 1) };
        check(random, source, text.slice(slice.start, slice.end), sliceMap(map, slice));
      },
    };
  },
};

const literals: readonly Literal[] = ['verbatim', 'single', 'double', 'template', 'raw-template'];

function build(random: Random, source: string): { readonly text: string; readonly map: SourceMap } {
  const builder = sourceMap(random.int(source.length + 1));
  let at = 0;
  for (let parts = random.int(9); parts > 0; parts--) {
    const end = Math.min(source.length, at + random.int(40));
    const part = source.slice(at, end);
    const span = { start: at, end };
    const kind = random.int(5);
    if (kind < 2) builder.verbatim(part, at, random.pick(literals));
    else if (kind === 2) builder.escape('\n', span, random.pick(literals));
    else if (kind === 3) builder.hole(part || 'x', span);
    else builder.glue(', ', at);
    if (kind === 0 && random.once(3)) builder.append(part, sourceMap(at).verbatim(part, at, 'single').finish().map);
    if (!random.once(3)) at = end;
  }
  return builder.finish();
}

function check(random: Random, source: string, text: string, map: SourceMap): void {
  for (let tries = 3; tries > 0; tries--) {
    const start = random.int(text.length + 1);
    const span = { start, end: start + random.int(text.length - start + 1) };
    holds(within(toSource(map, span), source.length), () => `toSource(${JSON.stringify(span)}) stays in the source`);
    const own = editable(map, span);
    if (own) {
      const same = source.slice(own.start, own.end) === text.slice(span.start, span.end);
      holds(same, () => `what is editable at ${JSON.stringify(span)} reads the same in the source`);
    }
    const edit = editSource(map, { span, text: random.pick(['x', "'", '`${', '\\', '\n', '']) });
    if (edit) holds(within(edit.span, source.length), () => 'an edit stays in the source');
    const place = insertion(map, start);
    if (place) holds(place.at >= 0 && place.at <= source.length, () => 'an insertion stays in the source');
    const back = toGenerated(map, random.int(source.length + 1));
    if (back !== undefined) holds(back >= 0 && back <= text.length, () => 'toGenerated stays in the text');
  }
}
