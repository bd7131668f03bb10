/** What a placeholder stands for, decided by its style, by what the host knows, and by the words around it. */
import { endsOperand } from './expectation';
import type { Placement } from './placement';
import type { Hole, StandInKind } from './standIns';
import { keywordOf, type Token } from './token';

export interface Role {
  readonly kind: StandInKind;
  /** What the engine reads instead; `@` marks the stand-in itself, which is a number, a string or a name. */
  readonly shape: string;
  /** Cannot change which rows are meant: a sort order, a select list's tail. */
  readonly silent?: boolean;
}

type Declared = Hole['kind'];

/** What the placeholder's own text says. */
export const declaredKind = (style: string): Declared => {
  if (/^\?\?|^:"|^\$\d+:(?:name|alias)$/.test(style)) return 'identifier';
  if (/^::|^\$\d+:(?:csv|list)$/.test(style)) return 'list';
  if (/^\$\d+:raw$|^\{%/.test(style)) return 'fragment';
  return /^[{]|^\$\{|^%s|^%d/.test(style) ? 'unknown' : 'value';
};

const schemaVerbs = new Set(
  'CREATE ALTER DROP TRUNCATE COMMENT LOCK USE GRANT REVOKE VACUUM ANALYZE ANALYSE RENAME REINDEX'.split(' '),
);
const tableOpeners = new Set('FROM JOIN INTO UPDATE TABLE TRUNCATE USE ONLY DESCRIBE'.split(' '));
const nameOpeners = new Set(
  'AS COLLATE SCHEMA DATABASE INDEX COLUMN CONSTRAINT VIEW FUNCTION PROCEDURE CALL'.split(' '),
);
const predicateOpeners = new Set('WHERE AND OR NOT ON HAVING XOR'.split(' '));
const fragmentOpeners = new Set('SELECT DISTINCT BY RETURNING ALL USING'.split(' '));
const comparators = new Set('IN LIKE ILIKE IS BETWEEN NOT REGEXP RLIKE SIMILAR DIV MOD COLLATE'.split(' '));
/** Clauses behind whose end no predicate can follow, so that an unknown tail changes nothing that matters. */
const lateClauses = new Set('SELECT ORDER GROUP LIMIT OFFSET FETCH RETURNING FOR VALUES VALUE WINDOW'.split(' '));
const arrayCalls = new Set('ANY ALL SOME UNNEST'.split(' '));
const units = /^(?:MICROSECOND|SECOND|MINUTE|HOUR|DAY|WEEK|MONTH|QUARTER|YEAR)/;
const subquery = 'SELECT * FROM @';

/** A string of that many characters, its quotes included. */
export const emptyString = (size: number): string => `'${' '.repeat(Math.max(0, size - 2))}'`;

const value: Role = { kind: 'value', shape: '@0' };
const identifier: Role = { kind: 'identifier', shape: '@x' };
const fragment: Role = { kind: 'fragment', shape: '@0' };
const names = (shape: string): Role => ({ kind: 'identifier', shape: shape.replace('@', '@x') });

const isTablePlace = ({ before, beforeThat, frame }: Placement): boolean => {
  if (before === ',') return frame.clause === 'FROM' || frame.clause === 'UPDATE';
  if (before === 'UPDATE' && frame.clause === 'SET') return false;
  if (!tableOpeners.has(before)) return before === 'EXISTS' && /^(?:IF|NOT)$/.test(beforeThat) && frame.clause === '';
  return before !== 'FROM' || frame.clause === 'FROM';
};

const rows = (shape: string): Role => ({ kind: 'rows', shape });

/** Roles that only INSERT and UPDATE have. */
const writeRole = ({ frame, before, previous }: Placement, text: string, next: string): Role | undefined => {
  if (frame.clause === 'SET' && (before === 'SET' || before === 'UPDATE' || before === ',')) {
    return next === '=' || next === '.' ? identifier : { kind: 'assignments', shape: 'x=@0' };
  }
  if (frame.clause === 'VALUES' || frame.clause === 'VALUE') {
    if (before === frame.clause) return rows('(@0)');
    return before === ',' ? rows('(@0)') : undefined;
  }
  if (
    frame.needsRows &&
    endsOperand(text, previous) &&
    before !== 'INTO' &&
    before !== 'INSERT' &&
    before !== 'IGNORE'
  ) {
    return /^(?:VALUES|VALUE|SELECT|WITH|TABLE)$/.test(next) ? names('(@)') : rows('SELECT @0');
  }
  return undefined;
};

/** Inside parentheses, decided by what stands before them. */
const nestedRole = ({ frame, before }: Placement, declared: Declared, next: string): Role | undefined => {
  if (before !== '(') return undefined;
  const alone = next === ')';
  if (frame.before === 'IN' && alone && declared !== 'fragment') return { kind: 'list', shape: '@0' };
  if (arrayCalls.has(frame.before) && (alone || next === '::')) return { kind: 'list', shape: '@0' };
  const open = declared === 'unknown' || declared === 'fragment';
  if (open && alone && /^(?:FROM|JOIN|LATERAL|EXISTS|AS|,)$/.test(frame.before)) return names(subquery);
  return undefined;
};

const openRole = (
  place: Placement,
  text: string,
  declared: 'unknown' | 'fragment',
  next: string,
  style: string,
): Role => {
  const { before, frame, previous, ofBetween } = place;
  if (endsOperand(text, previous)) return { kind: 'clause', shape: '', silent: lateClauses.has(frame.clause) };
  if (/^(?:UNION|EXCEPT|INTERSECT|EXPLAIN)$/.test(before)) return names(subquery);
  if (before === 'ALL' && /^(?:UNION|EXCEPT|INTERSECT)$/.test(place.beforeThat)) return names(subquery);
  if (declared === 'fragment') return fragment;
  if (predicateOpeners.has(before) && !(before === 'AND' && ofBetween)) {
    const isLeft = comparators.has(next) || /^[=<>!~|&*/+-]/.test(next);
    return isLeft && style.startsWith('%') ? value : fragment;
  }
  return fragmentOpeners.has(before) ? fragment : value;
};

/** `next`: the significant token behind the placeholder. */
export const roleOf = (
  text: string,
  place: Placement,
  style: string,
  declared: Declared,
  nextToken: Token | undefined,
): Role => {
  const next =
    keywordOf(text, nextToken) ||
    (nextToken === undefined ? '' : text.slice(nextToken.start, nextToken.end).slice(0, 3));
  const { before, frame, verb } = place;
  // `${explain} SELECT …`
  const leads = place.previous === undefined || (before === 'EXPLAIN' && nextToken !== undefined);
  if (leads) return { kind: 'clause', shape: '', silent: true };
  if (style.startsWith(":'")) return { kind: 'value', shape: `@${emptyString(style.length)}` };
  if (before === '.' || next === '.' || (next === '(' && declared !== 'value')) return identifier;
  if (before === '::' || nameOpeners.has(before) || isTablePlace(place)) {
    if (before !== 'AS' || frame.before !== '') return identifier;
    return declared === 'value' ? value : identifier;
  }
  if (frame.columns && frame.clause === '') return identifier;
  const write = writeRole(place, text, next) ?? nestedRole(place, declared, next);
  if (write !== undefined) return write;
  if (before === 'IN') return { kind: 'list', shape: '(@0)' };
  // PostgreSQL reads a string and nothing else here; MySQL, where the host writes the unit too, must have one.
  if (before === 'INTERVAL' && !units.test(next))
    return { kind: declared === 'fragment' ? 'fragment' : 'value', shape: "@'' DAY" };
  if (declared === 'identifier') return identifier;
  if (declared === 'value' || declared === 'list') return { kind: declared, shape: '@0' };
  if (schemaVerbs.has(verb) && !/^[=<>]|^DEFAULT$|^\($|^,$/.test(before)) return identifier;
  return openRole(place, text, declared, next, style);
};
