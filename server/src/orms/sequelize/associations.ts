/** Associations as columns, once all models are known. */

import type { Flow, Ref } from '../../flow/flow';
import type { CallValue, HostFile } from '../../hosts/host';
import { plural, singular, underscored } from '../../text/english';
import { own } from '../../text/own';
import type { Location } from '../../text/span';
import type { Field, Pair, Relation } from '../build/model';
import { isTrue, objectIn, optionIn, textIn } from '../build/options';
import { ownerAt } from './loadedModels';
import { classIn, type DeclaredModel, fieldsOf, type SequelizeModel } from './models';
import { classKey, placeKey } from './reading';

export interface Association {
  readonly kind: 'BelongsTo' | 'HasMany' | 'HasOne' | 'BelongsToMany';
  /** Key or name of the model that has it; undefined where its class says so. */
  readonly owner: string | undefined;
  /** Undefined: made of the target's name. */
  readonly name: string | undefined;
  /** Key or name of a model. */
  readonly target: string;
  readonly foreignKey: string | undefined;
  readonly otherKey: string | undefined;
  readonly targetKey: string | undefined;
  readonly sourceKey: string | undefined;
  readonly through: string | undefined;
  readonly logical: boolean;
  /** `foreignKey: { allowNull: true }`. */
  readonly nullable: boolean;
  readonly at: Location;
}

const kinds: Readonly<Record<string, Association['kind']>> = {
  belongsTo: 'BelongsTo',
  hasMany: 'HasMany',
  hasOne: 'HasOne',
  belongsToMany: 'BelongsToMany',
};

/** `User.belongsTo(models.Team, { foreignKey: 'teamId', as: 'team' })`, wherever it stands. */
export const associationsIn = (
  flow: Flow,
  file: HostFile,
  calls: readonly CallValue[],
  loaded: readonly DeclaredModel[],
): readonly Association[] =>
  calls.flatMap((call) => {
    if (call.callee.kind !== 'member' || typeof call.callee.property !== 'string') return [];
    const kind = own(kinds, call.callee.property);
    const [first, second] = call.args;
    if (kind === undefined || first === undefined) return [];
    const owner = ownerAt(loaded, file, call.callee.object) ?? modelKey(flow, flow.ref(call.callee.object));
    const target = modelKey(flow, flow.ref(first));
    if (owner === undefined || target === undefined) return [];
    const options = second === undefined ? undefined : objectIn(flow, [flow.ref(second)]);
    const key = (name: string): string | undefined => {
      const ref = optionIn(options, name);
      return textIn(flow, ref) ?? textIn(flow, optionIn(objectIn(flow, [ref]), 'name'));
    };
    const through = optionIn(options, 'through');
    const model = through === undefined ? undefined : (optionIn(objectIn(flow, [through]), 'model') ?? through);
    return [
      {
        kind,
        owner,
        name: textIn(flow, optionIn(options, 'as')),
        target,
        foreignKey: key('foreignKey'),
        otherKey: key('otherKey'),
        targetKey: textIn(flow, optionIn(options, 'targetKey')),
        sourceKey: textIn(flow, optionIn(options, 'sourceKey')),
        through: model === undefined ? undefined : modelKey(flow, model),
        logical: optionIn(options, 'constraints') !== undefined,
        nullable: isTrue(flow, optionIn(objectIn(flow, [optionIn(options, 'foreignKey')]), 'allowNull')),
        at: { file: file.path, span: call.span },
      },
    ];
  });

/** A class, a call of `define`, or the last name of `models.Team`. */
export const modelKey = (flow: Flow, ref: Ref): string | undefined => {
  const { root, steps } = flow.chain(ref);
  if (root.kind === 'class' && steps.length === 0) return classKey(root.class);
  const last = steps.at(-1);
  if (last?.kind === 'call' && last.name === 'define') return placeKey(last.file.path, last.call);
  if (last?.kind === 'member') return last.name;
  return (
    classIn(flow, ref) ??
    (root.kind === 'unknown' || root.kind === 'global' ? /(\w+)$/.exec(flow.print(ref))?.[1] : undefined)
  );
};

/** By key or by name. */
export const modelNamed = (all: readonly DeclaredModel[], key: string): DeclaredModel | undefined =>
  all.find((one) => one.key === key) ?? all.find((one) => one.label === key || one.owner?.class.name === key);

