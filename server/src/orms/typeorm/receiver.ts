/** Which entity a chain of TypeORM speaks to: repositories, managers, query runners, active records. */
import type { Chain, ClassRef, Flow, Ref, Step, Typed } from '../../flow/flow';
import { textIn } from '../build/options';
import type { Found } from '../orm';
import { classKey, type Entity, isTypeorm, type TypeormData } from './entities';

/** Where an object literal stands. */
export const placeOf = ({ file, value }: Ref): string => `${file.path}@${value.span.start}`;

/** What stands before a step of a chain. */
export type Receiver = {
  readonly confidence: Found['confidence'];
} & (
  | { readonly kind: 'source' }
  /** No entities: the source does not say which. */
  | { readonly kind: 'repository'; readonly entities: readonly Entity[] }
  /** A row that was loaded or made: `user` of `user.save()`. */
  | { readonly kind: 'row'; readonly entities: readonly Entity[]; readonly origin: 'new' | 'loaded' | 'typed' }
  /** From this step on it is a query builder; an instance where a caller hands it in. */
  | { readonly kind: 'builder'; readonly entities: readonly Entity[]; readonly at: number }
);

const sources = /^(?:DataSource|Connection|EntityManager|QueryRunner|MongoEntityManager|ConnectionManager)$/;
const sourceCalls =
  /^(?:getConnection|getManager|createConnection|getConnectionManager|InjectEntityManager|InjectDataSource|InjectConnection|getDataSource)$/;
const repositories = /^(?:Repository|TreeRepository|AbstractRepository|MongoRepository)$/;
const repositoryCalls = /^(?:getRepository|getTreeRepository|getMongoRepository|InjectRepository)$/;
const rows =
  /^(?:find|findOne|findBy|findOneBy|findOneOrFail|findOneByOrFail|findByIds|findOneById|findAndCount|findAndCountBy|save|preload|getOne|getOneOrFail|getMany|getManyAndCount)$/;
/** What a data source has beside its rows: their methods (`queryResultCache.remove(ids)`) are no writes. */
const parts =
  /^(?:queryResultCache|driver|logger|options|migrations|subscribers|broadcaster|namingStrategy|relationLoader|entityMetadatas(?:Map)?)$/;
const made = /^(?:create|merge)$/;
/** Methods of a list that give its items, or a list of some of them. */
const ofRows = /^(?:at|find|pop|shift|filter|slice|sort|reverse|concat|values)$/;

/** `until`: how many steps of the chain stand before the method that is asked about. */
export const receiverOf = (chain: Chain, until: number, flow: Flow, data: TypeormData): Receiver | undefined => {
  const begun = beginning(chain, flow, data);
  let at = begun?.receiver;
  for (let i = begun?.next ?? 0; i < until; i++) {
    const step = chain.steps[i];
    if (step === undefined) return undefined;
    at = after(at, step, i, chain, flow, data);
  }
  return at;
};

const beginning = (
  { root, steps }: Chain,
  flow: Flow,
  data: TypeormData,
): { readonly receiver: Receiver | undefined; readonly next: number } | undefined => {
  const [first] = steps;
  const certain = 'certain' as const;
  if (root.kind === 'package') {
    if (
      !isTypeorm(root.module) &&
      root.module !== '@nestjs/typeorm' &&
      root.module !== 'typedi-typeorm-extensions' &&
      root.module !== 'typeorm-typedi-extensions'
    )
      return undefined;
    if (sources.test(root.name))
      return { receiver: { kind: 'source', confidence: certain }, next: isMade(first) ? 1 : 0 };
    if (root.name === 'SelectQueryBuilder' && isMade(first)) {
      const entities = typesOf(first).flatMap((type) => entitiesOfType(flow, data, type));
      return { receiver: { kind: 'builder', entities, at: 0, confidence: certain }, next: 1 };
    }
    if (sourceCalls.test(root.name)) return { receiver: { kind: 'source', confidence: certain }, next: lead(steps) };
    if (repositoryCalls.test(root.name)) {
      const call = steps.find((step) => step.kind === 'call');
      const entities = call?.kind === 'call' ? entitiesOf(flow, data, call.args[0]) : [];
      return { receiver: { kind: 'repository', entities, confidence: certain }, next: lead(steps) };
    }
    if (root.name === 'getCustomRepository' && first?.kind === 'call')
      return { receiver: custom(flow, data, first.args[0]), next: 1 };
    if (repositories.test(root.name) && isMade(first)) {
      const entities = typesOf(first).flatMap((type) => entitiesOfType(flow, data, type));
      return { receiver: { kind: 'repository', entities, confidence: certain }, next: 1 };
    }
    if (root.name === 'BaseEntity') {
      const owner = first?.kind === 'instance' ? first.class : undefined;
      const entity = owner === undefined ? undefined : data.byClass.get(classKey(owner));
      const entities = entity === undefined ? [] : [entity];
      if (first?.kind === 'instance')
        return { receiver: { kind: 'row', entities, origin: 'typed', confidence: certain }, next: 1 };
      return { receiver: { kind: 'repository', entities, confidence: certain }, next: 0 };
    }
    return undefined;
  }
  if (root.kind === 'value') {
    const entities = data.extensions.get(placeOf(root.ref));
    return entities && { receiver: { kind: 'repository', entities, confidence: certain }, next: 0 };
  }
  if (root.kind === 'class') {
    const entity = data.byClass.get(classKey(root.class));
    const [outside] = flow.heritage(root.class).filter((one): one is Chain => 'root' in one);
    const above = outside?.root.kind === 'package' && isTypeorm(outside.root.module) ? outside.root.name : undefined;
    if (entity === undefined) {
      // A base of active records: its statics ask for whatever class they are called on.
      if (above === 'BaseEntity' && !isMade(first))
        return { receiver: { kind: 'repository', entities: [], confidence: certain }, next: 0 };
      if (above === undefined || !repositories.test(above) || !isMade(first)) return undefined;
      return { receiver: customClass(flow, data, root.class), next: 1 };
    }
    if (isMade(first))
      return {
        receiver: {
          kind: 'row',
          entities: [entity],
          origin: first?.kind === 'new' ? 'new' : 'typed',
          confidence: above === 'BaseEntity' ? certain : 'likely',
        },
        next: 1,
      };
    if (above !== 'BaseEntity') return undefined;
    return { receiver: { kind: 'repository', entities: [entity], confidence: certain }, next: 0 };
  }
  return undefined;
};

