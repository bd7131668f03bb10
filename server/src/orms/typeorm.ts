/** TypeORM: entities by decorators and schemas; repositories, managers, active records and query builders. */
import type { Chain, Flow, Ref, Step } from '../flow/flow';
import type { Func } from '../hosts/host';
import { contains } from '../text/span';
import { methodOf } from './build/chainEdits';
import { textIn } from './build/options';
import { defineOrm, type Found, type Operation, type Site } from './orm';
import { boundBuilder, boundMethod } from './typeorm/bind';
import { builtStatement } from './typeorm/builder';
import { delegatedTo } from './typeorm/delegated';
import { type Entity, readEntities, type TypeormData } from './typeorm/entities';
import { methodKey, withExtensions } from './typeorm/extensions';
import { context, dynamic, found } from './typeorm/found';
import { ofHandedOver, ofPage, ofTaken } from './typeorm/handedOver';
import { methods, rowMethods, terminals } from './typeorm/methods';
import { entitiesOf, type Receiver, receiverOf } from './typeorm/receiver';
import { statementsOf } from './typeorm/statements';
import type { Sent } from './typeorm/write';

type CallStep = Step & { readonly kind: 'call' };

const ofBuilder = (site: Site, flow: Flow, data: TypeormData, operation: Operation): readonly Found[] => {
  const ref = flow.ref(site.value);
  const chain = flow.builder(ref);
  const last = chain.steps.length - 1;
  const receiver = receiverOf(chain, last, flow, data);
  if (receiver?.kind !== 'builder') return [];
  const opened = chain.steps[receiver.at];
  if (opened?.kind === 'instance') return ofTaken(site, flow, data, chain, receiver, operation);
  if (opened?.kind !== 'call') return [];
  const notes = new Set<string>();
  const steps = chain.steps.slice(receiver.at + 1, last);
  const alias = textIn(flow, opened.args.at(-1));
  const named = receiver.entities.some((entity) => entity.label === alias && opened.args.length === 1)
    ? undefined
    : alias;
  const at = opened.file === site.file ? opened : goneOnWith(site, chain, receiver.at, flow.functionOf(ref).function);
  const entities: readonly (Entity | undefined)[] = receiver.entities.length === 0 ? [undefined] : receiver.entities;
  const sent = entities.flatMap((entity): readonly Sent[] => {
    const built = builtStatement(context(flow, ref, data, notes), entity, named, steps, at.nameSpan, operation);
    return [built ?? { query: dynamic(ref, at), operation }];
  });
  return found(site, flow, data, chain, at, operation, sent, receiver.confidence, notes);
};

/** A builder that another file opens begins where this function goes on with it, or calls what opens it. */
const goneOnWith = (site: Site, { steps, via }: Chain, opened: number, { span: here }: Func): Step => {
  const last = steps.at(-1) as Step;
  const own = steps.slice(opened, -1).find(({ file, span }) => file === site.file && contains(here, span));
  const call = via.find(({ file, span }) => file === site.file && contains(site.value.span, span));
  return own ?? (call === undefined ? last : { ...last, nameSpan: call.span });
};

/** The verb of a builder; none for SELECT. */
const builtAs = (steps: readonly Step[]): string =>
  steps
    .flatMap((one) =>
      one.kind === 'call' && /^(?:update|delete|softDelete|restore)$/.test(one.name) ? [one.name] : [],
    )
    .at(-1) ?? '';

/** `createQueryBuilder().update(User)`, `.delete().from(User)`. */
const entitiesNamed = (flow: Flow, data: TypeormData, steps: readonly Step[]): readonly Entity[] =>
  steps.flatMap((one) =>
    one.kind === 'call' && /^(?:update|from|into)$/.test(one.name) && one.args[0] !== undefined
      ? entitiesOf(flow, data, one.args[0])
      : [],
  );

const takesEntity = (receiver: Receiver): boolean => receiver.kind === 'source';

const ofMethod = (site: Site, flow: Flow, data: TypeormData, operation: Operation): readonly Found[] => {
  const { value } = site;
  if (value.kind !== 'call') return [];
  const chain = flow.call(value);
  const step = chain.steps.at(-1);
  if (step?.kind !== 'call') return [];
  const receiver = receiverOf(chain, chain.steps.length - 1, flow, data) ?? delegatedTo(chain, step, flow, data);
  if (receiver === undefined || receiver.kind === 'builder') return [];
  const notes = new Set<string>();
  const ref = flow.ref(value);
  if (receiver.kind === 'row') {
    const entities = receiver.entities.filter((entity) => entity.active);
    if (!rowMethods.has(step.name) || entities.length === 0 || value.callee.kind !== 'member') return [];
    const own = flow.ref(value.callee.object);
    const sent = entities.flatMap((entity) =>
      statementsOf(context(flow, ref, data, notes), step.name, [], entity, step.nameSpan, own),
    );
    return found(site, flow, data, chain, step, operation, sent, receiver.confidence, notes);
  }
  if (step.name === 'reload') return [];
  const { entities, args } = takesEntity(receiver)
    ? splitManager(flow, data, step)
    : { entities: entitiesIn(receiver), args: step.args };
  if (!takesEntity(receiver) && entities.some(({ name }) => data.redefined.has(methodKey(name, step.name)))) return [];
  const sent: readonly Sent[] =
    entities.length === 0
      ? [{ query: dynamic(ref, step) }]
      : entities.flatMap((entity) =>
          statementsOf(context(flow, ref, data, notes), step.name, args, entity, step.nameSpan, undefined),
        );
  if (entities.length === 0) notes.add('entity');
  return found(site, flow, data, chain, step, operation, sent, receiver.confidence, notes);
};

