/** The MongoDB driver: collections of a database, their methods and plain commands. A find is sent when its cursor is read. */
import type { Chain, Flow, Ref, Step } from '../flow/flow';
import type { Query } from '../query/model';
import { emptySchema } from '../schema/model';
import { openBuild } from './build/build';
import { makeFound } from './build/found';
import { selectOfUnknown } from './build/statements';
import { boundCall, takenBy } from './mongodb/bind';
import { type Context, isTrue, optionIn, type Sent } from './mongodb/context';
import { commandsOf, type Receiver, receiverOf } from './mongodb/receiver';
import { type Answer, type CallStep, isSender, throughMethod } from './mongodb/repository';
import { preferring, sessionIn, targetIn, targetOf, targetOfHandle, transactionOf } from './mongodb/sending';
import { collectionStatement, methods, optionsOf } from './mongodb/statements';
import { wholeOf } from './mongodb/wrapped';
import { noWrappers, readWrappers, type Wrappers } from './mongodb/wrappers';
import { defineOrm, type Found, type Site } from './orm';

const collectionOf =
  (flow: Flow) =>
  (ref: Ref): readonly string[] | undefined => {
    const chain = flow.chain(ref);
    const last = chain.steps.at(-1);
    if (last?.kind !== 'member' || last.name !== 'collectionName') return undefined;
    const receiver = receiverOf(chain, chain.steps.length - 1, flow);
    return receiver?.kind === 'collection' ? receiver.table : undefined;
  };

export const driverContext = (flow: Flow, site: Ref, notes: Set<string>): Context => ({
  ...openBuild(flow, site, notes),
  collectionOf: collectionOf(flow),
  casts: false,
});

export const dynamicTable = (site: Ref, at: Step): Query =>
  selectOfUnknown('the collection is chosen when the call runs', at.nameSpan, site.value.span);

/** What follows a call in its expression: `.sort(…).withReadPreference(…).toArray()`. */
const following = (flow: Flow, ref: Ref, step: CallStep): readonly Step[] => {
  const { steps } = flow.chain(wholeOf(flow, ref));
  const at = steps.findIndex((one) => one.kind === 'call' && one.call === step.call);
  return at < 0 ? [] : steps.slice(at + 1);
};

interface Call {
  readonly flow: Flow;
  readonly wrappers: Wrappers;
  readonly site: Ref;
  readonly notes: Set<string>;
  readonly at: CallStep;
}

const isOwn = (name: string): boolean => methods.has(name);
const commands = new Set(['command', 'runCommand']);

interface Sending {
  readonly method: string;
  readonly args: readonly (Ref | undefined)[];
  readonly table: readonly string[] | undefined;
}

const sendingsOf = (flow: Flow, receiver: Receiver, step: CallStep): readonly Sending[] => {
  if (receiver.kind === 'collection')
    return methods.has(step.name) ? [{ method: step.name, args: step.args, table: receiver.table }] : [];
  return commands.has(step.name) ? commandsOf(flow, step.args[0]) : [];
};

const answerTo = ({ flow, site, notes, at }: Call, chain: Chain, ref: Ref): Answer | undefined => {
  const step = chain.steps.at(-1);
  if (step?.kind !== 'call') return undefined;
  const receiver = receiverOf(chain, chain.steps.length - 1, flow);
  const [first, ...others] = receiver === undefined ? [] : sendingsOf(flow, receiver, step);
  if (receiver === undefined || first === undefined) return undefined;
  const { method, args, table } = first;
  const fresh = (): Context => driverContext(flow, site, notes);
  const options = optionsOf(fresh(), method, args);
  const named = methods.get(method)?.operation ?? 'other';
  const operation = named === 'update' && isTrue(flow, optionIn(options, 'upsert')) ? 'upsert' : named;
  const sentBy = (one: Sending): readonly Sent[] =>
    one.table === undefined
      ? [{ operation, query: dynamicTable(site, at) }]
      : collectionStatement(fresh(), one.method, one.args, { table: one.table }, at.nameSpan, fresh);
  const also = others.flatMap((one) => sentBy(one).flatMap(({ query, also: more = [] }) => [query, ...more]));
  const sent = sentBy(first).map((one, i) => (i === 0 ? { ...one, also: [...(one.also ?? []), ...also] } : one));
  const later = following(flow, ref, step);
  const counts = method === 'find' && later.some((one) => one.kind === 'call' && one.name === 'count');
  const read = later.find(
    (one): one is CallStep => one.kind === 'call' && /^(?:withReadPreference|setReadPreference)$/.test(one.name),
  );
  return {
    operation: counts ? 'count' : (sent[0]?.operation ?? operation),
    sent,
    step,
    known: table !== undefined,
    chain,
    confidence: receiver.confidence,
    target: preferring(
      operation,
      targetOf(flow, read?.args[0]) ?? targetIn(flow, options) ?? targetOfHandle(flow, chain),
    ),
    transaction: transactionOf(flow, chain, sessionIn(options)),
  };
};