const isMade = (step: Step | undefined): boolean => step?.kind === 'new' || step?.kind === 'instance';

/** Steps of `getRepository(User)` and of a decorator that injects. */
const lead = (steps: readonly Step[]): number => {
  let i = 0;
  while (
    i < steps.length &&
    ((steps[i]?.kind === 'call' && (steps[i] as { name: string }).name === '') || steps[i]?.kind === 'instance')
  )
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
  data: TypeormData,
): Receiver | undefined => {
  if (step.kind === 'call') {
    if (before?.kind === 'builder') {
      if (step.name === 'createQueryBuilder') return { ...before, entities: [], at: index };
      return rows.test(step.name) ? rowOf(before, false) : before;
    }
    if (step.name === 'getRepository' || step.name === 'getTreeRepository' || step.name === 'getMongoRepository') {
      const entities = entitiesOf(flow, data, step.args[0]);
      if (before?.kind === 'source') return { kind: 'repository', entities, confidence: before.confidence };
      // Of an active record.
      if (before?.kind === 'repository' && step.args.length === 0) return before;
      // A data source that nothing proves: what it is asked for must be an entity.
      if (before !== undefined || !mayBeSource(chain) || entities.length === 0) return undefined;
      return { kind: 'repository', entities, confidence: 'likely' };
    }
    if (step.name === 'createQueryBuilder') {
      if (before?.kind === 'source') {
        const [first] = step.args;
        const entities = first === undefined ? [] : entitiesOf(flow, data, first);
        return { kind: 'builder', entities, at: index, confidence: before.confidence };
      }
      if (before?.kind === 'repository')
        return { kind: 'builder', entities: before.entities, at: index, confidence: before.confidence };
      const entities = entitiesOf(flow, data, step.args[0]);
      return before === undefined && entities.length > 0
        ? { kind: 'builder', entities, at: index, confidence: 'likely' }
        : undefined;
    }
    if (before?.kind === 'source') {
      if (step.name === 'getCustomRepository') return custom(flow, data, step.args[0]);
      if (step.name === 'withRepository' && step.args[0] !== undefined) {
        const other = flow.chain(step.args[0]);
        return receiverOf(other, other.steps.length, flow, data);
      }
      if (rows.test(step.name))
        return {
          kind: 'row',
          entities: entitiesOf(flow, data, step.args[0]),
          origin: 'loaded',
          confidence: before.confidence,
        };
      if (made.test(step.name))
        return {
          kind: 'row',
          entities: entitiesOf(flow, data, step.args[0]),
          origin: 'new',
          confidence: before.confidence,
        };
      return before;
    }
    if (before?.kind === 'repository') {
      if (step.name === 'extend') return before;
      if (rows.test(step.name)) return rowOf(before, false);
      if (made.test(step.name)) return rowOf(before, true);
      return undefined;
    }
    if (before?.kind !== 'row') return undefined;
    return ofRows.test(step.name) || chain.steps[index + 1]?.kind === 'callback' ? before : undefined;
  }
  if (step.kind === 'member') {
    if (
      step.name === 'manager' ||
      step.name === 'connection' ||
      step.name === 'dataSource' ||
      step.name === 'queryRunner'
    ) {
      if (before === undefined) return undefined;
      return before.kind === 'row' ? undefined : { kind: 'source', confidence: before.confidence };
    }
    if (before?.kind === 'row') return related(before, step.name, data);
    if (before?.kind === 'source' && parts.test(step.name)) return undefined;
    return before?.kind === 'source' || before === undefined ? before : undefined;
  }
  if (step.kind === 'callback') {
    const call = chain.steps[index - 1];
    if (before?.kind === 'source' && call?.kind === 'call' && call.name === 'transaction') return before;
    return before?.kind === 'row' ? before : undefined;
  }
  if (step.kind === 'item' || step.kind === 'instance') return before;
  return before?.kind === 'row' ? before : undefined;
};