const entitiesIn = (receiver: Receiver): readonly Entity[] => (receiver.kind === 'source' ? [] : receiver.entities);

const rowFirst = new Set(['save', 'remove', 'softRemove', 'recover']);

/** A manager is told the entity first, or it sees by the row which one it is. */
const splitManager = (
  flow: Flow,
  data: TypeormData,
  { name, args }: CallStep,
): { readonly entities: readonly Entity[]; readonly args: readonly Ref[] } => {
  const [first, ...rest] = args;
  if (first === undefined) return { entities: [], args };
  const named = entitiesOf(flow, data, first);
  if (!rowFirst.has(name) || named.length > 0) return { entities: named, args: rest };
  const rows = flow
    .shapes(first)
    .flatMap((shape) => (shape.kind === 'list' ? shape.items.map((item) => item.value) : [first]))
    .flatMap((ref) => flow.chains(ref));
  const entities = rows.flatMap((chain) => {
    const receiver = receiverOf(chain, chain.steps.length, flow, data);
    return receiver?.kind === 'row' ? receiver.entities : [];
  });
  return { entities: [...new Set(entities)], args };
};

const distinctive = [...methods.keys(), ...terminals.keys()].filter(
  (name) =>
    (/[A-Z]/.test(name) || name === 'save' || name === 'upsert') && name !== 'updateAll' && name !== 'deleteAll',
);
const common = [...methods.keys(), ...terminals.keys()].filter((name) => !distinctive.includes(name)).join('|');

const nothingKnown: TypeormData = {
  byClass: new Map(),
  byName: new Map(),
  models: new Map(),
  extensions: new Map(),
  redefined: new Set(),
};

export default defineOrm<TypeormData>({
  id: 'typeorm',
  hosts: ['typescript'],
  modules: ['typeorm', '@nestjs/typeorm'],
  // Active records and repositories of the project's own are asked in files that never name the library.
  marker: new RegExp(
    `\\btypeorm\\b|\\.(?:getRepository|createQueryBuilder)\\b|\\.(?:${distinctive.join('|')})\\s*\\(|(?:[rR]epo(?:s|sitory|sitories)?\\b[^;{}]{0,80}|[mM]anager\\s*|\\bthis\\s*|\\b[A-Z]\\w*\\s*)\\.(?:${common})\\s*\\(`,
  ),
  models: {
    kind: 'code',
    marker:
      /@(?:Entity|ViewEntity|ChildEntity)\s*\(|\bEntitySchema\b|typeorm-naming-strategies|\breplication\s*:|getRepository\b[^;{}]{0,120}\.\s*extend\s*\(/,
    read: (files, flowFor) => {
      const { data, schema } = readEntities(files, flowFor);
      return { data: withExtensions(data, files, flowFor), schema };
    },
  },
  extract: (site, flow, data) => {
    const { value } = site;
    if (value.kind !== 'call' || value.isNew) return [];
    const known = data ?? nothingKnown;
    if (value.callee.kind === 'name') return /^paginate/.test(value.callee.name) ? ofPage(site, flow, known) : [];
    if (value.callee.kind !== 'member') return [];
    const { property } = value.callee;
    if (typeof property !== 'string') return [];
    if (property === 'createQueryBuilder') return ofHandedOver(site, flow, known);
    const ending = terminals.get(property);
    if (ending !== undefined) return ofBuilder(site, flow, known, ending);
    const operation = methods.get(property);
    return operation === undefined ? [] : ofMethod(site, flow, known, operation);
  },
  bind: (site, flow, data, key) => {
    const { value } = site;
    if (data === undefined || value.kind !== 'call' || value.callee.kind !== 'member') return undefined;
    const built = terminals.has(methodOf(value));
    const chain = built ? flow.builder(flow.ref(value)) : flow.call(value);
    const step = chain.steps.at(-1);
    const receiver = receiverOf(chain, chain.steps.length - 1, flow, data);
    if (step?.kind !== 'call' || receiver === undefined) return undefined;
    const told = receiver.kind === 'source' ? splitManager(flow, data, step) : undefined;
    const named = receiver.kind === 'builder' ? entitiesNamed(flow, data, chain.steps) : [];
    const [entity, more] = named.length > 0 ? named : (told?.entities ?? entitiesIn(receiver));
    if (entity === undefined || more !== undefined) return undefined;
    if (receiver.kind === 'builder') return boundBuilder(flow, value, entity, builtAs(chain.steps) !== '', key);
    const first = told === undefined ? 0 : step.args.length - told.args.length;
    return boundMethod(flow, value, entity, first, receiver.kind === 'row' ? value.callee.object : undefined, key);
  },
});
