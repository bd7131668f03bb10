/** Which declared name a written one means. */

/** Everything that decides it, beside the names themselves. */
export interface NameRules {
  readonly ignoreCase: boolean;
  /** Where unqualified names live, the first that has one wins: the default database or the search path. */
  readonly places: readonly string[];
  /** With `places` given and no match there: look everywhere else? */
  readonly everywhere: boolean;
}

/** Dialects in which a name in another case is another name. */
export const caseMatters: ReadonlySet<string> = new Set(['postgresql', 'mongodb']);

export interface Named {
  readonly name: readonly string[];
}

const key = (name: readonly string[], ignoreCase: boolean): string => {
  const joined = name.join('.');
  return ignoreCase ? joined.toLowerCase() : joined;
};

/** Looks names up in one list; `candidates` answers with all that fit equally well. */
export function nameIndex<T extends Named>(
  items: readonly T[],
  rules: NameRules,
): (name: readonly string[]) => readonly T[] {
  // Exact spelling first; a different case only helps where it is not needed to tell two names apart.
  const exact = indexBy(items, false);
  const folded = indexBy(items, true);
  const look = (name: readonly string[]): readonly T[] => {
    const same = rules.ignoreCase ? undefined : exact.full.get(key(name, false));
    return same ?? folded.full.get(key(name, true)) ?? [];
  };
  const tails = (last: string): readonly T[] => {
    const same = rules.ignoreCase ? undefined : exact.last.get(last);
    return same ?? folded.last.get(last.toLowerCase()) ?? [];
  };
  return (name) => {
    const last = name.at(-1);
    if (last === undefined) return [];
    if (name.length > 1) {
      const whole = look(name);
      if (whole.length > 0) return whole;
      // `catalog.schema.table` means `schema.table`; a bare declaration stands for the places it is looked up in.
      const shorter = name.length > 2 ? look(name.slice(1)) : [];
      if (shorter.length > 0) return shorter;
      const inPlace = rules.places.some((place) => key([place], true) === key(name.slice(-2, -1), true));
      return inPlace || rules.places.length === 0 ? look([last]) : [];
    }
    for (const place of rules.places) {
      const there = look([place, last]);
      if (there.length > 0) return there;
    }
    const bare = look(name);
    if (bare.length > 0) return bare;
    return rules.everywhere ? tails(last) : [];
  };
}

interface Index<T> {
  readonly full: ReadonlyMap<string, readonly T[]>;
  readonly last: ReadonlyMap<string, readonly T[]>;
}

function indexBy<T extends Named>(items: readonly T[], ignoreCase: boolean): Index<T> {
  const full = new Map<string, T[]>();
  const last = new Map<string, T[]>();
  const add = (map: Map<string, T[]>, at: string, item: T): void => {
    const list = map.get(at);
    if (list) list.push(item);
    else map.set(at, [item]);
  };
  for (const item of items) {
    add(full, key(item.name, ignoreCase), item);
    add(last, key(item.name.slice(-1), ignoreCase), item);
  }
  return { full, last };
}
