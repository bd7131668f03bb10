/** Knex: builders that are begun by a table's name, by a connection's own methods, or by functions that hand them out. */
import { type Chain, type End, type Flow, flowLimits, type Ref } from '../flow/flow';
import type { CallValue } from '../hosts/host';
import type { Query } from '../query/model';
import { contains, type Span } from '../text/span';
import { makeFound } from './build/found';
import { handedIn } from './build/handedIn';
import { boundChain } from './knex/bind';
import { openContext } from './knex/context';
import { distinct, isOpenEnd, isPart } from './knex/ends';
import { extendedFrom } from './knex/extended';
import { type CallStep, isHandedOn, isHandleRoot, type Opened, openedIn } from './knex/handle';
import { isWrite, type Stated, stated } from './knex/statement';
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
  /** All that a function of the project may hand out; empty where none does. */
  readonly handed: readonly Opened[];
}

/** The function that hands the builder out was given the table's name: what it is called for is the statement. */
const isAskedFor = ({ first: { args } }: Opened, flow: Flow): boolean => {
  const [table] = args;
  if (table?.frame === undefined) return false;
  const isText = (ref: Ref): boolean =>
    flow.shapes(ref).every((shape) => shape.kind === 'literal' && typeof shape.value === 'string');
  return isText(table) && !isText({ value: table.value, file: table.file });
};

/** Ways to a connection are no ways of the statement. */
const distinctWays = (all: readonly Opened[]): readonly Opened[] =>
  all.filter(
    ({ calls }, i) =>
      !all.slice(0, i).some(
        (before) =>
          before.calls.length === calls.length &&
          before.calls.every((step, at) => {
            const own = calls[at];
            return own?.call === step.call && own.args[0]?.frame === step.args[0]?.frame;
          }),
      ),
  );

/** The builder that this very call begins. */
const begun = (flow: Flow, call: CallValue): Begun | undefined => {
  const own = flow.call(call);
  if (own.root.kind === 'function' || own.root.kind === 'class') {
    // A function of the project that hands out a builder with nothing done to it yet: one that is not kept in a variable.
    const kept =
      own.root.kind === 'function' &&
      flow.callback(own.root.function).returns.some(({ value }) => value.value.kind === 'name');
    if (kept) return undefined;
    const handed = flow.chains(flow.ref(call)).flatMap((chain) => {
      const opened = openedIn(flow, chain);
      const isNew = opened?.calls.length === 1 || (opened !== undefined && isAskedFor(opened, flow));
      return isNew && opened.first.call !== call && !opened.left ? [{ opened, chain }] : [];
    });
    const [one] = handed;
    const ways = distinctWays(handed.map(({ opened }) => opened));
    return one === undefined || isHandedOn(flow, call, ways) ? undefined : { ...one, handed: ways };
  }
  const opened = openedIn(flow, own);
  if (opened?.first.call === call) return { opened, chain: own, handed: [] };
  // `tables(db).users.where(…)`: taken from an object of builders that nothing was done to.
  const isMember = call.callee.kind === 'member' && call.callee.object.kind === 'member';
  const at = opened?.calls.findIndex((step) => step.call === call) ?? -1;
  if (opened !== undefined && at > 0 && at === opened.calls.length - 1 && isMember) {
    const { first } = opened;
    if (opened.calls.slice(0, at).some((step) => step.file === flow.file && contains(call.span, step.span)))
      return undefined;
    const isTaken = at === 1 && (first.file !== flow.file || isAccessor(flow.life(first.call).ends, first.call));
    return (isTaken || isAskedFor(opened, flow)) && !opened.left ? { opened, chain: own, handed: [] } : undefined;
  }
  // `knex('t')` alone proves nothing where the connection's type is not known; what follows may.
  const elsewhere = own.root.kind === 'package' && handedIn(own) === 0;
  if (elsewhere || opened !== undefined || call.callee.kind === 'function') return undefined;
  const [end] = flow.life(call).ends;
  const later = end === undefined ? undefined : openedIn(flow, end.chain);
  return end !== undefined && later?.first.call === call ? { opened: later, chain: end.chain, handed: [] } : undefined;
};

