/** Builders and callbacks that stand inside of another statement. */
import type { Ref } from '../../flow/flow';
import type { Query } from '../../query/model';
import type { Span } from '../../text/span';
import { and, opaque } from '../build/expr';
import { spanIn } from '../build/value';
import type { Context } from './context';
import { type CallStep, openedIn } from './handle';
import { builtSelect } from './select';

const depthCap = 6;

/** Undefined where the value is no query: rows that were awaited are values. */
export const subqueryIn = (c: Context, ref: Ref): Query | undefined => {
  if (c.depth > depthCap) return undefined;
  const inner: Context =
    c.layer === undefined
      ? { ...c, depth: c.depth + 1 }
      : { ...c, depth: c.depth + 1, layer: { ...c.layer, base: undefined } };
  const [shape] = c.flow.shapes(ref);
  if (shape?.kind === 'function') {
    const callback = c.flow.callback(shape.function);
    const calls = (steps: readonly { readonly kind: string }[]): readonly CallStep[] =>
      steps.filter((step): step is CallStep => step.kind === 'call');
    const applied = calls(callback.applied().steps);
    const own = applied.length > 0 ? applied : calls(callback.applied('this').steps);
    if (own.some(({ name }) => name === 'from' || name === 'table' || name === 'into')) return builtSelect(inner, own);
    const [returned] = callback.returns;
    return own.length > 0 || returned === undefined ? undefined : subqueryIn(inner, returned.value);
  }
  if (ref.value.kind === 'await') return undefined;
  const layered = c.layer?.query(inner, ref);
  if (layered !== undefined) return layered;
  const opened = openedIn(c.flow, c.flow.builder(ref)) ?? openedIn(c.flow, c.flow.chain(ref));
  if (opened === undefined || opened.left || opened.calls.some(isAwaited(c))) return undefined;
  const query = builtSelect(inner, opened.calls);
  return isForeign(c, ref, opened.calls) ? withMore(query, spanIn(c, ref)) : query;
};

/** Begun and filtered in a function that was followed: what it did in statements of their own is not seen. */
const isForeign = (c: Context, ref: Ref, [, ...calls]: readonly CallStep[]): boolean => {
  if (!c.flow.chain(ref).via.some(({ args }) => args !== undefined)) return false;
  const { file, function: here } = c.flow.functionOf(c.site);
  return calls.some((step) => step.file !== file || step.span.start < here.span.start || step.span.end > here.span.end);
};

/** With conditions that others may add. */
export const withMore = (query: Query, span: Span): Query =>
  query.kind === 'select' || query.kind === 'update' || query.kind === 'delete'
    ? {
        ...query,
        where: and(
          [...(query.where === undefined ? [] : [query.where]), opaque('further conditions may be added', span)],
          span,
        ),
      }
    : query;

const isAwaited =
  (c: Context) =>
  (step: CallStep): boolean =>
    c.flow.parent({ value: step.call, file: step.file })?.kind === 'await';

/** What the alias of a subquery is: `query.as('t')`. */
export const aliasCall = (calls: readonly CallStep[]): Ref | undefined =>
  calls.findLast(({ name }) => name === 'as')?.args[0];
