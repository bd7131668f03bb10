/** How few values a shard key can have, and how we know. Silence means that nothing says they are few. */
import { declaredTables, sameColumn } from '../routing/declaredTables';
import { findColumn, type Schema } from '../schema/model';
import type { ShardMap } from '../shards/model';
import { isPlace, isPlaceIn } from './geography';
import { type Evidence, wordsOf } from './keyEvidence';
import { isUnique, type KeyColumn, type Room, type ShardKey } from './shardKeys';

export interface FewValues {
  readonly column: KeyColumn;
  readonly evidence: Evidence;
  /** At most so many; undefined where only their nature is known. */
  readonly distinct?: number;
}

/** Undefined: many, or nobody says. */
export function fewValues(column: KeyColumn, key: ShardKey, map: ShardMap, schema: Schema): FewValues | undefined {
  const measured = measuredValues(column);
  if (measured !== undefined) {
    const text = `statistics count ${measured} distinct values of \`${column.name}\``;
    return { column, evidence: { rung: 'statistics', text }, distinct: measured };
  }
  return declaredValues(column) ?? (isUnique(column, key) ? undefined : byReference(column, key, map, schema));
}

/** `n_distinct` of PostgreSQL is negative where it is a share of the rows. */
export function measuredValues({ facts }: KeyColumn): number | undefined {
  const { distinct, rows } = facts?.statistics ?? {};
  if (distinct === undefined || distinct >= 0) return distinct;
  return rows === undefined ? undefined : Math.round(-distinct * rows);
}

function declaredValues(column: KeyColumn): FewValues | undefined {
  const { facts, type, name } = column;
  const allowed = facts?.allowed;
  const isBoolean = /^bool(?:ean)?$/.test(type) || (type === 'tinyint' && facts?.modifiers.join() === '1');
  if (allowed && allowed.by !== 'boolean') {
    const distinct = new Set(allowed.values).size;
    const says = allowed.by === 'check' ? 'a CHECK allows' : 'its enum type has';
    const values = distinct === 1 ? 'one value' : `${distinct} values`;
    return { column, evidence: { rung: 'type', text: `${says} ${values} for \`${name}\`` }, distinct };
  }
  if (allowed || isBoolean) return { column, evidence: { rung: 'type', text: `\`${name}\` is boolean` }, distinct: 2 };
  return undefined;
}

function byReference(column: KeyColumn, key: ShardKey, map: ShardMap, schema: Schema): FewValues | undefined {
  const foreign = key.ddl?.foreignKeys.find(
    ({ columns }) => columns.length === 1 && sameColumn(columns[0], column.name),
  );
  const target = foreign && declaredTables(map, schema).target(foreign.table);
  const owner = ownerWords.has(wordsOf(column.name).find((word) => word !== 'id') ?? '');
  if (foreign && target?.table?.kind === 'reference' && !owner) {
    const parent = target.table.name.join('.');
    const counted = target.ddl && findColumn(target.ddl, foreign.referenced[0] ?? '')?.statistics;
    const distinct = counted?.rows ?? counted?.distinct;
    if (distinct === undefined || distinct >= 0) {
      const text = `\`${column.name}\` refers to the reference table \`${parent}\``;
      // Products may be copied everywhere as well as countries; only the latter are few by nature.
      const soft = !isFewByName(column) && !isPlace(column);
      if (distinct === undefined) return { column, evidence: { rung: 'reference', text, at: foreign.at, soft } };
      return { column, evidence: { rung: 'statistics', text, at: foreign.at }, distinct };
    }
  }
  return isFewByName(column) && !isPlaceIn(column, key)
    ? { column, evidence: { rung: 'name', text: `\`${column.name}\` bears the name of something with few values` } }
    : undefined;
}

/** Whom rows belong to: a table of tenants that is copied everywhere does not make the tenants few. */
const ownerWords: ReadonlySet<string> = new Set(
  'tenant account org organization organisation customer user workspace company team shop store merchant seller buyer vendor supplier client project site member owner author agency school clinic hotel restaurant'.split(
    ' ',
  ),
);

const fewWords: ReadonlySet<string> = new Set(
  'status state type kind gender sex plan tier role lang language level category priority severity stage phase mode flag'.split(
    ' ',
  ),
);

/** `type_id` may have millions of values, and so may what is no word at all. */
function isFewByName({ name, type }: KeyColumn): boolean {
  const words = wordsOf(name);
  const isFlag =
    (words[0] === 'is' || words[0] === 'has') && words.length > 1 && /^(?:|bool\w*|tinyint|bit)$/.test(type);
  return (
    isFlag ||
    (words.length <= 3 && fewWords.has(words.at(-1) ?? '') && /^(?:|\w*(?:char|text|int|integer))$/.test(type))
  );
}

/** Nothing is sharded well by fewer. */
const fewest = 10;
/** Below so many values for each place, some places get far more than others. */
const perPlace = 10;

/**
 * `few`: places stay empty, or nearly all lies in a handful. `uneven`: there is a value for every place, and too few
 * for the load to even out.
 */
export function verdictOn(distinct: number, { servers, shards }: Room): 'few' | 'uneven' | undefined {
  if (distinct <= fewest || distinct < (servers ?? shards ?? 0)) return 'few';
  return distinct < perPlace * (servers ?? shards ?? perPlace) ? 'uneven' : undefined;
}
