/** Knex: builders that are begun by a table's name, by a connection's own methods, or by functions that hand them out. */
import type { Chain, End, Flow } from '../flow/flow';
import type { CallValue } from '../hosts/host';
import type { Query } from '../query/model';
import type { Span } from '../text/span';
import { makeFound } from './build/found';
import { boundChain } from './knex/bind';
import { openContext } from './knex/context';
import { distinct, isOpenEnd, isPart } from './knex/ends';
import { extendedFrom } from './knex/extended';
import { type CallStep, isHandleRoot, type Opened, openedIn } from './knex/handle';
import { isWrite, stated } from './knex/statement';
import { defineOrm, type Found, type Site } from './orm';

/** `(db) => db('t')`, `(db) => ({ users: db('users') })`: statements begin where one is taken from it. */
const isAccessor = (ends: readonly End[], call: CallValue): boolean =>
  ends.length > 0 &&
  ends.every(
    ({ how, into, chain }) =>
      chain.ref.value === call && (how === 'return' || (how === 'argument' && into?.value.kind === 'object')),
  );

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

interface Sent {
  readonly chain: Chain;
  readonly calls: readonly CallStep[];
  /** What is done to it further on is not known. */
  readonly open: boolean;
}

interface Statement {
  readonly sent: readonly Sent[];
  readonly nameSpan: Span;
  readonly proven: boolean;
}

/** A builder that begins here. */
const ofBegun = (flow: Flow, value: CallValue, start: Begun): Statement | undefined => {
  const { ends } = flow.life(value);
  if (isAccessor(ends, value)) return undefined;
  const sent = ends.filter((end) => !isPart(flow, end));
  if (ends.length > 0 && sent.length === 0) return undefined;
  // What is handed to a function beside being awaited is changed there, and not sent twice.
  const awaited = sent.filter(({ how }) => how !== 'argument' && how !== 'value');
  const used = awaited.length > 0 ? awaited : sent;
  const ways = used.length > 0 ? used.map((end) => ({ chain: end.chain, open: isOpenEnd(flow, end) })) : [];
  return {
    sent: (ways.length > 0 ? ways : [{ chain: start.chain, open: false }]).map(({ chain, open }): Sent => {
      const known = [chain, flow.chain(chain.ref)]
        .map((one) => openedIn(flow, one))
        .find((one) => one?.first.call === start.opened.first.call);
      const { calls } = known ?? start.opened;
      return { chain, calls, open: known === undefined || (open && !calls.some(isWrite)) };
    }),
    nameSpan: value.callee.kind === 'member' ? value.callee.propertySpan : value.callee.span,
    proven: start.opened.proven,
  };
};

/** A base query of the project that is gone on with here. */
const ofExtended = (flow: Flow, value: CallValue): Statement | undefined => {
  const ways = extendedFrom(flow, value, flow.call(value)).filter(({ end }) => !isPart(flow, end));
  const [first] = ways;
  if (first === undefined) return undefined;
  return {
    sent: ways.map(({ end, opened: { calls } }) => ({
      chain: end.chain,
      calls,
      open: isOpenEnd(flow, end) && !calls.some(isWrite),
    })),
    nameSpan: first.added.nameSpan,
    proven: first.opened.proven,
  };
};

const read = (site: Site, flow: Flow): readonly Found[] => {
  const { value } = site;
  if (value.kind !== 'call' || value.isNew) return [];
  const start = begun(flow, value);
  const statement = start === undefined ? ofExtended(flow, value) : ofBegun(flow, value, start);
  if (statement === undefined) return [];
  const notes = new Set<string>();
  const statements = statement.sent.map(({ calls, open }) =>
    stated(openContext(flow, flow.ref(value), notes), calls, open),
  );
  const [first, ...others] = distinct(statements);
  const [sent] = statement.sent;
  if (first === undefined || sent === undefined) return [];
  const { chain, calls } = sent;
  const handed = calls.findLast(({ name }) => name === 'transacting')?.args[0];
  const transaction = flow.transaction(
    handed === undefined ? chain : { ...flow.chain(handed), ref: chain.ref },
    ['transaction', 'transactionProvider'],
    isHandleRoot,
  );
  return makeFound(site, flow, {
    orm: 'knex',
    operation: first.operation,
    variants: [first, ...others].map(({ query }): Query => query),
    chain,
    step: statement,
    confidence: statement.proven ? 'certain' : 'likely',
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
  bind: ({ value }, flow, _, key) => (value.kind === 'call' ? boundChain(flow, value, key.column, key) : undefined),
});
