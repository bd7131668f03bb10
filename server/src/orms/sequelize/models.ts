/** Models as Sequelize knows them: decorated classes, `init`, `define`, and the associations between them. */
import type { Chain, ClassRef, Flow, FuncRef, ObjectShape, Ref } from '../../flow/flow';
import type { CallValue, HostFile } from '../../hosts/host';
import type { Schema } from '../../schema/model';
import { plural, underscored } from '../../text/english';
import { doneIn } from '../build/calls';
import { filledBy } from '../build/hooks';
import type { Field, Model } from '../build/model';
import { isTrue, objectIn, optionIn, textIn } from '../build/options';
import { schemaOf } from '../build/schema';
import { accessorsOf } from './accessors';
import { addedIn, withAdded } from './added';
import { type Association, associationsIn, linkAssociations } from './associations';
import { calledModel, isInitOf } from './calledModels';
import { type ColumnFacts, columnFacts } from './columns';
import { handedOptions } from './handedOptions';
import { loadedModel, loaderIn } from './loadedModels';
import { classKey, isSequelize, packageAbove } from './reading';

export interface SequelizeModel extends Model {
  /** The name that `sequelize.models` has it under. */
  readonly label: string;
  readonly paranoid: boolean;
  readonly deletedAt: string;
  readonly defaultScope: Ref | undefined;
  readonly scopes: ReadonlyMap<string, Ref>;
  /** Functions that were assigned to the model: `User.active = () => User.scope('active')`. */
  readonly statics: ReadonlyMap<string, FuncRef>;
  /** Functions that were assigned to its prototype. */
  readonly methods: readonly FuncRef[];
  /** Undefined for models that `define` made. */
  readonly owner: ClassRef | undefined;
}

export interface SequelizeData {
  /** By class, and by the place of the call that made it. */
  readonly byKey: ReadonlyMap<string, SequelizeModel>;
  readonly byName: ReadonlyMap<string, readonly SequelizeModel[]>;
  readonly models: ReadonlyMap<string, SequelizeModel>;
  /** Methods of classes between the library's and a model's own: their table is known where they are called. */
  readonly wrappers: ReadonlySet<string>;
  /** Functions whose `this` is a model or a row of one. */
  readonly owned: readonly { readonly fn: FuncRef; readonly model: SequelizeModel; readonly self: 'model' | 'row' }[];
  /** `getTeam`, `addMember`: what associations give to rows. */
  readonly accessors: ReadonlyMap<string, readonly string[]>;
  /** An instance has `replication: { read, write }`. */
  readonly replicated: boolean;
}

export interface DeclaredModel {
  readonly key: string;
  readonly label: string;
  readonly table: readonly string[];
  readonly attributes: readonly Attribute[];
  readonly snake: boolean;
  readonly paranoid: boolean;
  readonly deletedAt: string;
  readonly defaultScope: Ref | undefined;
  readonly scopes: ReadonlyMap<string, Ref>;
  readonly statics: ReadonlyMap<string, FuncRef>;
  readonly methods: readonly FuncRef[];
  /** What is done to a new row before it is sent. */
  readonly hooks: readonly FuncRef[];
  readonly owner: ClassRef | undefined;
  readonly associations: readonly Association[];
  readonly at: { readonly file: string; readonly span: { readonly start: number; readonly end: number } };
}

export interface Attribute {
  readonly name: string;
  readonly field: string;
  readonly facts: ColumnFacts;
  readonly primary: boolean;
  /** Class key of the model that it refers to. */
  readonly refers: string | undefined;
  readonly span: { readonly start: number; readonly end: number };
  readonly file: string;
}

export interface Defaults {
  readonly snake: boolean;
  readonly freeze: boolean;
  readonly replicated: boolean;
  /** By the method of a model that is handed its options. */
  readonly handed: ReadonlyMap<string, { readonly snake: boolean; readonly freeze: boolean }>;
}

