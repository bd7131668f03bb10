/** Which shard a literal key value lies on, where the table says how its rows are placed. */
import type { Mapping, MappingValue, ShardTable } from '../shards/model';
import { compareValues, type Domain, type Range } from './domain';
import { type HashInput, integerOf, postgresqlHash } from './hash/postgresql';
import { hex, type KeyspaceId, keyRange, keyspaceId, keyspacePrefix } from './hash/vitess';
import type { KeyValue } from './keyValue';

/** The hash of a literal as a value of the declared column type; undefined where it is not known. */
export type ShardHash = (value: HashInput, type: string) => bigint | undefined;

const big = (hash: number | undefined): bigint | undefined => (hash === undefined ? undefined : BigInt(hash));

/** Hash functions by the names that a shard map may give. */
const hashes: Readonly<Record<string, ShardHash>> = {
  postgresql: (value, type) => big(postgresqlHash(value, type)),
  mod: (value) => integerOf(value),
  modulo: (value) => integerOf(value),
};

/** The shard's number from zero; undefined where the value is no literal or the placement is not known. */
export function shardOf(table: ShardTable, value: KeyValue, hash = table.hash): number | undefined {
  if (value.constant === undefined || value.many || table.shardKey.length !== 1) return undefined;
  const { strategy, mapping } = table;
  const [primary] = table.vindexes ?? [];
  if (primary) return keyspaceShard(table, primary.type, value.constant);
  const hashed = hash === undefined ? undefined : hashes[hash]?.(value.constant, columnType(table));
  if (mapping && strategy !== 'hash') {
    if (hash !== undefined && hashed === undefined) return undefined;
    return mapped(mapping, hashed === undefined ? value : { id: `=${hashed}`, constant: hashed });
  }
  if (strategy !== 'hash' || hashed === undefined || !table.shards) return undefined;
  if (hash === 'postgresql') return tokenRange(hashed, table.shards);
  const shards = BigInt(table.shards);
  return Number(((hashed % shards) + shards) % shards);
}

/** Vitess: by the keyspace id. */
function keyspaceShard(table: ShardTable, vindex: string, value: HashInput): number | undefined {
  const id = keyspaceId(vindex, value);
  return id && idsBetween(table, id, id)?.[0];
}

/** Vitess: where a primary vindex over several columns puts rows whose first columns have these values. */
export function shardsOfPrefix(table: ShardTable, values: readonly HashInput[]): readonly number[] | undefined {
  const [primary] = table.vindexes ?? [];
  const first = primary && keyspacePrefix(primary, values);
  if (!first) return undefined;
  const whole = values.length === primary.columns.length;
  return idsBetween(table, first, whole ? first : Uint8Array.of(...first, ...Array<number>(8).fill(0xff)));
}

/** In equal key ranges, or in declared ones, whose bounds are hexadecimal beginnings of keyspace ids. */
function idsBetween(
  { mapping, shards }: ShardTable,
  first: KeyspaceId,
  last: KeyspaceId,
): readonly number[] | undefined {
  if (mapping) {
    const [low, high] = [hex(first), hex(last)];
    const found = mapping.flatMap(({ from, to }, i) =>
      (from === undefined || high >= String(from)) && (to === undefined || low < String(to)) ? [i] : [],
    );
    return found.length > 0 ? found : undefined;
  }
  if (!shards) return undefined;
  const from = keyRange(first, shards);
  return Array.from({ length: keyRange(last, shards) - from + 1 }, (_, i) => from + i);
}

/** The distinct shards of all points or ranges of a domain; undefined as soon as one is not known. */
export function shardsOf(table: ShardTable, domain: Domain, hash = table.hash): ReadonlySet<number> | undefined {
  if (domain.kind === 'none') return new Set();
  if (domain.kind === 'ranges') return hash === undefined ? rangedShards(table, domain.ranges) : undefined;
  if (domain.kind !== 'points') return undefined;
  const found = new Set<number>();
  for (const value of domain.points.values()) {
    const shard = shardOf(table, value, hash);
    if (shard === undefined) return undefined;
    found.add(shard);
  }
  return found;
}

