/** Models as Objection knows them: classes with a `tableName`, the relations between them, and what the database calls all that. */

import type { Chain, ClassRef, Flow, FuncRef, ObjectShape, Ref } from '../../flow/flow';
import type { HostFile, Value } from '../../hosts/host';
import { own } from '../../text/own';
import { type Casing, snaked } from '../build/casing';
import { filledBy } from '../build/hooks';
import type { Field, Model, Pair, Relation } from '../build/model';
import { schemaOf } from '../build/schema';
import type { Declared } from '../orm';

export interface ObjectionModel extends Model {
  readonly owner: ClassRef;
  /** Its class ends in the package's `Model`; others are known by their table name alone. */
  readonly proven: boolean;
  readonly casing: Casing | undefined;
  readonly idColumns: readonly string[];
  /** What `$beforeInsert` gives to new rows. */
  readonly filled: readonly string[];
}

export interface ObjectionData {
  /** By class. */
  readonly byKey: ReadonlyMap<string, ObjectionModel>;
  readonly byName: ReadonlyMap<string, readonly ObjectionModel[]>;
  /** By the names of files that export one class and nothing else, as those who load a folder of models call them. */
  readonly byFile: ReadonlyMap<string, readonly ObjectionModel[]>;
}

export const classKey = ({ file, class: owner }: ClassRef): string => `${file.path}#${owner.id}`;

export const isObjection = (module: string): boolean => /^objection(?:\/|$)/.test(module);

/** What a static member holds or its getter or method gives; inherited ones count. */
export const staticValues = (flow: Flow, of: ClassRef, name: string): readonly Ref[] => {
  const found = flow.member(of, name, true);
  if (found === undefined) return [];
  const { member, owner } = found;
  if (member.value !== undefined) return answersOf(flow, { value: member.value, file: owner.file });
  const fn = member.function === undefined ? undefined : owner.file.functions[member.function];
  return fn === undefined
    ? []
    : flow.callback({ file: owner.file, function: fn }).returns.flatMap(({ value }) => answersOf(flow, value));
};

/** `() => ({ … })` stands for what it returns. */
const answersOf = (flow: Flow, ref: Ref): readonly Ref[] => {
  const [shape] = flow.shapes(ref);
  return shape?.kind === 'function' ? flow.callback(shape.function).returns.map(({ value }) => value) : [ref];
};

const textsIn = (flow: Flow, ref: Ref | undefined): readonly string[] =>
  ref === undefined
    ? []
    : flow.shapes(ref).flatMap((shape): readonly string[] => {
        if (shape.kind === 'literal') return typeof shape.value === 'string' ? [shape.value] : [];
        if (shape.kind === 'list') return shape.items.flatMap(({ value }) => textsIn(flow, value));
        if (shape.kind !== 'text') return [];
        const [text] = flow.texts(shape.ref);
        const parts = text?.pieces.map((piece) => (piece.kind === 'text' ? piece.text : textsIn(flow, piece.ref)[0]));
        return parts?.every((part) => part !== undefined) === true ? [parts.join('')] : [];
      });

const objectsIn = (flow: Flow, ref: Ref): readonly ObjectShape[] =>
  flow.shapes(ref).flatMap((shape) => (shape.kind === 'object' ? [shape] : []));

const entry = (object: ObjectShape | undefined, key: string): Ref | undefined =>
  object?.entries.findLast((one) => one.key === key)?.value;

/** Its class ends in the package's `Model`. */
export const packageAbove = (flow: Flow, of: ClassRef, depth = 0): boolean => {
  const above = flow.heritage(of);
  const outside = above.find((one): one is Chain => 'root' in one);
  if (outside !== undefined && isModelChain(flow, outside, depth)) return true;
  // `Timestamps(Model)`: what a mixin is handed.
  return [of, ...above.flatMap((one) => ('class' in one ? [one] : []))].some(({ file, class: owner }) => {
    const value = owner.extends;
    return (
      value?.kind === 'call' &&
      depth <= depthCap &&
      value.args.some((arg) => isModelChain(flow, flow.chain({ value: arg, file }), depth + 1))
    );
  });
};

const depthCap = 4;

/** `Model`, `mixin(Model, […])`, `Timestamps(Model)`, `compose(a, b)(Model)`. */
const isModelChain = (flow: Flow, { root, steps }: Chain, depth: number): boolean => {
  if (root.kind === 'package' && isObjection(root.module) && /(?:^|\.)Model$/.test(root.name)) return true;
  if (depth > depthCap) return false;
  if (root.kind === 'class') return packageAbove(flow, root.class, depth + 1);
  return steps.some(
    (step) => step.kind === 'call' && step.args.some((arg) => isModelChain(flow, flow.chain(arg), depth + 1)),
  );
};

interface Begun {
  readonly of: ClassRef;
  readonly table: string;
  readonly proven: boolean;
  readonly casing: Casing | undefined;
  readonly ids: readonly string[];
}

