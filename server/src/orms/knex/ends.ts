/** What becomes of a builder: a part of another statement, sent, or handed to someone who may go on with it. */
import type { End, Flow } from '../../flow/flow';
import type { CallStep } from './handle';
import type { Stated } from './statement';

const inside =
  /^(?:as|from|into|table|(?:and|or)?[wW]here\w*|(?:and|or)?[hH]aving\w*|(?:and|or)?[oO]n\w*|\w*[jJ]oin\w*|with\w*|union\w*|intersect\w*|except\w*|select|columns?|insert|orderBy|groupBy|merge|update|raw|first)$/;

/** A part of another statement, or text alone. */
export const isPart = (flow: Flow, end: End): boolean => {
  const last = end.chain.steps.at(-1);
  if (last?.kind === 'call' && /^(?:toSQL|toString|toQuery|toNative|as)$/.test(last.name)) return true;
  if (end.how !== 'argument' || end.into === undefined) return false;
  let at = end.into;
  if (at.value.kind === 'list') {
    const up = flow.parent(at);
    if (up?.kind !== 'call') return false;
    at = { ...at, value: up };
  }
  const { value } = at;
  if (value.kind !== 'call' || value.callee.kind !== 'member') return false;
  const name = value.callee.property;
  return typeof name === 'string' && inside.test(name) && flow.call(value).root.kind !== 'function';
};

const last = (end: End): CallStep | undefined => {
  const step = end.chain.steps.at(-1);
  return step?.kind === 'call' ? step : undefined;
};

/** Handed to someone who may go on with it: neither awaited there nor by an async function's promise. */
export const isOpenEnd = (flow: Flow, end: End): boolean => {
  // A function of the project may add to what it is handed.
  if (end.how === 'argument' && end.into?.value.kind === 'call')
    return flow.call(end.into.value).root.kind === 'function';
  if (end.how !== 'return') return false;
  const { function: func } = flow.functionOf(end.chain.ref);
  const type = func.returns;
  if (func.async || (type !== undefined && /Promise/.test(JSON.stringify(type)))) return false;
  const call = last(end);
  return (
    call === undefined || !/^(?:first|returning|pluck|then|catch|del|delete|insert|update|truncate)$/.test(call.name)
  );
};

export const distinct = (all: readonly Stated[]): readonly Stated[] => {
  const seen = new Set<string>();
  return all.filter(({ query }) => {
    const text = JSON.stringify(query, (key, value) =>
      key === 'span' ? undefined : typeof value === 'bigint' ? String(value) : value,
    );
    return !seen.has(text) && seen.add(text);
  });
};
