/** What a chain of MikroORM speaks to: managers, repositories, rows, collections, query builders. */
import type { Chain, Flow, Ref, Step, Typed } from '../../flow/flow';
import type { Relation } from '../build/model';
import type { Found } from '../orm';
import type { Entity, MikroData } from './entities';
import { classKey, isMikro, schemaKey, schemaStep } from './identity';
import { entitiesOf, listedOf, ofClass, ofType } from './lookup';

/** What stands before a step of a chain. */
export type Receiver = {
  readonly confidence: Found['confidence'];
} & (
  | { readonly kind: 'orm' }
  | { readonly kind: 'manager' }
  /** No entities: the source does not say which. */
  | { readonly kind: 'repository'; readonly entities: readonly Entity[] }
  | { readonly kind: 'row'; readonly entities: readonly Entity[]; readonly origin: Origin; readonly many: boolean }
  /** A collection or reference of a row; `owner`: what stands before the member. */
  | {
      readonly kind: 'related';
      readonly entities: readonly Entity[];
      readonly relation: Relation;
      readonly from: Entity;
    }
  /** From this step on it is a query builder; an instance where a caller hands it in. */
  | { readonly kind: 'builder'; readonly entities: readonly Entity[]; readonly at: number }
);

/** `reference`: known by its key alone. */
export type Origin = 'new' | 'loaded' | 'typed' | 'reference';

const managers = /EntityManager$/;
const repositories = /Repository$/;
const injectors = /^(?:InjectEntityManager|InjectMikroORM|InjectRepository)$/;
const loads =
  /^(?:find|findAll|findOne|findOneOrFail|findAndCount|findByCursor|upsert|upsertMany|refresh|refreshOrFail|getResult|getResultList|getSingleResult|getResultAndCount|stream|merge|map|clone)$/;
const results = /^(?:getResult|getResultList|getSingleResult|getResultAndCount|stream)$/;
const lists =
  /^(?:find|findAll|findAndCount|findByCursor|upsertMany|getResult|getResultList|getResultAndCount|stream)$/;
const entityless = new Set(['fork', 'getContext', 'persist', 'remove', 'persistLater', 'removeLater', 'clear']);
/** Names under which a manager is handed around where nothing types it. */
const usualNames = /^(?:em|_em|entityManager)$/;

/** `until`: how many steps of the chain stand before the method that is asked about. */
export const receiverOf = (chain: Chain, until: number, flow: Flow, data: MikroData): Receiver | undefined => {
  const begun = beginning(chain, flow, data);
  let at = begun?.receiver;
  for (let i = begun?.next ?? 0; i < until; i++) {
    const step = chain.steps[i];
    if (step === undefined) return undefined;
    at ??=
      step.kind === 'call' || step.kind === 'callback' ? byName(chain, step.kind === 'callback' ? i - 1 : i, data) : at;
    at = after(at, step, i, chain, flow, data);
  }
  return at ?? byName(chain, until, data);
};