/** Signed 32-bit hashes in ranges of one width; the last range takes what the division leaves over. */
function tokenRange(hash: bigint, shards: number): number {
  const width = Math.floor(2 ** 32 / shards);
  return Math.min(Math.floor((Number(hash) + 2 ** 31) / width), shards - 1);
}

/** Entries that name the same shard are one; an entry without bounds and values takes the rest. */
function mapped(mapping: readonly Mapping[], value: KeyValue): number | undefined {
  const names = [...new Set(mapping.map(({ shard }) => shard))];
  for (const entry of mapping) {
    if (isRest(entry)) continue;
    const holds = contains(entry, value);
    if (holds === undefined) return undefined;
    if (holds) return names.indexOf(entry.shard);
  }
  const rest = mapping.find(isRest);
  return rest ? names.indexOf(rest.shard) : undefined;
}

/** Every entry that a range may meet; the one for the rest too, unless one entry holds all of a range. */
function rangedShards(
  { mapping, shardKey, vindexes }: ShardTable,
  ranges: readonly Range[],
): ReadonlySet<number> | undefined {
  if (!mapping || shardKey.length !== 1 || vindexes?.[0]) return undefined;
  const names = [...new Set(mapping.map(({ shard }) => shard))];
  const found = new Set<number>();
  for (const range of ranges) {
    let whole = false;
    for (const entry of mapping) {
      if (isRest(entry)) continue;
      const meets = overlap(entry, range);
      if (meets === undefined) return undefined;
      whole ||= meets === 'whole';
      if (meets) found.add(names.indexOf(entry.shard));
    }
    const rest = mapping.find(isRest);
    if (rest && !whole) found.add(names.indexOf(rest.shard));
  }
  return found;
}

/** Undefined where the order of their bounds is not known: those of parameters, and of strings, which collations decide. */
function overlap({ from, to, values }: Mapping, range: Range): boolean | 'whole' | undefined {
  const { low, high } = range;
  if (values) {
    const inside = values.map((value) => value !== null && holds(range, value));
    return inside.some((one) => one === undefined) ? undefined : inside.includes(true);
  }
  const above = low && to !== undefined ? compareValues(low.value, known(to)) : -1;
  const below = high && from !== undefined ? compareValues(high.value, known(from)) : 1;
  if (above === undefined || below === undefined) return undefined;
  if (above >= 0 || below < 0 || (below === 0 && !high?.inclusive)) return false;
  const starts = from === undefined ? 0 : low && compareValues(low.value, known(from));
  const ends = to === undefined ? -1 : high && compareValues(high.value, known(to));
  return starts !== undefined && starts >= 0 && ends !== undefined && (ends < 0 || (ends === 0 && !high?.inclusive))
    ? 'whole'
    : true;
}

function holds({ low, high }: Range, value: MappingValue): boolean | undefined {
  const from = low ? compareValues(known(value), low.value) : 1;
  const to = high ? compareValues(known(value), high.value) : -1;
  if (from === undefined || to === undefined) return undefined;
  return (from > 0 || (from === 0 && low?.inclusive === true)) && (to < 0 || (to === 0 && high?.inclusive === true));
}

const isRest = (entry: Mapping): boolean =>
  entry.from === undefined && entry.to === undefined && entry.values === undefined;

/** Undefined where the order of the two is not known. */
function contains({ from, to, values }: Mapping, value: KeyValue): boolean | undefined {
  if (values)
    return values.some((one) => one !== null && compareValues(value, known(one)) === 0) || undecided(values, value);
  const low = from === undefined ? 1 : compareValues(value, known(from));
  const high = to === undefined ? -1 : compareValues(value, known(to));
  if (low === undefined || high === undefined) return undefined;
  return low >= 0 && high < 0;
}

/** Strings of a list are compared as they stand; only a value of another kind leaves it open. */
const undecided = (values: readonly MappingValue[], value: KeyValue): false | undefined =>
  values.every(
    (one) => one === null || typeof one === typeof value.constant || compareValues(value, known(one)) !== undefined,
  )
    ? false
    : undefined;

const known = (value: MappingValue): KeyValue => ({ id: `=${value}`, ...(value === null ? {} : { constant: value }) });

function columnType(table: ShardTable): string {
  const wanted = table.shardKey[0]?.toLowerCase();
  for (const [name, type] of table.columns) if (name.toLowerCase() === wanted) return type;
  return '';
}
