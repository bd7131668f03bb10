/** The migration that gives a child a copy of its parent's columns. */
import { commentText, quoteName, quoteTable } from './sqlNames';
import type { ColumnCopy, Sending } from './step';

export interface Steps {
  readonly title: string;
  readonly up: readonly string[];
  readonly down: readonly string[];
}

/** Undefined where the type of a column is not known. `place` names a statement's place for people. */
export function denormaliseSql(
  { child, parent, on, columns, inserts, updates }: ColumnCopy,
  { dialect, router, place }: { readonly dialect: string; readonly router: string; place(one: Sending): string },
): Steps | undefined {
  if (columns.some(({ type }) => type === undefined)) return undefined;
  const [to, from] = [quoteTable(dialect, child), quoteTable(dialect, parent)];
  const name = (column: string): string => quoteName(dialect, column);
  const mysql = dialect === 'mysql' || dialect === 'mariadb';
  const joined = on.map(([c, p]) => `child.${name(c)} = parent.${name(p)}`).join(' AND ');
  const missing = columns.map(({ copy }) => `child.${name(copy)} IS NULL`).join(' OR ');
  const set = (qualified: boolean): string =>
    columns.map(({ copy, column }) => `${qualified ? 'child.' : ''}${name(copy)} = parent.${name(column)}`).join(', ');
  // Citus moves rows of a subquery to the shards, and refuses to join two sharded tables for an update.
  const values = [...on.map(([, p]) => p), ...columns.map(({ column }) => column)].map(name).join(', ');
  const source =
    router === 'citus'
      ? `(SELECT ${[...new Set(values.split(', '))].join(', ')} FROM ${from} OFFSET 0) AS parent`
      : `${from} AS parent`;
  const backfill = mysql
    ? `UPDATE ${to} AS child JOIN ${from} AS parent ON ${joined} SET ${set(true)} WHERE ${missing}`
    : `UPDATE ${to} AS child SET ${set(false)} FROM ${source} WHERE ${joined} AND (${missing})`;
  const where = place;
  const sites = (title: string, all: readonly Sending[], none: string): readonly string[] =>
    all.length === 0 ? [`-- ${none}`] : [`-- ${title}`, ...all.map((one) => `--   ${commentText(where(one))}`)];
  const kept = [
    ...sites(
      'Give the copy in what inserts:',
      inserts,
      'No statement of the application inserts: whoever does has to give the copy.',
    ),
    ...sites(
      'Change the copies in what changes the original:',
      updates,
      'No statement of the application changes the original.',
    ),
  ];
  const alone = [
    '-- On rows of every shard with parents of every shard: where one server cannot see both, copy in batches by key.',
    '-- Run it again until it changes nothing: rows that are inserted meanwhile may lack the copy.',
  ];
  return {
    title: `copy ${columns.map(({ column }) => column).join(' and ')} of ${parent.at(-1)} to ${child.at(-1)}`,
    up: [
      ...columns.map(({ copy, type = '' }) => `ALTER TABLE ${to} ADD COLUMN ${name(copy)} ${type}`),
      `${alone.join('\n')}\n${backfill}`,
      `${kept.join('\n')}\n-- The copy stays right as long as they do; this shows where it is not:\n-- ${checkText(mysql)}`,
    ],
    down: columns.map(({ copy }) => `ALTER TABLE ${to} DROP COLUMN ${name(copy)}`),
  };

  function checkText(isMysql: boolean): string {
    const differs = columns
      .map(({ copy, column }) =>
        isMysql
          ? `NOT (child.${name(copy)} <=> parent.${name(column)})`
          : `child.${name(copy)} IS DISTINCT FROM parent.${name(column)}`,
      )
      .join(' OR ');
    return commentText(`SELECT count(*) FROM ${to} AS child JOIN ${from} AS parent ON ${joined} WHERE ${differs};`);
  }
}
