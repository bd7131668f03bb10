import type { Assignment, Expr, Query } from '../query/model';
import { someExpr } from '../query/walk';
import { shape } from '../routing/keyValue';
import { findTable, type Table } from '../schema/model';
import type { ShardMap, ShardTable } from '../shards/model';
import { defineRule } from './rule';
import { isWrite, nameOf, type StatementAct, statementsOf, type Unit } from './unit';

export default defineRule({
  id: 'peer-write-conflict',
  meta: {
    summary: 'Two peers can write this at the same time, and one of the writes is lost',
    why: 'Every peer commits for itself and tells the others later: of two writes of one row the later one wins as a whole, and numbers that each peer counts collide.',
    remedy:
      'Send all writes of one row to one peer, write events that are added up instead of totals, give each peer a range or use random identifiers.',
    sources: [
      'PostgreSQL wiki: multi-master and conflicts',
      'MySQL Group Replication: multi-primary mode, auto_increment_increment',
      'EDB BDR and pgEdge: conflict-free counters, sequences by node',
    ],
    severity: 'warning',
    severityIn: { test: 'off', migration: 'information' },
    since: '0.1',
    messages: {
      counter:
        '`{column}` of `{table}` is counted up on every peer: of two updates at the same time one is lost. Add rows that are summed up, or use a counter type that merges.',
      modify:
        '`{table}` is read and then written from what was read ({where}): another peer may write in between, and one of the two is lost.',
      identity:
        '`{column}` of `{table}` is counted by each peer for itself: two peers give the same number. Give each its own range, or use random identifiers.',
      unique:
        '`{table}` has a unique key over {columns}: each peer checks it alone, and two peers can take the same value. Let one peer write it, or resolve the conflict where it is applied.',
    },
  },
  query(query, { map, report }) {
    if (!isPeers(map) || query.kind !== 'update') return;
    const [target] = query.targets;
    const counted = query.set.find(countsUp);
    if (target?.kind !== 'table' || !counted) return;
    report('counter', counted.span, { table: target.name.parts.join('.'), column: counted.column });
  },
  map({ map, schema, report }) {
    if (!isPeers(map)) return;
    for (const table of map.tables) {
      const declared = findTable(schema, table.name, map.searchPath);
      if (!declared || table.kind === 'view') continue;
      for (const column of declared.columns.values()) {
        if (column.identity === undefined || column.identity === 'auto-random') continue;
        report('identity', column.at, { table: table.name.join('.'), column: column.name });
      }
      const unique = declared.uniques.find(({ columns }) => isNatural(declared, table, columns));
      const columns = unique?.columns.map((name) => `\`${name}\``).join(', ');
      if (unique && columns)
        report('unique', unique.at, { table: table.name.join('.'), columns }, { severity: 'information' });
    }
  },
  unit(unit, { map, report }) {
    if (!isPeers(map)) return;
    for (const { read, write, table } of modified(unit)) {
      report(
        'modify',
        nameOf(write),
        { table, where: unit.where(read).replace(/^\(|\)$/g, '') },
        {
          confidence: 'likely',
          kind: write.statement.kind,
          identity: `${unit.name} ${table}`,
          distance: read.hops.length + write.hops.length,
          related: [{ location: nameOf(read), message: `\`${table}\` is read here` }],
          places: { read: nameOf(read), write: nameOf(write) },
        },
      );
    }
  },
});

const isPeers = ({ replication }: ShardMap): boolean => replication.mode === 'peer-to-peer';

/** `n = n + 1`. */
const countsUp = ({ column, value }: Assignment): boolean =>
  value.kind === 'operation' && /^[-+*]$/.test(value.op) && someExpr(value, (part) => isColumn(part, column));

const isColumn = (expr: Expr, column: string): boolean =>
  expr.kind === 'column' && expr.name.toLowerCase() === column.toLowerCase();

/** Random values do not meet: only keys that people choose are at risk. */
const isNatural = (declared: Table, { shardKey }: ShardTable, columns: readonly (string | undefined)[]): boolean =>
  columns.length > 0 &&
  columns.every((name) => {
    const column = name === undefined ? undefined : declared.columns.get(name);
    return column !== undefined && column.type !== 'uuid' && column.identity === undefined;
  }) &&
  !columns.every((name) => name !== undefined && shardKey.includes(name));

/** A row is read, and what was read decides or becomes part of an update of it, without a lock. */
function modified(unit: Unit) {
  const acts = statementsOf(unit);
  return acts.flatMap((write, at) => {
    const { query, writes } = write.statement;
    const [table] = writes;
    if (query.kind !== 'update' || table === undefined || query.set.some(countsUp)) return [];
    const read = acts
      .slice(0, at)
      .findLast((one) => isPlainRead(one, table) && unit.reaches(one, write) && sameRow(one, write));
    return read ? [{ read, write, table }] : [];
  });
}

const isPlainRead = (act: StatementAct, table: string): boolean =>
  !isWrite(act) &&
  act.statement.reads[0] === table &&
  lockOf(act.statement.query) === undefined &&
  act.outcome !== 'dropped';

const lockOf = (query: Query) => (query.kind === 'select' ? query.lock : undefined);

/** Both name their rows in the same words. */
const sameRow = (a: StatementAct, b: StatementAct): boolean => {
  const [one, other] = [wordsOf(a.statement.query), wordsOf(b.statement.query)];
  return one !== undefined && one === other;
};

const wordsOf = (query: Query): string | undefined => {
  const where = query.kind === 'select' || query.kind === 'update' ? query.where : undefined;
  return where && shape(where).replace(/\b\w+\.(?=\w)/g, '');
};
