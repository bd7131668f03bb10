/**
 * Makes one statement readable for an engine: placeholders and holes become stand-ins that its grammar accepts, comments
 * and client commands become blanks, and every offset stays what it was. Where a stand-in needs more room than the
 * placeholder has (`SET ?`), the text grows there, and `restoreSpans` takes the growth back.
 */
import type { Lexical } from './lexical';
import { declaredKind, emptyString, type Role, roleOf } from './placeholderRole';
import { track } from './placement';
import type { Hole, StandIn, StandIns } from './standIns';
import type { Statement } from './statements';
import { isTrivia, keywordOf, type Token, textOf } from './token';

/** Offsets are relative to the statement's span; those of `stand` are in the grown text. */
export interface Prepared {
  readonly text: string;
  readonly stand: StandIns;
  readonly grown: readonly Growth[];
}

/** At `at` in the grown text stand `length` characters that the statement does not have. */
export interface Growth {
  readonly at: number;
  readonly length: number;
}

const blank = (text: string): string => text.replace(/[^\n\r]/g, ' ');

/** Names have to be known again by their offset alone, and PostgreSQL cuts them at 63 bytes. */
const longestName = 16;

const holesIn = (holes: readonly Hole[], { start, end }: Token): readonly Hole[] =>
  holes.filter(({ span }) => span.start < end && span.end > start);

/** A string that a hole stands in: the value is known when the statement runs; equal texts are equal values. */
const stringId = (text: string, token: Token, holes: readonly Hole[]): string => {
  const [only] = holes;
  const whole = only !== undefined && only.span.start === token.start + 1 && only.span.end === token.end - 1;
  if (only !== undefined && whole) return only.id;
  let id = '';
  let at = token.start;
  for (const hole of holes) {
    id += `${text.slice(at, hole.span.start)}\${${hole.id}}`;
    at = hole.span.end;
  }
  return id + text.slice(at, token.end);
};

interface Filled {
  readonly text: string;
  /** Where the stand-in is in `text`, the blanks behind it included. */
  readonly offset: number;
  readonly length: number;
}

/** The role's shape, as long as the placeholder or longer. */
const fill = ({ shape }: Role, size: number): Filled => {
  if (shape === '@x') return { text: 'x'.repeat(Math.min(size, longestName)).padEnd(size), offset: 0, length: size };
  const offset = Math.max(0, shape.indexOf('@'));
  const text = shape.replace('@', '').padEnd(size);
  const closes = shape.endsWith(')');
  return { text, offset, length: closes ? 1 : text.length - offset };
};

const isNumbered = (style: string): boolean => /^(?:\$\d+|:v\d+)$/.test(style);

/** The placeholder at `at` is all that VALUES has. */
const isWholeRows = (text: string, tokens: readonly Token[], at: number): boolean => {
  const [token, next] = [tokens[at], tokens[at + 1]];
  const placeholder = token?.kind === 'placeholder' || token?.kind === 'hole';
  return placeholder && (next === undefined || text[next.start] !== ',');
};

/**
 * The statement as an engine should read it. `text` is the text that was split, `holes` those of the whole text.
 * PostgreSQL's own `$1` stays where it stands for a value.
 */
