/** Which model a chain of Mongoose speaks to: models, connections, documents. */
import type { Chain, Flow, Ref, Step, Typed } from '../../flow/flow';
import type { TypeRef, Value } from '../../hosts/host';
import { isOpenRoot } from '../build/handedIn';
import { textIn } from '../mongodb/context';
import type { Found } from '../orm';
import { classKey } from '../sequelize/reading';
import type { MongooseData, MongooseModel } from './models';
import { functionKey } from './owned';
import { isMongoose, modelName } from './schema';

export type Receiver = { readonly confidence: Found['confidence'] } & (
  | { readonly kind: 'connection' | 'models' }
  /** No models: the source does not say which. `native`: the driver's collection behind it. */
  | { readonly kind: 'model'; readonly models: readonly MongooseModel[]; readonly native?: true }
  /** Documents that were loaded or made. */
  | {
      readonly kind: 'row';
      readonly models: readonly MongooseModel[];
      readonly origin: 'new' | 'loaded' | 'typed';
      readonly many: boolean;
    }
);

const certain = 'certain' as const;
const passing =
  /^(?:connect|createConnection|useDb|asPromise|connection|connections|conn|db|get|default|mongoose|openUri)$/;
const isTypegoose = (module: string): boolean => /^(?:@typegoose\/typegoose|typegoose|nestjs-typegoose)$/.test(module);
const isPlugin = (module: string): boolean => /^(?:@types\/)?mongoose-[\w-]+$/.test(module);

const rowsMade =
  /^(?:find|findOne|findById|findOneAnd\w+|findByIdAnd\w+|findDeleted|findOneDeleted|findWithDeleted|findOneWithDeleted|where|hydrate)$/;
/** What a query or a document still is after one of these. */
const kept =
  /^(?:exec|populate|sort|limit|skip|select|session|read|orFail|where|equals|in|nin|gt|gte|lt|lte|ne|and|or|nor|find|findOne|all|exists|collation|hint|setOptions|batchSize|cursor|slice|comment|then|catch|at|pop|shift|filter|forEach|map|reverse|toReversed|toSorted|concat|splice|values|entries|save|set|overwrite|eachAsync|$session|clone|allowDiskUse|maxTimeMS|mod|regex|size|elemMatch)$/;

/** `until`: how many steps of the chain stand before the method that is asked about. */
export const receiverOf = (chain: Chain, until: number, flow: Flow, data: MongooseData): Receiver | undefined => {
  const begun = ownedBy(chain, data) ?? beginning(chain, flow, data);
  let at = begun.receiver;
  for (let i = begun.next; i < until; i++) {
    const step = chain.steps[i];
    if (step === undefined) return undefined;
    at = after(at, step, i, chain, flow, data);
  }
  return at;
};

interface Begun {
  readonly receiver: Receiver | undefined;
  readonly next: number;
}

/** `this` of a schema's own function. */
const ownedBy = ({ root, steps, ref }: Chain, data: MongooseData): Begun | undefined => {
  if (data.owned.size === 0 || (root.kind !== 'unknown' && root.kind !== 'value')) return undefined;
  const place = steps[0]?.file ?? ref.file;
  const bottom = bottomOf(steps[0]?.kind === 'call' ? steps[0].call : ref.value);
  if (bottom.kind !== 'this') return undefined;
  const around = place.functions
    .filter((fn) => fn.ownThis && fn.id !== 0 && fn.span.start <= bottom.span.start && bottom.span.end <= fn.span.end)
    .at(-1);
  const owner = around === undefined ? undefined : data.owned.get(functionKey(place, around.id));
  if (owner === undefined) return undefined;
  const models = data.bySchema.get(owner.key) ?? [];
  return {
    receiver:
      owner.self === 'model'
        ? { kind: 'model', models, confidence: certain }
        : { kind: 'row', models, origin: 'typed', many: false, confidence: certain },
    next: 0,
  };
};

/** `this` of `this.find(q).sort(s)`. */
const bottomOf = (value: Value): Value => {
  let at = value;
  for (;;) {
    if (at.kind === 'member') at = at.object;
    else if (at.kind === 'call' && !at.isNew) at = at.callee;
    else if (at.kind === 'await') at = at.value;
    else return at;
  }
};

const none: Begun = { receiver: undefined, next: 0 };

