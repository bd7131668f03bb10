/**
 * Keyspace ids: what Vitess's functional vindexes make of a value, as its `vtgate/vindexes` package does.
 * The `unicode_loose_*` kinds are computed for ASCII alone. Not here: those that read a file or a table.
 */
import { md5 } from '@noble/hashes/legacy.js';
import type { Vindex } from '../../shards/model';
import { encryptWithNullKey } from './des';
import { looseKey } from './looseKey';
import { xxhash64 } from './xxhash';

export type KeyspaceId = Uint8Array;

type Value = string | number | bigint | boolean;

const kinds: Readonly<Record<string, (value: Value) => KeyspaceId | undefined>> = {
  hash: (value) => number(value, (one) => bigEndian(encryptWithNullKey(one))),
  numeric: (value) => number(value, bigEndian),
  reverse_bits: (value) => number(value, (one) => bigEndian(reversed(one))),
  xxhash: (value) => littleEndian(xxhash64(bytesOf(value))),
  binary: bytesOf,
  null: () => Uint8Array.of(0),
  binary_md5: (value) => md5(bytesOf(value)),
  unicode_loose_md5: (value) => loose(value, md5),
  unicode_loose_xxhash: (value) => loose(value, (key) => littleEndian(xxhash64(key))),
};

/** Undefined for vindexes that are not computed here, and for values that the vindex does not take. */
export const keyspaceId = (type: string, value: Value): KeyspaceId | undefined =>
  Object.hasOwn(kinds, type) ? kinds[type]?.(value) : undefined;

/** Integers of 64 bits, signed or not, also as text; negative ones by their bit pattern. */
function number(value: Value, hash: (value: bigint) => KeyspaceId): KeyspaceId | undefined {
  const text = String(value);
  if (!/^-?\d{1,20}$/.test(text)) return undefined;
  const whole = BigInt(text);
  return whole < -(2n ** 63n) || whole >= 2n ** 64n ? undefined : hash(BigInt.asUintN(64, whole));
}

/**
 * The keyspace id of a vindex over several columns, or its beginning where only the first columns have values.
 * `region_experimental`: the region itself in one or two bytes, then the hash of the other column. `multicol`: the first
 * bytes of what each column's own vindex makes of it.
 */
export function keyspacePrefix(
  { type, params, columns }: Pick<Vindex, 'type' | 'params' | 'columns'>,
  values: readonly Value[],
): KeyspaceId | undefined {
  if (type === 'region_experimental') {
    const [region, place] = values.map((value) => (String(value).startsWith('-') ? undefined : value));
    const number = region === undefined ? undefined : keyspaceId('numeric', region);
    if (!number || values.length > 2) return undefined;
    const start = number.slice(params.region_bytes === '1' ? 7 : 6);
    if (values.length === 1) return start;
    const rest = place === undefined ? undefined : keyspaceId('hash', place);
    return rest && Uint8Array.of(...start, ...rest);
  }
  if (type !== 'multicol') return undefined;
  const bytes = columnBytes(columns.length, params.column_bytes);
  const types = (params.column_vindex ?? '').split(',').map((one) => one.trim());
  const found: number[] = [];
  let least = 0;
  for (const [i, value] of values.entries()) {
    const id = keyspaceId(types[i] || 'hash', value);
    if (!id) return undefined;
    while (found.length < least) found.push(0);
    found.push(...id.slice(0, bytes[i]));
    least += bytes[i] ?? 0;
  }
  return Uint8Array.from(found);
}

/** Eight in all: those that are not given are shared out, the larger parts first. */
function columnBytes(columns: number, written = ''): readonly number[] {
  const given = written.split(',').map((one) => (one === '' ? undefined : Number(one)));
  let rest = given.reduce<number>((left, one) => left - (one ?? 0), 8);
  let open = columns - given.filter((one) => one !== undefined).length;
  return Array.from({ length: columns }, (_, i) => {
    const said = given[i];
    if (said !== undefined) return said;
    const bytes = Math.ceil(rest / open--);
    rest -= bytes;
    return bytes;
  });
}

function loose(value: Value, hash: (key: Uint8Array) => KeyspaceId): KeyspaceId | undefined {
  const key = looseKey(typeof value === 'boolean' ? String(Number(value)) : String(value));
  return key && hash(key);
}

function bytesOf(value: Value): Uint8Array {
  return new TextEncoder().encode(typeof value === 'boolean' ? (value ? '1' : '0') : String(value));
}

const bigEndian = (value: bigint): KeyspaceId => {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setBigUint64(0, value);
  return bytes;
};

const littleEndian = (value: bigint): KeyspaceId => bigEndian(value).reverse();

const reversed = (value: bigint): bigint => BigInt(`0b${[...value.toString(2).padStart(64, '0')].reverse().join('')}`);

export const hex = (id: KeyspaceId): string => [...id].map((byte) => byte.toString(16).padStart(2, '0')).join('');

/**
 * The shard of a keyspace id among `shards` equal key ranges, from zero: ranges as Vitess's tools generate them, cut at
 * whole bytes (`-55`, `55-aa`, `aa-` for three).
 */
export function keyRange(id: KeyspaceId, shards: number): number {
  const width = shards <= 2 ** 8 ? 1 : shards <= 2 ** 16 ? 2 : 4;
  let prefix = 0;
  for (let i = 0; i < width; i++) prefix = prefix * 256 + (id[i] ?? 0);
  const size = 256 ** width / shards;
  let at = Math.min(Math.floor(prefix / size), shards - 1);
  while (at + 1 < shards && Math.floor(size * (at + 1)) <= prefix) at++;
  return at;
}
