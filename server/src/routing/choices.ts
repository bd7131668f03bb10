/** Statements of which host code decides a part at run time: the variants that may be sent. */
import type { Expr, From, Query } from '../query/model';

/** More variants than this are not told apart: the extremes stand for all. */
const cap = 16;

/**
 * All queries that arise from picking one option of each choice and taking or leaving each optional join, and that a
 * database takes. With more than
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
  const chosen = withChoices(query);
  const variants = picks.map((pick) => choose(query, pick, chosen));
  const sendable = variants.filter((one) => !namesTwice(one));
  return sendable.length > 0 ? sendable : variants;
}

/** Databases refuse two sources of one name: joins of two branches of which only one is taken. */
function namesTwice(query: Query): boolean {
  if (query.kind !== 'select') return false;
  const seen = new Set<string>();
  const repeats = (from: From): boolean => {
    if (from.kind !== 'join') return false;
    const twice = repeats(from.left);
    const { right, optional } = from;
    if (twice || !optional || right.kind !== 'table') return twice;
    const name = right.alias ?? right.name.parts.join('.');
    return seen.has(name) || !seen.add(name);
  };
  return query.from.some(repeats);
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

/** What holds a choice; the rest of a query is the same in all of its variants and is shared. */
function withChoices(query: Query): ReadonlySet<object> {
  const found = new Set<object>();
  const seen = new Map<object, boolean>();
  const holds = (value: unknown): boolean => {
    if (!isNode(value)) return false;
    const known = seen.get(value);
    if (known !== undefined) return known;
    seen.set(value, false);
    let some = (value.kind === 'choice' && value.options !== undefined) || (value.kind === 'join' && value.optional);
    if (Array.isArray(value)) for (const one of value) some = holds(one) || some;
    else for (const [key, one] of Object.entries(value)) if (key !== 'span') some = holds(one) || some;
    if (some) found.add(value);
    seen.set(value, some === true);
    return some === true;
  };
  holds(query);
  return found;
}

function choose(query: Query, picks: readonly number[], chosen: ReadonlySet<object>): Query {
  let next = 0;
  // UPDATE and DELETE name their targets twice, as the very same object: a copy must stay one object.
  const copies = new Map<object, unknown>();
  const copy = (value: unknown): unknown => {
    if (!isNode(value) || !chosen.has(value)) return value;
    const known = copies.get(value);
    if (known !== undefined) return known;
    const made = remake(value);
    copies.set(value, made);
    return made;
  };
  const fields = (value: Node): Record<string, unknown> => {
    const made: Record<string, unknown> = { ...value };
    for (const key of Object.keys(made)) if (key !== 'span') made[key] = copy(made[key]);
    return made;
  };
  const remake = (value: Node): unknown => {
    if (Array.isArray(value)) return value.map(copy);
    if (value.kind === 'choice' && value.options) {
      const pick = picks[next++] ?? 0;
      return value.options.map(copy)[pick];
    }
    if (value.kind === 'join' && value.optional) {
      const pick = picks[next++] ?? 0;
      const made = fields(value);
      return pick === 0 ? made : made.left;
    }
    return fields(value);
  };
  return copy(query) as Query;
}
