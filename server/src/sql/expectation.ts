/** What may come next: decides whether `?`, `%s` or `:` is an operator between two values or a placeholder. */
import type { Token } from './token';
import { keywordOf } from './token';

const words = (list: string): ReadonlySet<string> => new Set(list.split(' '));

/** Behind these words a value, name or clause starts; behind any other word it has just ended. */
const openers = words(
  'SELECT DISTINCT ALL FROM WHERE AND OR NOT XOR IN LIKE ILIKE RLIKE REGEXP SIMILAR BETWEEN IS LIMIT OFFSET FETCH FIRST ' +
    'NEXT SET VALUES VALUE BY ON USING HAVING RETURNING CASE WHEN THEN ELSE ANY SOME EXISTS INTERVAL ESCAPE AS TO DIV MOD ' +
    'INTO UPDATE JOIN TABLE DELETE INSERT REPLACE UNION EXCEPT INTERSECT CALL EXECUTE WITH ONLY LATERAL ARRAY BINARY ZONE ' +
    'IF RETURN DO PARTITION OVERLAY COLLATE USE SCHEMA DATABASE INDEX COLUMN DUPLICATE KEY',
);

/** True where `last`, the last significant token so far, ends a value, so that an operator may follow. */
export const endsOperand = (text: string, last: Token | undefined): boolean => {
  switch (last?.kind) {
    case undefined:
    case 'operator':
    case 'terminator':
      return false;
    case 'punctuation': {
      const c = text[last.start];
      return c === ')' || c === ']' || c === '}';
    }
    case 'word':
      return !openers.has(keywordOf(text, last));
    default:
      return true;
  }
};
