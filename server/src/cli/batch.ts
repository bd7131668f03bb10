/** `explain --batch`: JSON lines in, JSON lines out, one answer a question, in the same order. */
import { publicRoute } from '../report/inventory';
import { printableJson } from '../report/printable';
import type { Engine } from './engine';
import { type Shell, type Status, status } from './shell';

interface Question {
  readonly id: unknown;
  readonly sql: string;
  readonly config: unknown;
}

export async function batch(shell: Shell): Promise<Status> {
  const engine = await shell.engine();
  for await (const line of shell.input()) {
    if (line.trim() !== '') shell.out(`${printableJson(await answer(shell, engine, line))}\n`);
  }
  return status.clean;
}

async function answer(shell: Shell, engine: Engine, line: string) {
  const question = parse(line);
  if (typeof question === 'string') return { id: null, statements: [], error: question };
  const { id, sql, config } = question;
  const { statements, error } = await engine.explain(sql, { platform: shell.platform, inline: config });
  return {
    id,
    statements: statements.map(({ kind, tables, route }) => ({ kind, tables, route: publicRoute(route) })),
    ...(error === undefined ? {} : { error }),
  };
}

function parse(line: string): Question | string {
  try {
    const data: unknown = JSON.parse(line);
    if (typeof data !== 'object' || data === null) return 'not an object';
    const { id = null, sql, config } = data as Record<string, unknown>;
    if (typeof sql !== 'string') return '`sql` is missing';
    if (typeof config !== 'object' || config === null) return '`config` is missing';
    return { id, sql, config };
  } catch {
    return 'not a line of JSON';
  }
}