export const readModels = (
  files: readonly HostFile[],
  flowFor: (file: HostFile) => Flow,
): { readonly data: SequelizeData; readonly schema: Schema } => {
  const calls = files.map((file) => ({ file, flow: flowFor(file), ...doneIn(file) }));
  const defaults: Defaults = { ...defaultsIn(calls), handed: handedOptions(calls) };
  const declared: DeclaredModel[] = [];
  const wrappers = new Set<string>();
  for (const { file, flow, calls: own } of calls) {
    for (const owner of file.classes) {
      const of = { file, class: owner };
      if (packageAbove(flow, of) === undefined) continue;
      const one = decoratedModel(flow, of, defaults);
      if (one !== undefined) declared.push(one);
      else if (!own.some((call) => isInitOf(flow, file, call, of)))
        for (const member of owner.members) if (member.kind === 'method') wrappers.add(member.name);
    }
    for (const call of own) {
      const one = calledModel(flow, file, call, defaults);
      if (one !== undefined && !declared.some((other) => other.key === one.key)) declared.push(one);
    }
  }
  const loaders = calls.flatMap(({ file, flow, calls: own }) =>
    own.flatMap((call) => loaderIn(flow, file, call) ?? []),
  );
  const loaded = calls.flatMap(({ file, flow }) => {
    const loader = loaders.find(({ folder, path }) => file.path.startsWith(folder) && file.path !== path);
    return (loader && loadedModel(flow, file, loader, defaults)) ?? [];
  });
  declared.push(...loaded);
  const models = linkAssociations(
    withAdded(
      declared,
      calls.flatMap((one) => addedIn(one.flow, one.calls, one.assignments)),
    ),
    calls.flatMap(({ flow, file, calls: own }) => associationsIn(flow, file, own, loaded)),
  );
  const byName = new Map<string, SequelizeModel[]>();
  const byKey = new Map<string, SequelizeModel>();
  models.forEach((model, i) => {
    const key = declared[i]?.key;
    if (key !== undefined) byKey.set(key, model);
    for (const name of new Set([model.label, model.owner?.class.name ?? model.label]))
      byName.set(name, [...(byName.get(name) ?? []), model]);
  });
  return {
    data: {
      byKey,
      byName,
      models: new Map(models.map((model) => [model.name, model])),
      wrappers,
      owned: models.flatMap((model) => [
        ...[...model.statics.values()].map((fn) => ({ fn, model, self: 'model' as const })),
        ...model.methods.map((fn) => ({ fn, model, self: 'row' as const })),
      ]),
      accessors: accessorsOf(models),
      replicated: defaults.replicated,
    },
    schema: schemaOf(models),
  };
};

/** `new Sequelize(…, { define: { underscored: true }, replication: … })`. */
const defaultsIn = (
  calls: readonly { readonly flow: Flow; readonly calls: readonly CallValue[] }[],
): Omit<Defaults, 'handed'> => {
  let found: Omit<Defaults, 'handed'> = { snake: false, freeze: false, replicated: false };
  for (const { flow, calls: own } of calls)
    for (const call of own) {
      if (!call.isNew) continue;
      const { root } = flow.chain(flow.ref(call.callee));
      if (root.kind !== 'package' || !isSequelize(root.module)) continue;
      for (const arg of call.args) {
        const options = objectIn(flow, [flow.ref(arg)]);
        if (optionIn(options, 'replication') !== undefined) found = { ...found, replicated: true };
        const define = objectIn(flow, [optionIn(options, 'define')]);
        if (define === undefined) continue;
        found = {
          ...found,
          snake: found.snake || isTrue(flow, optionIn(define, 'underscored')),
          freeze: found.freeze || isTrue(flow, optionIn(define, 'freezeTableName')),
        };
      }
    }
  return found;
};

