import { type SameRows, sees } from '../advice/sameRows';
import type { Query, TableRef } from '../query/model';
import { tablesOf, writesOf } from '../query/tables';
import { apart } from '../routing/keyValue';
import { findTable, type Table } from '../schema/model';
import { defineRule, type UnitContext } from './rule';
import { escapes, isWrite, nameOf, type Relation, type StatementAct, statementsOf, type Unit } from './unit';

/** Where the map does not say how far replicas lag. Milliseconds. */
const usualLag = 1000;

export default defineRule({
  id: 'read-after-write-replica',
  meta: {
    summary: 'A replica is asked for what was just written',
    why: 'A replica applies writes later than the primary: the row may be missing or old, on a busy day for seconds.',
    remedy:
      'Read from the primary, use the row that the write returns, or put both into one transaction. Where a wait is declared (`stickiness`) or the replicas are synchronous, say so in the map.',
    whenNot:
      'Reads whose answer may be old, such as lists and counters that are shown and asked for again. Where nothing says whom a read asks it is information, and silent where read and write name nothing in common. A column that an update sets and that nothing looks at in what was read is no hazard.',
    sources: [
      'trigger.dev: a missing row on a replica became a 404 (triggerdotdev/trigger.dev#3914, #3930)',
      'brandur.org: reads from replicas and the position of the last write',
      'Rails guides: multiple databases, automatic role switching',
    ],
    severity: 'warning',
    severityIn: { test: 'off', migration: 'information' },
    since: '0.1',
    messages: {
      decides:
        '`{table}` is read from a replica after it was written {where}{over}: a row that is not there yet decides what happens next. Read it from the primary.',
      unrouted:
        '`{table}` is read after it was written {where}{over}, and nothing here says that the read goes to the primary: where a proxy or driver sends it to a replica, it may show the old state.',
      refused:
        '`{table}` is read from a replica where a write of it {where} changed nothing{over}: what somebody else has just written may not be there yet. Read it from the primary.',
      unroutedRefused:
        '`{table}` is read where a write of it {where} changed nothing{over}, and nothing here says that the read goes to the primary: where a proxy or driver sends it to a replica, what somebody else has just written may not be there yet.',
      stale: '`{table}` is read from a replica after it was written {where}{over}: it may show the old state.',
    },
  },
  unit(unit, { map, report, ...known }) {
    const { mode, replicaLag, stickiness } = map.replication;
    const window = 2 * (replicaLag ?? usualLag);
    if (mode === 'sync' || mode === 'peer-to-peer') return;
    if (stickiness !== undefined && (replicaLag === undefined || stickiness >= window)) return;
    // Who declares that replicas lag has something that reads from them: a proxy, where the code does not say.
    const declared = mode === 'async' || mode === 'semi-sync';
    const acts = statementsOf(unit);
    const all = unit.withHandlers;
    for (const [at, read] of all.entries()) {
      const routed = read.statement.target === 'replica';
      // A queue may wait longer than any replica lags, and is told of where a replica is surely asked alone.
      if (read.over?.how === 'queue' && !routed) continue;
      if (
        isWrite(read) ||
        isForNobody(read) ||
        escapes(read, acts) ||
        !(routed || (declared && isUnrouted(unit, read)))
      )
        continue;
      const before = all
        .slice(0, at)
        .filter(
          (write) =>
            write.over === undefined &&
            mayBeStale(unit, write, read, window, known) &&
            (routed || unit.relation(write, read) !== 'none'),
        );
      const write = before.length > 1 ? nearest(unit, before, read) : before[0];
      const table = write && shared(write, read).find((name) => seesRows(unit, name, write, read, known));
      if (!write || table === undefined || fallsBack(unit, read, all.slice(at + 1))) continue;
      const sure = before.some((one) => !one.conditional) && unit.unresolved(write, read) === undefined;
      const decides = read.outcome === 'decides' || throwsWithout(read);
      const name = nameOf(read);
      const distance = write.hops.length + read.hops.length;
      const refused = unit.meeting(write, read) === 'undone';
      report(
        refused ? (routed ? 'refused' : 'unroutedRefused') : routed ? (decides ? 'decides' : 'stale') : 'unrouted',
        name,
        { table, where: unit.where(write), over: over(read) },
        {
          confidence:
            routed && sure && distance === 0 && read.statement.confidence === 'certain' && !read.statement.targetByName
              ? 'certain'
              : routed || (distance <= 1 && read.over === undefined)
                ? 'likely'
                : 'guess',
          ...(routed && decides ? {} : { severity: 'information' as const }),
          kind: read.statement.kind,
          identity: `${unit.name} ${table}`,
          distance,
          related: [
            { location: nameOf(write), message: `\`${table}\` is written here` },
            ...[...write.hops, ...read.hops].map(({ name: called, at: location }) => ({
              location,
              message: `calls \`${called}\``,
            })),
          ],
          fixes: read.toPrimary ? [read.toPrimary] : [],
          places: { write: nameOf(write), read: name },
        },
      );
    }
  },
});

