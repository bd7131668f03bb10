/** Mongoose's models over a workspace: `model('User', schema)`, NestJS's classes, Typegoose's classes. */
import type { ClassRef, Flow, Ref } from '../../flow/flow';
import type { CallValue, HostFile, TypeRef } from '../../hosts/host';
import { pluralize } from '../../schema/collectionNames';
import type { Schema } from '../../schema/model';
import type { Location } from '../../text/span';
import { callsIn } from '../build/calls';
import type { Field, Model, Relation } from '../build/model';
import { schemaOf } from '../build/schema';
import { objectIn, optionIn, textIn } from '../mongodb/context';
import { readWrappers, type Wrappers } from '../mongodb/wrappers';
import { classKey } from '../sequelize/reading';
import { readClassSchema } from './classes';
import { type Owned, readOwned } from './owned';
import { type DeclaredSchema, isMongoose, mayMakeSchema, modelName, placeKey, readSchema, schemaCall } from './schema';

export interface MongooseModel {
  readonly name: string;
  readonly collection: string;
  readonly schema: DeclaredSchema | undefined;
  readonly at: Location;
}

export interface MongooseData {
  readonly byName: ReadonlyMap<string, readonly MongooseModel[]>;
  /** By the class that describes its documents. */
  readonly byClass: ReadonlyMap<string, MongooseModel>;
  /** By the name of the type of its documents: `model<IUser>('User', …)`. */
  readonly byType: ReadonlyMap<string, readonly MongooseModel[]>;
  /** By place of the schema that it is made of. */
  readonly bySchema: ReadonlyMap<string, readonly MongooseModel[]>;
  readonly wrappers: Wrappers;
  /** Functions that schemas own, by `functionKey`. */
  readonly owned: ReadonlyMap<string, Owned>;
  /** Names of statics: what they give are documents of their model. */
  readonly statics: ReadonlySet<string>;
}

interface Made {
  readonly model: MongooseModel;
  readonly classKey?: string;
  readonly types: readonly string[];
}

export const readModels = (
  files: readonly HostFile[],
  flowFor: (file: HostFile) => Flow,
): { readonly data: MongooseData; readonly schema: Schema } => {
  const schemas = new Map<string, DeclaredSchema>();
  const typesOfSchema = new Map<string, readonly string[]>();
  const calls = new Map<HostFile, readonly CallValue[]>();
  let plural = true;
  for (const file of files) {
    const flow = flowFor(file);
    const own = callsIn(file);
    calls.set(file, own);
    for (const call of own) {
      if (mayMakeSchema(call) && schemaCall(flow, flow.ref(call))?.key === placeKey(file.path, call)) {
        const schema = readSchema(flow, file, call, own);
        schemas.set(schema.key, schema);
        typesOfSchema.set(schema.key, typeNames(call.types));
      }
      if (unsetsPlurals(flow, call)) plural = false;
    }
  }
  const owned = new Map<string, Owned>();
  for (const file of files) readOwned(flowFor(file), file, owned);
  const made: Made[] = [];
  const nameOf = (name: string): string => (plural ? pluralize(name) : name);
  for (const file of files) {
    const flow = flowFor(file);
    for (const owner of file.classes) {
      const found = classModel(flow, { file, class: owner }, nameOf);
      if (found !== undefined) made.push(found);
    }
  }
  const classes = new Map(made.flatMap((one) => (one.classKey === undefined ? [] : [[one.classKey, one] as const])));
  for (const [file, own] of calls) {
    const flow = flowFor(file);
    for (const call of own) {
      const found = calledModel(flow, file, call, schemas, typesOfSchema, made, nameOf);
      if (found !== undefined) made.push(found);
      renameByFeature(flow, call, classes);
    }
  }
  const models = made.map(({ classKey: key, model }) =>
    key === undefined ? model : (classes.get(key)?.model ?? model),
  );
  const group = <K>(keysOf: (one: Made, model: MongooseModel) => readonly K[]): Map<K, MongooseModel[]> => {
    const found = new Map<K, MongooseModel[]>();
    made.forEach((one, i) => {
      const model = models[i];
      if (model === undefined) return;
      for (const key of keysOf(one, model)) {
        const list = found.get(key) ?? [];
        if (!list.some((other) => other.collection === model.collection && other.name === model.name)) list.push(model);
        found.set(key, list);
      }
    });
    return found;
  };
  const data: MongooseData = {
    byName: group((_, model) => [model.name]),
    byClass: new Map(
      [...group((one) => (one.classKey === undefined ? [] : [one.classKey]))].flatMap(([key, [model]]) =>
        model === undefined ? [] : [[key, model] as const],
      ),
    ),
    byType: group((one) => one.types),
    bySchema: group((_, model) => (model.schema === undefined ? [] : [model.schema.key])),
    wrappers: readWrappers(files),
    owned,
    statics: new Set([...owned.values()].flatMap(({ name }) => name ?? [])),
  };
  // Discriminators share the collection of their base, with fields of their own.
  const byCollection = new Map<string, MongooseModel[]>();
  for (const model of models)
    byCollection.set(model.collection, [...(byCollection.get(model.collection) ?? []), model]);
  return { data, schema: schemaOf([...byCollection.values()].flatMap((some) => asModel(some, data))) };
};

