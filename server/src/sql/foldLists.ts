/** Lists of values, whatever their length, as lists of one or two. */

/** A piece of the statement: how it is compared, and how it is written. */
export interface Piece {
  readonly key: string;
  readonly kind: 'word' | 'value' | 'open' | 'close' | 'comma' | 'other' | 'hint';
  readonly text: string;
  /** What makes two values the same one; literals are so by chance. */
  readonly id?: string;
  readonly literal?: boolean;
  /** A server wrote one value where there were several. */
  readonly many?: boolean;
}

/** Of values, and of groups of values, that stand in a row between commas, so many are kept. */
export function foldLists(pieces: readonly Piece[], keep: number): readonly Piece[] {
  const out: Piece[] = [];
  /** Where the items of the open brackets begin in `out`, and how many equal ones were seen. */
  const open: { start: number; list: boolean; item: number; last: string; count: number }[] = [];
  const itemEnds = (): void => {
    const level = open.at(-1);
    if (!level) return;
    const item = out
      .slice(level.item)
      .map(({ key }) => key)
      .join(' ');
    const foldable = level.list && /^(?:\?|[([] ?\? ?[)\]]|\( \?(?: , \?)* \))$/.test(item);
    level.count = foldable && item === level.last ? level.count + 1 : 1;
    level.last = item;
    // The comma before it goes as well.
    if (foldable && level.count > keep) out.length = level.item - 1;
  };
  for (const piece of pieces) {
    const level = open.at(-1);
    if (piece.kind === 'open') {
      const word = out.at(-1);
      const list = keep === 1 || isList(out, word, level?.list === true && level.item === out.length, piece.text);
      out.push(piece);
      open.push({ start: out.length, list, item: out.length, last: '', count: 0 });
    } else if (piece.kind === 'comma' && level) {
      itemEnds();
      out.push(piece);
      level.item = out.length;
    } else if (piece.kind === 'close') {
      itemEnds();
      if (level && out.at(-1)?.kind === 'comma' && level.count > keep) out.pop();
      open.pop();
      out.push(piece);
    } else if (piece.kind === 'value' && piece.many) {
      const inside = level?.list === true && out.length === level.item;
      if (keep === 1) out.push(...(inside ? [piece] : bracketed([piece])));
      else {
        const two = [piece, comma, { ...piece, id: `${piece.id} also` }];
        out.push(...(inside ? two : bracketed(two)));
      }
    } else out.push(piece);
  }
  return keep === 1 ? foldRows(out, 1) : foldRows(out, 2);
}

const comma: Piece = { key: ',', kind: 'comma', text: ',' };
const bracketed = (inner: readonly Piece[]): readonly Piece[] => [
  { key: '(', kind: 'open', text: '(' },
  ...inner,
  { key: ')', kind: 'close', text: ')' },
];

/** Brackets whose items may be fewer in the text too: `IN (…)`, `ARRAY[…]`, rows within them; never arguments or columns. */
const isList = (out: readonly Piece[], word: Piece | undefined, within: boolean, bracket: string): boolean =>
  word?.key === 'in' ||
  (word?.key === 'array' && bracket === '[') ||
  (within && out.length > 0 && bracket === '(' && word?.kind !== 'word');

/** `VALUES (…), (…), (…)`: rows behind VALUES. */
function foldRows(pieces: readonly Piece[], keep: number): readonly Piece[] {
  const out: Piece[] = [];
  for (let i = 0; i < pieces.length; ) {
    const piece = pieces[i];
    if (!piece) break;
    out.push(piece);
    i++;
    if (piece.kind !== 'word' || (piece.key !== 'values' && piece.key !== 'value')) continue;
    let rows = 0;
    let last = '';
    while (pieces[i]?.kind === 'open') {
      const end = closing(pieces, i);
      const row = pieces.slice(i, end);
      const key = row.map((one) => one.key).join(' ');
      rows = key === last ? rows + 1 : 1;
      last = key;
      if (rows > keep) out.pop();
      else out.push(...row);
      i = end;
      if (pieces[i]?.kind !== 'comma' || pieces[i + 1]?.kind !== 'open') break;
      out.push(comma);
      i++;
    }
  }
  return out;
}

function closing(pieces: readonly Piece[], from: number): number {
  let depth = 0;
  for (let i = from; i < pieces.length; i++) {
    if (pieces[i]?.kind === 'open') depth++;
    if (pieces[i]?.kind === 'close' && --depth === 0) return i + 1;
  }
  return pieces.length;
}