const rowOf = (
  before: { readonly entities: readonly Entity[]; readonly confidence: Found['confidence'] },
  fresh: boolean,
): Receiver => ({
  kind: 'row',
  entities: before.entities,
  origin: fresh ? 'new' : 'loaded',
  confidence: before.confidence,
});

/** `user.profile.save()`. */
const related = (row: Receiver & { readonly kind: 'row' }, name: string, data: TypeormData): Receiver | undefined => {
  const entities = row.entities.flatMap((entity) => {
    const target = entity.relations.get(name)?.target;
    const found = target === undefined ? undefined : data.models.get(target);
    return found === undefined ? [] : [found];
  });
  return entities.length === 0 ? undefined : { ...row, entities };
};

const mayBeSource = ({ root }: Chain): boolean =>
  root.kind === 'unknown' ||
  root.kind === 'value' ||
  root.kind === 'global' ||
  root.kind === 'package' ||
  root.kind === 'class' ||
  root.kind === 'namespace';

const custom = (flow: Flow, data: TypeormData, ref: Ref | undefined): Receiver | undefined => {
  const found = ref === undefined ? undefined : flow.classOf(ref);
  return found === undefined ? undefined : customClass(flow, data, found);
};

/** `class UserRepository extends Repository<User>`; older ones say it by `@EntityRepository(User)`. */
const customClass = (flow: Flow, data: TypeormData, of: ClassRef): Receiver => {
  const classes = [of, ...flow.heritage(of).flatMap((one) => ('class' in one ? [one] : []))];
  for (const { file, class: owner } of classes) {
    const typed = owner.extendsTypes.flatMap((type) => entitiesOfType(flow, data, { type, file }));
    if (typed.length > 0) return { kind: 'repository', entities: typed, confidence: 'certain' };
    for (const value of owner.decorators) {
      const { root, steps } = flow.chain({ value, file });
      const [call] = steps;
      if (root.kind !== 'package' || root.name !== 'EntityRepository' || call?.kind !== 'call') continue;
      const entities = entitiesOf(flow, data, call.args[0]);
      if (entities.length > 0) return { kind: 'repository', entities, confidence: 'certain' };
    }
  }
  return { kind: 'repository', entities: [], confidence: 'certain' };
};

const entitiesOfType = (flow: Flow, data: TypeormData, type: Typed): readonly Entity[] => {
  const found = flow.classOf(type);
  const entity = found === undefined ? undefined : data.byClass.get(classKey(found));
  return entity === undefined ? [] : [entity];
};

/** The entities that an argument names: a class, a schema, a name, or a member of that name of a table of entities. */
export const entitiesOf = (flow: Flow, data: TypeormData, ref: Ref | undefined): readonly Entity[] => {
  if (ref === undefined) return [];
  const found = flow.chains(ref).flatMap((chain): readonly Entity[] => {
    const { root, steps } = chain;
    if (root.kind === 'class' && steps.length === 0) {
      const entity = data.byClass.get(classKey(root.class));
      return entity === undefined ? [] : [entity];
    }
    const [first] = steps;
    if (root.kind === 'package' && root.name === 'EntitySchema' && first?.kind === 'new') {
      const options = first.args[0];
      const shape = options === undefined ? undefined : flow.shapes(options)[0];
      const name =
        shape?.kind === 'object' ? textIn(flow, shape.entries.findLast((one) => one.key === 'name')?.value) : undefined;
      return name === undefined ? [] : (data.byName.get(name) ?? []).slice(0, 1);
    }
    const last = steps.at(-1);
    const own = last?.kind === 'member' && last.name === 'target' ? repositoryOf(flow, data, chain) : undefined;
    if (own !== undefined) return own.entities;
    if (last?.kind === 'member') return (data.byName.get(last.name) ?? []).slice(0, 1);
    if (last?.kind === 'index') return named(flow, data, last.key);
    return named(flow, data, ref);
  });
  return [...new Set(found)];
};

/** `repo.target`, `repo.metadata.target`. */
const repositoryOf = (flow: Flow, data: TypeormData, chain: Chain): (Receiver & { kind: 'repository' }) | undefined => {
  const before = chain.steps.at(-2);
  const until = chain.steps.length - (before?.kind === 'member' && before.name === 'metadata' ? 2 : 1);
  const receiver = receiverOf(chain, until, flow, data);
  return receiver?.kind === 'repository' ? receiver : undefined;
};

const named = (flow: Flow, data: TypeormData, ref: Ref): readonly Entity[] =>
  flow
    .shapes(ref)
    .flatMap((shape) =>
      shape.kind === 'literal' && typeof shape.value === 'string'
        ? (data.byName.get(shape.value) ?? []).slice(0, 1)
        : [],
    );