/** The decorator's name and arguments where sequelize-typescript exports it; `args` is undefined for `@PrimaryKey`. */
export const decorated = (
  flow: Flow,
  ref: Ref,
): { readonly name: string; readonly args: readonly Ref[] } | undefined => {
  const { root, steps }: Chain = flow.chain(ref);
  const [call] = steps;
  if (root.kind !== 'package' || !isSequelize(root.module) || root.name === '*') return undefined;
  return { name: root.name, args: call?.kind === 'call' ? call.args : [] };
};

const decoratedModel = (flow: Flow, of: ClassRef, defaults: Defaults): DeclaredModel | undefined => {
  const { file, class: owner } = of;
  const marks = owner.decorators.flatMap((value) => decorated(flow, { value, file }) ?? []);
  const table = marks.find(({ name }) => name === 'Table');
  if (table === undefined) return undefined;
  const options = objectIn(flow, table.args);
  const named = (name: string): Ref | undefined => marks.find((one) => one.name === name)?.args[0];
  const attributes: Attribute[] = [];
  const associations: Association[] = [];
  const snake = isTrue(flow, optionIn(options, 'underscored')) || defaults.snake;
  const hooks: FuncRef[] = [];
  let deletedAt: string | undefined;
  const seen = new Set<string>();
  for (const parent of [of, ...flow.heritage(of).flatMap((one) => ('class' in one ? [one] : []))]) {
    for (const member of parent.class.members) {
      const hook = member.function === undefined ? undefined : parent.file.functions[member.function];
      if (hook && member.decorators.some((value) => isHook(decorated(flow, { value, file: parent.file })?.name)))
        hooks.push({ file: parent.file, function: hook });
      if (member.static || seen.has(member.name) || member.decorators.length === 0) continue;
      const found = member.decorators.flatMap((value) => decorated(flow, { value, file: parent.file }) ?? []);
      const association = found.find(({ name }) => /^(?:BelongsTo|HasMany|HasOne|BelongsToMany)$/.test(name));
      seen.add(member.name);
      if (association !== undefined) {
        const made = fromDecorator(flow, member.name, association, { file: parent.file.path, span: member.span });
        if (made !== undefined) associations.push(made);
        continue;
      }
      const column = found.find(({ name }) => columnMarks.test(name));
      if (column === undefined) continue;
      const settings = objectIn(
        flow,
        found.filter(({ name }) => name === 'Column').flatMap(({ args }) => args),
      );
      const given = textIn(flow, optionIn(settings, 'field'));
      const primary = found.some(({ name }) => name === 'PrimaryKey') || isTrue(flow, optionIn(settings, 'primaryKey'));
      const refers = found.find(({ name }) => name === 'ForeignKey')?.args[0];
      if (found.some(({ name }) => name === 'DeletedAt')) deletedAt = member.name;
      attributes.push({
        name: member.name,
        field: given ?? (snake ? underscored(member.name) : member.name),
        facts: columnFacts(flow, {
          marks: found,
          settings,
          primary,
          hostType: member.type,
          span: member.span,
        }),
        primary,
        refers: refers === undefined ? undefined : classIn(flow, refers),
        span: member.span,
        file: parent.file.path,
      });
    }
  }
  const scopes = objectIn(flow, [answerOf(flow, named('Scopes'))]);
  return {
    key: classKey(of),
    label: textIn(flow, optionIn(options, 'modelName')) ?? owner.name ?? '',
    table: tableName(flow, options, textIn(flow, optionIn(options, 'modelName')) ?? owner.name ?? '', defaults),
    attributes,
    snake,
    paranoid: deletedAt !== undefined || isTrue(flow, optionIn(options, 'paranoid')),
    deletedAt: deletedAt ?? 'deletedAt',
    defaultScope: answerOf(flow, named('DefaultScope')) ?? optionIn(options, 'defaultScope'),
    scopes: new Map([...entriesOf(objectIn(flow, [optionIn(options, 'scopes')])), ...entriesOf(scopes)]),
    statics: new Map(),
    methods: [],
    hooks,
    owner: of,
    associations,
    at: { file: file.path, span: owner.span },
  };
};

