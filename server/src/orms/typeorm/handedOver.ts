/** Builders that are sent by another function than the one that begins them, and repositories that are handed to one. */
import type { Chain, Flow, Ref } from '../../flow/flow';
import { opaque } from '../build/expr';
import { textIn } from '../build/options';
import { paginates, sentElsewhere } from '../build/sentElsewhere';
import { select } from '../build/statements';
import type { Found, Operation, Site } from '../orm';
import { builtStatement } from './builder';
import type { Entity, TypeormData } from './entities';
import { context, dynamic, found } from './found';
import { terminals } from './methods';
import { type Receiver, receiverOf } from './receiver';
import { statementsOf } from './statements';
import type { Sent } from './write';

/** `paginate(repo.createQueryBuilder('u').where(…))`: begun here, sent by the function that it is handed to. */
export const ofHandedOver = (site: Site, flow: Flow, data: TypeormData): readonly Found[] => {
  const chain = sentElsewhere(flow, site.value, (name) => terminals.has(name));
  const receiver = chain && receiverOf(chain, chain.steps.length, flow, data);
  if (chain === undefined || receiver?.kind !== 'builder') return [];
  const opened = chain.steps[receiver.at];
  // Its text is handed over, not the builder.
  if (opened?.kind !== 'call' || chain.steps.some((step) => step.kind === 'call' && /^get[A-Z]/.test(step.name)))
    return [];
  const notes = new Set<string>();
  const steps = chain.steps.slice(receiver.at + 1);
  const alias = opened.args.length === 0 ? undefined : textIn(flow, opened.args.at(-1));
  const entities: readonly (Entity | undefined)[] = receiver.entities.length === 0 ? [undefined] : receiver.entities;
  const sent = entities.flatMap((entity): readonly Sent[] => {
    const own = context(flow, flow.ref(site.value), data, notes);
    const built = builtStatement(own, entity, alias, steps, opened.nameSpan, 'select');
    return built === undefined ? [] : [built];
  });
  return sent.length === 0 ? [] : found(site, flow, data, chain, opened, 'select', sent, receiver.confidence, notes);
};

/** A builder that a caller hands in: its type may say the entity, and nothing says the filter. */
export const ofTaken = (
  site: Site,
  flow: Flow,
  data: TypeormData,
  chain: Chain,
  receiver: Receiver,
  operation: Operation,
): readonly Found[] => {
  const last = chain.steps.at(-1);
  if (receiver.kind !== 'builder' || last === undefined) return [];
  const ref = flow.ref(site.value);
  const notes = new Set(['builder']);
  const sent = (receiver.entities.length === 0 ? [undefined] : receiver.entities).map((entity): Sent => {
    if (entity === undefined) return { query: dynamic(ref, last) };
    const c = context(flow, ref, data, notes);
    const where = opaque('the builder comes from a caller', last.nameSpan);
    return { query: select([c.table(entity.table, last.nameSpan)], site.value.span, { where }) };
  });
  return found(site, flow, data, chain, last, operation, sent, receiver.confidence, notes);
};

/** `paginate(repository, page, { where })`: as a finder and its count. */
export const ofPage = (site: Site, flow: Flow, data: TypeormData): readonly Found[] => {
  const chain = flow.call(site.value);
  const [step, more] = chain.steps;
  if (chain.root.kind !== 'package' || !paginates(chain.root.module) || step?.kind !== 'call' || more !== undefined)
    return [];
  const at = step.args.findIndex((arg) => repositoryIn(flow, data, arg) !== undefined);
  const receiver = at < 0 ? undefined : repositoryIn(flow, data, step.args[at]);
  if (receiver === undefined) return [];
  const notes = new Set<string>();
  const ref = flow.ref(site.value);
  // Another kind of it is told by its caller what to look for, and stands behind that.
  const told = at === 0 ? step.args.slice(2, 3) : step.args.slice(0, 1);
  const sent = receiver.entities.flatMap((entity) =>
    statementsOf(context(flow, ref, data, notes), 'findAndCount', told, entity, step.nameSpan, undefined),
  );
  return sent.length === 0 ? [] : found(site, flow, data, chain, step, 'select', sent, receiver.confidence, notes);
};

const repositoryIn = (
  flow: Flow,
  data: TypeormData,
  ref: Ref | undefined,
): (Receiver & { readonly kind: 'repository' }) | undefined => {
  const chain = ref && flow.chain(ref);
  const receiver = chain && receiverOf(chain, chain.steps.length, flow, data);
  return receiver?.kind === 'repository' && receiver.entities.length > 0 ? receiver : undefined;
};
