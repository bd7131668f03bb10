/** A query whose literals may be others: what stays the same is shared, spans among it. */
import type { Const, Query } from './model';

type Value = string | number;

export interface Pattern {
  /** The query with these values, in the order of its literals. */
  with(values: readonly Value[]): Query;
  /**
   * The same, and `ask` hears which of them is looked at: what is made from this query without looking at a value is the
   * same for any other.
   */
  watched(values: readonly Value[], ask: (literal: number) => void): Query;
}

/** What holds a literal: a copy of `node` in which other steps stand for `parts`; or the literal itself. */
type Step =
  | { readonly node: object; readonly parts: readonly { readonly key: string; readonly step: number }[] }
  | { readonly node: Const; readonly literal: number; readonly sign: 1 | -1 };

/** Literals by where they end in the query's text. Undefined where one of them is no literal of the query. */
export function patternOf(
  query: Query,
  literals: readonly { readonly end: number; readonly value: Value }[],
): Pattern | undefined {
  const steps = stepsOf(query, literals);
  if (!steps) return undefined;
  const made = (literal: (step: Extract<Step, { literal: number }>) => object): Query => {
    const parts: object[] = [];
    for (const step of steps) parts.push('literal' in step ? literal(step) : copied(step, parts));
    return (parts.at(-1) ?? query) as Query;
  };
  const valueAt = (values: readonly Value[], { literal, sign }: Extract<Step, { literal: number }>): Value => {
    const value = values[literal] ?? '';
    return typeof value === 'number' ? sign * value : value;
  };
  return {
    with: (values) => made((step) => ({ ...step.node, value: valueAt(values, step) })),
    watched: (values, ask) =>
      made((step) => ({
        ...step.node,
        get value() {
          ask(step.literal);
          return valueAt(values, step);
        },
      })),
  };
}

function copied({ node, parts }: Extract<Step, { parts: unknown }>, made: readonly object[]): object {
  const copy = (Array.isArray(node) ? [...node] : { ...node }) as Record<string, unknown>;
  for (const { key, step } of parts) copy[key] = made[step];
  return copy;
}

/** Inner ones first, the query last; what stands in several places is one step. */
function stepsOf(
  query: Query,
  literals: readonly { readonly end: number; readonly value: Value }[],
): readonly Step[] | undefined {
  const steps: Step[] = [];
  const known = new Map<object, number | undefined>();
  const found = new Set<number>();
  const visit = (node: object): number | undefined => {
    if (known.has(node)) return known.get(node);
    const step = literalStep(node as Const, literals) ?? partsStep(node);
    const index = step && steps.push(step) - 1;
    if (step && 'literal' in step) found.add(step.literal);
    known.set(node, index);
    return index;
  };
  const partsStep = (node: object): Step | undefined => {
    const parts = Object.entries(node).flatMap(([key, value]) => {
      const step = typeof value === 'object' && value !== null ? visit(value) : undefined;
      return step === undefined ? [] : [{ key, step }];
    });
    return parts.length > 0 ? { node, parts } : undefined;
  };
  visit(query);
  return found.size === literals.length ? steps : undefined;
}

function literalStep(
  node: Const,
  literals: readonly { readonly end: number; readonly value: Value }[],
): Extract<Step, { literal: number }> | undefined {
  if (node.kind !== 'const') return undefined;
  const literal = literals.findIndex(({ end }) => end === node.span.end);
  const value = literals[literal]?.value;
  if (value === undefined) return undefined;
  if (Object.is(node.value, value)) return { node, literal, sign: 1 };
  return typeof value === 'number' && Object.is(node.value, -value) ? { node, literal, sign: -1 } : undefined;
}
