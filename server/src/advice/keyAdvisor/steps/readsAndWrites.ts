/** How often tables are read and written: what a replica or a cache could take over. */
import type { Survey, Surveyed } from '../../survey';
import { type ColumnUses, columnId } from '../columnUses';
import { isWriteOf } from '../families';
import type { KnownTable, KnownTables } from '../knownTables';
import { statements as counted, placeOf } from '../reasons';
import { inWeight, type Shown, shownPlaces } from './evidence';

/** Reads for each write from which on a replica takes most of the load. */
const replicaRatio = 4;
const fewestReads = 12;

interface Load {
  readonly table: KnownTable;
  readonly reads: readonly Surveyed[];
  readonly writes: readonly Surveyed[];
  /** Calls a second, or statements where nobody says how often they run. */
  readonly read: number;
  readonly written: number;
  readonly rated: boolean;
}

export function loadOf(table: KnownTable): Load {
  const writes = table.statements.filter((one) => isWriteOf(table, one));
  const reads = table.statements.filter((one) => !isWriteOf(table, one));
  const rated = table.statements.length > 0 && table.statements.some(({ rate }) => rate !== undefined);
  const sum = (all: readonly Surveyed[]): number =>
    rated ? all.reduce((total, { rate = 0 }) => total + rate, 0) : all.length;
  return { table, reads, writes, read: sum(reads), written: sum(writes), rated };
}

/** Tables that are read far more than written, outside of transactions. */
export function replicaEvidence(known: KnownTables): readonly Shown[] {
  return known.all
    .flatMap((table): readonly Shown[] => {
      const load = loadOf(table);
      const free = load.reads.filter(
        ({ transaction, query }) => transaction === undefined && !('lock' in query && query.lock),
      );
      if (free.length < fewestReads || load.read < replicaRatio * Math.max(1, load.written)) return [];
      const onReplica = free.filter(({ target }) => target === 'replica').length;
      if (onReplica * 2 > free.length) return [];
      const figures = load.rated
        ? `read ${figure(load.read)} and written ${figure(load.written)} times a second`
        : `read in ${counted(load.reads.length)} and written in ${load.writes.length}`;
      return [
        {
          kind: 'read-write-ratio',
          text: `\`${table.name}\` is ${figures}; ${free.length} of the reads stand outside of transactions`,
          confidence: load.rated ? 'certain' : 'guess',
          count: free.length,
          places: free.slice(0, 2).map(placeOf),
        },
      ];
    })
    .sort(inWeight);
}

const figure = (count: number): string => (count >= 10 ? `${Math.round(count)}` : `${Math.round(count * 10) / 10}`);

const fewestLookups = 6;
const cacheRatio = 10;
/** Statements that would have to forget what is cached: more than a few, and some is forgotten. */
const mostWriters = 3;

/** One row found by a unique key again and again, in a table that is hardly written. */
export function cacheEvidence(known: KnownTables, uses: ColumnUses): readonly Shown[] {
  return known.all
    .flatMap((table): readonly Shown[] => {
      const load = loadOf(table);
      const unique = uniqueColumns(table);
      const lookups = new Set(
        unique
          .flatMap((column) => uses.columns.get(columnId(table.name, column))?.asked ?? [])
          .filter(
            // A join for one row is a question of its own.
            (one) =>
              !isWriteOf(table, one) &&
              one.query.kind === 'select' &&
              one.tables.length === 1 &&
              one.transaction === undefined,
          ),
      );
      if (lookups.size < fewestLookups || load.writes.length > mostWriters) return [];
      if (load.read < cacheRatio * Math.max(1, load.written)) return [];
      const all = [...lookups];
      const functions = new Set(all.map((one) => one.function ?? one.file)).size;
      return [
        {
          kind: 'cache-before-replica',
          text: `one row of \`${table.name}\` is looked up by its key in ${counted(all.length)} of ${functions} function${functions === 1 ? '' : 's'}, and ${load.writes.length === 0 ? 'no statement here writes it' : `${load.writes.length} ${load.writes.length === 1 ? 'writes' : 'write'} it`}: a cache of rows by key, forgotten when they are written, answers them`,
          confidence: load.rated ? 'likely' : 'guess',
          count: all.length,
          places: all.slice(0, shownPlaces).map(placeOf),
        },
      ];
    })
    .sort(inWeight);
}

const uniqueColumns = ({ table, ddl }: KnownTable): readonly string[] => {
  const keys = [...table.unique, ...(ddl?.primaryKey ? [ddl.primaryKey.columns] : [])];
  const own = keys.flatMap((columns) => (columns.length === 1 ? (columns[0] ?? []) : []));
  return own.length > 0 ? own : [...table.columns.keys()].filter((column) => /^_?id$/i.test(column));
};

/** What a transaction waits for while it holds its locks. */
export function queueEvidence({ work }: Survey): readonly Shown[] {
  return (work?.().waits ?? [])
    .map(
      ({ at, what, queued, transaction, through }): Shown => ({
        kind: 'queue-write-candidate',
        text: `a transaction ${queued ? 'hands something to' : 'waits for'} ${what}${through.length > 0 ? ` (through ${through.map((name) => `\`${name}\``).join(', ')})` : ''} ${queued ? 'before it commits: the job may begin before, or without, its rows; hand it over after the commit, or from an outbox' : 'with its locks held: write down in it what is to be done, and do it from a queue'}`,
        confidence: through.length > 1 ? 'guess' : 'likely',
        count: 1,
        places: [at, transaction],
      }),
    )
    .sort(inWeight);
}
