/** From one statement of a text to its query: stand-ins, the dialect's engine, what is left open, spans as written. */
import type { Lexical } from '../sql/lexical';
import { restoreSpans, standIn } from '../sql/placeholders';
import type { Hole } from '../sql/standIns';
import type { Statement } from '../sql/statements';
import type { Parsed, SqlParser } from './dialect';
import { readShallow } from './engines/shallow';
import { openParts } from './openParts';

/**
 * `text` is the text that was split, `holes` those of all of it. Spans of the result are relative to the statement's
 * start, so that equal statements have equal results.
 */
export const readStatement = (
  parser: SqlParser,
  lexical: Lexical,
  text: string,
  statement: Statement,
  holes: readonly Hole[] = [],
): Parsed => {
  if (!statement.complete) return { ok: false, why: 'incomplete' };
  const prepared = standIn(text, statement, lexical, holes);
  const parsed = parser.parse(prepared.text, prepared.stand);
  const read = parsed.ok || parsed.why === 'incomplete' ? parsed : (readShallow(prepared, lexical) ?? parsed);
  if (!read.ok) return read;
  return { ...read, query: restoreSpans(openParts(read.query, prepared.stand), prepared.grown) };
};