interface Sent {
  readonly end: End | undefined;
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

const beginsWith = ({ calls }: Opened, base: readonly CallStep[]): boolean =>
  base.every(({ call }, i) => calls[i]?.call === call);

/** The ways of what is used there: one for each that the function that hands the builder out has. */
const sentAt = (flow: Flow, { opened, handed }: Begun, end: End): readonly Sent[] => {
  const { chain } = end;
  const followed = flow.chains(chain.ref);
  const known = [chain, flow.chain(chain.ref), ...(handed.length > 0 ? [...end.chains, ...followed] : [])].flatMap(
    (one) => openedIn(flow, one) ?? [],
  );
  const bases = handed.length > 0 ? handed.map(({ calls }) => calls) : [[opened.first]];
  const ways = bases.flatMap((base) => known.find((one) => beginsWith(one, base)) ?? []);
  const [first] = ways;
  if (first === undefined) return [{ end, chain, calls: opened.calls, open: true }];
  const open = isOpenEnd(flow, end);
  const sent = ways.map(({ calls }): Sent => ({ end, chain, calls, open: open && !calls.some(isWrite) }));
  // Another way of the function that hands it out leads too far to be followed, or is one too many.
  const isCut =
    handed.length > 0 &&
    (followed.length >= flowLimits.alternatives || followed.some(({ root }) => root.kind === 'function'));
  return isCut || ways.length < bases.length ? [...sent, { end, chain, calls: first.calls, open: true }] : sent;
};

/** How many functions one after another may be handed a builder and hand it back. */
const helpers = 8;

/** `live(db('t')).where(…)`: a function that is handed the builder and hands it back; what is made of that is sent. */
const goneOn = (flow: Flow, start: Begun, end: End, left: number): readonly End[] => {
  const call = end.how === 'argument' && end.into?.value.kind === 'call' ? end.into.value : undefined;
  const own = call === undefined || left === 0 ? undefined : flow.call(call);
  const [step] = own?.steps ?? [];
  if (call === undefined || own?.root.kind !== 'function' || step?.kind !== 'call') return [end];
  const back = openedIn(flow, flow.chain(flow.ref(call)));
  const isBack = [start.opened, ...start.handed].some(({ first }) => first.call === back?.first.call);
  const at = call.args.indexOf(end.chain.ref.value);
  if (!isBack || back === undefined || back.left || at < 0) return [end];
  const given = end.chain.root.kind === 'function' ? flow.chain(end.chain.ref) : end.chain;
  const done = [...given.steps, ...flow.callback(own.root.function, step.args).applied(at).steps];
  const before = new Set([call, ...done.map((one) => (one.kind === 'call' ? one.call : undefined))]);
  return flow.life(call).ends.flatMap((later) => {
    const last = later.chain.steps.findLastIndex((one) => one.kind === 'call' && before.has(one.call));
    const steps = [...done, ...later.chain.steps.slice(last + 1)];
    return goneOn(flow, start, { ...later, chain: { ...later.chain, root: given.root, steps } }, left - 1);
  });
};

/** A builder that begins here. */
const ofBegun = (flow: Flow, value: CallValue, start: Begun): Statement | undefined => {
  const first = flow.life(value).ends;
  if (isAccessor(first, value)) return undefined;
  const ends = first.flatMap((end) => goneOn(flow, start, end, helpers));
  const sent = ends.filter((end) => !isPart(flow, end));
  if (ends.length > 0 && sent.length === 0) return undefined;
  // What is handed to a function beside being awaited is changed there, and not sent twice.
  const awaited = sent.filter(({ how }) => how !== 'argument' && how !== 'value');
  const used = awaited.length > 0 ? awaited : sent;
  const { chain, opened } = start;
  return {
    sent:
      used.length > 0
        ? used.flatMap((end) => sentAt(flow, start, end))
        : [{ end: undefined, chain, calls: opened.calls, open: false }],
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
      end,
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
  const states = (sent: readonly Sent[]): readonly Stated[] =>
    distinct(sent.map(({ calls, open }) => stated(openContext(flow, flow.ref(value), notes), calls, open)));
  const [first, ...others] = states(statement.sent);
  const ends = [...new Set(statement.sent.map(({ end }) => end))];
  const isDecided =
    others.length > 0 && ends.some((end) => states(statement.sent.filter((one) => one.end === end)).length > 1);
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
    ...(isDecided ? { decidedIn: chain.via.at(-1)?.name ?? '' } : {}),
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
