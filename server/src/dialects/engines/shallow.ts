/**
 * The last resort, over tokens alone, for single-level statements that no engine reads. It says little: tables,
 * `column = value` in a flat WHERE, written columns; all else is opaque, and what looks nested is not read at all.
 */
import type { Compare, Delete, Expr, From, Insert, Opaque, Query, Select, TableRef, Update } from '../../query/model';
import { lex } from '../../sql/lexer';
import type { Lexical } from '../../sql/lexical';
import type { Prepared } from '../../sql/placeholders';
import type { StandIns } from '../../sql/standIns';
import { isTrivia, keywordOf, type Token, textOf } from '../../sql/token';
import type { Span } from '../../text/span';
import type { Parsed } from '../dialect';

interface Reading {
  readonly text: string;
  readonly tokens: readonly Token[];
  readonly stand: StandIns;
  readonly lexical: Lexical;
}

const nested = /^(?:UNION|EXCEPT|INTERSECT|WITH|MERGE|LATERAL)$/;
const joinWords = new Set(['INNER', 'LEFT', 'RIGHT', 'FULL', 'CROSS', 'OUTER', 'NATURAL', 'JOIN', 'STRAIGHT_JOIN']);
const clauseWords = new Set(
  'WHERE SET GROUP ORDER LIMIT HAVING RETURNING ON USING VALUES VALUE FOR OFFSET FETCH WINDOW USE FORCE IGNORE PARTITION'.split(
    ' ',
  ),
);
const unclear = /^(?:OR|NOT|XOR|BETWEEN|CASE)$/;

const opaque = (why: string, span: Span): Opaque => ({ kind: 'opaque', why, span });

const word = (r: Reading, i: number): string => keywordOf(r.text, r.tokens[i]);
const is = (r: Reading, i: number, symbol: string): boolean => {
  const token = r.tokens[i];
  return token !== undefined && token.kind !== 'string' && textOf(r.text, token) === symbol;
};
const spanOf = (r: Reading, from: number, to: number): Span => ({
  start: r.tokens[from]?.start ?? 0,
  end: r.tokens[Math.max(from, to - 1)]?.end ?? r.text.length,
});

const nameOf = (r: Reading, i: number): string | undefined => {
  const token = r.tokens[i];
  if (token === undefined || r.stand.has(token.start)) return undefined;
  const text = textOf(r.text, token);
  if (token.kind === 'quoted') return text.slice(1, -1);
  if (token.kind !== 'word') return undefined;
  return r.lexical.fold === 'lower' ? text.toLowerCase() : text;
};

/** `a.b.c` from `i`; undefined where it is not plain. */
const path = (r: Reading, i: number): { readonly parts: readonly string[]; readonly end: number } | undefined => {
  const parts: string[] = [];
  for (let at = i; ; at += 2) {
    const name = nameOf(r, at);
    if (name === undefined) return undefined;
    parts.push(name);
    if (!is(r, at + 1, '.')) return { parts, end: at + 1 };
  }
};

const table = (r: Reading, i: number): { readonly table: TableRef; readonly end: number } | undefined => {
  const name = path(r, i);
  if (name === undefined || is(r, name.end, '(')) return undefined;
  const span = spanOf(r, i, name.end);
  const aliasAt = word(r, name.end) === 'AS' ? name.end + 1 : name.end;
  const next = word(r, aliasAt);
  const alias = clauseWords.has(next) || joinWords.has(next) ? undefined : nameOf(r, aliasAt);
  const ref: TableRef = {
    kind: 'table',
    name: { parts: name.parts, span },
    ...(alias !== undefined && { alias }),
    span,
  };
  return { table: ref, end: alias === undefined ? name.end : aliasAt + 1 };
};

/** First of `words` outside parentheses, from `i` on; the number of tokens where there is none. */
const find = (r: Reading, i: number, words: RegExp): number => {
  let depth = 0;
  for (let at = i; at < r.tokens.length; at++) {
    if (is(r, at, '(')) depth++;
    else if (is(r, at, ')')) depth--;
    else if (depth === 0 && words.test(word(r, at))) return at;
  }
  return r.tokens.length;
};

const literal = (r: Reading, from: number, to: number): Expr | undefined => {
  const token = r.tokens[from];
  if (token === undefined || to !== from + 1) return undefined;
  const { start, end } = token;
  const stand = r.stand.get(start);
  if (stand !== undefined)
    return stand.kind === 'value' ? { kind: 'param', id: stand.id, span: { start, end } } : undefined;
  const text = textOf(r.text, token);
  if (token.kind === 'number' && /^\d{1,15}$/.test(text)) {
    return { kind: 'const', type: 'number', value: Number(text), span: { start, end } };
  }
  if (token.kind !== 'string' || !/^'[^'\\]*'$/.test(text)) return undefined;
  return { kind: 'const', type: 'string', value: text.slice(1, -1), span: { start, end } };
};