/** `ctx.em.flush()`: nothing types it, but its name says it in a workspace that has entities. */
const byName = ({ root, steps, ref }: Chain, until: number, data: MikroData): Receiver | undefined => {
  if (data.byKey.size === 0 || until > steps.length) return undefined;
  const before = steps.slice(0, until);
  let last = before.at(-1);
  while (last?.kind === 'call' && entityless.has(last.name)) {
    before.pop();
    last = before.at(-1);
  }
  const project = root.kind === 'unknown' || (root.kind === 'package' && /^(?:\.|@\/|~|#)/.test(root.module));
  if (last === undefined && !project) return undefined;
  const name = last === undefined ? nameOf(ref, until, steps.length) : last.kind === 'member' ? last.name : undefined;
  return name !== undefined && usualNames.test(name) ? { kind: 'manager', confidence: 'likely' } : undefined;
};

/** The name at the bottom of the expression. */
const nameOf = (ref: Ref, until: number, steps: number): string | undefined => {
  let at = ref.value;
  for (let i = 0; i < 2 * (steps - until) + 8; i++) {
    if (at.kind === 'call') at = at.callee;
    else if (at.kind === 'member') at = at.object;
    else if (at.kind === 'await') at = at.value;
    else break;
  }
  return at.kind === 'name' ? at.name : undefined;
};

interface Begun {
  readonly receiver: Receiver | undefined;
  readonly next: number;
}

const certain = 'certain' as const;

const beginning = (chain: Chain, flow: Flow, data: MikroData): Begun | undefined => {
  const { root, steps } = chain;
  const [first] = steps;
  if (root.kind === 'package') {
    const made = schemaStep(chain);
    if (made !== undefined) {
      const entity = data.byKey.get(schemaKey(made));
      const at = steps.findIndex((step) => step.kind === 'new' && step !== made);
      const entities = entity === undefined ? [] : [entity];
      return at < 0
        ? undefined
        : { receiver: { kind: 'row', entities, origin: 'new', many: false, confidence: certain }, next: at + 1 };
    }
    if (!isMikro(root.module)) return undefined;
    if (root.name === 'MikroORM') {
      // `ReturnType<typeof MikroORM.init>` is a member whose type is known.
      const named =
        first?.kind === 'call' || first?.kind === 'member' ? /^init(?:Sync)?$/.test(first.name) : isMade(first);
      const start = named ? (isMade(steps[1]) ? 2 : 1) : 0;
      return { receiver: { kind: 'orm', confidence: certain }, next: start };
    }
    if (root.name === 'RequestContext' && first?.kind === 'call')
      return /^(?:getEntityManager|currentRequestContext)$/.test(first.name)
        ? { receiver: { kind: 'manager', confidence: certain }, next: 1 }
        : undefined;
    if (injectors.test(root.name)) {
      const call = steps.find((step) => step.kind === 'call');
      const entities = call?.kind === 'call' ? entitiesOf(flow, data, call.args[0]) : [];
      const receiver: Receiver =
        root.name === 'InjectRepository'
          ? { kind: 'repository', entities, confidence: certain }
          : { kind: root.name === 'InjectMikroORM' ? 'orm' : 'manager', confidence: certain };
      return { receiver, next: lead(steps) };
    }
    if (/^(?:Loaded)?(?:Collection|Reference|Ref)$/.test(root.name) && first?.kind === 'instance') {
      const entities = first.types.flatMap((type) => ofType(flow, data, type));
      const many = root.name.endsWith('Collection');
      return { receiver: { kind: 'row', entities, origin: 'loaded', many, confidence: certain }, next: 1 };
    }
    if (root.name === 'wrap' && first?.kind === 'call' && first.args[0] !== undefined)
      return { receiver: rowIn(flow, data, first.args[0]), next: 1 };
    if (!isMade(first)) return undefined;
    if (root.name === 'BaseEntity') {
      const own = first?.kind === 'instance' ? first.class : undefined;
      const entity = own === undefined ? undefined : data.byKey.get(classKey(own));
      const entities = entity === undefined ? [] : [entity];
      const origin = first?.kind === 'instance' && first.args !== undefined ? 'new' : 'typed';
      return { receiver: { kind: 'row', entities, origin, many: false, confidence: certain }, next: 1 };
    }
    if (managers.test(root.name)) return { receiver: { kind: 'manager', confidence: certain }, next: 1 };
    if (root.name.endsWith('QueryBuilder')) {
      const entities = typesOf(first).flatMap((type) => ofType(flow, data, type));
      return { receiver: { kind: 'builder', entities, at: 0, confidence: certain }, next: 1 };
    }
    if (!repositories.test(root.name)) return undefined;
    const own = first?.kind === 'instance' ? first.class : undefined;
    const typed = typesOf(first).flatMap((type) => ofType(flow, data, type));
    const entities = typed.length > 0 || own === undefined ? typed : ofClass(flow, data, own);
    return { receiver: { kind: 'repository', entities, confidence: certain }, next: 1 };
  }
  if (root.kind === 'unknown' && root.type?.type.name === 'Array') {
    const { type, file } = root.type;
    const entities = type.args.flatMap((item) => ofType(flow, data, { type: item, file }));
    if (entities.length === 0) return undefined;
    return { receiver: { kind: 'row', entities, origin: 'typed', many: true, confidence: certain }, next: 0 };
  }
  if (root.kind !== 'class') return undefined;
  const entity = data.byKey.get(classKey(root.class));
  if (entity !== undefined) {
    if (!isMade(first)) return undefined;
    const origin = first?.kind === 'new' ? 'new' : 'typed';
    return { receiver: { kind: 'row', entities: [entity], origin, many: false, confidence: certain }, next: 1 };
  }
  const outside = flow.heritage(root.class).find((one): one is Chain => 'root' in one);
  const above = outside?.root.kind === 'package' && isMikro(outside.root.module) ? outside.root.name : '';
  if (!isMade(first)) return undefined;
  if (managers.test(above)) return { receiver: { kind: 'manager', confidence: certain }, next: 1 };
  if (!repositories.test(above)) return undefined;
  // What the class itself declares is not the library's.
  const next = steps[1];
  if (next?.kind === 'call' && flow.member(root.class, next.name, false) !== undefined) return undefined;
  return { receiver: { kind: 'repository', entities: ofClass(flow, data, root.class), confidence: certain }, next: 1 };
};

const isMade = (step: Step | undefined): boolean => step?.kind === 'new' || step?.kind === 'instance';

/** Steps of a decorator that injects. */
const lead = (steps: readonly Step[]): number => {
  let i = 0;
  for (let step = steps[i]; step?.kind === 'instance' || (step?.kind === 'call' && step.name === ''); step = steps[i])
    i++;
  return i;
};

const typesOf = (step: Step | undefined): readonly Typed[] =>
  step?.kind === 'instance'
    ? step.types
    : step?.kind === 'new'
      ? step.call.types.map((type) => ({ type, file: step.file }))
      : [];

const after = (
  before: Receiver | undefined,
  step: Step,
  index: number,
  chain: Chain,
  flow: Flow,
  data: MikroData,
): Receiver | undefined => {
  if (step.kind === 'call') return called(before, step, index, chain, flow, data);
  if (step.kind === 'member') return memberOf(before, step.name, data);
  if (step.kind === 'callback') {
    const call = chain.steps[index - 1];
    if (before?.kind === 'manager' && call?.kind === 'call' && call.name === 'transactional') return before;
    return before?.kind === 'row' || before?.kind === 'related' ? rowOf(before, 'loaded', false) : undefined;
  }
  if (step.kind === 'item' || step.kind === 'index')
    return before?.kind === 'row' || before?.kind === 'related' ? rowOf(before, 'loaded', false) : before;
  return step.kind === 'instance' ? before : undefined;
};

const called = (
  before: Receiver | undefined,
  step: Step & { readonly kind: 'call' },
  index: number,
  chain: Chain,
  flow: Flow,
  data: MikroData,
): Receiver | undefined => {
  const { name, args } = step;
  if (before?.kind === 'builder') return results.test(name) ? rowOf(before, 'loaded', lists.test(name)) : before;
  if (name === 'getRepository' || name === 'repo') {
    const entities = entitiesOf(flow, data, args[0]);
    if (before?.kind === 'manager') return { kind: 'repository', entities, confidence: before.confidence };
    // A manager that nothing proves: what it is asked for must be an entity.
    return before === undefined && entities.length > 0 && mayBeManager(chain)
      ? { kind: 'repository', entities, confidence: 'likely' }
      : undefined;
  }
  if (name === 'createQueryBuilder' || name === 'qb') {
    if (before?.kind === 'repository')
      return { kind: 'builder', entities: before.entities, at: index, confidence: before.confidence };
    const entities = entitiesOf(flow, data, args[0]);
    if (before?.kind === 'manager') return { kind: 'builder', entities, at: index, confidence: before.confidence };
    return before === undefined && entities.length > 0 && mayBeManager(chain)
      ? { kind: 'builder', entities, at: index, confidence: 'likely' }
      : undefined;
  }
  switch (before?.kind) {
    case 'manager': {
      if (entityless.has(name) || name === 'transactional') return before;
      return managed(before, name, args, flow, data);
    }
    case 'repository': {
      if (name === 'getEntityManager') return { kind: 'manager', confidence: before.confidence };
      if (entityless.has(name)) return { kind: 'manager', confidence: before.confidence };
      if (name === 'create' || name === 'assign') return rowOf(before, name === 'create' ? 'new' : 'loaded', false);
      if (name === 'getReference') return rowOf(before, 'reference', false);
      return loads.test(name) ? rowOf(before, 'loaded', lists.test(name)) : undefined;
    }
    case 'related':
      if (/^(?:getItems|loadItems|toArray|init|matching|slice|filter|find|map)$/.test(name))
        return rowOf(before, 'loaded', name !== 'find');
      return /^(?:load|loadOrFail|getEntity|unwrap|get|first)$/.test(name) ? rowOf(before, 'loaded', false) : undefined;
    case 'row':
      if (/^(?:getItems|loadItems|toArray|init|matching|slice|filter|map)$/.test(name)) return before;
      return /^(?:assign|at|find|pop|shift|load|loadOrFail|getEntity|unwrap|get)$/.test(name)
        ? rowOf(before, before.origin, false)
        : undefined;
    case undefined: {
      if (!loads.test(name) || !mayBeManager(chain)) return undefined;
      const entities = entitiesOf(flow, data, args[0]);
      return entities.length === 0
        ? undefined
        : { kind: 'row', entities, origin: 'loaded', many: lists.test(name), confidence: 'likely' };
    }
    default:
      return undefined;
  }
};

const managed = (
  before: Receiver,
  name: string,
  args: readonly Ref[],
  flow: Flow,
  data: MikroData,
): Receiver | undefined => {
  const { confidence } = before;
  const row = (origin: Origin): Receiver => ({
    kind: 'row',
    entities: entitiesOf(flow, data, args[0]),
    origin,
    many: lists.test(name),
    confidence,
  });
  if (name === 'create') return row('new');
  if (name === 'getReference') return row('reference');
  if (name === 'assign') return args[0] === undefined ? undefined : rowIn(flow, data, args[0]);
  if (!loads.test(name)) return undefined;
  const named = row('loaded');
  return named.kind === 'row' && named.entities.length === 0 && args[0] !== undefined
    ? (rowIn(flow, data, args[0]) ?? named)
    : named;
};

const memberOf = (before: Receiver | undefined, name: string, data: MikroData): Receiver | undefined => {
  if (name === 'em' || name === 'entityManager' || name === '_em') {
    if (before === undefined || before.kind === 'orm' || before.kind === 'repository' || before.kind === 'manager')
      return before === undefined ? undefined : { kind: 'manager', confidence: before.confidence };
  }
  if (before?.kind === 'row') {
    if (name === '$') return before;
    for (const from of before.entities) {
      const relation = from.relations.get(name);
      const target = relation === undefined ? undefined : data.models.get(relation.target);
      if (relation !== undefined && target !== undefined)
        return { kind: 'related', entities: [target], relation, from, confidence: before.confidence };
    }
    return undefined;
  }
  if (before?.kind === 'related') {
    const row = rowOf(before, 'loaded', false);
    return name === '$' ? (before.relation.many ? before : row) : memberOf(row, name, data);
  }
  return undefined;
};

const rowOf = (
  before: Receiver & { readonly entities: readonly Entity[] },
  origin: Origin,
  many: boolean,
): Receiver & { readonly kind: 'row' } => ({
  kind: 'row',
  entities: before.entities,
  origin,
  many,
  confidence: before.confidence,
});

/** `user.books`: a relation of a row, by the row and its name. */
export const relatedIn = (
  flow: Flow,
  data: MikroData,
  ref: Ref,
): (Receiver & { readonly kind: 'related' }) | undefined => {
  const { value } = ref;
  if (value.kind !== 'member' || typeof value.property !== 'string') return undefined;
  const row = rowIn(flow, data, { ...ref, value: value.object });
  const found = row === undefined ? undefined : memberOf(row, value.property, data);
  return found?.kind === 'related' ? found : undefined;
};

/** The same where nothing types the row, but only one relation of the workspace has that name. */
export const relatedNamed = (data: MikroData, name: string): (Receiver & { readonly kind: 'related' }) | undefined => {
  const found = [...data.models.values()].flatMap((from) => {
    const relation = from.relations.get(name);
    const target = relation?.many === true ? data.models.get(relation.target) : undefined;
    return relation === undefined || target === undefined ? [] : [{ relation, target, from }];
  });
  const [only, ...others] = found;
  return only === undefined || others.length > 0
    ? undefined
    : { kind: 'related', entities: [only.target], relation: only.relation, from: only.from, confidence: 'likely' };
};

/** The row that a value is. */
export const rowIn = (flow: Flow, data: MikroData, ref: Ref): (Receiver & { readonly kind: 'row' }) | undefined => {
  for (const chain of flow.chains(ref)) {
    const found = receiverOf(chain, chain.steps.length, flow, data);
    if (found?.kind === 'row') return found;
    if (found?.kind === 'related') return rowOf(found, 'loaded', found.relation.many);
  }
  const entities = listedOf(flow, data, ref);
  return entities.length === 0
    ? undefined
    : { kind: 'row', entities, origin: 'typed', many: true, confidence: 'certain' };
};

export const mayBeManager = ({ root }: Chain): boolean => root.kind !== 'value' && root.kind !== 'function';
