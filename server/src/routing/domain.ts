/**
 * The set of values that a key column may have, as far as predicates say: a small lattice.
 * `meet` is AND, `join` is OR. `open` stands for a predicate that the source does not say: it may or may not bind.
 */
import type { KeyValue } from './keyValue';

export type Domain =
  | { readonly kind: 'all' }
  | { readonly kind: 'none' }
  | { readonly kind: 'open' }
  | { readonly kind: 'points'; readonly points: ReadonlyMap<string, KeyValue> }
  | { readonly kind: 'ranges'; readonly ranges: readonly Range[] };

/** Bounds left out are open; a bound without a constant is a parameter: known when the statement runs. */
export interface Range {
  readonly low?: Bound;
  readonly high?: Bound;
}

export interface Bound {
  readonly value: KeyValue;
  readonly inclusive: boolean;
}

export const all: Domain = { kind: 'all' };
export const none: Domain = { kind: 'none' };
export const open: Domain = { kind: 'open' };

export const point = (value: KeyValue): Domain => ({ kind: 'points', points: new Map([[value.id, value]]) });

export const points = (values: readonly KeyValue[]): Domain =>
  values.length === 0 ? none : { kind: 'points', points: new Map(values.map((value) => [value.id, value])) };

export const range = (one: Range): Domain => ({ kind: 'ranges', ranges: [one] });

/** How many values at most; undefined where that is not known. */
export function size(domain: Domain): number | undefined {
  if (domain.kind === 'none') return 0;
  if (domain.kind !== 'points') return undefined;
  let known = 0;
  for (const value of domain.points.values()) {
    if (value.many) return undefined;
    known++;
  }
  return known;
}

/** The one value that the key has. */
export function singleValue(domain: Domain): KeyValue | undefined {
  if (domain.kind !== 'points' || domain.points.size !== 1) return undefined;
  const [value] = domain.points.values();
  return value && !value.many ? value : undefined;
}

/** AND. The result holds at least every value that both allow. */
export function meet(a: Domain, b: Domain): Domain {
  if (a.kind === 'none' || b.kind === 'none') return none;
  if (a.kind === 'all') return b;
  if (b.kind === 'all') return a;
  if (a.kind === 'open') return b;
  if (b.kind === 'open') return a;
  if (a.kind === 'points' && b.kind === 'points') return meetPoints(a.points, b.points);
  if (a.kind === 'points' && b.kind === 'ranges') return within(a.points, b.ranges);
  if (a.kind === 'ranges' && b.kind === 'points') return within(b.points, a.ranges);
  if (a.kind === 'ranges' && b.kind === 'ranges') return meetRanges(a.ranges, b.ranges);
  return a;
}

/** OR. */
export function join(a: Domain, b: Domain): Domain {
  if (a.kind === 'none') return b;
  if (b.kind === 'none') return a;
  if (a.kind === 'all' || b.kind === 'all') return all;
  if (a.kind === 'open' || b.kind === 'open') return open;
  if (a.kind === 'points' && b.kind === 'points')
    return { kind: 'points', points: new Map([...a.points, ...b.points]) };
  return { kind: 'ranges', ranges: [...asRanges(a), ...asRanges(b)] };
}

function meetPoints(a: ReadonlyMap<string, KeyValue>, b: ReadonlyMap<string, KeyValue>): Domain {
  const both = [...a].filter(([id]) => b.has(id));
  // Two parameters, or a parameter and a constant, may be equal: only constants are known to differ.
  const constants = (values: ReadonlyMap<string, KeyValue>) =>
    [...values.values()].every((value) => value.constant !== undefined);
  if (constants(a) && constants(b)) return both.length === 0 ? none : { kind: 'points', points: new Map(both) };
  const sized = (values: ReadonlyMap<string, KeyValue>) =>
    size({ kind: 'points', points: values }) ?? Number.POSITIVE_INFINITY;
  return { kind: 'points', points: sized(a) <= sized(b) ? a : b };
}

