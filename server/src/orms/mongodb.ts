/** The MongoDB driver: collections of a database, their methods and plain commands. A find is sent when its cursor is read. */
import type { Chain, Flow, Ref, Step } from '../flow/flow';
import type { Query } from '../query/model';
import { openBuild } from './build/build';
import { makeFound } from './build/found';
import type { Context, Sent } from './mongodb/context';
import { commandOf, receiverOf } from './mongodb/receiver';
import { sessionIn, targetIn, targetOf, transactionOf } from './mongodb/sending';
import { collectionStatement, methods, optionsOf } from './mongodb/statements';
import { wholeOf } from './mongodb/wrapped';
import { defineOrm, type Found, type Site } from './orm';

type CallStep = Step & { readonly kind: 'call' };

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

export const dynamicTable = (site: Ref, at: Step): Query => ({
  kind: 'select',
  distinct: false,
  items: [],
  from: [{ kind: 'opaque-from', why: 'the collection is chosen when the call runs', span: at.nameSpan }],
  groupBy: [],
  orderBy: [],
  span: site.value.span,
});

/** What follows a call in its expression: `.sort(…).withReadPreference(…).toArray()`. */
const following = (flow: Flow, ref: Ref, step: CallStep): readonly Step[] => {
  const { steps } = flow.chain(wholeOf(flow, ref));
  const at = steps.findIndex((one) => one.kind === 'call' && one.call === step.call);
  return at < 0 ? [] : steps.slice(at + 1);
};

const sent = (
  site: Site,
  flow: Flow,
  chain: Chain,
  step: CallStep,
  method: string,
  args: readonly (Ref | undefined)[],
  table: readonly string[] | undefined,
  confidence: Found['confidence'],
): readonly Found[] => {
  const notes = new Set<string>();
  const ref = flow.ref(site.value);
  const fresh = (): Context => driverContext(flow, ref, notes);
  const operation = methods.get(method)?.operation ?? 'other';
  const statements: readonly Sent[] =
    table === undefined
      ? [{ operation, query: dynamicTable(ref, step) }]
      : collectionStatement(fresh(), method, args, { table }, step.nameSpan, fresh);
  const options = optionsOf(fresh(), method, args);
  const later = following(flow, ref, step);
  const counts = method === 'find' && later.some((one) => one.kind === 'call' && one.name === 'count');
  const read = later.find(
    (one): one is CallStep => one.kind === 'call' && /^(?:withReadPreference|setReadPreference)$/.test(one.name),
  );
  const target = targetOf(flow, read?.args[0]) ?? targetIn(flow, options);
  return makeFound(site, flow, {
    orm: 'mongodb',
    operation: counts ? 'count' : (statements[0]?.operation ?? operation),
    variants: statements.map((one) => one.query),
    also: statements.flatMap((one) => one.also ?? []),
    chain,
    step,
    confidence,
    ...(target === undefined ? {} : { target }),
    transaction: transactionOf(flow, chain, sessionIn(options)),
    notes,
  });
};

const commands = new Set(['command', 'runCommand']);

export default defineOrm<undefined>({
  id: 'mongodb',
  hosts: ['typescript'],
  modules: ['mongodb', 'mongoose'],
  marker:
    /\bmongodb\b|\.\s*(?:(?:find|insert|update|replace|delete)One\w*|(?:insert|update|delete)Many|(?:countD|estimatedD)ocument\w*|aggregate|bulkWrite|toArray|runCommand)\s*(?:<[^>()]*>\s*)?\(|\.\s*(?:find|distinct)\s*\(\s*[{'"`)]|\bcollection\s*(?:<[^>()]*>\s*)?\(/,
  extract: (site, flow) => {
    const { value } = site;
    if (value.kind !== 'call' || value.isNew || value.callee.kind !== 'member') return [];
    const { property } = value.callee;
    if (typeof property !== 'string' || !(methods.has(property) || commands.has(property))) return [];
    const chain = flow.call(value);
    const step = chain.steps.at(-1);
    if (step?.kind !== 'call') return [];
    const receiver = receiverOf(chain, chain.steps.length - 1, flow);
    if (receiver === undefined) return [];
    if (commands.has(property)) {
      const command = receiver.kind === 'collection' ? undefined : commandOf(flow, step.args[0]);
      if (command === undefined || receiver.kind === 'collection') return [];
      return sent(site, flow, chain, step, command.method, command.args, [command.table], receiver.confidence);
    }
    if (receiver.kind !== 'collection') return [];
    return sent(site, flow, chain, step, property, step.args, receiver.table, receiver.confidence);
  },
});
