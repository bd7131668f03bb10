/**
 * PostgreSQL's hash functions for key types, as its hash partitioning and Citus use them: signed 32-bit results, equal to
 * `hashint4(…)`, `hashtext(…)`, `uuid_hash(…)` and their kin. Written from Bob Jenkins's public-domain lookup3.
 */
import { own } from '../../text/own';
import { dateDays, timestampMicros, timestamptzMicros } from './postgresqlTime';

export type HashInput = string | number | bigint | boolean;

/** The type's name without modifiers, as PostgreSQL's catalogue spells its family. */
export function keyType(declared: string): string {
  const plain = declared
    .toLowerCase()
    .replace(/\s*\([^)]*\)/g, '')
    .replace(/^pg_catalog\./, '')
    .trim();
  return own(families, plain) ?? plain;
}

const families: Readonly<Record<string, string>> = {
  int: 'int4',
  integer: 'int4',
  serial: 'int4',
  serial4: 'int4',
  bigint: 'int8',
  bigserial: 'int8',
  serial8: 'int8',
  smallint: 'int2',
  smallserial: 'int2',
  'character varying': 'text',
  varchar: 'text',
  citext: 'citext',
  name: 'text',
  character: 'bpchar',
  char: 'bpchar',
  boolean: 'bool',
  decimal: 'numeric',
  'double precision': 'float8',
  float: 'float8',
  real: 'float4',
  timestamp: 'timestamp',
  'timestamp without time zone': 'timestamp',
  'timestamp with time zone': 'timestamptz',
};

/** The hash of a literal as a value of that type; undefined where the type has no known hash, or the literal is not one of its values. */
export function postgresqlHash(value: HashInput, declared: string): number | undefined {
  switch (keyType(declared)) {
    case 'int2':
      return ofInteger(value, 16n);
    case 'int4':
      return ofInteger(value, 32n);
    case 'int8':
      return ofInteger(value, 64n);
    case 'text':
      return typeof value === 'boolean' ? undefined : hashBytes(encoder.encode(String(value)));
    case 'bpchar':
      return typeof value === 'boolean' ? undefined : hashBytes(encoder.encode(String(value).replace(/ +$/, '')));
    case 'uuid':
      return ofUuid(value);
    case 'bytea':
      return ofBytea(value);
    case 'bool':
      return ofBoolean(value);
    case 'date':
      return typeof value === 'string' ? mapped(dateDays(value), (days) => hashUint32(days)) : undefined;
    case 'timestamp':
      return typeof value === 'string' ? mapped(timestampMicros(value), hashInt8) : undefined;
    case 'timestamptz':
      return typeof value === 'string' ? mapped(timestamptzMicros(value), hashInt8) : undefined;
    case 'numeric':
      return typeof value === 'boolean' ? undefined : hashNumeric(String(value).trim());
    case 'float4':
      return mapped(ofNumber(value), (number) => hashFloat(Math.fround(number)));
    case 'float8':
      return mapped(ofNumber(value), hashFloat);
    default:
      return undefined;
  }
}

const encoder = new TextEncoder();

const mapped = <T>(value: T | undefined, hash: (value: T) => number | undefined): number | undefined =>
  value === undefined ? undefined : hash(value);

function ofInteger(value: HashInput, bits: bigint): number | undefined {
  const whole = integerOf(value);
  if (whole === undefined || whole >= 1n << (bits - 1n) || whole < -(1n << (bits - 1n))) return undefined;
  return bits === 64n ? hashInt8(whole) : hashUint32(Number(whole));
}

/** `1`, `'1'` and `1.0` are the integer 1; `1.5` is none. */
export function integerOf(value: HashInput): bigint | undefined {
  if (typeof value === 'bigint') return value;
  if (typeof value === 'number') return Number.isSafeInteger(value) ? BigInt(value) : undefined;
  if (typeof value !== 'string') return undefined;
  const digits = /^\s*([+-]?\d+)(?:\.0*)?\s*$/.exec(value)?.[1];
  return digits === undefined ? undefined : BigInt(digits);
}

function ofNumber(value: HashInput): number | undefined {
  if (typeof value === 'boolean') return undefined;
  const number = Number(value);
  return typeof value === 'string' && value.trim() === '' ? undefined : Number.isNaN(number) ? undefined : number;
}

function ofUuid(value: HashInput): number | undefined {
  if (typeof value !== 'string') return undefined;
  const digits = value
    .trim()
    .replace(/^\{(.*)\}$/, '$1')
    .replaceAll('-', '');
  return /^[\da-f]{32}$/i.test(digits) ? hashBytes(fromHex(digits)) : undefined;
}