export const standIn = (
  text: string,
  { span, tokens }: Statement,
  lexical: Lexical,
  holes: readonly Hole[] = [],
): Prepared => {
  const stand = new Map<number, StandIn>();
  const grown: Growth[] = [];
  const out: string[] = [];
  const tracker = track(text);
  const significant = tokens.filter((token) => !isTrivia(token));
  let [kept, length, anonymous, index] = [span.start, 0, 0, 0];
  let swapped = false;
  /** Writes what is unchanged up to the token, then `piece` in its place. */
  const emit = ({ start, end }: Token, piece: string): void => {
    if (kept < start) out.push(text.slice(kept, start));
    out.push(piece);
    length += start - kept + piece.length;
    kept = end;
  };

  const replace = (token: Token, role: Role, id: string): void => {
    const size = token.end - token.start;
    const at = length + token.start - kept;
    const { text: filled, ...place } = fill(role, size);
    const { owner } = tracker.place().frame;
    const base = { kind: role.kind, id, length: place.length };
    if (role.silent !== true) {
      const clause = role.kind === 'clause' && owner >= 0;
      stand.set(at + place.offset, clause ? { ...base, owner: grownOffset(owner - span.start, grown) } : base);
    }
    if (filled.length > size) grown.push({ at: at + size, length: filled.length - size });
    emit(token, filled);
  };

  const placeholder = (token: Token): void => {
    const style = textOf(text, token);
    const inside = token.holed || token.kind === 'hole' ? holesIn(holes, token) : [];
    const known = token.kind === 'hole' ? inside[0] : undefined;
    const declared = known?.kind ?? declaredKind(style);
    const own = /^(?:\?|\?\?|%s|%d|\{\})$/.test(style) || token.holed;
    const id = known?.id ?? (own ? `?${++anonymous}` : style.replace(/^(\$\d+):.*/, '$1'));
    const role = roleOf(text, tracker.place(), style, declared, significant[index + 1]);
    const single =
      role.kind === 'list' && role.shape === '@0' && isNumbered(style) && tracker.place().frame.before === 'IN';
    const actual: Role = single
      ? { kind: 'value', shape: '@0' }
      : role.kind === 'rows' && swapped
        ? { kind: 'rows', shape: '@0' }
        : role;
    const native = lexical.dollarQuotes && /^\$\d+$/.test(style) && !token.holed && actual.shape === '@0';
    replace(token, native ? { ...actual, shape: `@${style}` } : actual, id);
  };

  const holedToken = (token: Token): void => {
    const inside = holesIn(holes, token);
    if (token.kind === 'string' || token.kind === 'dollar') {
      const shape = `@${emptyString(token.end - token.start)}`;
      replace(token, { kind: 'value', shape }, stringId(text, token, inside));
    } else if (token.kind === 'number') replace(token, { kind: 'value', shape: '@0' }, `?${++anonymous}`);
    else replace(token, { kind: 'identifier', shape: '@x' }, stringId(text, token, inside));
  };

  for (const token of tokens) {
    if (isTrivia(token)) {
      emit(token, blank(textOf(text, token)));
      continue;
    }
    if (token.kind === 'placeholder' || token.kind === 'hole') placeholder(token);
    else if (token.holed) holedToken(token);
    else {
      // `VALUES ?` is as long as `SELECT 0`, which every engine reads whatever the number of columns.
      swapped =
        token.end - token.start === 6 &&
        keywordOf(text, token) === 'VALUES' &&
        isWholeRows(text, significant, index + 1);
      if (swapped) emit(token, 'SELECT');
    }
    tracker.pass(token);
    index++;
  }
  if (kept < span.end) out.push(text.slice(kept, span.end));
  return { text: out.join(''), stand, grown };
};

/** The inverse of `restoreOffset`. */
const grownOffset = (offset: number, grown: readonly Growth[]): number => {
  let added = 0;
  for (const { at, length } of grown) if (at - added <= offset) added += length;
  return offset + added;
};

/** The offset in the statement of an offset in the text that the engine read. */
export const restoreOffset = (offset: number, grown: readonly Growth[]): number => {
  let added = 0;
  for (const { at, length } of grown) {
    if (offset <= at) break;
    added += Math.min(length, offset - at);
  }
  return offset - added;
};

const isSpan = (value: object): value is { start: number; end: number } =>
  'start' in value && 'end' in value && typeof value.start === 'number' && typeof value.end === 'number';

/** A copy of plain data with every span in it restored; what was one object stays one object. */
export const restoreSpans = <T>(data: T, grown: readonly Growth[]): T => {
  if (grown.length === 0) return data;
  const copies = new Map<object, unknown>();
  const copy = (value: unknown): unknown => {
    if (typeof value !== 'object' || value === null) return value;
    const known = copies.get(value);
    if (known !== undefined) return known;
    if (isSpan(value)) return { start: restoreOffset(value.start, grown), end: restoreOffset(value.end, grown) };
    if (Array.isArray(value)) return value.map(copy);
    const result = Object.fromEntries(Object.entries(value).map(([key, item]) => [key, copy(item)]));
    copies.set(value, result);
    return result;
  };
  return copy(data) as T;
};
