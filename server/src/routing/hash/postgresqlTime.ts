/** Date and time literals as PostgreSQL stores them: days and microseconds since 2000-01-01. ISO forms only. */

const epoch = Date.UTC(2000, 0, 1);
const shape =
  /^(\d{4,})-(\d{1,2})-(\d{1,2})(?:[T ](\d{1,2}):(\d{2})(?::(\d{2})(?:\.(\d{1,6})\d*)?)?)?\s*(Z|[+-]\d{1,2}(?::?\d{2})?)?$/i;

interface Parts {
  readonly day: number;
  readonly micros: bigint;
  readonly zone: string | undefined;
}

function parse(text: string): Parts | undefined {
  const found = shape.exec(text.trim());
  if (!found) return undefined;
  const [, year, month, day, hour, minute, second, fraction, zone] = found;
  const at = new Date(0);
  at.setUTCFullYear(Number(year), Number(month) - 1, Number(day));
  if (at.getUTCMonth() !== Number(month) - 1 || at.getUTCDate() !== Number(day)) return undefined;
  const seconds = Number(hour ?? 0) * 3600 + Number(minute ?? 0) * 60 + Number(second ?? 0);
  const micros = BigInt(seconds) * 1_000_000n + BigInt((fraction ?? '').padEnd(6, '0'));
  return { day: Math.round((at.getTime() - epoch) / 86_400_000), micros, zone };
}

const total = ({ day, micros }: Parts): bigint => BigInt(day) * 86_400_000_000n + micros;

export const dateDays = (text: string): number | undefined => parse(text)?.day;

/** A zone in the literal of a timestamp without one is ignored, as PostgreSQL does. */
export function timestampMicros(text: string): bigint | undefined {
  const parts = parse(text);
  return parts && total(parts);
}

/** Without a zone in the literal, the session's zone decides: not known here. */
export function timestamptzMicros(text: string): bigint | undefined {
  const parts = parse(text);
  if (!parts?.zone) return undefined;
  const offset = /^([+-])(\d{1,2}):?(\d{2})?$/.exec(parts.zone);
  if (!offset) return total(parts);
  const minutes = BigInt(Number(offset[2]) * 60 + Number(offset[3] ?? 0)) * (offset[1] === '-' ? -1n : 1n);
  return total(parts) - minutes * 60_000_000n;
}
