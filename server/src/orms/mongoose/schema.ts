/** What a Mongoose schema says: references, virtual populates, plugins and the shard key. */
import type { Chain, Flow, ObjectShape, Ref } from '../../flow/flow';
import type { CallValue, HostFile } from '../../hosts/host';
import type { Location } from '../../text/span';
import { isTrue, objectIn, optionIn, textIn } from '../mongodb/context';

export interface Reference {
  /** Name of the model that is meant; undefined where the document says it (`refPath`). */
  readonly model: string | undefined;
  readonly local: string;
  readonly foreign: string;
  readonly match?: Ref;
  readonly automatic: boolean;
}

export interface DeclaredSchema {
  /** Place of the `new Schema(…)` call, or the class's key. */
  readonly key: string;
  readonly paths: ReadonlyMap<string, string>;
  readonly references: ReadonlyMap<string, Reference>;
  readonly collection: string | undefined;
  readonly shardKey: readonly { readonly name: string; readonly hashed: boolean }[];
  readonly shardKeyAt: Location | undefined;
  readonly readPreference: Ref | undefined;
  /** Names of the plugins' modules. */
  readonly plugins: readonly string[];
}

export const isMongoose = (module: string): boolean => /^mongoose(?:$|\/)/.test(module);

export const placeKey = (file: string, call: CallValue): string => `${file}:${call.span.start}`;

/** By its syntax alone. */
export const mayMakeSchema = ({ isNew, callee }: CallValue): boolean =>
  isNew || (callee.kind === 'member' ? callee.property : callee.kind === 'name' ? callee.name : '') === 'Schema';

export interface SchemaCall {
  readonly chain: Chain;
  readonly key: string;
  readonly args: readonly Ref[];
}

/** The `new Schema(…)`, or `Schema(…)`, that a value is. */
export const schemaCall = (flow: Flow, ref: Ref | undefined): SchemaCall | undefined => {
  if (ref === undefined) return undefined;
  for (const chain of flow.chains(ref)) {
    const { root, steps } = chain;
    const [first, second] = steps;
    if (root.kind !== 'package' || first === undefined) continue;
    const exported = root.name.split('.').at(-1) ?? '';
    if (first.kind === 'call' && isMongoose(root.module) && (first.name || exported) === 'Schema')
      return { chain, key: placeKey(first.file.path, first.call), args: first.args };
    const made = first.kind === 'new' ? first : second?.kind === 'new' ? second : undefined;
    if (made === undefined) continue;
    const name = first.kind === 'member' ? first.name : exported;
    if (name === 'Schema' || (isMongoose(root.module) && name === 'default'))
      return { chain, key: placeKey(made.file.path, made.call), args: made.args };
  }
  return undefined;
};

const typeName = (flow: Flow, ref: Ref): string => {
  const said = flow.print(ref).split('.').at(-1) ?? '';
  return /^[A-Z]\w*$/.test(said) ? said.toLowerCase() : 'mixed';
};

const longest = 6;

/** Fields by their paths, with what they refer to. */
export const readPaths = (
  flow: Flow,
  shape: ObjectShape | undefined,
  paths: Map<string, string>,
  references: Map<string, Reference>,
  prefix = '',
  depth = 0,
): void => {
  if (depth > longest) return;
  for (const { key, value } of shape?.entries ?? []) {
    if (key === undefined) continue;
    const path = `${prefix}${key}`;
    readField(flow, value, path, paths, references, depth);
  }
};

const readField = (
  flow: Flow,
  value: Ref,
  path: string,
  paths: Map<string, string>,
  references: Map<string, Reference>,
  depth: number,
): void => {
  if (depth > longest) return;
  const [given] = flow.shapes(value);
  if (given?.kind === 'list') {
    paths.set(path, 'array');
    const [item] = given.items;
    if (item !== undefined) readField(flow, item.value, path, paths, references, depth + 1);
    return;
  }
  if (given?.kind !== 'object') {
    const inner = schemaCall(flow, value);
    if (inner !== undefined) {
      readPaths(flow, objectIn(flow, inner.args[0]), paths, references, `${path}.`, depth + 1);
      return;
    }
    if (!paths.has(path)) paths.set(path, typeName(flow, value));
    return;
  }
  const type = optionIn(given, 'type');
  const refersTo = optionIn(given, 'ref');
  const refPath = optionIn(given, 'refPath');
  if (type === undefined && refersTo === undefined && refPath === undefined) {
    readPaths(flow, given, paths, references, `${path}.`, depth + 1);
    return;
  }
  if (type !== undefined) {
    const [shape] = flow.shapes(type);
    // `type: { type: String, … }` and `type: [{ type: ObjectId, ref }]`.
    if (shape?.kind === 'list' || shape?.kind === 'object' || schemaCall(flow, type) !== undefined)
      readField(flow, type, path, paths, references, depth + 1);
    else if (!paths.has(path)) paths.set(path, typeName(flow, type));
  }
  if (refersTo !== undefined || refPath !== undefined)
    references.set(path, {
      model: refersTo === undefined ? undefined : modelName(flow, refersTo),
      local: path,
      foreign: '_id',
      automatic: optionIn(given, 'autopopulate') !== undefined,
    });
};