function within(values: ReadonlyMap<string, KeyValue>, ranges: readonly Range[]): Domain {
  const kept = [...values].filter(
    ([, value]) => value.constant === undefined || ranges.some((one) => mayHold(one, value)),
  );
  return kept.length === 0 ? none : { kind: 'points', points: new Map(kept) };
}

function meetRanges(a: readonly Range[], b: readonly Range[]): Domain {
  const met: Range[] = [];
  for (const x of a) {
    for (const y of b) {
      const low = tighter(x.low, y.low, 1);
      const high = tighter(x.high, y.high, -1);
      const one = { ...(low ? { low } : {}), ...(high ? { high } : {}) };
      if (!isEmpty(one)) met.push(one);
    }
  }
  return met.length === 0 ? none : met.length > 64 ? { kind: 'ranges', ranges: a } : { kind: 'ranges', ranges: met };
}

/** The stricter of two bounds; where they cannot be compared, either is a correct bound. */
function tighter(a: Bound | undefined, b: Bound | undefined, direction: 1 | -1): Bound | undefined {
  if (!a || !b) return a ?? b;
  const order = compareValues(a.value, b.value);
  if (order === undefined) return a.value.constant !== undefined ? a : b;
  if (order === 0) return a.inclusive ? b : a;
  return order * direction > 0 ? a : b;
}

function isEmpty({ low, high }: Range): boolean {
  if (!low || !high) return false;
  const order = compareValues(low.value, high.value);
  return order !== undefined && (order > 0 || (order === 0 && !(low.inclusive && high.inclusive)));
}

export function mayHold({ low, high }: Range, value: KeyValue): boolean {
  const above = low && compareValues(value, low.value);
  if (low && above !== undefined && (above < 0 || (above === 0 && !low.inclusive))) return false;
  const below = high && compareValues(value, high.value);
  return !(high && below !== undefined && (below > 0 || (below === 0 && !high.inclusive)));
}

/** Negative, zero or positive; undefined where the order is not known (parameters, strings under an unknown collation). */
export function compareValues(a: KeyValue, b: KeyValue): number | undefined {
  if (a.id === b.id) return 0;
  const x = ordered(a.constant);
  const y = ordered(b.constant);
  if (x === undefined || y === undefined) return undefined;
  if (typeof x === 'string' && typeof y === 'string') return x < y ? -1 : x > y ? 1 : 0;
  if (typeof x === 'string' || typeof y === 'string') return undefined;
  return x < y ? -1 : x > y ? 1 : 0;
}

/** Numbers and dates can be ordered; of other strings the collation is not known. */
function ordered(value: KeyValue['constant']): number | bigint | string | undefined {
  if (typeof value === 'number' || typeof value === 'bigint') return value;
  if (typeof value !== 'string') return undefined;
  if (/^-?\d+$/.test(value)) return BigInt(value);
  if (/^-?\d+\.\d+$/.test(value)) return Number(value);
  return /^\d{4}-\d{2}-\d{2}([ T]\d{2}:\d{2}(:\d{2}(\.\d+)?)?)?$/.test(value) ? value.replace('T', ' ') : undefined;
}

const asRanges = (domain: Domain): readonly Range[] => {
  if (domain.kind === 'ranges') return domain.ranges;
  if (domain.kind !== 'points') return [];
  return [...domain.points.values()].map((value) => ({
    low: { value, inclusive: true },
    high: { value, inclusive: true },
  }));
};

/** For tests and explanations: `{1, $2}`, `[10, 20)`, `all`. */
export function show(domain: Domain): string {
  if (domain.kind === 'points') return `{${[...domain.points.keys()].map((id) => id.replace(/^=/, '')).join(', ')}}`;
  if (domain.kind !== 'ranges') return domain.kind;
  const bound = (one: Bound | undefined) => (one ? one.value.id.replace(/^=/, '') : '∞');
  return domain.ranges
    .map(
      (one) =>
        `${one.low?.inclusive ? '[' : '('}${bound(one.low)}, ${bound(one.high)}${one.high?.inclusive ? ']' : ')'}`,
    )
    .join(' ∪ ');
}
