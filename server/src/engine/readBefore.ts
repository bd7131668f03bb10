/** What the statements of an `.sql` file came to when it was read last: equal ones are not read again. */
import type { Parsed } from '../dialects/dialect';
import type { Route } from '../routing/route';
import type { Pin } from '../routing/router';

/** A part of the answer that does not depend on where the statement stands. */
export interface ReadBefore {
  readonly parsed: Parsed;
  readonly route: Route;
  readonly tables: readonly string[];
}

/** With what it is the answer to. */
export interface Reading extends ReadBefore {
  readonly text: string;
  readonly key: string;
}

export interface Rereading {
  before(text: string): Parsed | undefined;
  /** `make` is asked where the same text, hints and pins were not there before. */
  read(text: string, hints: readonly string[], pins: readonly Pin[], make: () => ReadBefore): Reading;
}

/** `isLocal` as of the script that is read: where it is not, what stands before a statement decides how its text is read. */
export function rereading(last: readonly (Reading | undefined)[], isLocal: boolean): Rereading {
  const parsed = new Map<string, Parsed>();
  const read = new Map<string, Reading>();
  for (const one of isLocal ? last : []) {
    if (!one) continue;
    parsed.set(one.text, one.parsed);
    read.set(one.key, one);
  }
  return {
    before: (text) => parsed.get(text),
    read(text, hints, pins, make) {
      const key = hints.length === 0 && pins.length === 0 ? text : JSON.stringify([text, hints, pins]);
      const made = read.get(key) ?? { ...make(), text, key };
      if (isLocal) read.set(key, made);
      return made;
    },
  };
}
