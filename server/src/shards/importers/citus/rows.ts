/** Lists of literals that a statement runs through: FOREACH … IN ARRAY, unnest(ARRAY[…]) t, (VALUES …) v(t, k). */
import { unquoted } from '../../../schema/settings';
import { keywordOf, type Token, textOf } from '../../../sql/token';
import type { Span } from '../../../text/span';

export interface RowSource {
  /** Names by which the values of a row are known. */
  readonly names: readonly string[];
  readonly rows: readonly (readonly { readonly text: string; readonly span: Span }[])[];
}

type Cell = RowSource['rows'][number][number];

export function boundRows(text: string, words: readonly Token[]): readonly RowSource[] {
  return words.flatMap((token, index): readonly RowSource[] => {
    switch (keywordOf(text, token)) {
      case 'ARRAY': {
        if (text[words[index + 1]?.start ?? -1] !== '[') return [];
        const close = words.findIndex((one, at) => at > index && textOf(text, one) === ']');
        const names = arrayName(text, words, index, close);
        const rows = cells(text, words.slice(index, close)).map((cell) => [cell]);
        return close < 0 || names === undefined ? [] : [{ names: [names], rows }];
      }
      case 'VALUES':
        return valuesRows(text, words, index);
      default:
        return [];
    }
  });
}

const cells = (text: string, tokens: readonly Token[]): readonly Cell[] =>
  tokens
    .filter(({ kind }) => kind === 'string')
    .map((token) => ({ text: unquoted(text, token).trim(), span: { start: token.start, end: token.end } }));

/** `FOREACH t IN ARRAY ARRAY[…]`, `unnest(ARRAY[…]) AS t`, `unnest(ARRAY[…]) AS x(t)`. */
function arrayName(text: string, words: readonly Token[], array: number, close: number): string | undefined {
  const before = words.slice(Math.max(0, array - 4), array).map((token) => keywordOf(text, token));
  const loop = before.indexOf('FOREACH');
  if (loop >= 0) {
    const variable = words[array - before.length + loop + 1];
    return variable === undefined ? undefined : unquoted(text, variable);
  }
  // Casts may stand before the parenthesis: `ARRAY[…]::text[]`.
  const paren = words.findIndex((token, at) => at > close && textOf(text, token) === ')');
  return paren < 0 || close < 0 ? undefined : alias(text, words, paren + 1).at(-1);
}

/** The alias that stands at `from`, then its column names. */
function alias(text: string, words: readonly Token[], from: number): readonly string[] {
  const start = keywordOf(text, words[from]) === 'AS' ? from + 1 : from;
  const name = words[start];
  if (name === undefined || (name.kind !== 'word' && name.kind !== 'quoted')) return [];
  const open = words[start + 1];
  if (open === undefined || textOf(text, open) !== '(') return [unquoted(text, name)];
  const close = words.findIndex((token, at) => at > start && textOf(text, token) === ')');
  const columns = words.slice(start + 2, close < 0 ? undefined : close).filter((token) => textOf(text, token) !== ',');
  return [unquoted(text, name), ...columns.map((token) => unquoted(text, token))];
}

function valuesRows(text: string, words: readonly Token[], values: number): readonly RowSource[] {
  const rows: (readonly Cell[])[] = [];
  let at = values + 1;
  while (words[at] !== undefined && textOf(text, words[at] as Token) === '(') {
    const close = words.findIndex((token, index) => index > at && textOf(text, token) === ')');
    if (close < 0) return [];
    rows.push(cells(text, words.slice(at, close)));
    at = close + 1;
    if (words[at] !== undefined && textOf(text, words[at] as Token) === ',') at++;
  }
  const [, ...names] = alias(text, words, at + 1);
  return names.length > 0 && rows.every((row) => row.length === names.length) ? [{ names, rows }] : [];
}
