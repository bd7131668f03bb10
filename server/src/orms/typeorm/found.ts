/** What a call of TypeORM is said to send: its statements, with their target and transaction. */
import type { Chain, Flow, Ref, Step } from '../../flow/flow';
import type { Query } from '../../query/model';
import { begunOnTaken } from '../build/begun';
import { openBuild } from '../build/build';
import { makeFound } from '../build/found';
import { textIn } from '../build/options';
import { selectOfUnknown } from '../build/statements';
import type { Found, Operation, Site } from '../orm';
import type { Context } from './context';
import type { TypeormData } from './entities';
import { replicatedTarget } from './replication';
import type { Sent } from './write';

export const context = (flow: Flow, site: Ref, data: TypeormData, notes: Set<string>): Context => ({
  ...openBuild(flow, site, notes),
  data,
  sources: undefined,
});

export const dynamic = (site: Ref, at: Step): Query =>
  selectOfUnknown('the entity is chosen when the call runs', at.nameSpan, site.value.span);

const rowWrites = /^(?:save|remove|softRemove|recover)$/;

/** A query runner that reads from a replica has none. */
const transactionOf = (site: Site, flow: Flow, chain: Chain): string | undefined =>
  targetOf(flow, chain) === 'replica'
    ? undefined
    : (flow.transaction(chain, ['transaction']) ??
      begunOnTaken(flow, flow.ref(site.value), chain, ['createQueryRunner']));

export const found = (
  site: Site,
  flow: Flow,
  data: TypeormData,
  chain: Chain,
  step: Pick<Step, 'nameSpan'>,
  operation: Operation,
  sent: readonly Sent[],
  confidence: Found['confidence'],
  notes: Set<string>,
): readonly Found[] => {
  const [first, ...others] = sent.map((one) => one.operation ?? operation);
  const asked = targetOf(flow, chain);
  const transaction = transactionOf(site, flow, chain);
  return makeFound(site, flow, {
    orm: 'typeorm',
    operation: others.every((other) => other === first) ? (first ?? operation) : operation,
    variants: sent.map((one) => one.query),
    also: sent.flatMap((one) => one.also ?? []),
    chain,
    step,
    confidence,
    target: asked === 'unknown' ? replicatedTarget(data, first ?? operation, transaction !== undefined) : asked,
    transaction,
    ofRow: 'name' in step && rowWrites.test(String(step.name)),
    notes,
  });
};

/** `createQueryRunner('slave')` reads from a replica, and so does a builder that is set on it. */
const targetOf = (flow: Flow, { steps }: Chain): Found['target'] => {
  const set = steps.findLast((step) => step.kind === 'call' && step.name === 'setQueryRunner');
  const runner = set?.kind === 'call' ? set.args[0] : undefined;
  const made = (runner === undefined ? steps : flow.chain(runner).steps).find(
    (step) => step.kind === 'call' && step.name === 'createQueryRunner',
  );
  if (made?.kind !== 'call') return 'unknown';
  const mode = made.args.length === 0 ? 'master' : textIn(flow, made.args[0]);
  return mode === 'slave' ? 'replica' : mode === 'master' ? 'primary' : 'unknown';
};