/** Columns, for the map and for hovers; references are no constraints. */
const asModel = (models: readonly MongooseModel[], data: MongooseData): readonly Model[] => {
  const [model] = models;
  if (model === undefined) return [];
  const fields = new Map<string, Field>();
  const add = (name: string, type: string): void => {
    fields.set(name, { name, column: name, type, modifiers: [], nullable: true, at: model.at });
  };
  add('_id', 'objectid');
  for (const { schema } of models) for (const [path, type] of schema?.paths ?? []) add(path, type);
  const relations = new Map<string, Relation>();
  for (const { schema, at } of models)
    for (const [name, reference] of schema?.references ?? []) {
      const [target] = reference.model === undefined ? [] : (data.byName.get(reference.model) ?? []);
      if (target === undefined) continue;
      const on = [{ own: reference.local, other: reference.foreign }];
      relations.set(name, { name, target: target.collection, many: false, on, owns: false, logical: true, at });
    }
  return [
    {
      name: model.collection,
      table: [model.collection],
      fields,
      relations,
      keys: new Map(),
      primaryKey: ['_id'],
      kind: 'table',
      declared: true,
      at: model.at,
    },
  ];
};

/** `mongoose.pluralize(null)`. */
const unsetsPlurals = (flow: Flow, call: CallValue): boolean => {
  if (call.callee.kind !== 'member' || call.callee.property !== 'pluralize') return false;
  const [first] = call.args;
  const { root } = flow.chain(flow.ref(call.callee.object));
  return root.kind === 'package' && isMongoose(root.module) && first?.kind === 'literal' && first.value === null;
};

export const typeNames = (types: readonly TypeRef[]): readonly string[] =>
  types.slice(0, 1).flatMap((type) => (/^[A-Z]\w*$/.test(type.name) ? [type.name] : typeNames(type.args)));

/** `model('User', schema)`, `connection.model(…)`, `Base.discriminator('Admin', schema)`, `getModelForClass(User)`. */
const calledModel = (
  flow: Flow,
  file: HostFile,
  call: CallValue,
  schemas: ReadonlyMap<string, DeclaredSchema>,
  typesOfSchema: ReadonlyMap<string, readonly string[]>,
  known: readonly Made[],
  nameOf: (name: string) => string,
): Made | undefined => {
  const { callee } = call;
  const method = callee.kind === 'member' ? callee.property : callee.kind === 'name' ? callee.name : undefined;
  if (method !== 'model' && method !== 'discriminator') return undefined;
  const [first, second, third] = call.args.map((arg) => flow.ref(arg));
  if (first === undefined || second === undefined) return undefined;
  const label = textIn(flow, first) ?? modelName(flow, first);
  const schemaKey = schemaCall(flow, second)?.key;
  const own = schemaKey === undefined ? classSchema(flow, second, known) : schemas.get(schemaKey);
  const { root } = flow.chain(flow.ref(call));
  const ours = root.kind === 'package' && isMongoose(root.module);
  if (label === undefined || (own === undefined && !ours)) return undefined;
  let collection = textIn(flow, third) ?? own?.collection ?? nameOf(label);
  if (method === 'discriminator') {
    const base = callee.kind === 'member' ? modelName(flow, flow.ref(callee.object)) : undefined;
    const parent = known.find(({ model }) => model.name === base);
    if (parent === undefined) return undefined;
    collection = parent.model.collection;
  }
  return {
    model: { name: label, collection, schema: own, at: { file: file.path, span: call.span } },
    types: [...typeNames(call.types), ...(schemaKey === undefined ? [] : (typesOfSchema.get(schemaKey) ?? []))],
  };
};

/** `SchemaFactory.createForClass(Cat)` handed to `model`. */
const classSchema = (flow: Flow, ref: Ref, known: readonly Made[]): DeclaredSchema | undefined => {
  const last = flow.chain(ref).steps.at(-1);
  const [first] = last?.kind === 'call' && last.name === 'createForClass' ? last.args : [];
  const owner = first === undefined ? undefined : flow.classOf(first);
  return owner === undefined ? undefined : known.find((one) => one.classKey === classKey(owner))?.model.schema;
};

const classModel = (flow: Flow, of: ClassRef, nameOf: (name: string) => string): Made | undefined => {
  const schema = readClassSchema(flow, of);
  const name = of.class.name;
  if (schema === undefined || name === undefined) return undefined;
  return {
    model: {
      name,
      collection: schema.collection ?? nameOf(name),
      schema,
      at: { file: of.file.path, span: of.class.span },
    },
    classKey: classKey(of),
    types: [name],
  };
};

/** `MongooseModule.forFeature([{ name: Cat.name, schema: CatSchema, collection: 'cats_v2' }])`. */
const renameByFeature = (flow: Flow, call: CallValue, classes: Map<string, Made>): void => {
  if (call.callee.kind !== 'member' || call.callee.property !== 'forFeature') return;
  const [first] = call.args;
  const list = first === undefined ? undefined : flow.shapes(flow.ref(first))[0];
  if (list?.kind !== 'list') return;
  for (const item of list.items) {
    const given = objectIn(flow, item.value);
    const collection = textIn(flow, optionIn(given, 'collection'));
    const named = optionIn(given, 'name');
    const owner = named?.value.kind === 'member' ? flow.classOf({ ...named, value: named.value.object }) : undefined;
    const key = owner === undefined ? undefined : classKey(owner);
    const before = key === undefined ? undefined : classes.get(key);
    if (collection === undefined || key === undefined || before === undefined) continue;
    classes.set(key, { ...before, model: { ...before.model, collection } });
  }
};
