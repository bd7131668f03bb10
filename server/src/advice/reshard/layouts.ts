/** Tables of a map that are placed alike: what moves is decided for all of them at once. */
import type { Schema } from '../../schema/model';
import type { Database, Mapping, ShardMap } from '../../shards/model';
import { placementOf, type ShardKey, shardKeys } from '../shardKeys';
import { placingSystem } from './systems';

export type Placing = 'hash' | 'range' | 'list' | 'time' | 'directory';

export interface Layout {
  readonly database: Database | undefined;
  readonly placing: Placing;
  /** Logical shards, as the map says. */
  readonly shards: number | undefined;
  /** Servers, as the map says. */
  readonly servers: number | undefined;
  readonly mapping: readonly Mapping[];
  readonly keys: readonly ShardKey[];
}

export interface Wanted {
  readonly table?: string | undefined;
  readonly database?: string | undefined;
}

export function layoutsOf(map: ShardMap, schema: Schema, wanted: Wanted = {}): readonly Layout[] {
  const isServer = placingSystem(map.router.name)?.shardIsServer === true;
  const found = new Map<string, { layout: Layout; keys: ShardKey[] }>();
  for (const key of shardKeys(map, schema)) {
    const { table, database } = key;
    const mapping = table.mapping ?? [];
    const named = new Set(mapping.map(({ shard }) => shard)).size;
    const placing = placingOf(key, mapping);
    const shards = table.shards ?? database?.virtualShards ?? (named > 0 ? named : undefined);
    // Where nobody says otherwise, each named shard of a list or range is a server.
    const unhashed = placing !== 'hash' && database?.virtualShards === undefined;
    const servers = database?.servers ?? (isServer || unhashed ? shards : undefined);
    const sign = JSON.stringify([database?.name, placing, shards, servers, mapping.map(signOf)]);
    const known = found.get(sign);
    if (known) known.keys.push(key);
    else found.set(sign, { layout: { database, placing, shards, servers, mapping, keys: [] }, keys: [key] });
  }
  return [...found.values()].map(({ layout, keys }) => ({ ...layout, keys })).filter((one) => isWanted(one, wanted));
}

/** Ranges of hashed values spread like a hash; time is a range that grows at its end. */
function placingOf(key: ShardKey, mapping: readonly Mapping[]): Placing {
  const by = placementOf(key)?.by ?? 'hash';
  return by === 'range' && key.table.hash !== undefined && mapping.length > 0 ? 'hash' : by;
}

const signOf = ({ from, to, values, shard }: Mapping): string =>
  [from, to, ...(values ?? [])].map(String).join('\u0000') + shard;

function isWanted({ database, keys }: Layout, wanted: Wanted): boolean {
  if (wanted.database !== undefined && !isName(database?.name ?? '', wanted.database)) return false;
  return wanted.table === undefined || keys.some(({ table }) => isTable(table.name, wanted.table ?? ''));
}

export const isTable = (name: readonly string[], wanted: string): boolean =>
  isName(name.join('.'), wanted) || isName(name.at(-1) ?? '', wanted);

const isName = (name: string, wanted: string): boolean => name.toLowerCase() === wanted.toLowerCase();