const hookNames = /^before(?:BulkCreate|Create|Save|Validate)$/i;

/** A hook that sees new rows before they are sent. */
export const isHook = (name: string | undefined): boolean => name !== undefined && hookNames.test(name);

const columnMarks =
  /^(?:Column|PrimaryKey|ForeignKey|CreatedAt|UpdatedAt|DeletedAt|AutoIncrement|Default|AllowNull|Unique|Index)$/;

export const entriesOf = (shape: ObjectShape | undefined): readonly (readonly [string, Ref])[] =>
  (shape?.entries ?? []).flatMap(({ key, value }) => (key === undefined ? [] : [[key, value] as const]));

/** `() => ({ … })` stands for what it returns. */
const answerOf = (flow: Flow, ref: Ref | undefined): Ref | undefined => {
  if (ref === undefined) return undefined;
  const fn = flow.shapes(ref).find((shape) => shape.kind === 'function');
  return fn?.kind === 'function' ? flow.callback(fn.function).returns[0]?.value : ref;
};

/** The class that `() => User` or a class itself names. */
export const classIn = (flow: Flow, ref: Ref): string | undefined => {
  const found = answerOf(flow, ref);
  const owner = found === undefined ? undefined : flow.classOf(found);
  return owner === undefined ? textIn(flow, ref) : classKey(owner);
};

const fromDecorator = (
  flow: Flow,
  name: string,
  { name: kind, args }: { readonly name: string; readonly args: readonly Ref[] },
  at: Association['at'],
): Association | undefined => {
  const [target, second, third, fourth] = args;
  const key = target === undefined ? undefined : classIn(flow, target);
  if (key === undefined) return undefined;
  const options = objectIn(flow, args.slice(1));
  const keyIn = (ref: Ref | undefined): string | undefined =>
    textIn(flow, ref) ?? textIn(flow, optionIn(objectIn(flow, [ref]), 'name'));
  const foreignKey = keyIn(optionIn(options, 'foreignKey'));
  const many = kind === 'BelongsToMany';
  return {
    kind: kind as Association['kind'],
    owner: undefined,
    name,
    target: key,
    foreignKey: foreignKey ?? (many ? textIn(flow, third) : textIn(flow, second)),
    otherKey: keyIn(optionIn(options, 'otherKey')) ?? (many ? textIn(flow, fourth) : undefined),
    targetKey: textIn(flow, optionIn(options, 'targetKey')),
    sourceKey: textIn(flow, optionIn(options, 'sourceKey')),
    through: many
      ? optionIn(options, 'through') === undefined
        ? second === undefined
          ? undefined
          : classIn(flow, second)
        : classIn(flow, optionIn(options, 'through') as Ref)
      : undefined,
    logical: optionIn(options, 'constraints') !== undefined,
    nullable: isTrue(flow, optionIn(objectIn(flow, [optionIn(options, 'foreignKey')]), 'allowNull')),
    at,
  };
};

export const tableName = (
  flow: Flow,
  options: ObjectShape | undefined,
  label: string,
  defaults: Defaults,
): readonly string[] => {
  const given = textIn(flow, optionIn(options, 'tableName'));
  const schema = textIn(flow, optionIn(options, 'schema'));
  const freeze = isTrue(flow, optionIn(options, 'freezeTableName')) || defaults.freeze;
  const snake = isTrue(flow, optionIn(options, 'underscored')) || defaults.snake;
  const made = freeze ? label : plural(snake ? underscored(label) : label);
  return [...(schema === undefined ? [] : [schema]), given ?? made];
};

export const fieldsOf = (model: DeclaredModel): ReadonlyMap<string, Field> => {
  const filled = new Set(model.hooks.flatMap(filledBy));
  return new Map(
    model.attributes.map(({ name, field, facts, span, file }) => [
      name,
      { name, column: field, ...facts, ...(filled.has(name) && { supplied: true }), at: { file, span } },
    ]),
  );
};
