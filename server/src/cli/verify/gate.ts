/** Which statements a database may be asked about: plain ones, alone, in which nothing happens when they are planned. */
import type { Query } from '../../query/model';
import { lex } from '../../sql/lexer';
import type { Lexical } from '../../sql/lexical';
import { isTrivia, keywordOf, type Token, textOf } from '../../sql/token';
import { safeFunctions, syntaxWords } from './safeFunctions';

/** Why it must not be sent; undefined where it may. The text is looked at, not only what the parser made of it. */
export function barred(sql: string, query: Query, lexical: Lexical): string | undefined {
  const kind = plainKind(query);
  if (kind === undefined) return 'it is no plain SELECT, INSERT, UPDATE or DELETE';
  const tokens = lex(sql, lexical).filter(
    (token) => !isTrivia(token) || token.kind === 'version' || token.kind === 'meta',
  );
  if (tokens.some(({ kind: each }) => each === 'terminator')) return 'it is more than one statement';
  if (
    tokens.some(
      ({ open, holed, kind: each }) =>
        open || holed || each === 'hole' || each === 'meta' || each === 'data' || each === 'version',
    )
  )
    return 'part of its text is not known';
  const first = keywordOf(sql, tokens[0]);
  if (!/^(?:SELECT|INSERT|UPDATE|DELETE|WITH)$/.test(first)) return 'it is no plain SELECT, INSERT, UPDATE or DELETE';
  if (tokens.some((token) => textOf(sql, token) === ':=' || token.kind === 'variable'))
    return 'it sets or reads a variable';
  for (const [i, token] of tokens.entries()) {
    const word = keywordOf(sql, token);
    if (word === 'INTO' && !/^(?:INSERT|IGNORE)$/.test(keywordOf(sql, tokens[i - 1])))
      return 'it writes its rows somewhere (INTO)';
    if (word === 'NEXT' && isCounted(sql, tokens[i + 1])) return 'it takes the next value of a sequence';
    if (word === 'CURRENT' && keywordOf(sql, tokens[i + 1]) === 'OF') return 'it belongs to a cursor';
    if (/^(?:OUTFILE|DUMPFILE|PROCEDURE|ANALYZE|ANALYSE)$/.test(word)) return `it says ${word}`;
    const called = calledAt(sql, tokens, i);
    if (called !== undefined) return `it calls \`${called}\`, which may do something`;
  }
  return undefined;
}

const plainKind = (query: Query): string | undefined => {
  const ctes = 'with' in query ? (query.with?.ctes ?? []) : [];
  if (ctes.some((cte) => plainKind(cte.query) === undefined)) return undefined;
  switch (query.kind) {
    case 'select':
      return query.into ? undefined : query.kind;
    case 'set-operation':
    case 'insert':
    case 'update':
    case 'delete':
      return query.kind;
    default:
      return undefined;
  }
};

/** The function that is called at a token; a name before a bracket that is neither safe nor syntax. */
function calledAt(sql: string, tokens: readonly Token[], i: number): string | undefined {
  const [token, next] = [tokens[i], tokens[i + 1]];
  if (!token || !next || textOf(sql, next) !== '(' || (token.kind !== 'word' && token.kind !== 'quoted'))
    return undefined;
  const name = textOf(sql, token);
  const plain = token.kind === 'word' ? name.toLowerCase() : name.slice(1, -1);
  if (textOf(sql, tokens[i - 1] ?? { start: 0, end: 0 }) === '.') {
    // `INSERT INTO shop.orders (…)` names a table; a function of a schema is somebody's own, except the catalog's.
    if (isTarget(sql, tokens, i - 2)) return undefined;
    return keywordOf(sql, tokens[i - 2]) === 'PG_CATALOG' && safeFunctions.has(plain) ? undefined : name;
  }
  if (isTarget(sql, tokens, i)) return undefined;
  return token.kind === 'word' && (syntaxWords.has(plain) || safeFunctions.has(plain)) ? undefined : name;
}

/** `NEXT VALUE FOR s`, `NEXT 5 VALUES FROM s`. */
const isCounted = (sql: string, token: Token | undefined): boolean =>
  token?.kind === 'number' || token?.kind === 'placeholder' || /^VALUES?$/.test(keywordOf(sql, token));

/** `INSERT INTO orders (…)`. */
const isTarget = (sql: string, tokens: readonly Token[], i: number): boolean =>
  keywordOf(sql, tokens[i - 1]) === 'INTO';
