/** MikroORM 5 to 7: entities by decorators, schemas and `defineEntity`; managers, repositories, builders, the unit of work. */
import type { Chain, Flow, Ref, Step } from '../flow/flow';
import type { Query } from '../query/model';
import { contains } from '../text/span';
import { methodOf } from './build/chainEdits';
import { opaque } from './build/expr';
import { makeFound } from './build/found';
import { textIn } from './build/options';
import { sentElsewhere } from './build/sentElsewhere';
import { select, selectOfUnknown } from './build/statements';
import { boundBuilder, boundMethod } from './mikroOrm/bind';
import { builtStatement, nestedQuery, openedBuilder } from './mikroOrm/builder';
import { openContext, type Sent } from './mikroOrm/context';
import { type Entity, type MikroData, noData, readEntities } from './mikroOrm/entities';
import { flushed } from './mikroOrm/flush';
import { entitiesOf } from './mikroOrm/lookup';
import { flushing, methods, relatedMethods, terminals } from './mikroOrm/methods';
import { mayBeManager, type Receiver, receiverOf, relatedIn, relatedNamed, rowIn } from './mikroOrm/receiver';
import { relatedStatements } from './mikroOrm/related';
import { statementsOf } from './mikroOrm/statements';
import { transactionOf } from './mikroOrm/transaction';
import { defineOrm, type Found, type Operation, type Site } from './orm';

type CallStep = Step & { readonly kind: 'call' };

interface Asked {
  readonly site: Site;
  readonly flow: Flow;
  readonly data: MikroData;
  readonly ref: Ref;
  readonly chain: Chain;
  readonly step: CallStep;
  readonly notes: Set<string>;
}

const dynamic = ({ ref }: Asked, at: Step): Query =>
  selectOfUnknown('the entity is chosen when the call runs', at.nameSpan, ref.value.span);

const found = (
  asked: Asked,
  step: Pick<Step, 'nameSpan'>,
  operation: Operation,
  sent: readonly Sent[],
  confidence: Found['confidence'],
  said: Found['target'] | undefined,
  ofRow = false,
): readonly Found[] => {
  const { site, flow, data, chain, ref, notes } = asked;
  const transaction = transactionOf(flow, chain, ref);
  const [first] = sent.map((one) => one.operation ?? operation);
  const own = first ?? operation;
  return makeFound(site, flow, {
    orm: 'mikroorm',
    operation: own,
    variants: sent.map((one) => one.query),
    also: sent.flatMap((one) => one.also ?? []),
    chain,
    step,
    confidence,
    target: targetOf(data, own, transaction !== undefined, said),
    transaction,
    ofRow,
    notes,
  });
};

/** With replicas, reads go to one of them outside of transactions; everything else goes to the primary. */
const targetOf = (
  { settings }: MikroData,
  operation: Operation,
  inTransaction: boolean,
  said: Found['target'] | undefined,
): Found['target'] => {
  if (settings.reads === undefined) return said ?? 'unknown';
  if (inTransaction || (operation !== 'select' && operation !== 'count')) return 'primary';
  return said ?? settings.reads;
};

/** `{ connectionType: 'read' }`, or the word itself. */
const connectionIn = (flow: Flow, args: readonly Ref[]): Found['target'] | undefined => {
  for (const arg of args) {
    const options = flow.shapes(arg).find((shape) => shape.kind === 'object');
    const entry =
      options?.kind === 'object' ? options.entries.findLast(({ key }) => key === 'connectionType') : undefined;
    const said = textIn(flow, entry?.value);
    if (said === 'read') return 'replica';
    if (said === 'write') return 'primary';
  }
  return undefined;
};

const contextOf = ({ flow, ref, data, notes }: Asked) => openContext(flow, ref, data, notes, nestedQuery);

const ofBuilder = (asked: Asked, operation: Operation): readonly Found[] => {
  const chain = asked.flow.builder(asked.ref);
  return ofChain({ ...asked, chain }, operation, chain.steps.length - 1);
};

/** `countAll({ query: em.createQueryBuilder(User) })`: begun here, sent by the function that it is handed to. */
const ofHandedOver = (asked: Asked): readonly Found[] => {
  const { flow, site } = asked;
  const chain = sentElsewhere(flow, site.value, (name) => terminals.has(name));
  // Its text is handed over, not the builder.
  if (
    chain === undefined ||
    chain.steps.some((step) => step.kind === 'call' && /^(?:get[A-Z]|as$|toRaw$)/.test(step.name))
  )
    return [];
  return ofChain({ ...asked, chain }, 'select', chain.steps.length);
};