export const readObjection = (
  files: readonly HostFile[],
  flowOf: (file: HostFile) => Flow,
): Declared<ObjectionData> => {
  let everywhere: Casing | undefined;
  const begun: Begun[] = [];
  for (const file of files) {
    const flow = flowOf(file);
    everywhere ??= globalCasing(file);
    for (const owner of file.classes) {
      const of = { file, class: owner };
      const [table] = staticValues(flow, of, 'tableName').flatMap((ref) => textsIn(flow, ref));
      if (table === undefined) continue;
      const ids = staticValues(flow, of, 'idColumn').flatMap((ref) => textsIn(flow, ref));
      begun.push({
        of,
        table,
        proven: packageAbove(flow, of),
        casing: ownCasing(flow, of),
        ids: ids.length === 0 ? ['id'] : ids,
      });
    }
  }
  const models = begun.map((one) => modelOf(flowOf(one.of.file), one, begun, everywhere));
  return {
    data: {
      byKey: new Map(models.map((model) => [model.name, model])),
      byName: grouped(models, ({ owner }) => owner.class.name ?? ''),
      byFile: grouped(models.filter(isWhole), ({ owner }) => fileName(owner.file)),
    },
    schema: schemaOf(models.filter(({ fields, proven }) => proven && fields.size > 0)),
  };
};

const grouped = (
  models: readonly ObjectionModel[],
  key: (model: ObjectionModel) => string,
): ReadonlyMap<string, readonly ObjectionModel[]> => {
  const groups = new Map<string, ObjectionModel[]>();
  for (const model of models) groups.set(key(model), [...(groups.get(key(model)) ?? []), model]);
  return groups;
};

const fileName = ({ path }: HostFile): string =>
  path.slice(path.lastIndexOf('/') + 1).replace(/(?:\.model)?\.\w+$/, '');

/** `module.exports = class …`, `export default class …`. */
const isWhole = ({ owner: { file, class: owner } }: ObjectionModel): boolean =>
  file.exports.some(
    (one) =>
      (one.exported === '=' || one.exported === 'default') &&
      (one.kind === 'local' ? one.local === owner.name : one.kind === 'value' && isClass(one.value, owner.id)),
  );

const isClass = (value: Value, id: number): boolean => value.kind === 'class' && value.class === id;

const plainCasing: Casing = { upper: false, digits: false, capitals: false };

/** `knexSnakeCaseMappers()` in a connection's configuration: all names of all statements. */
const globalCasing = ({ imports, functions }: HostFile): Casing | undefined => {
  const mapper = 'knexSnakeCaseMappers';
  const isImported = imports.some(({ module, imported }) => isObjection(module) && imported === mapper);
  const isRequired = functions[0]?.body.some(
    (one) =>
      one.kind === 'declare' &&
      one.pattern.kind === 'object' &&
      one.pattern.entries.some(({ key }) => key === mapper) &&
      one.value?.kind === 'call' &&
      one.value.args[0]?.kind === 'literal' &&
      isObjection(String(one.value.args[0].value)),
  );
  return isImported || isRequired ? plainCasing : undefined;
};

/** `static get columnNameMappers() { return snakeCaseMappers(); }` */
const ownCasing = (flow: Flow, of: ClassRef): Casing | undefined =>
  staticValues(flow, of, 'columnNameMappers').some((ref) => {
    const { root } = flow.chain(ref);
    return root.kind === 'package' && isObjection(root.module);
  })
    ? plainCasing
    : undefined;

const modelOf = (flow: Flow, begun: Begun, all: readonly Begun[], everywhere: Casing | undefined): ObjectionModel => {
  const { of, table, proven } = begun;
  const casing = begun.casing ?? everywhere;
  const sent = (name: string): string => (casing === undefined ? name : snaked(name, casing));
  const at = { file: of.file.path, span: of.class.span };
  const fields = fieldsOf(flow, of, sent, at);
  const relations = relationsOf(flow, begun, all, sent);
  return {
    name: classKey(of),
    table: table.split('.').map((part) => (everywhere === undefined ? part : snaked(part, everywhere))),
    fields: new Map(fields.map((field) => [field.name, field])),
    relations: new Map(relations.map((relation) => [relation.name, relation])),
    keys: new Map(),
    primaryKey: fields.length === 0 ? [] : begun.ids,
    kind: 'table',
    declared: fields.length > 0,
    at,
    owner: of,
    proven,
    casing,
    idColumns: begun.ids.map(sent),
    filled: hooksOf(flow, of).flatMap(filledBy).map(sent),
  };
};

const hooksOf = (flow: Flow, of: ClassRef): readonly FuncRef[] =>
  [of, ...flow.heritage(of)].flatMap((one) => {
    if (!('class' in one)) return [];
    const hook = one.class.members.find(({ name }) => name === '$beforeInsert')?.function;
    const fn = hook === undefined ? undefined : one.file.functions[hook];
    return fn === undefined ? [] : [{ file: one.file, function: fn }];
  });

