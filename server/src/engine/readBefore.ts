/** What the statements of an `.sql` file came to when it was read last: equal ones are not read again. */
import type { Route } from '../routing/route';
import type { Pin } from '../routing/router';
import type { ReadParsed } from './statementShapes';

/** A part of the answer that does not depend on where the statement stands. */
export interface ReadBefore {
  readonly parsed: ReadParsed;
  readonly route: Route;
  readonly tables: readonly string[];
}

/** With what it is the answer to. */
export interface Reading extends ReadBefore {
  readonly text: string;
  readonly key: string;
}

export interface Rereading {
  before(text: string): ReadParsed | undefined;
  /** `make` is asked where the same text, hints and pins were not there before, or its query had other places. */
  read(
    text: string,
    hints: readonly string[],
    pins: readonly Pin[],
    parsed: ReadParsed,
    make: () => ReadBefore,
  ): Reading;
}

/** `isLocal` as of the script that is read: where it is not, what stands before a statement decides how its text is read. */
export function rereading(last: readonly (Reading | undefined)[], isLocal: boolean): Rereading {
  const parsed = new Map<string, ReadParsed>();
  const read = new Map<string, Reading>();
  for (const one of isLocal ? last : []) {
    if (!one) continue;
    parsed.set(one.text, one.parsed);
    read.set(one.key, one);
  }
  return {
    before: (text) => parsed.get(text),
    read(text, hints, pins, { shaped }, make) {
      const key = hints.length === 0 && pins.length === 0 ? text : JSON.stringify([text, hints, pins]);
      const known = read.get(key);
      const holds = known !== undefined && known.parsed.shaped?.stretch === shaped?.stretch;
      const made = holds ? known : { ...make(), text, key };
      if (isLocal) read.set(key, made);
      return made;
    },
  };
}
