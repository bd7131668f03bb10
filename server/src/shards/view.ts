/** A view's query from its text: the query itself, or the CREATE VIEW that holds it. */
import type { SqlParser } from '../dialects/dialect';
import type { Query } from '../query/model';

/** Undefined where no engine reads it, or where it is no query. */
export function viewQuery(parser: SqlParser, text: string): Query | undefined {
  const parsed = parser.parse(text.replace(/[\s;]+$/, ''), new Map());
  if (!parsed.ok) return undefined;
  const { query } = parsed;
  if (query.kind !== 'other') return query;
  return query.ddl?.kind === 'create-view' ? query.ddl.query : undefined;
}