const beginning = ({ root, steps }: Chain, flow: Flow, data: MongooseData): Begun => {
  const [first, second] = steps;
  const model = (models: readonly MongooseModel[], next: number): Begun => ({
    receiver: { kind: 'model', models, confidence: certain },
    next,
  });
  const row = (models: readonly MongooseModel[], next: number, confidence: Found['confidence'] = certain): Begun => ({
    receiver: { kind: 'row', models, origin: 'typed', many: false, confidence },
    next,
  });
  if (root.kind === 'class') {
    const own = data.byClass.get(classKey(root.class));
    return own !== undefined && first?.kind === 'instance' ? row([own], 1, 'likely') : none;
  }
  if (root.kind !== 'package') return none;
  const name = root.name.split('.').at(-1) ?? '';
  const typed = first?.kind === 'instance' ? first : undefined;
  if (isMongoose(root.module) || isPlugin(root.module)) {
    if (typed !== undefined && /Model$/.test(name)) return model(injected(flow, data, typed), 1);
    if (typed !== undefined && /Document$/.test(name)) {
      const own = ofTypes(flow, data, typed.types);
      return row(own.length > 0 ? own : ofDeclaration(flow, data, typed), 1);
    }
    if (!isMongoose(root.module)) return none;
    if (name === 'model' && first?.kind === 'call' && first.name === '')
      return model(ofName(flow, data, first.args[0]), 1);
    if (name === 'models') return { receiver: { kind: 'models', confidence: certain }, next: 0 };
    if (/^(?:default|\*|mongoose|Mongoose|connection|Connection|connections|createConnection|connect)$/.test(name))
      return { receiver: { kind: 'connection', confidence: certain }, next: 0 };
    return none;
  }
  if (root.module === '@nestjs/mongoose' || isTypegoose(root.module)) {
    if (name === 'InjectModel' && first?.kind === 'call')
      return model(ofName(flow, data, first.args[0]), second?.kind === 'instance' ? 2 : 1);
    if (name === 'InjectConnection') return { receiver: { kind: 'connection', confidence: certain }, next: 0 };
    if (name === 'getModelForClass' && first?.kind === 'call') return model(ofName(flow, data, first.args[0]), 1);
    if (name === 'ReturnModelType' && typed !== undefined) return model(injected(flow, data, typed), 1);
    if (name === 'DocumentType' && typed !== undefined) return row(ofTypes(flow, data, typed.types), 1);
    return none;
  }
  // Exported by a package of the workspace that cannot be read (built elsewhere).
  const named = data.byName.get(name);
  return named !== undefined && /^[A-Z]/.test(name) && first?.kind === 'call'
    ? { receiver: { kind: 'model', models: named, confidence: 'likely' }, next: 0 }
    : none;
};

/** By the decorator that injects it, else by the type of its documents. */
const injected = (
  flow: Flow,
  data: MongooseData,
  step: Step & { readonly kind: 'instance' },
): readonly MongooseModel[] => {
  for (const decorator of step.decorators ?? []) {
    const { root, steps } = flow.chain(decorator);
    const [call] = steps;
    if (root.kind !== 'package' || root.name !== 'InjectModel' || call?.kind !== 'call') continue;
    const found = ofName(flow, data, call.args[0]);
    if (found.length > 0) return found;
  }
  return ofTypes(flow, data, step.types);
};

const ofName = (flow: Flow, data: MongooseData, ref: Ref | undefined): readonly MongooseModel[] => {
  if (ref === undefined) return [];
  const owner = flow.classOf(
    ref.value.kind === 'member' && ref.value.property === 'name' ? { ...ref, value: ref.value.object } : ref,
  );
  const own = owner === undefined ? undefined : data.byClass.get(classKey(owner));
  if (own !== undefined) return [own];
  const name = textIn(flow, ref) ?? modelName(flow, ref);
  return name === undefined ? [] : one(data.byName.get(name));
};

/** `interface UserDocument extends Document`, `type UserDocument = User & Document`: by the names in the declaration. */
const ofDeclaration = (
  flow: Flow,
  data: MongooseData,
  { file, nameSpan }: Step & { readonly kind: 'instance' },
): readonly MongooseModel[] => {
  const declared = file.types.find(({ span }) => span.start <= nameSpan.start && nameSpan.end <= span.end);
  if (declared === undefined) return [];
  const { name, type } = declared;
  for (const one of [...type.args, { name, args: [], span: declared.span }]) {
    const found = ofTypes(flow, data, [{ type: one, file }]);
    if (found.length > 0) return found;
  }
  return [];
};

/** Models of one name in several packages are told apart by nothing here: the first stands for them if they agree. */
const one = (models: readonly MongooseModel[] | undefined): readonly MongooseModel[] => {
  const [first] = models ?? [];
  if (first === undefined) return [];
  return models?.every((other) => other.collection === first.collection) ? [first] : (models ?? []);
};

