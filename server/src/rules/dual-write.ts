import { namesAnother, plainness } from '../advice/subject';
import { wordsOf } from '../text/english';
import { defineRule } from './rule';
import { isWrite, type MessageAct, nameOf, type Relation, type StatementAct, statementsOf, type Unit } from './unit';

/** What is only noted down, or kept to be quick, misses nothing where no message follows. */
const isRecord = (table: string): boolean => /(?:logs?|audits?|audit_?trails?|histor(?:y|ies)|caches?)$/i.test(table);

export default defineRule({
  id: 'dual-write',
  meta: {
    summary: 'A database commit and a message are two writes that can part',
    why: 'The process can end between them: the row without the message, or the message without the row, and nothing ever notices.',
    remedy:
      'Write the message into an outbox table in the transaction of the row, and send it from there; or send what consumers can check and repeat.',
    whenNot:
      'Messages that may be lost; those that are named as logs, metrics, caches or sockets are left out. Where both are seen through calls the message may be about another row than the one named: the rule is information.',
    sources: ['microservices.io: transactional outbox', 'Debezium: outbox event router'],
    severity: 'information',
    severityIn: { test: 'off', migration: 'off' },
    since: '0.1',
    messages: {
      after:
        'This goes to {broker} after `{table}` was written {where}: if the process ends in between, the row stays without its message. An outbox table in the same transaction keeps them together.',
      beside:
        'This goes to {broker} while `{table}` is written {where}: where one of them fails, the other has happened all the same. An outbox table in the transaction of the row keeps them together.',
      inside:
        'This goes to {broker} before the transaction that writes `{table}` commits: consumers may see the message without the row, also where the transaction is rolled back. An outbox table keeps them together.',
    },
  },
  unit(unit, { map, schema, options, table: tableOf, report }) {
    const writes = statementsOf(unit).filter(isWrite);
    const named = typeof options.outbox === 'string' ? [options.outbox] : [];
    const tables = writes.flatMap(({ statement }) => statement.writes);
    if (tables.some((table) => named.includes(table) || /outbox|event_?store|pending_(?:event|message)s?/i.test(table)))
      return;
    const known = [...map.tables, ...schema.tables.values()].map(({ name }) => name.join('.'));
    /** What names other rows, and not this one, is about this one only where it is made of what the write has answered. */
    const namesOthers = (names: readonly string[], write: StatementAct, act: MessageAct): boolean => {
      const { statement } = write;
      const by = unit.relation(write, act) === 'near' ? 'name' : 'id';
      const keys = statement.writes.flatMap((table) => tableOf(table.split('.'))?.shardKey ?? []);
      const others = names.filter((name) => !keys.some((key) => wordsOf(key).join() === wordsOf(name).join()));
      return statement.writes.every((table) => namesAnother(others, table, known, by));
    };
    const told = new Set<string>();
    for (const act of unit.acts) {
      if (act.kind !== 'message') continue;
      const { through, names } = unit.speech(act);
      if (through.some(isNote)) continue;
      const plain = ({ statement }: StatementAct): number =>
        Math.max(...statement.writes.map((table) => plainness([...through, ...names], table)));
      const before = writes.filter(
        (write) =>
          !write.loose &&
          !isNoted(write) &&
          unit.reaches(write, act) &&
          unit.acts.indexOf(write) < unit.acts.indexOf(act) &&
          /^(?:after|beside)$/.test(unit.meeting(write, act)) &&
          isAbout(
            unit.relation(write, act),
            write.hops.length + act.hops.length - 2 * sharedHops(write, act),
            plain(write),
          ) &&
          (plain(write) > 0 || unit.answers(write, act) || !namesOthers(names, write, act)),
      );
      // A function that does both is told by itself, whoever calls it.
      if (before.some((write) => sharedHops(write, act) > 0)) continue;
      const plainest = most(before, plain);
      const same = plainest.filter((write) => unit.relation(write, act) === 'same');
      const about = same.length > 0 ? same : plainest;
      // What is deleted beside what is written is cleared away.
      const kept = about.filter((write) => !isDelete(write));
      const write = nearest(kept.length > 0 ? kept : about);
      const table = write?.statement.writes.find((one) => !isRecord(one));
      if (!write || table === undefined) continue;
      const inside = isInside(unit, write, act);
      const data = { broker: act.broker, table, where: unit.where(write) };
      // A helper that sends for many is not the place: the call of it is, and once, whichever message it picks.
      const at = act.hops[0]?.at ?? act.at;
      const once = `${at.file} ${at.span.start} ${table}`;
      if (told.has(once)) continue;
      told.add(once);
      report(inside ? 'inside' : unit.meeting(write, act) === 'beside' ? 'beside' : 'after', at, data, {
        confidence:
          write.statement.confidence === 'certain' && act.hops.length + write.hops.length === 0 ? 'certain' : 'likely',
        kind: write.statement.kind,
        identity: `${unit.name} ${act.broker} ${table}`,
        distance: write.hops.length + act.hops.length,
        related: [
          { location: nameOf(write), message: `writes \`${table}\`` },
          ...(act.hops.length > 0 ? [{ location: act.at, message: `sends to ${act.broker}` }] : []),
        ],
        // Callers that do both by the same two functions are places of their own.
        places: { write: write.hops[0]?.at ?? nameOf(write), message: at },
      });
    }
  },
});

