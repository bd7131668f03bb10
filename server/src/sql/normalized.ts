/**
 * One statement as all its executions share it: literals and placeholders are one, lists of any length are one, and so are
 * spelling, quoting and white space. Logs and code meet by it.
 */
import { foldLists, type Piece } from './foldLists';
import { lex } from './lexer';
import type { Lexical } from './lexical';
import type { Hole } from './standIns';
import { isTrivia, type Token, textOf } from './token';

export interface Normalized {
  /** Equal for equal statements; for comparing only. */
  readonly key: string;
  /**
   * SQL without values that can be read and routed: `:v1` for a value, two of them where a list has several. Equal values of
   * this execution have one name.
   */
  readonly text: string;
  /** The same, with a name of its own for each literal: they were equal by chance. */
  readonly apart: string;
}

/** Undefined where there is no statement, or a quote or comment of it is never closed: logs cut long ones. */
export function normalized(sql: string, lexical: Lexical, holes: readonly Hole[] = []): Normalized | undefined {
  const tokens = lex(sql, lexical, { holes });
  if (tokens.some(({ open }) => open)) return undefined;
  const end = tokens.findIndex(({ kind }) => kind === 'terminator');
  const pieces = piecesOf(sql, end < 0 ? tokens : tokens.slice(0, end), lexical, holes);
  if (!pieces.some(({ kind }) => kind === 'word')) return undefined;
  const folded = foldLists(pieces, 1);
  const short = foldLists(pieces, 2);
  return {
    key: folded.map(({ key }) => key).join(' '),
    text: written(short, lexical, false),
    apart: written(short, lexical, true),
  };
}

/** Words behind which TRUE, FALSE and NULL are no values. */
const testing = new Set(['is', 'not', 'on', 'as', 'set']);
/** Words in whose place an expression begins: a sign behind them belongs to the number. */
const beginning = new Set(
  'select where and or not in values limit offset between then else when set return having on by any all like as case'.split(
    ' ',
  ),
);
/** Literals of a type: PostgreSQL wants text behind these words, never a parameter. */
const typed: ReadonlyMap<string, string> = new Map([
  ['interval', "'1 day'"],
  ['date', "'2000-01-01'"],
  ['time', "'00:00'"],
  ['timestamp', "'2000-01-01'"],
  ['timestamptz', "'2000-01-01'"],
]);

function piecesOf(sql: string, tokens: readonly Token[], lexical: Lexical, holes: readonly Hole[]): readonly Piece[] {
  const pieces: Piece[] = [];
  const before = (): Piece | undefined => pieces.findLast(({ kind }) => kind !== 'hint');
  for (const token of tokens) {
    const text = textOf(sql, token);
    if (token.kind === 'hint' && text.startsWith('/*vt+')) pieces.push({ key: '', kind: 'hint', text });
    // pg_stat_statements since PostgreSQL 18: `IN ($1 /*, ... */)`.
    if (token.kind === 'comment' && /^\/\*, \.\.\. \*\/$/.test(text)) {
      const last = pieces.pop();
      if (last) pieces.push({ ...last, many: true });
    }
    if (isTrivia(token) || token.kind === 'version') continue;
    const last = before();
    // A sign is part of its number where no operand stands before it.
    const prior = pieces.at(-2);
    const signed = (last?.text === '-' || last?.text === '+') && last.kind === 'other' && !isOperand(prior);
    const piece = pieceOf(token, text, lexical, holes, last);
    if (piece.kind === 'value' && piece.literal && signed) {
      const sign = pieces.pop();
      pieces.push({ ...piece, id: `${sign?.text}${piece.id}` });
    } else pieces.push(piece);
  }
  return pieces;
}

const isOperand = (piece: Piece | undefined): boolean =>
  piece !== undefined &&
  (piece.kind === 'value' || piece.kind === 'close' || (piece.kind === 'word' && !beginning.has(piece.key)));

function pieceOf(token: Token, text: string, lexical: Lexical, holes: readonly Hole[], last: Piece | undefined): Piece {
  const example = lexical.dollarQuotes ? typed.get(last?.key ?? '') : undefined;
  switch (token.kind) {
    case 'word': {
      const key = text.toLowerCase();
      const constant = (key === 'true' || key === 'false' || key === 'null') && !testing.has(last?.key ?? '');
      return { key: constant ? '?' : key, kind: constant ? 'other' : 'word', text };
    }
    case 'quoted':
      return { key: text.slice(1, -1).toLowerCase(), kind: 'word', text };
    case 'string':
    case 'dollar':
    case 'number': {
      if (example !== undefined) return { key: '?', kind: 'other', text: example };
      return { key: '?', kind: 'value', text, id: `= ${text}`, literal: true };
    }
    case 'placeholder': {
      if (example !== undefined) return { key: '?', kind: 'other', text: example };
      const own = /^[?]+$|^%s$/.test(text) ? `at ${token.start}` : text;
      return { key: '?', kind: 'value', text, id: own, many: text.startsWith('::') };
    }
    case 'hole': {
      const hole = holes.find(({ span }) => span.start < token.end && span.end > token.start);
      return { key: '?', kind: 'value', text, id: hole?.id ?? `at ${token.start}`, many: hole?.kind === 'list' };
    }
    case 'variable':
      return text.startsWith('@@')
        ? { key: text.toLowerCase(), kind: 'word', text }
        : { key: '?', kind: 'value', text, id: text };
    default: {
      const kind =
        text === '(' || text === '['
          ? 'open'
          : text === ')' || text === ']'
            ? 'close'
            : text === ','
              ? 'comma'
              : 'other';
      return { key: token.holed ? '?' : text, kind, text };
    }
  }
}

function written(pieces: readonly Piece[], lexical: Lexical, apart: boolean): string {
  const names = new Map<string, number>();
  let values = 0;
  let text = '';
  for (const piece of pieces) {
    const shown = piece.kind === 'value' ? `${lexical.dollarQuotes ? '$' : ':v'}${nameOf(piece)}` : piece.text;
    text += `${glues(text, shown, piece) ? '' : ' '}${shown}`;
  }
  return text.trim();

  function nameOf({ id = '', literal }: Piece): number {
    const known = apart && literal ? undefined : names.get(id);
    if (known !== undefined) return known;
    names.set(id, ++values);
    return values;
  }
}

/** Written as people do: no space within brackets and around dots. */
const glues = (text: string, shown: string, { kind }: Piece): boolean =>
  text === '' ||
  /[([.]$|::$/.test(text) ||
  kind === 'comma' ||
  (kind === 'close' && shown !== '') ||
  shown === '.' ||
  shown === '::' ||
  (shown === '[' && /\w$/.test(text)) ||
  (shown === '(' &&
    /\w$/.test(text) &&
    !/\b(?:in|values|and|or|where|not|as|on|using|into|from|select|any|exists|join|set|by|union|all|over|when|then)$/i.test(
      text,
    ));
