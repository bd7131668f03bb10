/** XXH64 with seed 0 (github.com/Cyan4973/xxHash, doc/xxhash_spec.md), over bytes. */
const prime1 = 0x9e3779b185ebca87n;
const prime2 = 0xc2b2ae3d27d4eb4fn;
const prime3 = 0x165667b19e3779f9n;
const prime4 = 0x85ebca77c2b2ae63n;
const prime5 = 0x27d4eb2f165667c5n;

const wrap = (value: bigint): bigint => BigInt.asUintN(64, value);
const rotate = (value: bigint, by: bigint): bigint => wrap((value << by) | (value >> (64n - by)));
const mix = (lane: bigint, word: bigint): bigint => wrap(rotate(wrap(lane + word * prime2), 31n) * prime1);
const fold = (hash: bigint, lane: bigint): bigint => wrap((hash ^ mix(0n, lane)) * prime1 + prime4);

export function xxhash64(bytes: Uint8Array): bigint {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const size = bytes.length;
  let at = 0;
  let hash = prime5;
  if (size >= 32) {
    const lanes: [bigint, bigint, bigint, bigint] = [wrap(prime1 + prime2), prime2, 0n, wrap(-prime1)];
    for (; at + 32 <= size; at += 32) {
      for (const i of [0, 1, 2, 3] as const) lanes[i] = mix(lanes[i], view.getBigUint64(at + i * 8, true));
    }
    const [a, b, c, d] = lanes;
    hash = wrap(rotate(a, 1n) + rotate(b, 7n) + rotate(c, 12n) + rotate(d, 18n));
    for (const lane of lanes) hash = fold(hash, lane);
  }
  hash = wrap(hash + BigInt(size));
  for (; at + 8 <= size; at += 8)
    hash = wrap(rotate(hash ^ mix(0n, view.getBigUint64(at, true)), 27n) * prime1 + prime4);
  if (at + 4 <= size) {
    hash = wrap(rotate(hash ^ wrap(BigInt(view.getUint32(at, true)) * prime1), 23n) * prime2 + prime3);
    at += 4;
  }
  for (; at < size; at++) hash = wrap(rotate(hash ^ wrap(BigInt(view.getUint8(at)) * prime5), 11n) * prime1);
  hash = wrap((hash ^ (hash >> 33n)) * prime2);
  hash = wrap((hash ^ (hash >> 29n)) * prime3);
  return hash ^ (hash >> 32n);
}