/** `last`: how many steps of the chain are the builder's. */
const ofChain = (asked: Asked, operation: Operation, last: number): readonly Found[] => {
  const { flow, data, ref, chain } = asked;
  const receiver = receiverOf(chain, last, flow, data);
  const taken = receiver?.kind === 'builder' && chain.steps[receiver.at]?.kind === 'instance' ? receiver : undefined;
  if (taken !== undefined) return ofTaken(asked, operation, taken.entities);
  const builder = receiver?.kind === 'builder' ? openedBuilder(flow, data, chain, receiver) : undefined;
  if (receiver?.kind !== 'builder' || builder === undefined) return [];
  const { opened, alias, said } = builder;
  const here = flow.functionOf(ref).function;
  const at = opened.file === asked.site.file && contains(here.span, opened.span) ? opened : (chain.steps[last] as Step);
  const entities: readonly (Entity | undefined)[] = receiver.entities.length === 0 ? [undefined] : receiver.entities;
  const sent = entities.flatMap((entity): readonly Sent[] => {
    const built =
      entity === undefined
        ? undefined
        : builtStatement(
            contextOf(asked),
            entity,
            alias,
            chain.steps.slice(receiver.at + 1, last),
            at.nameSpan,
            operation,
          );
    if (built === undefined) asked.notes.add('entity');
    return [built ?? { query: dynamic(asked, at), operation }];
  });
  return found(asked, at, operation, sent, receiver.confidence, said);
};

/** A builder that a caller hands in: its type may say the entity, and nothing says the filter. */
const ofTaken = (asked: Asked, operation: Operation, entities: readonly Entity[]): readonly Found[] => {
  const { step } = asked;
  asked.notes.add('builder');
  const sent = (entities.length === 0 ? [undefined] : entities).map((entity): Sent => {
    if (entity === undefined) return { query: dynamic(asked, step) };
    const where = opaque('the builder comes from a caller', step.nameSpan);
    return { query: select([contextOf(asked).table(entity.table, step.nameSpan)], asked.site.value.span, { where }) };
  });
  return found(asked, step, operation, sent, 'certain', undefined);
};

const ofRelated = (
  asked: Asked,
  receiver: Receiver & { readonly kind: 'related' },
  operation: Operation,
): readonly Found[] => {
  const { step } = asked;
  const { callee } = step.call;
  if (callee.kind !== 'member' || callee.object.kind !== 'member') return [];
  const owner: Ref = { ...asked.ref, value: callee.object.object };
  const sent = relatedStatements(contextOf(asked), step.name, step.args, receiver, owner, step.nameSpan);
  return found(asked, step, operation, sent, receiver.confidence, connectionIn(asked.flow, step.args));
};

const rowFirst = new Set(['populate', 'refresh', 'refreshOrFail', 'lock', 'upsert', 'insert']);

const ofMethod = (asked: Asked, operation: Operation): readonly Found[] => {
  const { flow, data, chain, step } = asked;
  const receiver = receiverOf(chain, chain.steps.length - 1, flow, data);
  if (receiver?.kind === 'related' || receiver?.kind === 'builder' || receiver?.kind === 'orm') return [];
  if (receiver?.kind === 'row') return [];
  if (receiver === undefined && !mayBeManager(chain)) return [];
  const { name, args } = step;
  let entities: readonly Entity[] = [];
  let rest = args;
  if (receiver?.kind === 'repository') entities = receiver.entities;
  else {
    entities = entitiesOf(flow, data, args[0]);
    // A row says by itself which entity it is.
    if (entities.length === 0 && rowFirst.has(name) && args[0] !== undefined)
      entities = rowIn(flow, data, args[0])?.entities ?? [];
    else rest = args.slice(1);
  }
  // What nothing proves to be a manager must at least be told an entity.
  if (receiver === undefined && (entities.length === 0 || rest === args)) return [];
  if (name === 'lock' && args.some((arg) => /OPTIMISTIC|NONE/.test(flow.print(arg)))) return [];
  if (entities.length === 0) asked.notes.add('entity');
  const sent =
    entities.length === 0
      ? [{ query: dynamic(asked, step) }]
      : entities.flatMap((entity) => statementsOf(contextOf(asked), name, rest, entity, step.nameSpan));
  return found(asked, step, operation, sent, receiver?.confidence ?? 'likely', connectionIn(flow, args));
};