const equality = (r: Reading, from: number, to: number): Compare | undefined => {
  const column = path(r, from);
  if (column === undefined || !is(r, column.end, '=')) return undefined;
  const right = literal(r, column.end + 1, to);
  if (right === undefined) return undefined;
  const qualifier = column.parts.slice(0, -1);
  const name = column.parts[column.parts.length - 1] ?? '';
  const left: Expr = { kind: 'column', qualifier, name, span: spanOf(r, from, column.end) };
  return { kind: 'compare', op: '=', left, right, span: spanOf(r, from, to) };
};

const where = (r: Reading, from: number): Expr | undefined => {
  const at = find(r, from, /^WHERE$/);
  if (at >= r.tokens.length) return undefined;
  const end = find(r, at + 1, /^(?:GROUP|ORDER|LIMIT|HAVING|RETURNING|FOR|OFFSET|FETCH|WINDOW|ON)$/);
  const span = spanOf(r, at + 1, end);
  if (find(r, at + 1, unclear) < end || end === at + 1) return opaque('a condition that could not be read', span);
  const args: Expr[] = [];
  for (let i = at + 1; i < end; ) {
    const next = Math.min(find(r, i, /^AND$/), end);
    args.push(equality(r, i, next) ?? opaque('a condition that could not be read', spanOf(r, i, next)));
    i = next + 1;
  }
  const [first] = args;
  return args.length === 1 ? first : { kind: 'and', args, span };
};

/** All tables between `i` and the next clause; joins are cross joins under a condition that is not known. */
const sources = (r: Reading, i: number): readonly From[] | undefined => {
  const end = find(r, i, /^(?:WHERE|GROUP|ORDER|LIMIT|HAVING|RETURNING|SET|FOR|OFFSET|FETCH|WINDOW)$/);
  const found: TableRef[] = [];
  for (let at = i; at < end; ) {
    const one = table(r, at);
    if (one === undefined) return undefined;
    found.push(one.table);
    at = one.end;
    while (at < end && !is(r, at, ',') && !/JOIN$/.test(word(r, at))) at++;
    at++;
  }
  const [first, ...rest] = found;
  if (first === undefined) return undefined;
  return [
    rest.reduce<From>((left, right) => {
      const span = { start: left.span.start, end: right.span.end };
      return {
        kind: 'join',
        type: 'inner',
        left,
        right,
        on: opaque('a join condition that could not be read', span),
        span,
      };
    }, first),
  ];
};

const tablesOf = (from: From): readonly TableRef[] =>
  from.kind === 'join' ? [...tablesOf(from.left), ...tablesOf(from.right)] : from.kind === 'table' ? [from] : [];

const readSelect = (r: Reading, span: Span): Select | undefined => {
  const at = find(r, 1, /^FROM$/);
  const from = at < r.tokens.length ? sources(r, at + 1) : undefined;
  if (from === undefined) return undefined;
  const items = [{ expr: opaque('a select list that could not be read', spanOf(r, 1, at)) }];
  const condition = where(r, at);
  return {
    kind: 'select',
    distinct: false,
    items,
    from,
    groupBy: [],
    orderBy: [],
    span,
    ...(condition && { where: condition }),
  };
};

const readWrite = (r: Reading, span: Span, verb: 'UPDATE' | 'DELETE'): Update | Delete | undefined => {
  const at = verb === 'UPDATE' ? 0 : find(r, 1, /^FROM$/);
  const from = at < 2 ? sources(r, at + 1) : undefined;
  const targets = from?.flatMap(tablesOf);
  if (from === undefined || targets?.length !== 1) return undefined;
  const condition = where(r, at);
  const rest = { targets, from, orderBy: [], span, ...(condition && { where: condition }) };
  // Which columns are assigned is not read: any of them may be.
  return verb === 'DELETE' ? { kind: 'delete', ...rest } : { kind: 'update', ...rest, set: [], openSet: true };
};

const readInsert = (r: Reading, span: Span): Insert | undefined => {
  const at = find(r, 1, /^INTO$/);
  const one = at < 4 ? path(r, at + 1) : undefined;
  if (one === undefined) return undefined;
  const name = { parts: one.parts, span: spanOf(r, at + 1, one.end) };
  const source = opaque('rows that could not be read', spanOf(r, one.end, r.tokens.length));
  return { kind: 'insert', table: { kind: 'table', name, span: name.span }, source, span };
};

export const readShallow = ({ text, stand }: Prepared, lexical: Lexical): Parsed | undefined => {
  const tokens = lex(text, lexical).filter((token) => !isTrivia(token));
  const r: Reading = { text, tokens, stand, lexical };
  const selects = tokens.filter((_, i) => word(r, i) === 'SELECT' || nested.test(word(r, i)));
  const verb = word(r, 0);
  if (selects.length !== (verb === 'SELECT' ? 1 : 0)) return undefined;
  const span = { start: 0, end: text.length };
  const readers: Readonly<Record<string, () => Query | undefined>> = {
    SELECT: () => readSelect(r, span),
    UPDATE: () => readWrite(r, span, 'UPDATE'),
    DELETE: () => readWrite(r, span, 'DELETE'),
    INSERT: () => readInsert(r, span),
    REPLACE: () => readInsert(r, span),
  };
  const query = readers[verb]?.();
  return query === undefined ? undefined : { ok: true, query, engine: 'shallow', shallow: true };
};
