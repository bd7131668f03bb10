/** The program that keeps a read model up to date, as TypeScript without dependencies. */

import { eventColumns, outboxOf, progressOf, rootColumns } from './readModelSql';
import { commentText, newName, quoteName, quoteTable } from './sqlNames';
import type { ReadModelPlan, Sending, SourceTable } from './step';

export interface Around {
  readonly dialect: string;
  place(one: Sending): string;
}

const json = (value: unknown): string => JSON.stringify(value);

export function projectorText(plan: ReadModelPlan, { dialect, place }: Around): string {
  const name = (one: string): string => quoteName(dialect, one);
  const mysql = dialect !== 'postgresql';
  const mark = (i: number): string => (mysql ? '?' : `$${i + 1}`);
  const marks = (count: number): string => Array.from({ length: count }, (_, i) => mark(i)).join(', ');
  const filled = (text: string): string => text.replace(/\{(\d+)\}/g, (_, i: string) => mark(Number(i)));
  const now = mysql ? 'CURRENT_TIMESTAMP(6)' : 'now()';
  const root = rootColumns(plan);
  const rootKey = plan.root.key.map(({ column }) => `${name(plan.root.alias)}.${name(column)}`);
  const columns = plan.columns.map((one) => one.name);
  const aliases = [plan.root, ...plan.parents];
  const list = plan.columns
    .map((one) => `${name(plan.aliases[one.table] ?? '')}.${name(one.column)} AS ${name(one.name)}`)
    .join(', ');
  const source = (one: SourceTable): string => {
    const written = eventColumns(one).map(({ column }) => column);
    const outbox = name(outboxOf(one));
    const shard = one.shard.map(({ column }, i) => ` AND ${name(column)} = ${mark(i + 1)}`).join('');
    const held = `SELECT ${root.map(name).join(', ')} FROM ${name(plan.name)} WHERE ${one.held.map((column, i) => `${name(column)} = ${mark(i)}`).join(' AND ')}`;
    const affected = `SELECT DISTINCT ${rootKey.map((key, i) => `${key} AS ${name(root[i] ?? '')}`).join(', ')} FROM ${one.path.from} WHERE ${filled(one.path.where)}`;
    return `  ${json(one.name.join('.'))}: {
    columns: ${json(written).replaceAll(',', ', ')},
    key: ${json(one.key.map(({ column }) => column)).replaceAll(',', ', ')},
    shard: ${json(one.shard.map(({ column }) => column)).replaceAll(',', ', ')},
    record: ${json(`INSERT INTO ${outbox} (change_id, ${written.map(name).join(', ')}) VALUES (${marks(written.length + 1)})`)},
    waiting: ${json(`SELECT change_id, ${written.map(name).join(', ')} FROM ${outbox} WHERE applied_at IS NULL ORDER BY recorded_at, change_id LIMIT 500`)},
    done: ${json(`UPDATE ${outbox} SET applied_at = ${now} WHERE change_id = ${mark(0)}${shard}`)},
    lag: ${json(`SELECT count(*) AS waiting, min(recorded_at) AS oldest FROM ${outbox} WHERE applied_at IS NULL`)},
    ${one === plan.root ? '// The row itself.' : '// The rows that hang on it now, and those that did when they were read last.'}
    affected: ${one === plan.root ? 'undefined' : json(affected)},
    held: ${one === plan.root ? 'undefined' : json(held)},
  },`;
  };
  const writers = [...new Set(plan.writers.map((one) => commentText(place(one))))];
  const pairs = `(${rootKey.join(', ')}) > (${marks(rootKey.length)})`;
  const order = rootKey.join(', ');
  const ids = `SELECT ${rootKey.map((key, i) => `${key} AS ${name(root[i] ?? '')}`).join(', ')} FROM ${quoteTable(dialect, plan.root.name)}${plan.root.name.length > 1 ? ` AS ${name(plan.root.alias)}` : ''}`;
  const across = aliases.some(({ shard }) => shard.length > 0)
    ? '// shardlint-disable-file: changes come from all shards, and rows are joined across them here and nowhere else.\n'
    : '';
  return `${across}// Keeps the read model ${commentText(plan.name)} up to date with ${commentText(aliases.map((one) => one.name.join('.')).join(', '))}.
//
// A change says only which row has changed. What the read model shows is read when the change is applied, and so it makes
// no difference whether a change comes twice, late, or in another order.
import { randomUUID } from "node:crypto";

/** ${mysql ? 'Over mysql2: `async (text, values) => ({ rows: (await pool.query(text, values))[0] })`.' : 'A pool or client of pg will do.'} */
export interface Queryable {
  query(text: string, values?: unknown[]): Promise<{ rows: Record<string, unknown>[] }>;
}

/** \`transaction\` begins, commits after the work, and rolls back where it throws. */
export interface Database extends Queryable {
  transaction<T>(work: (tx: Queryable) => Promise<T>): Promise<T>;
}

const sources = {
${aliases.map(source).join('\n')}
} as const;

export type Source = keyof typeof sources;
export type Change<S extends Source> = Readonly<Record<(typeof sources)[S]["columns"][number], unknown>>;

// The outbox: called in the transaction of every statement that writes one of these tables, with the row's columns; where
// one of them changes, once with the old and once with the new values. The statements that have to:
${writers.length > 0 ? writers.map((one) => `//   ${one}`).join('\n') : '//   (none is known)'}
export async function recordChange<S extends Source>(tx: Queryable, source: S, change: Change<S>): Promise<void> {
  const { record, columns } = sources[source];
  const values = change as Readonly<Record<string, unknown>>;
  await tx.query(record, [randomUUID(), ...columns.map((column) => values[column])]);
}

const columns = ${json(columns).replaceAll(',', ', ')} as const;
const rowKey = ${json(root).replaceAll(',', ', ')} as const;
const current = ${json(`SELECT ${list} FROM ${plan.from} WHERE ${filled(plan.where)}`)};
const remove = ${json(`DELETE FROM ${name(plan.name)} WHERE ${root.map((column, i) => `${name(column)} = ${mark(i)}`).join(' AND ')}`)};
const insert = ${json(`INSERT INTO ${name(plan.name)} (${columns.map(name).join(', ')}) VALUES (${marks(columns.length)})`)};
const hold = ${json(`UPDATE ${name(progressOf(plan))} SET projected_at = ${now} WHERE id = 1`)};

/** Makes the row of this key what it is now, or takes it away. \`origin\` reads across the shards, from the primaries. */
export async function refresh(origin: Queryable, read: Database, key: readonly unknown[]): Promise<void> {
  await read.transaction(async (tx) => {
    // Whoever reads the row now must be the next to write it.
    await tx.query(hold);
    const { rows } = await origin.query(current, [...key]);
    await tx.query(remove, [...key]);
    for (const row of rows) await tx.query(insert, columns.map((column) => row[column]));
  });
}

/** Applies one change. */
export async function apply(origin: Queryable, read: Database, source: Source, change: Readonly<Record<string, unknown>>): Promise<void> {
  const { affected, held, key } = sources[source];
  const values = key.map((column) => change[column]);
  if (affected === undefined) return refresh(origin, read, values);
  const found = [...(await origin.query(affected, values)).rows, ...(await read.query(held, values)).rows];
  const keys = new Map(found.map((row) => rowKey.map((column) => row[column])).map((one) => [JSON.stringify(one.map(String)), one] as const));
  for (const one of keys.values()) await refresh(origin, read, one);
}

/** Applies what waits in the outboxes, the oldest first, and answers how much it was: call it until that is 0, then again after a while. */
export async function project(outboxes: readonly Queryable[], origin: Queryable, read: Database): Promise<number> {
  let applied = 0;
  for (const outbox of outboxes)
    for (const source of Object.keys(sources) as Source[]) {
      const { waiting, done, shard } = sources[source];
      const { rows } = await outbox.query(waiting);
      for (const change of rows) {
        await apply(origin, read, source, change);
        // After the change is in the read model: a crash before this line brings it once more.
        await outbox.query(done, [change["change_id"], ...shard.map((column: string) => change[column])]);
        applied++;
      }
    }
  return applied;
}

/** Once, after \`recordChange\` is called everywhere; \`after\` goes on where an earlier run ended. */
export async function backfill(origin: Queryable, read: Database, after?: readonly unknown[]): Promise<void> {
  for (let last = after; ; ) {
    const page = last === undefined ? ${json(`${ids} ORDER BY ${order} LIMIT 1000`)} : ${json(`${ids} WHERE ${pairs} ORDER BY ${order} LIMIT 1000`)};
    const { rows } = await origin.query(page, [...(last ?? [])]);
    for (const row of rows) {
      last = rowKey.map((column) => row[column]);
      await refresh(origin, read, last);
    }
    if (rows.length === 0) return;
  }
}

/** How many changes wait, and since when: alarm where the oldest is older than readers may see. */
export async function lag(outboxes: readonly Queryable[]): Promise<{ readonly waiting: number; readonly oldest: Date | undefined }> {
  let waiting = 0;
  let oldest: Date | undefined;
  for (const outbox of outboxes)
    for (const source of Object.keys(sources) as Source[]) {
      const [row] = (await outbox.query(sources[source].lag)).rows;
      waiting += Number(row?.["waiting"] ?? 0);
      const since = row?.["oldest"] ? new Date(String(row["oldest"])) : undefined;
      if (since && (!oldest || since < oldest)) oldest = since;
    }
  return { waiting, oldest };
}
`;
}

/** `order_read` → src/projections/orderRead.ts */
export const projectorPath = ({ name }: ReadModelPlan): string =>
  `src/projections/${newName(name).replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase())}.ts`;
