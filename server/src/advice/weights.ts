/** How often the statements of the code are called, by query logs; and what logs have that the code does not show. */

/** A statement of the code: how its texts are normalised, and, where a library makes the text, what the query asks. */
export interface Weighable {
  readonly keys: readonly string[];
  readonly shapes: readonly string[];
}

export interface Logged {
  readonly key: string;
  readonly shape?: string;
  readonly calls: number;
  /** Of all calls together. */
  readonly milliseconds?: number;
  /** Calls a second. */
  readonly rate?: number;
}

export interface Weight {
  readonly calls: number;
  readonly milliseconds?: number;
  readonly rate?: number;
  /** `text`: the same statement; `shape`: one that asks the same of the same tables. */
  readonly by: 'text' | 'shape';
  /** The most statements of the code that one of the log may be: its calls are divided among them. */
  readonly sharedBy: number;
}

export interface Weights<S, L> {
  readonly matched: ReadonlyMap<S, Weight>;
  /** Statements of the code that no log has. */
  readonly silent: readonly S[];
  /** Statements of logs that no code shows. */
  readonly foreign: readonly L[];
}

/**
 * A logged statement is what has the same text; else what has the same shape among those whose text a library makes. Where
 * several have it, nobody can say whose calls these were: each gets an equal part, so that sums stay right.
 */
export function weights<S extends Weighable, L extends Logged>(
  statements: readonly S[],
  logged: readonly L[],
): Weights<S, L> {
  const byKey = grouped(statements, ({ keys }) => keys);
  const byShape = grouped(statements, ({ keys, shapes }) => (keys.length === 0 ? shapes : []));
  const matched = new Map<S, Weight>();
  const foreign: L[] = [];
  for (const one of logged) {
    const same = byKey.get(one.key);
    const all = same ?? (one.shape === undefined ? undefined : byShape.get(one.shape));
    if (!all) {
      foreign.push(one);
      continue;
    }
    for (const statement of all)
      matched.set(statement, added(matched.get(statement), one, all.length, same ? 'text' : 'shape'));
  }
  return { matched, silent: statements.filter((one) => !matched.has(one)), foreign };
}

function grouped<S>(
  statements: readonly S[],
  namesOf: (one: S) => readonly string[],
): ReadonlyMap<string, readonly S[]> {
  const groups = new Map<string, S[]>();
  for (const one of statements)
    for (const name of new Set(namesOf(one))) groups.set(name, [...(groups.get(name) ?? []), one]);
  return groups;
}

function added(before: Weight | undefined, one: Logged, sharedBy: number, by: Weight['by']): Weight {
  const milliseconds = sum(before?.milliseconds, one.milliseconds, sharedBy);
  const rate = sum(before?.rate, one.rate, sharedBy);
  return {
    calls: (before?.calls ?? 0) + one.calls / sharedBy,
    ...(milliseconds !== undefined && { milliseconds }),
    ...(rate !== undefined && { rate }),
    by: before?.by === 'shape' ? 'shape' : by,
    sharedBy: Math.max(before?.sharedBy ?? 1, sharedBy),
  };
}

const sum = (before: number | undefined, more: number | undefined, sharedBy: number): number | undefined =>
  more === undefined ? before : (before ?? 0) + more / sharedBy;