const found = (call: Call, site: Site, chain: Chain, answers: readonly Answer[]): readonly Found[] => {
  const [first] = answers;
  if (first === undefined) return [];
  const writes = answers.find((one) => !/^(?:select|count|aggregate)$/.test(one.operation)) ?? first;
  return makeFound(site, call.flow, {
    orm: 'mongodb',
    operation: writes.operation,
    variants: answers.flatMap((one) => one.sent.map(({ query }) => query)),
    also: answers.flatMap((one) => one.sent.flatMap(({ also }) => also ?? [])),
    chain,
    step: call.at,
    confidence: first.confidence,
    ...(first.target === undefined ? {} : { target: first.target }),
    transaction: first.transaction,
    notes: call.notes,
  });
};

export default defineOrm<Wrappers>({
  id: 'mongodb',
  hosts: ['typescript'],
  prefers: true,
  modules: ['mongodb', 'mongoose'],
  marker:
    /\bmongodb\b|\.\s*(?:(?:find|insert|update|replace|delete)One\w*|(?:insert|update|delete)Many|(?:countD|estimatedD)ocument\w*|aggregate|bulkWrite|toArray|runCommand)\s*(?:<[^>()]*>\s*)?\(|\.\s*(?:find|distinct)\s*\(\s*[{'"`)]|\bcollection\s*(?:<[^>()]*>\s*)?\(|(?:[rR]epository|[rR]epo|[dD]ao)\s*\.\s*\w+\s*\(/,
  models: {
    kind: 'code',
    marker: /\bmongodb\b|\bCollection\s*<|\bimplements\b[^{]*(?:Repo|Repository|Dao|DAO|Store|Model|Raw)\b/,
    read: (files) => ({ data: readWrappers(files), schema: emptySchema }),
  },
  extract: (site, flow, data) => {
    const { value } = site;
    if (value.kind !== 'call' || value.isNew || value.callee.kind !== 'member') return [];
    const { property } = value.callee;
    const wrappers = data ?? noWrappers;
    if (typeof property !== 'string' || !(isSender({ wrappers, isOwn }, property) || commands.has(property))) return [];
    const chain = flow.call(value);
    const step = chain.steps.at(-1);
    if (step?.kind !== 'call') return [];
    const ref = flow.ref(value);
    const call: Call = { flow, wrappers, site: ref, notes: new Set(), at: step };
    if (chain.root.kind === 'function' || chain.root.kind === 'unknown') {
      const answer = (inner: Ref, one: Chain): Answer | undefined => answerTo(call, one, inner);
      const through = throughMethod({ ...call, isOwn, answer }, chain, step);
      if (through.length > 0 || chain.root.kind === 'function') return found(call, site, chain, through);
    }
    const answer = answerTo(call, chain, ref);
    return answer === undefined ? [] : found(call, site, chain, [answer]);
  },
  handle: { option: 'session', at: (method) => methods.get(method)?.options },
  bind: ({ value }, flow, _, key) => {
    if (value.kind !== 'call') return undefined;
    const chain = flow.call(value);
    const step = chain.steps.at(-1);
    const receiver = receiverOf(chain, chain.steps.length - 1, flow);
    const taken = step?.kind === 'call' ? takenBy(step.name) : undefined;
    if (receiver?.kind !== 'collection' || receiver.table?.at(-1) !== key.alias || !taken) return undefined;
    return boundCall(flow, value, taken, key);
  },
});
