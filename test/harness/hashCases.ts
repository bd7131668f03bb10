/** Key types with PostgreSQL's own hash function for them and a generator of literals. */
const below = (n: number): number => Math.floor(Math.random() * n);
const bits = (n: number): bigint => {
  let value = 0n;
  for (let i = 0; i < n; i += 16) value = (value << 16n) | BigInt(below(65536));
  // Small values are as common as large ones.
  return BigInt.asIntN(n, value >> BigInt(below(n)));
};
const pad = (n: number, width = 2): string => String(n).padStart(width, '0');
const text = (): string =>
  Array.from({ length: below(40) }, () =>
    String.fromCodePoint([below(95) + 32, below(0x500) + 0xa0, 0x1f600 + below(64)][below(3)] ?? 65),
  ).join('');
const date = (): string => `${pad(1 + below(2900), 4)}-${pad(1 + below(12))}-${pad(1 + below(28))}`;
const time = (): string => `${pad(below(24))}:${pad(below(60))}:${pad(below(60))}.${pad(below(1_000_000), 6)}`;
const hex = (n: number): string => Array.from({ length: n }, () => below(16).toString(16)).join('');
const decimal = (): string => {
  const whole = Array.from({ length: below(14) }, () => below(10)).join('');
  const fraction = Array.from({ length: below(10) }, () => below(10)).join('');
  return `${below(2) ? '-' : ''}${whole || '0'}${fraction ? `.${fraction}` : ''}`;
};

export const hashCases: readonly { readonly type: string; readonly sql: string; readonly random: () => string }[] = [
  { type: 'smallint', sql: 'hashint2(v::smallint)', random: () => String(bits(16)) },
  { type: 'integer', sql: 'hashint4(v::integer)', random: () => String(bits(32)) },
  { type: 'bigint', sql: 'hashint8(v::bigint)', random: () => String(bits(64)) },
  { type: 'text', sql: 'hashtext(v)', random: text },
  { type: 'varchar', sql: 'hashtext(v)', random: text },
  { type: 'char(50)', sql: 'hashbpchar(v::char(50))', random: text },
  { type: 'uuid', sql: 'uuid_hash(v::uuid)', random: () => `${hex(8)}-${hex(4)}-${hex(4)}-${hex(4)}-${hex(12)}` },
  { type: 'bytea', sql: 'hash_array(ARRAY[v::bytea])::bigint - 31', random: () => `\\x${hex(2 * below(30))}` },
  { type: 'boolean', sql: 'hashchar(v::boolean::integer::"char")', random: () => (below(2) ? 'true' : 'false') },
  { type: 'date', sql: "hashint4(v::date - date '2000-01-01')", random: date },
  { type: 'timestamp', sql: 'timestamp_hash(v::timestamp)', random: () => `${date()} ${time()}` },
  {
    type: 'timestamptz',
    sql: "timestamp_hash(v::timestamptz AT TIME ZONE 'UTC')",
    random: () => `${date()} ${time()}+${pad(below(14))}:${pad(below(60))}`,
  },
  { type: 'numeric', sql: 'hash_numeric(v::numeric)', random: decimal },
  {
    type: 'double precision',
    sql: 'hashfloat8(v::float8)',
    random: () => String((Math.random() - 0.5) * 10 ** below(12)),
  },
  {
    type: 'real',
    sql: 'hashfloat4(v::real)',
    random: () => String(Math.fround((Math.random() - 0.5) * 10 ** below(12))),
  },
];
