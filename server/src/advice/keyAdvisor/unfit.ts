/** Columns that statements often ask by, and that would make bad keys: few values, times, places. */
import { findColumn } from '../../schema/model';
import { fewValues, verdictOn } from '../cardinality';
import { isPlaceIn } from '../geography';
import { growthOf } from '../growth';
import type { Rung } from '../keyEvidence';
import { isUnique, type ShardKey } from '../shardKeys';
import type { ColumnUses } from './columnUses';
import type { KnownTable, KnownTables } from './knownTables';

export interface Unfit {
  readonly table: string;
  readonly column: string;
  /** Statements that find rows by it. */
  readonly asked: number;
  readonly because: string;
  readonly rung: Rung;
}

/** The column as if its table were sharded by it alone. */
export function asKey({ table, ddl }: KnownTable, name: string): ShardKey {
  const facts = ddl && findColumn(ddl, name);
  const type = facts && facts.type !== '' ? facts.type : (table.columns.get(name) ?? '');
  return {
    table: { ...table, kind: 'sharded', shardKey: [name], shards: table.shards ?? 4 },
    ddl,
    database: undefined,
    columns: [{ name, facts, type }],
    at: table.at ?? ddl?.at ?? { file: '', span: { start: 0, end: 0 } },
  };
}

/** Undefined: nothing speaks against it by its nature. */
export function unfitness(
  table: KnownTable,
  name: string,
  { map, schema }: Pick<KnownTables, 'map' | 'schema'>,
): Pick<Unfit, 'because' | 'rung'> | undefined {
  const key = asKey(table, name);
  const [column] = key.columns;
  if (!column) return undefined;
  const few = fewValues(column, key, map, schema);
  if (few && (few.distinct === undefined || verdictOn(few.distinct, { shards: 4 }) === 'few'))
    return { because: `${few.evidence.text}: never more shards than values`, rung: few.evidence.rung };
  if (isPlaceIn(column, key) && !isUnique(column, key))
    return { because: `\`${name}\` is a place: some get far more rows than others`, rung: 'name' };
  const grown = growthOf(column, key, map.dialect);
  if (grown && /timestamp|date|time\b|the time of|grows with time/.test(grown.text) && !isUnique(column, key))
    return {
      because: `${grown.text}: asked by ranges, which scatter under hash, and under range all new rows go to one shard`,
      rung: grown.rung,
    };
  return undefined;
}

/** Most asked first. */
export function unfitColumns(known: KnownTables, uses: ColumnUses): readonly Unfit[] {
  return [...uses.columns.values()]
    .flatMap(({ table, column, asked }): readonly Unfit[] => {
      const found = asked.length > 0 ? unfitness(table, column, known) : undefined;
      return found ? [{ table: table.name, column, asked: asked.length, ...found }] : [];
    })
    .sort((a, b) => b.asked - a.asked || (`${a.table} ${a.column}` < `${b.table} ${b.column}` ? -1 : 1));
}