/** Properties of the JSON schema; those that hold objects may be columns or not. */
const fieldsOf = (flow: Flow, of: ClassRef, sent: (name: string) => string, at: Model['at']): readonly Field[] => {
  const [schema] = staticValues(flow, of, 'jsonSchema').flatMap((ref) => objectsIn(flow, ref));
  const properties = entry(schema, 'properties');
  const [object] = properties === undefined ? [] : objectsIn(flow, properties);
  return (object?.entries ?? []).flatMap(({ key, value, keySpan, file }): readonly Field[] => {
    if (key === undefined) return [];
    const [inside] = objectsIn(flow, value);
    const types = textsIn(flow, entry(inside, 'type'));
    const type = types.find((one) => one !== 'null') ?? 'unknown';
    return [
      {
        name: key,
        column: sent(key),
        type: own(jsonTypes, type) ?? 'unknown',
        modifiers: [],
        nullable: types.includes('null'),
        at: file === of.file ? { file: file.path, span: keySpan } : at,
      },
    ];
  });
};

const jsonTypes: Readonly<Record<string, string>> = {
  string: 'text',
  integer: 'bigint',
  number: 'numeric',
  boolean: 'boolean',
  object: 'json',
  array: 'json',
};

const relationsOf = (
  flow: Flow,
  { of }: Begun,
  all: readonly Begun[],
  sent: (name: string) => string,
): readonly Relation[] =>
  staticValues(flow, of, 'relationMappings')
    .flatMap((ref) => objectsIn(flow, ref))
    .flatMap((object) =>
      object.entries.flatMap(({ key, value, keySpan, file }): readonly Relation[] => {
        const [mapping] = objectsIn(flow, value);
        const kind = lastName(flow, entry(mapping, 'relation'));
        const target = targetOf(flow, entry(mapping, 'modelClass'), all);
        const join = entry(mapping, 'join');
        const [keys] = join === undefined ? [] : objectsIn(flow, join);
        if (key === undefined || target === undefined || keys === undefined) return [];
        const side = (one: Ref | undefined): readonly string[] =>
          one === undefined ? [] : [...textsIn(flow, one), ...refsIn(flow, one)];
        const [from, to] = [side(entry(keys, 'from')), side(entry(keys, 'to'))];
        const through = entry(keys, 'through');
        const [link] = through === undefined ? [] : objectsIn(flow, through);
        const [near, far] = [side(entry(link, 'from')), side(entry(link, 'to'))];
        const table = near[0]?.split('.').slice(0, -1);
        const column = (text: string | undefined): string => sent(text?.split('.').at(-1) ?? '');
        const pairs = (own: readonly string[], other: readonly string[]): readonly Pair[] =>
          own.map((text, i) => ({ own: column(text), other: column(other[i]) }));
        return [
          {
            name: key,
            target,
            many: /Many/.test(kind),
            on: table === undefined ? pairs(from, to) : pairs(from, near),
            owns: /BelongsTo/.test(kind),
            ...(table === undefined ? {} : { through: { table: table.map(sent), on: pairs(far, to) } }),
            logical: true,
            at: { file: file.path, span: keySpan },
          },
        ];
      }),
    );

/** `ref('persons.id')`. */
const refsIn = (flow: Flow, ref: Ref): readonly string[] =>
  flow.shapes(ref).flatMap((shape) => {
    const last = shape.kind === 'chain' ? shape.chain.steps.at(-1) : undefined;
    return last?.kind === 'call' ? textsIn(flow, last.args[0]) : [];
  });

/** `Model.HasManyRelation`. */
const lastName = (flow: Flow, ref: Ref | undefined): string => {
  const step = ref === undefined ? undefined : flow.chain(ref).steps.at(-1);
  if (step?.kind === 'member') return step.name;
  return ref?.value.kind === 'member' && typeof ref.value.property === 'string' ? ref.value.property : '';
};

/** A class, a function that gives one, or the path of its module. */
const targetOf = (flow: Flow, ref: Ref | undefined, all: readonly Begun[]): string | undefined => {
  if (ref === undefined) return undefined;
  for (const one of [ref, ...answersOf(flow, ref)]) {
    const found = flow.classOf(one);
    if (found !== undefined && all.some(({ of }) => classKey(of) === classKey(found))) return classKey(found);
  }
  const texts = flow
    .texts(ref)
    .flatMap(({ pieces }) => pieces.flatMap((piece) => (piece.kind === 'text' ? [piece.text] : [])));
  const value = ref.value.kind === 'member' ? ref.value.object : ref.value;
  const args = value.kind === 'call' ? value.args : [];
  const literals = args.flatMap((arg) => (arg.kind === 'literal' && typeof arg.value === 'string' ? [arg.value] : []));
  const word = [...texts, ...literals]
    .at(-1)
    ?.split('/')
    .at(-1)
    ?.replace(/\.(?:js|ts|model.*)$/, '');
  const named = value.kind === 'name' ? value.name : word;
  const same = (one: string | undefined): boolean =>
    one !== undefined && named !== undefined && one.toLowerCase() === named.replaceAll(/[-_.]/g, '').toLowerCase();
  const found =
    all.find(({ of }) => same(of.class.name) || same(of.class.name?.replace(/Model$/, ''))) ??
    all.find(({ of }) => of.file.path.endsWith(`/${word}.js`) || of.file.path.endsWith(`/${word}.ts`));
  return found === undefined ? undefined : classKey(found.of);
};