/** In the order of `all`. */
export const linkAssociations = (
  all: readonly DeclaredModel[],
  called: readonly Association[],
): readonly SequelizeModel[] => {
  const find = (key: string): DeclaredModel | undefined => modelNamed(all, key);
  const names = new Map<DeclaredModel, string>();
  for (const one of all) {
    const taken = all.filter((other) => other.label === one.label).length > 1;
    names.set(one, taken ? `${one.label}@${one.at.file}` : one.label);
  }
  return all.map((own): SequelizeModel => {
    const fields = new Map(fieldsOf(own));
    const relations = new Map<string, Relation>();
    const associations = [
      ...own.associations,
      ...called.filter((one) => one.owner !== undefined && find(one.owner) === own),
    ];
    for (const one of associations) {
      const target = find(one.target);
      if (target === undefined) continue;
      const many = one.kind === 'HasMany' || one.kind === 'BelongsToMany';
      const name = one.name ?? (many ? plural(target.label) : singular(target.label));
      const made = linked(own, target, one, name, find);
      relations.set(name, {
        name,
        target: names.get(target) ?? target.label,
        many,
        optional: true,
        ...(one.logical ? { logical: true } : {}),
        at: one.at,
        ...made,
      });
      if (made.owns)
        for (const pair of made.on)
          if (![...fields.values()].some((field) => field.column === pair.own))
            fields.set(one.foreignKey ?? pair.own, missing(one.foreignKey ?? pair.own, pair.own, one.nullable, one.at));
    }
    const primary = own.attributes.filter((attribute) => attribute.primary).map(({ name }) => name);
    return {
      name: names.get(own) ?? own.label,
      label: own.label,
      table: own.table,
      fields,
      relations,
      keys: new Map(),
      primaryKey: primary.length === 0 ? ['id'] : primary,
      kind: 'table',
      declared: true,
      paranoid: own.paranoid,
      deletedAt: columnOf(own, own.deletedAt),
      defaultScope: own.defaultScope,
      scopes: own.scopes,
      statics: own.statics,
      methods: own.methods,
      owner: own.owner,
      at: own.at,
    };
  });
};

const missing = (name: string, column: string, nullable: boolean, at: Location): Field => ({
  name,
  column,
  type: '',
  modifiers: [],
  nullable,
  at,
});

export const columnOf = (model: DeclaredModel, attribute: string): string =>
  model.attributes.find(({ name }) => name === attribute)?.field ?? (model.snake ? underscored(attribute) : attribute);

/** `Team` and `id` make `TeamId`, as the library does it. */
const foreignName = (name: string, target: DeclaredModel): string =>
  `${name}_${target.attributes.find(({ primary }) => primary)?.name ?? 'id'}`.replace(
    /[-_\s]+(.)/g,
    (_, first: string) => first.toUpperCase(),
  );

const keyColumn = (model: DeclaredModel): string => model.attributes.find(({ primary }) => primary)?.field ?? 'id';

type Made = Pick<Relation, 'on' | 'owns' | 'through'>;

const linked = (
  own: DeclaredModel,
  target: DeclaredModel,
  one: Association,
  name: string,
  find: (key: string) => DeclaredModel | undefined,
): Made => {
  const refers = (from: DeclaredModel, to: DeclaredModel): string | undefined =>
    from.attributes.find(({ refers: key }) => key !== undefined && find(key) === to)?.field;
  const made = (model: DeclaredModel): string => foreignName(singular(model.label), model);
  if (one.kind === 'BelongsTo') {
    const key =
      one.foreignKey === undefined
        ? (refers(own, target) ?? columnOf(own, foreignName(name, target)))
        : columnOf(own, one.foreignKey);
    const other = one.targetKey === undefined ? keyColumn(target) : columnOf(target, one.targetKey);
    return { on: [{ own: key, other }], owns: true };
  }
  const source = one.sourceKey === undefined ? keyColumn(own) : columnOf(own, one.sourceKey);
  if (one.kind !== 'BelongsToMany') {
    const key =
      one.foreignKey === undefined
        ? (refers(target, own) ?? columnOf(target, made(own)))
        : columnOf(target, one.foreignKey);
    return { on: [{ own: source, other: key }], owns: false };
  }
  const link = one.through === undefined ? undefined : find(one.through);
  const mine =
    one.foreignKey === undefined
      ? ((link === undefined ? undefined : refers(link, own)) ?? made(own))
      : link === undefined
        ? one.foreignKey
        : columnOf(link, one.foreignKey);
  const theirs =
    one.otherKey === undefined
      ? ((link === undefined ? undefined : refers(link, target)) ?? made(target))
      : link === undefined
        ? one.otherKey
        : columnOf(link, one.otherKey);
  const on: readonly Pair[] = [{ own: source, other: mine }];
  return {
    on,
    owns: false,
    through: {
      table: link?.table ?? [one.through ?? `${own.label}${target.label}`],
      on: [{ own: theirs, other: keyColumn(target) }],
    },
  };
};
