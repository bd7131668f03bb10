/** Prisma: models of `schema.prisma`, and the methods of their clients. */
import type { Chain, Flow, Step } from '../flow/flow';
import type { Query } from '../query/model';
import type { TextEdit } from '../text/edits';
import { openBuild } from './build/build';
import { makeFound } from './build/found';
import { selectOfUnknown } from './build/statements';
import { transactionAround } from './build/transaction';
import { defineOrm, type Found, type Site } from './orm';
import { boundCall } from './prisma/bind';
import type { Context } from './prisma/context';
import { extended } from './prisma/extension';
import { operations, statementsOf } from './prisma/operations';
import { type Receiver, receiverOf } from './prisma/receiver';
import { type PrismaData, readPrismaSchemas } from './prisma/schemas';

const reads = new Set(['select', 'count', 'aggregate']);

const sent = (
  site: Site,
  flow: Flow,
  chain: Chain,
  step: Step & { kind: 'call' },
  receiver: Receiver,
): readonly Found[] => {
  const operation = operations.get(step.name) ?? 'other';
  const notes = new Set<string>();
  const [options] = step.args;
  const ref = flow.ref(site.value);
  const base = openBuild(flow, ref, notes);
  const c: Context = { ...base, schema: receiver.schema };
  const made = receiver.models.flatMap((model) =>
    statementsOf(c, step.name, options, model, step.nameSpan).map((one) => ({
      ...one,
      query: extended(c, chain, step.name, model, one.query, step.nameSpan),
    })),
  );
  const dynamic: readonly Query[] =
    receiver.models.length > 0
      ? []
      : [selectOfUnknown('the model is chosen when the call runs', step.nameSpan, site.value.span)];
  if (dynamic.length > 0) notes.add('model');
  const transaction =
    flow.transaction(chain, ['$transaction'], isHandle) ?? transactionAround(flow, ref, '$transaction');
  const { target, always } = targetOf(flow, site, chain, operation, transaction !== undefined);
  return makeFound(site, flow, {
    orm: 'prisma',
    operation,
    variants: [...made.map((one) => one.query), ...dynamic],
    also: made.flatMap((one) => one.also),
    chain,
    step,
    confidence: receiver.confidence,
    target,
    ...(target === 'replica' && always ? { primary: onPrimary(site) } : {}),
    transaction,
    notes,
  });
};

const isHandle = (root: Chain['root']): boolean => root.kind === 'package' && root.name.endsWith('TransactionClient');

const isReplicas = ({ root }: Chain): boolean => root.kind === 'package' && root.module === extension;

const extension = '@prisma/extension-read-replicas';

const readsReplicas = (flow: Flow, { steps }: Chain): boolean =>
  steps.some(
    (step) => step.kind === 'call' && step.name === '$extends' && step.args.some((arg) => isReplicas(flow.chain(arg))),
  );

/**
 * `@prisma/extension-read-replicas` sends reads outside of transactions to replicas, unless `$primary()` is asked. A client
 * that has the extension where replicas are configured, and else not, may do so too; not `always`.
 */
const targetOf = (
  flow: Flow,
  { value }: Site,
  chain: Chain,
  operation: string,
  inTransaction: boolean,
): { readonly target: Found['target']; readonly always: boolean } => {
  const asked = chain.steps.findLast(
    (step) => step.kind === 'call' && (step.name === '$replica' || step.name === '$primary'),
  );
  if (asked?.kind === 'call') return { target: asked.name === '$replica' ? 'replica' : 'primary', always: true };
  const client = value.kind === 'call' && value.callee.kind === 'member' ? value.callee.object : undefined;
  const always = readsReplicas(flow, chain);
  const replicas =
    always ||
    (client !== undefined &&
      !inTransaction &&
      flow.version(extension) !== undefined &&
      flow.chains(flow.ref(client)).some((one) => readsReplicas(flow, one)));
  return { target: replicas ? (reads.has(operation) && !inTransaction ? 'replica' : 'primary') : 'unknown', always };
};

/** `prisma.$primary().order`, or `$primary()` in the place of `$replica()`. */
const onPrimary = ({ value }: Site): readonly TextEdit[] => {
  const model = value.kind === 'call' && value.callee.kind === 'member' ? value.callee.object : undefined;
  const client = model?.kind === 'member' ? model.object : undefined;
  if (client === undefined) return [];
  const asked = client.kind === 'call' && client.callee.kind === 'member' ? client.callee : undefined;
  if (asked?.property === '$replica') return [{ span: asked.propertySpan, text: '$primary' }];
  const { end } = client.span;
  return [{ span: { start: end, end }, text: '.$primary()' }];
};

interface Asked {
  readonly chain: Chain;
  readonly step: Step & { kind: 'call' };
  readonly receiver: Receiver;
}

const askedAt = ({ value }: Site, flow: Flow, data: PrismaData | undefined): Asked | undefined => {
  if (value.kind !== 'call' || value.isNew || value.callee.kind !== 'member') return undefined;
  const { property } = value.callee;
  if (typeof property !== 'string' || !operations.has(property)) return undefined;
  const chain = flow.call(value);
  const step = chain.steps.at(-1);
  if (step?.kind !== 'call' || step.name !== property) return undefined;
  const receiver = receiverOf(chain, flow, data ?? { schemas: [] }, step.args[0]);
  return receiver && { chain, step, receiver };
};

export default defineOrm<PrismaData>({
  id: 'prisma',
  hosts: ['typescript'],
  modules: ['@prisma/client'],
  marker: new RegExp(`\\.\\s*(?:${[...operations.keys()].join('|')})\\s*(?:<[^()]*>)?\\(`),
  models: {
    kind: 'files',
    files: ['**/*.prisma'],
    read: (files) => {
      const { data, schema } = readPrismaSchemas(files);
      return { data, schema };
    },
  },
  extract: (site, flow, data) => {
    const asked = askedAt(site, flow, data);
    return asked === undefined ? [] : sent(site, flow, asked.chain, asked.step, asked.receiver);
  },
  bind: (site, flow, data, key) => {
    const { step, receiver } = askedAt(site, flow, data) ?? {};
    const [model, more] = receiver?.models ?? [];
    if (site.value.kind !== 'call' || step === undefined || model === undefined || more !== undefined) return undefined;
    return boundCall(flow, site.value, step.name, model, receiver?.schema, key);
  },
});