const ofTypes = (flow: Flow, data: MongooseData, types: readonly Typed[]): readonly MongooseModel[] => {
  for (const { type, file } of types.slice(0, 1)) {
    const owner = flow.classOf({ type: type.name === 'typeof' ? { ...type, ...(type.args[0] ?? type) } : type, file });
    const own = owner === undefined ? undefined : data.byClass.get(classKey(owner));
    if (own !== undefined) return [own];
    for (const name of namesIn(type, 0)) {
      const found = data.byType.get(name) ?? [];
      const [first] = found;
      if (first !== undefined && found.every((other) => other.collection === first.collection)) return [first];
    }
    for (const name of namesIn(type, 0)) {
      const bare = name
        .replace(/^I(?=[A-Z])/, '')
        .replace(/(?:Document|Doc|DBModel|Model|Entity|Schema|Type|Interface)$/, '');
      const found = one(data.byName.get(bare));
      if (found.length === 1) return found;
    }
  }
  return [];
};

const namesIn = (type: TypeRef, depth: number): readonly string[] =>
  depth > 4
    ? []
    : [...(/^[A-Z]\w+$/.test(type.name) ? [type.name] : []), ...type.args.flatMap((arg) => namesIn(arg, depth + 1))];

const mayBeRegistry = (chain: Chain): boolean => isOpenRoot(chain, 'unknown', 'value', 'global', 'namespace', 'class');

const after = (
  before: Receiver | undefined,
  step: Step,
  index: number,
  chain: Chain,
  flow: Flow,
  data: MongooseData,
): Receiver | undefined => {
  if (before === undefined) {
    // `db.User`, `models.User`: an object of models that nothing proves; what it is asked for must be one.
    if (step.kind !== 'member' || !mayBeRegistry(chain) || !/^[A-Z]/.test(step.name)) return undefined;
    const models = one(data.byName.get(step.name));
    return models.length === 0 ? undefined : { kind: 'model', models, confidence: 'likely' };
  }
  const { confidence } = before;
  switch (before.kind) {
    case 'connection':
      if (step.kind === 'member') {
        if (step.name === 'models') return { kind: 'models', confidence };
        return passing.test(step.name) ? before : undefined;
      }
      if (step.kind === 'call') {
        if (step.name === 'model') return { kind: 'model', models: ofName(flow, data, step.args[0]), confidence };
        return passing.test(step.name) || step.name === '' ? before : undefined;
      }
      return step.kind === 'instance' || step.kind === 'new' ? before : undefined;
    case 'models':
      if (step.kind === 'member') return { kind: 'model', models: one(data.byName.get(step.name)), confidence };
      return step.kind === 'index' ? { kind: 'model', models: ofName(flow, data, step.key), confidence } : undefined;
    case 'model':
      return afterModel(before, step, flow, data);
    default:
      return afterRow(before, step, index, chain);
  }
};

const afterModel = (
  before: Receiver & { readonly kind: 'model' },
  step: Step,
  flow: Flow,
  data: MongooseData,
): Receiver | undefined => {
  const { models, confidence } = before;
  const row = (origin: 'new' | 'loaded', many: boolean): Receiver => ({
    kind: 'row',
    models,
    origin,
    many,
    confidence,
  });
  if (before.native) return undefined;
  if (step.kind === 'new') return row('new', false);
  if (step.kind === 'instance') return before;
  if (step.kind === 'member') {
    if (step.name === 'collection') return { kind: 'model', models, native: true, confidence };
    return step.name === 'db' ? { kind: 'connection', confidence } : undefined;
  }
  if (step.kind !== 'call') return undefined;
  if (step.name === 'create' || step.name === 'insertMany') return row('loaded', step.name === 'insertMany');
  if (step.name === 'discriminator' || step.name === 'model') {
    const found = ofName(flow, data, step.args[0]);
    return found.length === 0 ? before : { kind: 'model', models: found, confidence };
  }
  if (step.name === '' || step.name === 'setDatabase' || step.name === '$session') return undefined;
  if (data.statics.has(step.name)) return row('loaded', false);
  return rowsMade.test(step.name) ? row('loaded', /^find(?:Deleted|WithDeleted)?$|^where$/.test(step.name)) : undefined;
};

const afterRow = (
  before: Receiver & { readonly kind: 'row' },
  step: Step,
  index: number,
  chain: Chain,
): Receiver | undefined => {
  switch (step.kind) {
    case 'call':
      if (!kept.test(step.name)) return undefined;
      return /^(?:at|pop|shift|findOne)$/.test(step.name) ? { ...before, many: false } : before;
    case 'member':
      if (step.name === 'constructor') return { kind: 'model', models: before.models, confidence: before.confidence };
      return step.name === 'value' || step.name === '0' ? { ...before, many: false } : undefined;
    case 'item':
    case 'index':
      return { ...before, many: false };
    case 'callback': {
      const call = chain.steps[index - 1];
      return call?.kind === 'call' && /^(?:forEach|map|then|eachAsync|filter|find)$/.test(call.name)
        ? { ...before, many: call.name === 'then' && before.many }
        : undefined;
    }
    case 'instance':
      return before;
    default:
      return undefined;
  }
};
