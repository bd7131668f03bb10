/** What every kind of log comes down to. */
export interface Entry {
  readonly sql: string;
  readonly calls: number;
  /** Of all calls together. */
  readonly milliseconds?: number;
  /** When it ran, milliseconds since 1970; logs that say it give the rate of calls. */
  readonly at?: number;
  /** Counted since then: the same of a server that sums itself. */
  readonly since?: number;
  /** Where it stands in its file. */
  readonly line: number;
}

/** An entry that could not be read. */
export interface Unread {
  readonly line: number;
  readonly why: string;
}

export type Item = { readonly entry: Entry } | { readonly unread: Unread };

export const unread = (line: number, why: string): Item => ({ unread: { line, why } });

export const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

export function numberOf(value: unknown): number | undefined {
  if (value === undefined || value === null || value === '') return undefined;
  const number = Number(value);
  return Number.isFinite(number) && number >= 0 ? number : undefined;
}

/** Milliseconds since 1970 of a date as logs write it; what has no zone is taken as UTC. */
export function timeOf(text: string): number | undefined {
  const iso = text.trim().replace(/^(\d{4}-\d\d-\d\d)[ T](\d\d:\d\d:\d\d(?:\.\d{1,3})?)\d*/, '$1T$2');
  const zoned = /(?:Z|[+-]\d\d(?::?\d\d)?)$/i.test(iso.slice(19)) ? iso.replace(/([+-]\d\d)$/, '$1:00') : `${iso}Z`;
  const time = Date.parse(zoned);
  return Number.isFinite(time) ? time : undefined;
}
