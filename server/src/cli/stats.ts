/** `stats`: what a database knows of its tables and columns, as a text file for people to review and commit. */
import path from 'node:path';
import { globMatcher } from '../platform/globs';
import { oneLine } from '../report/printable';
import { statisticsText } from '../report/statistics';
import type { Connection } from './database/connection';
import { databaseUrl } from './database/url';
import { withConnection } from './database/withConnection';
import { type Shell, type Status, status, UsageError } from './shell';
import type { Measured, Wanted } from './stats/measured';
import { measureMysql } from './stats/mysql';
import { measurePostgresql } from './stats/postgresql';
import type { ValuePolicy } from './stats/values';
import { writeFile } from './writeFile';

export interface StatsOptions {
  readonly urlEnv: string;
  /** `-` prints it. */
  readonly out: string;
  readonly tables?: readonly string[];
  readonly values: ValuePolicy;
  readonly sample: number;
}

export async function stats(shell: Shell, { urlEnv, out, tables, values, sample }: StatsOptions): Promise<Status> {
  const url = databaseUrl(urlEnv, shell.env?.(urlEnv));
  const wanted: Wanted = { table: choice(tables), values, sample, progress: (text) => shell.progress(oneLine(text)) };
  return withConnection(shell, url, async (connection) => {
    const measured = await measure(connection, wanted);
    shell.progress('');
    if (measured.tables.length === 0) {
      throw new UsageError(
        [`no table of the database in ${urlEnv} is asked for or may be read`, ...measured.notes].join('. '),
      );
    }
    const source = `${connection.kind} ${connection.version}`.trim();
    const taken = new Date().toISOString().slice(0, 10);
    const text = statisticsText({ source, taken, notes: measured.notes }, measured.tables);
    if (out === '-') shell.out(text);
    else writeFile(path.resolve(shell.cwd, out), text);
    for (const note of measured.notes) shell.err(`${oneLine(note)}\n`);
    if (out !== '-') shell.err(summary(measured, out, values));
    return status.clean;
  });
}

const measure = (connection: Connection, wanted: Wanted): Promise<Measured> =>
  (connection.kind === 'postgresql' ? measurePostgresql : measureMysql)(connection, wanted);

/** Names with or without their schema, and globs: `orders`, `billing.*`. */
function choice(patterns: readonly string[] = []): Wanted['table'] {
  if (patterns.length === 0) return () => true;
  const fits = globMatcher(patterns);
  return (name) => fits(name.join('.')) || fits(name.at(-1) ?? '');
}

function summary({ tables }: Measured, out: string, values: ValuePolicy): string {
  const columns = tables.reduce((sum, table) => sum + table.columns.length, 0);
  const shown = tables.some((table) =>
    table.columns.some((one) => one.mostCommon?.some(({ value }) => value !== undefined)),
  );
  return [
    `${oneLine(out)} written: ${tables.length} tables, ${columns} columns.`,
    ...(shown
      ? [
          `It holds most common values${values === 'all' ? ' of every column' : ''}: read it before you commit it; --values none leaves them out.`,
        ]
      : []),
    `A map names it: \`statistics: [${oneLine(path.basename(out))}]\`.\n`,
  ].join('\n');
}
