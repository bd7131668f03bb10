/** The report's part about each table and its key. */
import type { ShardMap, ShardTable } from '../../shards/model';
import { type ShardKey, shardKeys } from '../shardKeys';
import type { Survey, Surveyed } from '../survey';
import { readDistribution, writeDistribution } from './distribution';
import { keyCharacteristics } from './keyCharacteristics';
import { type KeyedWrite, keylessWrite, keyUpdateIn } from './keylessWrites';
import { mostWorstOfOne, type Place, type TableSection } from './model';
import { type Around, statementLine, worstFirst } from './statementLine';
import { byRate, each, tallyOf, type Weigh } from './tally';

/** Statements by the physical names of the tables that they read and write. */
export interface TableStatements {
  readonly name: string;
  readonly declared: ShardTable | undefined;
  readonly reads: readonly Surveyed[];
  readonly writes: readonly Surveyed[];
}

/** Tables that the map declares, and those that only statements name; sharded ones first, then by name. */
export function statementsByTable(statements: readonly Surveyed[], keyed: KeyedWrite): readonly TableStatements[] {
  const found = new Map<string, { declared: ShardTable | undefined; reads: Surveyed[]; writes: Surveyed[] }>();
  const of = (name: string) => {
    const known = found.get(name) ?? { declared: keyed.index.find(name.split('.')), reads: [], writes: [] };
    found.set(name, known);
    return known;
  };
  for (const table of keyed.index.tables) found.set(table.name.join('.'), { declared: table, reads: [], writes: [] });
  for (const one of statements) {
    if (one.operation === 'ddl') continue;
    for (const name of one.reads) of(name).reads.push(one);
    for (const name of one.writes) of(name).writes.push(one);
  }
  return [...found]
    .map(([name, one]) => ({ name, ...one }))
    .toSorted((a, b) => rank(a.declared) - rank(b.declared) || (a.name < b.name ? -1 : 1));
}

const kinds = ['sharded', 'single-shard', 'reference', 'unsharded', 'view'] as const;
const rank = (table: ShardTable | undefined): number => (table ? kinds.indexOf(table.kind) : kinds.length);

export function tableSections(
  { map, schema }: Survey,
  statements: readonly Surveyed[],
  keyed: KeyedWrite,
  around: Around,
): readonly TableSection[] {
  const keys = new Map(shardKeys(map, schema).map((key) => [key.table, key]));
  return statementsByTable(statements, keyed).map((one) =>
    section(one, one.declared && keys.get(one.declared), map, keyed, around),
  );
}

function section(
  { name, declared, reads, writes }: TableStatements,
  key: ShardKey | undefined,
  map: ShardMap,
  keyed: KeyedWrite,
  around: Around,
): TableSection {
  const sharded = declared?.kind === 'sharded';
  const traffic = (weigh: Weigh) => ({
    reads: tallyOf(reads, weigh),
    writes: tallyOf(writes, weigh),
    // A table that is not sharded is read along with others; where those go says nothing of it.
    readDistribution: readDistribution(sharded ? reads : [], weigh),
    writeDistribution: writeDistribution(sharded ? writes : [], weigh, keyed),
  });
  const all = [...new Set([...reads, ...writes])];
  const rated = all.some(({ rate }) => rate !== undefined);
  return {
    table: name,
    database: databaseOf(declared, map, key),
    kind: declared?.kind ?? 'undeclared',
    shardKey: declared?.shardKey ?? [],
    strategy: sharded ? declared.strategy : null,
    shards: (sharded ? (declared.shards ?? key?.database?.virtualShards) : undefined) ?? null,
    group: sharded || declared?.kind === 'single-shard' ? declared.group : null,
    declared: placeOf(declared, around),
    traffic: traffic(each),
    ...(rated && { byWeight: traffic(byRate) }),
    shardKeyUpdates: sharded ? writes.filter(keyUpdateIn).length : 0,
    writesWithoutShardKey: sharded ? writes.filter((write) => keylessWrite(write, keyed) !== undefined).length : 0,
    ...(key && { keyCharacteristics: keyCharacteristics(key) }),
    worst: worstFirst(all)
      .slice(0, mostWorstOfOne)
      .map((statement) => statementLine(statement, around)),
  };
}

function databaseOf(table: ShardTable | undefined, map: ShardMap, key: ShardKey | undefined): string | null {
  if (key?.database) return key.database.name;
  const qualifier = table && table.name.length > 1 ? table.name.at(-2) : undefined;
  return qualifier ?? (table ? map.defaultDatabase : undefined) ?? null;
}

function placeOf(table: ShardTable | undefined, around: Around): Place | null {
  const at = table?.keyAt ?? table?.at;
  return at ? { file: around.nameOf(at.file), ...around.rangeOf(at.file, at.span).start } : null;
}
