/** `select ?? from ??` with names among the values beside it: they are written out, and the values are those that are left. */
import type { Flow, Ref } from '../../flow/flow';
import { sliceMap, toSource } from '../../text/sourceMap';
import type { Pieces, SqlPiece } from './fragments';
import { glue } from './fragments';
import type { Values } from './parameters';

export interface WithNames {
  readonly pieces: Pieces;
  readonly values: Values | undefined;
}

/** Names that no dialect writes otherwise. */
const plain = /^[a-z_][a-z0-9_]*(?:\.[a-z_][a-z0-9_]*)*$/;

export function withNames(flow: Flow, pieces: Pieces, values: Values | undefined): WithNames {
  if (values?.kind !== 'list' || !pieces.some(({ text }) => text.includes('??'))) return { pieces, values };
  const items: (Ref | undefined)[] = [];
  const made: SqlPiece[] = [];
  let next = 0;
  for (const piece of pieces) {
    if (piece.kind !== 'text' || piece.map === undefined) {
      made.push(piece);
      continue;
    }
    const { text, map, anchor } = piece;
    let from = 0;
    const upTo = (to: number): void => {
      if (to > from)
        made.push({ kind: 'text', text: text.slice(from, to), map: sliceMap(map, { start: from, end: to }), anchor });
    };
    for (const { 0: found, index } of text.matchAll(/'(?:[^']|'')*'|\\\?|\?\??/g)) {
      if (found !== '?' && found !== '??') continue;
      const item = values.items[next++];
      const name = found === '??' ? nameIn(flow, item) : undefined;
      if (name === undefined) {
        items.push(item);
        continue;
      }
      upTo(index);
      const span = { start: index, end: index + found.length };
      made.push(glue(name, toSource(map, span)));
      from = span.end;
    }
    upTo(text.length);
  }
  return { pieces: made, values: { ...values, items } };
}

function nameIn(flow: Flow, item: Ref | undefined): string | undefined {
  const [shape, more] = item ? flow.shapes(item) : [];
  if (shape?.kind !== 'literal' || typeof shape.value !== 'string' || more) return undefined;
  return plain.test(shape.value) ? shape.value : undefined;
}
