/** Statements of which host code decides a part at run time: the variants that may be sent. */
import type { Expr, Query } from '../query/model';

/** More variants than this are not told apart: the extremes stand for all. */
const cap = 16;

/**
 * All queries that arise from picking one option of each choice and taking or leaving each optional join. With more than
 * `cap` combinations: every choice at its first option, then at its second, and so on.
 */
export function variantsOf(query: Query): readonly Query[] {
  const sizes = choiceSizes(query);
  if (sizes.length === 0) return [query];
  const product = sizes.reduce((all, one) => all * one, 1);
  const picks: number[][] = [];
  if (product <= cap) {
    for (let i = 0; i < product; i++) {
      let rest = i;
      picks.push(
        sizes.map((size) => {
          const pick = rest % size;
          rest = Math.floor(rest / size);
          return pick;
        }),
      );
    }
  } else {
    for (let i = 0; i < Math.max(...sizes); i++) picks.push(sizes.map((size) => Math.min(i, size - 1)));
  }
  return picks.map((pick) => choose(query, pick));
}

type Node = { readonly kind?: string; readonly optional?: boolean; readonly options?: readonly Expr[] };

const isNode = (value: unknown): value is Node => typeof value === 'object' && value !== null;

/** Visits choices in a fixed order; the same order numbers the picks in `choose`. */
function choiceSizes(query: Query): readonly number[] {
  const sizes: number[] = [];
  const seen = new Set<object>();
  const visit = (value: unknown): void => {
    if (!isNode(value) || seen.has(value)) return;
    seen.add(value);
    if (Array.isArray(value)) {
      for (const one of value) visit(one);
      return;
    }
    if (value.kind === 'choice' && value.options) sizes.push(value.options.length);
    else if (value.kind === 'join' && value.optional) sizes.push(2);
    for (const [key, one] of Object.entries(value)) if (key !== 'span') visit(one);
  };
  visit(query);
  return sizes;
}

function choose(query: Query, picks: readonly number[]): Query {
  let next = 0;
  // UPDATE and DELETE name their targets twice, as the very same object: a copy must stay one object.
  const copies = new Map<object, unknown>();
  const copy = (value: unknown): unknown => {
    if (!isNode(value)) return value;
    const known = copies.get(value);
    if (known !== undefined) return known;
    const made = remake(value);
    copies.set(value, made);
    return made;
  };
  const remake = (value: Node): unknown => {
    if (Array.isArray(value)) return value.map(copy);
    if (value.kind === 'choice' && value.options) {
      const pick = picks[next++] ?? 0;
      const made = value.options.map(copy);
      return made[pick];
    }
    if (value.kind === 'join' && value.optional) {
      const pick = picks[next++] ?? 0;
      const made = Object.fromEntries(
        Object.entries(value).map(([key, one]) => [key, key === 'span' ? one : copy(one)]),
      );
      return pick === 0 ? made : made.left;
    }
    return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, key === 'span' ? one : copy(one)]));
  };
  return copy(query) as Query;
}
