/**
 * Keyspace ids: what Vitess's functional vindexes make of a value, as its `vtgate/vindexes` package does.
 * The `unicode_loose_*` kinds are computed for ASCII alone. Not here: those that read a file or a table.
 */
import { md5 } from '@noble/hashes/legacy.js';
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