const ofFlush = (asked: Asked, operation: Operation): readonly Found[] => {
  const { flow, data, chain, step, ref } = asked;
  const receiver = receiverOf(chain, chain.steps.length - 1, flow, data);
  const { name, args } = step;
  if (
    receiver?.kind !== 'manager' &&
    (receiver?.kind !== 'repository' || name === 'transactional' || name === 'commit')
  )
    return [];
  const sent = flushed(contextOf(asked), name, args, ref, operation === 'other' ? 'update' : operation, step.nameSpan);
  return sent === undefined ? [] : found(asked, step, operation, [sent], receiver.confidence, undefined, true);
};

const distinctive = [...methods.keys(), ...flushing.keys(), ...relatedMethods.keys(), ...terminals.keys()].filter(
  (name) => /[A-Z]/.test(name),
);
const common = [
  'find',
  'count',
  'insert',
  'upsert',
  'populate',
  'refresh',
  'flush',
  'transactional',
  'load',
  'init',
  'stream',
];

export default defineOrm<MikroData>({
  id: 'mikroorm',
  hosts: ['typescript'],
  prefers: true,
  modules: [
    ...['core', 'decorators', 'knex', 'sql', 'nestjs', 'postgresql', 'mysql', 'mariadb', 'sqlite', 'better-sqlite'],
    ...['libsql', 'mssql', 'mongodb', 'pglite', 'oracledb'],
  ]
    .map((name) => `@mikro-orm/${name}`)
    .concat('mikro-orm'),
  marker: new RegExp(
    `@mikro-orm/|\\.(?:getRepository|repo|createQueryBuilder|qb)\\s*[(<]|\\.(?:${distinctive.join('|')})\\s*[(<]|(?:\\b(?:em|\\w*Em)|[eE]ntityManager|[rR]epo(?:sitory|s)?)\\b[^;{}]{0,80}\\.(?:${common.join('|')})\\s*[(<]|\\.\\w+\\.(?:init|load)\\(`,
  ),
  models: {
    kind: 'code',
    marker: /['"](?:@mikro-orm\/|mikro-orm['"])/,
    read: (files, flowFor) => readEntities(files, flowFor),
  },
  extract: (site, flow, known) => {
    const { value } = site;
    if (value.kind !== 'call' || value.isNew || value.callee.kind !== 'member') return [];
    const { property } = value.callee;
    if (typeof property !== 'string') return [];
    const data = known ?? noData;
    const [ending, sending, writing, loading] = [terminals, methods, flushing, relatedMethods].map((all) =>
      all.get(property),
    );
    const opens = property === 'createQueryBuilder' || property === 'qb';
    if (!opens && [ending, sending, writing, loading].every((one) => one === undefined)) return [];
    const chain = flow.call(value);
    const step = chain.steps.at(-1);
    if (step?.kind !== 'call') return [];
    const asked: Asked = { site, flow, data, ref: flow.ref(value), chain, step, notes: new Set() };
    if (opens) return ofHandedOver(asked);
    if (loading !== undefined) {
      const { object } = value.callee;
      const named = /^load(?:Items|Count)$/.test(property) && object.kind === 'member' ? object.property : undefined;
      const related =
        relatedIn(flow, data, flow.ref(object)) ?? (typeof named === 'string' ? relatedNamed(data, named) : undefined);
      if (related !== undefined) return ofRelated(asked, related, loading);
    }
    if (ending !== undefined) {
      const built = ofBuilder(asked, ending);
      if (built.length > 0) return built;
    }
    if (sending !== undefined) return ofMethod(asked, sending);
    return writing === undefined ? [] : ofFlush(asked, writing);
  },
  bind: ({ value }, flow, known, key) => {
    const data = known ?? noData;
    if (value.kind !== 'call' || value.callee.kind !== 'member') return undefined;
    const name = methodOf(value);
    const builder = terminals.has(name) ? flow.builder(flow.ref(value)) : undefined;
    const built = builder && receiverOf(builder, builder.steps.length - 1, flow, data);
    if (built?.kind === 'builder') {
      const [entity, more] = built.entities;
      return entity && !more ? boundBuilder(flow, value, entity, key) : undefined;
    }
    if (!methods.has(name)) return undefined;
    const chain = flow.call(value);
    const receiver = receiverOf(chain, chain.steps.length - 1, flow, data);
    const [first] = value.args;
    const told = receiver?.kind === 'repository' ? [] : entitiesOf(flow, data, first && flow.ref(first));
    const [entity, more] = receiver?.kind === 'repository' ? receiver.entities : told;
    return entity && !more ? boundMethod(flow, value, entity, told.length === 0 ? 0 : 1, key) : undefined;
  },
  ambient: ['transactional'],
});
