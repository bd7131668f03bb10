/** Where in a statement a placeholder stands: followed token by token, as much as deciding its role needs. */
import { keywordOf, type Token } from './token';

/** One level of parentheses. */
interface Frame {
  /** The word before the parenthesis in upper case, or the symbol. */
  readonly before: string;
  /** The clause that the tokens on this level are in: SELECT, FROM, WHERE, SET … */
  clause: string;
  /** Offset of the SELECT, UPDATE, DELETE or INSERT that governs this level. */
  owner: number;
  /** BETWEEN was seen, its AND not yet. */
  between: boolean;
  /** Behind an INSERT's table: columns and rows have not been seen. */
  needsRows: boolean;
  /** The list of columns behind an INSERT's table. */
  readonly columns: boolean;
}

export interface Placement {
  readonly frame: Readonly<Frame>;
  /** First keyword of the statement. */
  readonly verb: string;
  readonly previous: Token | undefined;
  /** `previous` as a word in upper case or as a symbol; empty for other tokens. */
  readonly before: string;
  readonly beforeThat: string;
  /** The last AND belongs to a BETWEEN. */
  readonly ofBetween: boolean;
}

export interface Tracker {
  /** Where the next token stands. */
  place(): Placement;
  /** Goes over a significant token. */
  pass(token: Token): void;
}

const clauses = new Set(
  'SELECT FROM WHERE HAVING GROUP ORDER LIMIT OFFSET FETCH RETURNING SET VALUES VALUE JOIN ON USING INTO WITH UNION FOR UPDATE DELETE INSERT REPLACE CONFLICT DUPLICATE WINDOW'.split(
    ' ',
  ),
);
const owners = new Set(['SELECT', 'UPDATE', 'DELETE', 'INSERT', 'REPLACE', 'MERGE']);
/** Functions whose arguments are separated by FROM. */
const fromFunctions = new Set(['EXTRACT', 'SUBSTRING', 'TRIM', 'OVERLAY', 'POSITION', 'SUBSTR']);

export const track = (text: string): Tracker => {
  const frames: Frame[] = [];
  let frame: Frame = { before: '', clause: '', owner: -1, between: false, needsRows: false, columns: false };
  let verb = '';
  let previous: Token | undefined;
  let before = '';
  let beforeThat = '';
  let ofBetween = false;

  const enter = (word: string, token: Token): void => {
    if (word === 'BETWEEN') frame.between = true;
    if (word === 'AND') {
      ofBetween = frame.between;
      frame.between = false;
    }
    if (!clauses.has(word)) return;
    if (word === 'FROM' && (before === 'DISTINCT' || fromFunctions.has(frame.before))) return;
    if (word === 'SET' && (verb === '' || verb === 'SET' || verb === 'ALTER')) return;
    if (word === 'VALUES' && frame.clause === 'SET') return;
    if (word === 'UPDATE' && before === 'FOR') return;
    if (word === 'REPLACE' && before === 'OR') return;
    if (word === 'UPDATE' && frame.clause === 'DUPLICATE') frame.clause = 'SET';
    else if (word === 'UPDATE' && frame.clause === 'CONFLICT') return;
    else frame.clause = word === 'JOIN' ? 'FROM' : word;
    if (word === 'INSERT' || word === 'REPLACE') frame.needsRows = true;
    if (word === 'VALUES' || word === 'VALUE' || word === 'SELECT' || word === 'SET') frame.needsRows = false;
    if (owners.has(word) && frame.clause !== 'SET') frame.owner = token.start;
  };

  return {
    place: () => ({ frame, verb, previous, before, beforeThat, ofBetween }),
    pass(token) {
      const word = keywordOf(text, token);
      const symbol =
        token.kind === 'punctuation' || token.kind === 'operator' ? text.slice(token.start, token.end) : '';
      if (word !== '') enter(word, token);
      if (symbol === '(') {
        frames.push(frame);
        const columns = frame.needsRows;
        frame = { before, clause: '', owner: frame.owner, between: false, needsRows: false, columns };
      } else if (symbol === ')') frame = frames.pop() ?? frame;
      if (verb === '') verb = word;
      beforeThat = before;
      before = word !== '' ? word : symbol;
      previous = token;
    },
  };
};