function ofBytea(value: HashInput): number | undefined {
  if (typeof value !== 'string') return undefined;
  if (/^\\x([\da-f]{2})*$/i.test(value)) return hashBytes(fromHex(value.slice(2)));
  // The escape format is left alone: only plain text in it is unambiguous.
  return value.includes('\\') ? undefined : hashBytes(encoder.encode(value));
}

function ofBoolean(value: HashInput): number | undefined {
  const word = String(value).trim().toLowerCase();
  if (['true', 't', 'yes', 'y', 'on', '1'].includes(word)) return hashUint32(1);
  return ['false', 'f', 'no', 'n', 'off', '0'].includes(word) ? hashUint32(0) : undefined;
}

function fromHex(digits: string): Uint8Array {
  const bytes = new Uint8Array(digits.length / 2);
  for (let i = 0; i < bytes.length; i++) bytes[i] = Number.parseInt(digits.slice(2 * i, 2 * i + 2), 16);
  return bytes;
}

/** The two halves are folded so that small values hash as int4 does. */
export function hashInt8(value: bigint): number {
  const low = Number(BigInt.asUintN(32, value));
  const high = Number(BigInt.asUintN(32, value >> 32n));
  return hashUint32(low ^ (value >= 0n ? high : ~high));
}

function hashFloat(value: number): number {
  if (value === 0) return 0;
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setFloat64(0, value, true);
  return hashBytes(bytes);
}

/** Base-10000 digits without leading and trailing zeros, with the weight of the first one mixed in. */
function hashNumeric(text: string): number | undefined {
  const parts = /^([+-]?)(\d*)(?:\.(\d*))?$/.exec(text);
  if (!parts || !(parts[2] || parts[3])) return undefined;
  const whole = (parts[2] ?? '').replace(/^0+/, '');
  const fraction = parts[3] ?? '';
  const left = whole.padStart(Math.ceil(whole.length / 4) * 4, '0');
  const right = fraction.padEnd(Math.ceil(fraction.length / 4) * 4, '0');
  const digits = (left + right).match(/\d{4}/g)?.map(Number) ?? [];
  let weight = left.length / 4 - 1;
  while (digits.length > 0 && digits[0] === 0) {
    digits.shift();
    weight--;
  }
  while (digits.length > 0 && digits[digits.length - 1] === 0) digits.pop();
  if (digits.length === 0) return -1;
  const bytes = new Uint8Array(digits.length * 2);
  const view = new DataView(bytes.buffer);
  digits.forEach((digit, i) => {
    view.setInt16(2 * i, digit, true);
  });
  return (hashBytes(bytes) ^ weight) | 0;
}

const rotate = (x: number, by: number): number => (x << by) | (x >>> (32 - by));

const seed = (length: number): number => (0x9e3779b9 + length + 3923095) | 0;

function final(a0: number, b0: number, c0: number): number {
  let a = a0;
  let b = b0;
  let c = c0;
  c = ((c ^ b) - rotate(b, 14)) | 0;
  a = ((a ^ c) - rotate(c, 11)) | 0;
  b = ((b ^ a) - rotate(a, 25)) | 0;
  c = ((c ^ b) - rotate(b, 16)) | 0;
  a = ((a ^ c) - rotate(c, 4)) | 0;
  b = ((b ^ a) - rotate(a, 14)) | 0;
  return ((c ^ b) - rotate(b, 24)) | 0;
}

/** The hash of one 32-bit word. */
export function hashUint32(word: number): number {
  const start = seed(4);
  return final((start + word) | 0, start, start);
}

/** The hash of a byte string. */
export function hashBytes(bytes: Uint8Array): number {
  let a = seed(bytes.length);
  let b = a;
  let c = a;
  const byte = (i: number): number => bytes[i] ?? 0;
  const word = (i: number): number => byte(i) | (byte(i + 1) << 8) | (byte(i + 2) << 16) | (byte(i + 3) << 24);
  let at = 0;
  for (; bytes.length - at >= 12; at += 12) {
    a = (a + word(at)) | 0;
    b = (b + word(at + 4)) | 0;
    c = (c + word(at + 8)) | 0;
    a = ((a - c) ^ rotate(c, 4)) | 0;
    c = (c + b) | 0;
    b = ((b - a) ^ rotate(a, 6)) | 0;
    a = (a + c) | 0;
    c = ((c - b) ^ rotate(b, 8)) | 0;
    b = (b + a) | 0;
    a = ((a - c) ^ rotate(c, 16)) | 0;
    c = (c + b) | 0;
    b = ((b - a) ^ rotate(a, 19)) | 0;
    a = (a + c) | 0;
    c = ((c - b) ^ rotate(b, 4)) | 0;
    b = (b + a) | 0;
  }
  // The lowest byte of the last word is kept for the length.
  a = (a + word(at)) | 0;
  b = (b + word(at + 4)) | 0;
  c = (c + (word(at + 8) << 8)) | 0;
  return final(a, b, c);
}