/** By values that only come from the same ones, a message is seldom about what is written far away, unless it names it. */
const isAbout = (relation: Relation, calls: number, plain: number): boolean =>
  relation === 'same' || (relation !== 'none' && (calls <= 2 || (relation === 'near' && plain > 3)));

/** The transaction of the write is still open: it was begun around both, or by a caller of this function, who commits it later. */
const isInside = ({ transactions }: Unit, write: StatementAct, { inside }: MessageAct): boolean => {
  const { transaction, hops, mayJoin } = write;
  if (transaction === undefined) return mayJoin && write.inside.some((id) => inside.includes(id));
  return inside.includes(transaction) || (hops.length === 0 && !transactions.some(({ id }) => id === transaction));
};

/** What is sent to be noted down, counted or shown at once may be lost. */
const isNote = (name: string): boolean =>
  wordsOf(name).some((word) =>
    /^(?:log|logger|logging|audit|metric|analytic|statistic|stat|usage|telemetry|cache|socket|websocket)$/.test(word),
  );

/** Those of the highest rank. */
const most = (some: readonly StatementAct[], rank: (one: StatementAct) => number): readonly StatementAct[] => {
  const ranks = new Map(some.map((one) => [one, rank(one)] as const));
  const top = Math.max(...ranks.values());
  return some.filter((one) => ranks.get(one) === top);
};

/** Rows that are only noted down, and columns that say when a row was last seen. */
const isNoted = ({ statement: { writes, queries } }: StatementAct): boolean =>
  writes.every(isRecord) ||
  queries.every(
    (query) =>
      query.kind === 'update' &&
      query.set.length > 0 &&
      query.openSet !== true &&
      query.set.every(({ column }) => wordsOf(column).some((word) => /^(?:last|seen|activity|heartbeat)$/.test(word))),
  );

const isDelete = ({ statement }: StatementAct): boolean => statement.queries.every(({ kind }) => kind === 'delete');

const sharedHops = (a: StatementAct, b: MessageAct): number => {
  const at = a.hops.findIndex(({ at: one }, i) => {
    const other = b.hops[i]?.at;
    return other === undefined || one.file !== other.file || one.span.start !== other.span.start;
  });
  return at < 0 ? Math.min(a.hops.length, b.hops.length) : at;
};

/** The last of those that the fewest calls lie before. */
const nearest = (some: readonly StatementAct[]): StatementAct | undefined =>
  some.reduce<StatementAct | undefined>(
    (best, one) => (best && best.hops.length < one.hops.length ? best : one),
    undefined,
  );
