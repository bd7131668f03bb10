/** SQL files as statements to replay: each with its place, its DDL where it has one, and whether it could be read. */
import type { SqlParser } from '../dialects/dialect';
import { readStatement } from '../dialects/readStatement';
import type { Ddl } from '../query/ddl';
import type { Name } from '../query/model';
import type { Lexical } from '../sql/lexical';
import { type Statement, splitStatements } from '../sql/statements';
import { isTrivia, keywordOf } from '../sql/token';
import type { Span } from '../text/span';
import { type MigrationFile, upSection } from './migrations';
import { readSetting, type Setting } from './settings';

export interface ScriptStatement {
  readonly file: string;
  /** Text of the whole file, without what undoes the migration; positions are those of the file. */
  readonly text: string;
  readonly statement: Statement;
  /** First word, upper case. */
  readonly keyword: string;
  readonly setting?: Setting;
  readonly ddl?: Ddl;
  /** It may be DDL, but nobody could read it. */
  readonly unread: boolean;
}

export interface ScriptReader {
  readonly lexical: Lexical;
  /** Undefined: statements are cut but their DDL is not read. */
  readonly parser?: SqlParser;
}

const definitions: ReadonlySet<string> = new Set(['CREATE', 'ALTER', 'DROP', 'RENAME']);

/** What stands no DDL of tables behind it, and may be large: bodies, grants, comments. */
const otherObjects =
  /^(?:CREATE(?:\s+OR\s+REPLACE)?|ALTER|DROP)\s+(?:FUNCTION|PROCEDURE|AGGREGATE|EXTENSION|ROLE|USER|DATABASE|OPERATOR|CAST|RULE|POLICY|EVENT|SERVER|PUBLICATION|SUBSCRIPTION|SYSTEM|SEQUENCE|DEFAULT)\b/i;

export function* scriptStatements(file: MigrationFile, reader: ScriptReader): Generator<ScriptStatement> {
  const text = upSection(file.text);
  for (const statement of splitStatements(text, reader.lexical, { client: true }).statements) {
    const { start } = statement.span;
    const keyword = keywordOf(
      text,
      statement.tokens.find((token) => !isTrivia(token)),
    );
    const setting = readSetting(text, statement.tokens);
    const base = { file: file.path, text, statement, keyword, ...(setting !== undefined && { setting }) };
    const wanted = definitions.has(keyword) && setting === undefined;
    if (!wanted || reader.parser === undefined || otherObjects.test(text.slice(start, start + 80))) {
      yield { ...base, unread: false };
      continue;
    }
    const parsed = readStatement(reader.parser, reader.lexical, text, statement);
    const whole = parsed.ok && parsed.query.kind === 'other' ? parsed.query.ddl : undefined;
    const open = statement.placeholders.map((token) => ({ start: token.start - start, end: token.end - start }));
    const ddl = whole === undefined || open.length === 0 ? whole : saidNames(whole, text.slice(start), open);
    yield { ...base, ...(ddl !== undefined && { ddl }), unread: !parsed.ok || parsed.shallow };
  }
}

/** `${schema}.orders` is `orders` of a schema that is not known; `undefined` where a name itself is a placeholder. */
function saidNames<T>(node: T, text: string, open: readonly Span[]): T | undefined {
  if (Array.isArray(node)) {
    const items = node.map((item) => saidNames(item, text, open));
    return items.includes(undefined) ? undefined : (items as T);
  }
  if (typeof node !== 'object' || node === null) return node;
  if (isName(node)) {
    const { span } = node;
    if (!open.some((hole) => hole.start < span.end && hole.end > span.start)) return node;
    let at = span.start;
    const pieces = text
      .slice(span.start, span.end)
      .split('.')
      .map((piece) => {
        const place = { start: at, end: at + piece.length };
        at = place.end + 1;
        return !open.some((hole) => hole.start < place.end && hole.end > place.start);
      });
    if (pieces.length !== node.parts.length || pieces.at(-1) !== true) return undefined;
    return { ...node, parts: node.parts.filter((_, index) => pieces[index]) };
  }
  const copy: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(node)) {
    const said = saidNames(value, text, open);
    if (said === undefined && value !== undefined) return undefined;
    copy[key] = said;
  }
  return copy as T;
}

const isName = (node: object): node is Name & object =>
  'parts' in node && Array.isArray(node.parts) && 'span' in node && !('kind' in node);
