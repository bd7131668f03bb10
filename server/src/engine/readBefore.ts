/** What the statements of an `.sql` file came to when it was read last: after an edit only the changed one is read again. */
import type { Parsed } from '../dialects/dialect';
import type { Route } from '../routing/route';
import type { Pin } from '../routing/router';
import type { Effective } from '../shards/load';

/** A part of the answer that does not depend on where the statement stands. */
export interface ReadBefore {
  readonly parsed: Parsed;
  readonly route: Route;
  readonly tables: readonly string[];
}

export interface Rereading {
  before(text: string): Parsed | undefined;
  /** `make` is asked where the same text, hints and pins were not there before. */
  read(text: string, hints: readonly string[], pins: readonly Pin[], make: () => ReadBefore): ReadBefore;
}

interface Kept {
  readonly parsed: ReadonlyMap<string, Parsed>;
  readonly read: ReadonlyMap<string, ReadBefore>;
}

/** By map, dialect and schema, which are one object until one of them is another; then by file. */
const kept = new WeakMap<Effective, Map<string, Kept>>();

export function rereading(file: string, effective: Effective): Rereading {
  const files = kept.get(effective) ?? new Map<string, Kept>();
  kept.set(effective, files);
  const last = files.get(file);
  const parsed = new Map<string, Parsed>();
  const read = new Map<string, ReadBefore>();
  files.set(file, { parsed, read });
  return {
    before: (text) => last?.parsed.get(text),
    read(text, hints, pins, make) {
      const key = hints.length === 0 && pins.length === 0 ? text : JSON.stringify([text, hints, pins]);
      const made = read.get(key) ?? last?.read.get(key) ?? make();
      read.set(key, made);
      parsed.set(text, made.parsed);
      return made;
    },
  };
}
