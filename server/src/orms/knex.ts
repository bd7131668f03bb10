/** Knex: builders that are begun by a table's name, by a connection's own methods, or by functions that hand them out. */
import type { Chain, End, Flow } from '../flow/flow';
import type { CallValue } from '../hosts/host';
import type { Query } from '../query/model';
import { makeFound } from './build/found';
import { openContext } from './knex/context';
import { type CallStep, isHandleRoot, type Opened, openedIn } from './knex/handle';
import { isWrite, type Stated, stated } from './knex/statement';
import { defineOrm, type Found, type Site } from './orm';

const inside =
  /^(?:as|from|into|table|(?:and|or)?[wW]here\w*|(?:and|or)?[hH]aving\w*|(?:and|or)?[oO]n\w*|\w*[jJ]oin\w*|with\w*|union\w*|intersect\w*|except\w*|select|columns?|insert|orderBy|groupBy|merge|update|raw|first)$/;

/** A part of another statement, or text alone. */
const isPart = (flow: Flow, end: End): boolean => {
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
const isOpenEnd = (flow: Flow, end: End): boolean => {
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

/** `(db) => db('t')`, `(db) => ({ users: db('users') })`: statements begin where one is taken from it. */
const isAccessor = (ends: readonly End[], call: CallValue): boolean =>
  ends.length > 0 &&
  ends.every(
    ({ how, into, chain }) =>
      chain.ref.value === call && (how === 'return' || (how === 'argument' && into?.value.kind === 'object')),
  );

const distinct = (all: readonly Stated[]): readonly Stated[] => {
  const seen = new Set<string>();
  return all.filter(({ query }) => {
    const text = JSON.stringify(query, (key, value) =>
      key === 'span' ? undefined : typeof value === 'bigint' ? String(value) : value,
    );
    return !seen.has(text) && seen.add(text);
  });
};

interface Begun {
  readonly opened: Opened;
  readonly chain: Chain;
}

/** The builder that this very call begins. */
const begun = (flow: Flow, call: CallValue): Begun | undefined => {
  const own = flow.call(call);
  if (own.root.kind === 'function' || own.root.kind === 'class') {
    // A function of the project that hands out a builder with nothing done to it yet: one that is not kept in a variable.
    const kept =
      own.root.kind === 'function' &&
      flow.callback(own.root.function).returns.some(({ value }) => value.value.kind === 'name');
    const followed = flow.chain(flow.ref(call));
    const opened = kept ? undefined : openedIn(flow, followed);
    const isNew = opened !== undefined && opened.calls.length === 1 && opened.first.call !== call && !opened.left;
    return isNew ? { opened, chain: followed } : undefined;
  }
  const opened = openedIn(flow, own);
  if (opened?.first.call === call) return { opened, chain: own };
  // `tables(db).users.where(…)`: taken from an object of builders that nothing was done to.
  const [first, second, more] = opened?.calls ?? [];
  const isMember = call.callee.kind === 'member' && call.callee.object.kind === 'member';
  if (opened !== undefined && first !== undefined && second?.call === call && more === undefined && isMember) {
    const isTaken = first.file !== flow.file || isAccessor(flow.life(first.call).ends, first.call);
    return isTaken && !opened.left ? { opened, chain: own } : undefined;
  }
  // `knex('t')` alone proves nothing where the connection's type is not known; what follows may.
  if (own.root.kind === 'package' || opened !== undefined || call.callee.kind === 'function') return undefined;
  const [end] = flow.life(call).ends;
  const later = end === undefined ? undefined : openedIn(flow, end.chain);
  return end !== undefined && later?.first.call === call ? { opened: later, chain: end.chain } : undefined;
};

const read = (site: Site, flow: Flow): readonly Found[] => {
  const { value } = site;
  if (value.kind !== 'call' || value.isNew) return [];
  const start = begun(flow, value);
  if (start === undefined) return [];
  const { ends } = flow.life(value);
  if (isAccessor(ends, value)) return [];
  const sent = ends.filter((end) => !isPart(flow, end));
  if (ends.length > 0 && sent.length === 0) return [];
  // What is handed to a function beside being awaited is changed there, and not sent twice.
  const awaited = sent.filter(({ how }) => how !== 'argument' && how !== 'value');
  const used = awaited.length > 0 ? awaited : sent;
  const notes = new Set<string>();
  const chains =
    used.length > 0
      ? used.map((end) => ({ chain: end.chain, open: isOpenEnd(flow, end) }))
      : [{ chain: start.chain, open: false }];
  const statements = chains.map(({ chain, open }) => {
    const known = [chain, flow.chain(chain.ref)]
      .map((one) => openedIn(flow, one))
      .find((one) => one?.first.call === start.opened.first.call);
    const { calls } = known ?? start.opened;
    // What is done to it further on is not known.
    const isOpen = known === undefined || (open && !calls.some(isWrite));
    return stated(openContext(flow, flow.ref(value), notes), calls, isOpen);
  });
  const [first, ...others] = distinct(statements);
  if (first === undefined) return [];
  const { chain } = chains[0] ?? start;
  const handed = (openedIn(flow, chain) ?? start.opened).calls.findLast(({ name }) => name === 'transacting')?.args[0];
  const name = value.callee.kind === 'member' ? value.callee.propertySpan : value.callee.span;
  const transaction = flow.transaction(
    handed === undefined ? chain : { ...flow.chain(handed), ref: chain.ref },
    ['transaction'],
    isHandleRoot,
  );
  return makeFound(site, flow, {
    orm: 'knex',
    operation: first.operation,
    variants: [first, ...others].map(({ query }): Query => query),
    chain,
    step: { nameSpan: name },
    confidence: start.opened.proven ? 'certain' : 'likely',
    transaction,
    notes,
  });
};

export default defineOrm<undefined>({
  id: 'knex',
  hosts: ['typescript'],
  modules: ['knex'],
  marker:
    /\bknex\b|\bKnex\b|\b(?:db|trx|tx|database)\s*(?:<[^>()]*>\s*)?\(|\.\s*(?:del|whereIn|onConflict|andWhere|pluck)\s*\(/,
  extract: (site, flow) => read(site, flow),
});
