/** What a library's call sends, in the language of the map's database: for people, bounded, never parsed again. */
import { printCommand } from '../query/printCommand';
import { printSql } from '../query/printSql';
import { sqlStyle } from '../query/sqlStyle';
import type { Statement } from './statement';

export interface Shape {
  readonly language: 'sql' | 'javascript';
  readonly text: string;
  /** What placeholders stand for, in their order. */
  readonly values: readonly string[];
}

/** Undefined for SQL text, which stands there already. */
export function shapeOf({ query, found, effective }: Statement): Shape | undefined {
  if (!query || found?.statement.kind !== 'model') return undefined;
  const { dialect } = effective.map;
  if (dialect === 'mongodb') return { language: 'javascript', text: printCommand(query, valueName), values: [] };
  const { sql, values } = printSql(query, sqlStyle(dialect));
  return { language: 'sql', text: sql, values: values.map(valueName) };
}

/** The expression alone: identities say in which file and frame a value stands. */
const valueName = (id: string): string => id.replace(/@[^\s.,()[\]{}|:]*(?:\.\w+)?:\d+/g, '').replace(/#\d+\./g, '');
