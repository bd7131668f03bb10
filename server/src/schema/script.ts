/** SQL files as statements to replay: each with its place, its DDL where it has one, and whether it could be read. */
import type { SqlParser } from '../dialects/dialect';
import type { Ddl } from '../query/ddl';
import type { Lexical } from '../sql/lexical';
import { type Statement, splitStatements } from '../sql/statements';
import { isTrivia, keywordOf } from '../sql/token';
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
    const { start, end } = statement.span;
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
    const parsed = reader.parser.parse(text.slice(start, end), new Map());
    const ddl = parsed.ok && parsed.query.kind === 'other' ? parsed.query.ddl : undefined;
    yield { ...base, ...(ddl !== undefined && { ddl }), unread: !parsed.ok };
  }
}