/** The one that has most to do with the read: by what both name, then one that surely was done, then the last. */
function nearest(unit: Unit, before: readonly StatementAct[], read: StatementAct): StatementAct | undefined {
  const distance = (write: StatementAct): number =>
    10 * relations.indexOf(unit.relation(write, read)) +
    (unit.meeting(write, read) === 'after' ? 0 : 2) +
    (write.conditional ? 1 : 0);
  return before.reduce<StatementAct | undefined>(
    (best, one) => (best === undefined || distance(one) <= distance(best) ? one : best),
    undefined,
  );
}

const relations: readonly Relation[] = ['same', 'near', 'unknown', 'none'];

const over = ({ over: between }: StatementAct): string =>
  between === undefined
    ? ''
    : between.how === 'queue'
      ? `, with a queue hop in between (\`${between.name}\`)`
      : `, in a handler of \`${between.name}\``;

/** Nobody looks at the answer; a row that is read anew holds it. */
const isForNobody = ({ outcome, method }: StatementAct): boolean =>
  outcome === 'dropped' && !/^(?:reload|refresh|populate)$/.test(method);

/** Inside of a transaction nearly everyone asks the primary. */
const isUnrouted = (unit: Unit, { statement, transaction, inside, carried }: StatementAct): boolean =>
  statement.target === 'unknown' &&
  transaction === undefined &&
  inside.length === 0 &&
  !carried &&
  !unit.routes(statement.orm);

type Known = Pick<UnitContext<Record<string, string>>, 'schema' | 'table'>;

const shared = (write: StatementAct, read: StatementAct): readonly string[] =>
  read.statement.reads.filter((table) => write.statement.writes.includes(table));

function mayBeStale(unit: Unit, write: StatementAct, read: StatementAct, window: number, known: Known): boolean {
  const touched = shared(write, read);
  if (write.statement.target === 'replica' || write.loose || touched.length === 0 || !unit.reaches(write, read))
    return false;
  return (
    touched.some((name) => seesRows(unit, name, write, read, known)) &&
    !otherKeys(unit, write, read) &&
    unit.waits(write, read) < window &&
    /^(?:after|undone)$/.test(unit.meeting(write, read))
  );
}

/** Of the rows of that table, the read may see some that were written. */
function seesRows(unit: Unit, name: string, write: StatementAct, read: StatementAct, known: Known): boolean {
  const isTable = ({ name: { parts } }: TableRef): boolean => (known.table(parts)?.name ?? parts).join('.') === name;
  const oneFunction = write.hops.length + read.hops.length === 0;
  const how: SameRows = {
    isTable,
    oneFunction,
    unanswered: () => !unit.answers(write, read),
    isKey: ({ name: { parts } }, column) => isKey(findTable(known.schema, parts), column),
    unrelated: (a, b) => !unit.answers(write, read) && unit.unrelated(write, b, read, a),
    made: (a, b) => unit.made(write, b, read, a),
    used: () => unit.used(read),
    hasGetters: rowsOfClasses.has(read.statement.orm),
    fields: () => unit.fields(write),
    columns: ({ name: { parts } }) => (findTable(known.schema, parts) ?? known.table(parts))?.columns.keys(),
  };
  const named = (queries: readonly Query[], refs: typeof tablesOf): readonly Query[] =>
    queries.filter((query) => refs(query).some(isTable));
  const writes = named(write.statement.queries, writesOf);
  return named(read.statement.queries, tablesOf).some((one) => writes.some((other) => sees(one, other, how)));
}

/** Libraries whose rows are objects of the model's class. */
const rowsOfClasses: ReadonlySet<string> = new Set([
  'bookshelf',
  'mikroorm',
  'mongoose',
  'objection',
  'sequelize',
  'typeorm',
]);

/** Alone: the primary key, a unique column, or what is called like one where nothing declares the table. */
function isKey(table: Table | undefined, column: string): boolean {
  if (!table) return /^_?id$/.test(column);
  return [table.primaryKey, ...table.uniques].some(
    (one) => one?.columns.length === 1 && one.partial !== true && one.columns[0]?.toLowerCase() === column,
  );
}

/** Both name the key, by values that cannot be equal. */
const otherKeys = (unit: Unit, write: StatementAct, read: StatementAct): boolean =>
  unit
    .keys(write)
    .some(({ table, values: [a, ...more] }) =>
      unit
        .keys(read)
        .some(
          ({ table: other, values: [b, ...rest] }) =>
            table === other && a !== undefined && b !== undefined && more.length + rest.length === 0 && apart(a, b),
        ),
    );

/** The primary is asked where the replica has nothing: `(await replica.find(…)) ?? (await primary.find(…))`. */
const fallsBack = (unit: Unit, read: StatementAct, later: readonly StatementAct[]): boolean =>
  read.outcome === 'decides' &&
  later.some(
    (one) =>
      one.conditional &&
      !isWrite(one) &&
      one.statement.target !== 'replica' &&
      one.statement.reads.some((table) => read.statement.reads.includes(table)) &&
      unit.reaches(read, one),
  );

const throwsWithout = ({ method }: StatementAct): boolean =>
  /(?:OrThrow|OrFail|OrThrowError|getOneOrFail|^one|^oneFirst)$/.test(method);