/** `'User'`, `User` (a model or class), `User.name`, `() => User`. */
export const modelName = (flow: Flow, ref: Ref): string | undefined => {
  const text = textIn(flow, ref);
  if (text !== undefined) return text;
  const [shape] = flow.shapes(ref);
  if (shape?.kind === 'function') {
    const [first] = flow.callback(shape.function).returns;
    return first === undefined ? undefined : modelName(flow, first.value);
  }
  const { value } = ref;
  const named = value.kind === 'member' && value.property === 'name' ? { ...ref, value: value.object } : ref;
  const owner = flow.classOf(named);
  if (owner !== undefined) return owner.class.name;
  for (const { root, steps } of flow.chains(named)) {
    const last = steps.at(-1);
    if (root.kind !== 'package') continue;
    if (last?.kind === 'call' && (last.name === 'model' || (last.name === '' && root.name === 'model')))
      return textIn(flow, last.args[0]);
    if (last?.kind === 'member' && steps.at(-2)?.kind === 'member') return last.name;
  }
  return undefined;
};

/** `new Schema({ … }, { … })` with what is done to it in its file. */
export const readSchema = (
  flow: Flow,
  file: HostFile,
  call: CallValue,
  calls: readonly CallValue[],
): DeclaredSchema => {
  const key = placeKey(file.path, call);
  const [definition, options] = call.args.map((arg) => flow.ref(arg));
  const paths = new Map<string, string>();
  const references = new Map<string, Reference>();
  readPaths(flow, objectIn(flow, definition), paths, references);
  const settings = objectIn(flow, options);
  readVirtualOptions(flow, settings, references);
  const plugins: string[] = [];
  for (const one of calls) {
    if (one.callee.kind !== 'member' || typeof one.callee.property !== 'string') continue;
    const { property, object } = one.callee;
    if (!/^(?:virtual|plugin|add)$/.test(property) || schemaCall(flow, flow.ref(object))?.key !== key) continue;
    const [first, second] = one.args.map((arg) => flow.ref(arg));
    if (property === 'add') readPaths(flow, objectIn(flow, first), paths, references);
    else if (property === 'virtual') readVirtual(flow, textIn(flow, first), objectIn(flow, second), references);
    else if (first !== undefined) {
      const { root } = flow.chain(first);
      if (root.kind === 'package') plugins.push(root.module);
    }
  }
  return { key, paths, references, ...settingsOf(flow, settings, file.path), plugins };
};

export const readVirtual = (
  flow: Flow,
  name: string | undefined,
  settings: ObjectShape | undefined,
  references: Map<string, Reference>,
): void => {
  const model = optionIn(settings, 'ref');
  const local = textIn(flow, optionIn(settings, 'localField'));
  const foreign = textIn(flow, optionIn(settings, 'foreignField'));
  if (name === undefined || model === undefined || local === undefined || foreign === undefined) return;
  const options = objectIn(flow, optionIn(settings, 'options'));
  const match = optionIn(settings, 'match') ?? optionIn(options, 'match');
  references.set(name, {
    model: modelName(flow, model),
    local,
    foreign,
    ...(match === undefined ? {} : { match }),
    automatic: isTrue(flow, optionIn(settings, 'autopopulate')),
  });
};

/** `virtuals: { posts: { options: { ref, localField, foreignField } } }`. */
const readVirtualOptions = (
  flow: Flow,
  settings: ObjectShape | undefined,
  references: Map<string, Reference>,
): void => {
  for (const { key, value } of objectIn(flow, optionIn(settings, 'virtuals'))?.entries ?? [])
    readVirtual(flow, key, objectIn(flow, optionIn(objectIn(flow, value), 'options')), references);
};

/** Options of a schema, as `new Schema`, `@Schema` and Typegoose's `schemaOptions` have them. */
export const settingsOf = (
  flow: Flow,
  settings: ObjectShape | undefined,
  path: string,
): Pick<DeclaredSchema, 'collection' | 'shardKey' | 'shardKeyAt' | 'readPreference'> => {
  const given = settings?.entries.findLast(({ key }) => key === 'shardKey');
  const shard = given === undefined ? undefined : objectIn(flow, given.value);
  const named = (shard?.entries ?? []).flatMap(({ key, value }) =>
    key === undefined ? [] : [{ name: key, hashed: textIn(flow, value) === 'hashed' }],
  );
  return {
    collection: textIn(flow, optionIn(settings, 'collection')),
    shardKey: named,
    shardKeyAt: given === undefined ? undefined : { file: path, span: given.keySpan },
    readPreference: optionIn(settings, 'read'),
  };
};
