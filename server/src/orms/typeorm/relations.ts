/** Relations between entities as columns, once all entities are known. */
import type { Location } from '../../text/span';
import type { Field, Pair, Relation } from '../build/model';
import type { Entity } from './entities';
import type { Naming } from './naming';

export interface DeclaredRelation {
  readonly name: string;
  readonly kind: 'ManyToOne' | 'OneToOne' | 'OneToMany' | 'ManyToMany' | 'TreeParent' | 'TreeChildren';
  /** Class key, or the name of an entity. */
  readonly target: string;
  readonly inverse: string | undefined;
  /** Undefined: neither `@JoinColumn` nor `@JoinTable`. */
  readonly joins:
    | {
        readonly table:
          | { readonly name: string | undefined; readonly own?: Join | undefined; readonly other?: Join | undefined }
          | undefined;
        readonly columns: readonly Join[];
      }
    | undefined;
  readonly optional: boolean;
  /** `nullable: false`: its join columns have a value. */
  readonly required: boolean;
  readonly onDelete: string | undefined;
  readonly logical: boolean;
  readonly at: Location;
}

interface Join {
  readonly name: string | undefined;
  readonly referenced: string | undefined;
}

export interface Declared {
  /** Undefined for an EntitySchema. */
  readonly key: string | undefined;
  /** The class's or schema's name. */
  readonly label: string;
  readonly table: readonly string[];
  readonly fields: ReadonlyMap<string, Field>;
  readonly relations: readonly DeclaredRelation[];
  readonly primaryKey: readonly string[];
  readonly eager: ReadonlySet<string>;
  readonly cascades: ReadonlySet<string>;
  readonly active: boolean;
  readonly deletedAt?: string;
  readonly kind: 'table' | 'view';
  readonly at: Location;
}

/** In the order of `all`. */
export const linkRelations = (all: readonly Declared[], naming: Naming): readonly Entity[] => {
  const names = new Map<Declared, string>();
  for (const one of all) {
    const taken = all.filter((other) => other.label === one.label);
    names.set(one, taken.length > 1 ? `${one.label}@${one.at.file}` : one.label);
  }
  const find = (target: string): Declared | undefined =>
    all.find((one) => one.key === target) ??
    all.find((one) => one.key === undefined && one.label === target) ??
    all.find((one) => one.label === target);
  return all.map((own): Entity => {
    const relations = new Map<string, Relation>();
    for (const relation of own.relations) {
      const target = relation.kind.startsWith('Tree') ? own : find(relation.target);
      if (target === undefined) continue;
      const made = linked(own, target, relation, naming);
      if (made !== undefined)
        relations.set(relation.name, {
          name: relation.name,
          target: names.get(target) ?? target.label,
          many: relation.kind.endsWith('Many') || relation.kind === 'TreeChildren',
          optional: relation.optional,
          ...(relation.onDelete === undefined ? {} : { onDelete: relation.onDelete }),
          ...(relation.logical ? { logical: true } : {}),
          at: relation.at,
          ...made,
        });
    }
    return {
      name: names.get(own) ?? own.label,
      label: own.label,
      table: own.table,
      fields: withJoinColumns(own, relations),
      relations,
      keys: new Map(),
      primaryKey: own.primaryKey,
      kind: own.kind,
      declared: true,
      eager: own.eager,
      cascades: own.cascades,
      active: own.active,
      ...(own.deletedAt === undefined ? {} : { deletedAt: own.deletedAt }),
      at: own.at,
    };
  });
};

/** A foreign key that no property declares is a column too. */
const withJoinColumns = (own: Declared, relations: ReadonlyMap<string, Relation>): ReadonlyMap<string, Field> => {
  const fields = new Map(own.fields);
  const known = new Set([...fields.values()].map((field) => field.column));
  for (const relation of relations.values()) {
    const required = own.relations.some(({ name, required }) => name === relation.name && required);
    if (!relation.owns || relation.through !== undefined) continue;
    for (const pair of relation.on) {
      if (known.has(pair.own)) continue;
      known.add(pair.own);
      const name = `${relation.name}.${pair.other}`;
      fields.set(name, {
        name,
        column: pair.own,
        type: '',
        modifiers: [],
        nullable: !required,
        at: relation.at,
      });
    }
  }
  return fields;
};

const keyProperties = (entity: Declared): readonly string[] =>
  entity.primaryKey.length === 0 ? ['id'] : entity.primaryKey;

const columnOf = (entity: Declared, property: string): string => entity.fields.get(property)?.column ?? property;

type Made = Pick<Relation, 'on' | 'owns' | 'through'>;

const linked = (own: Declared, target: Declared, relation: DeclaredRelation, naming: Naming): Made | undefined => {
  switch (relation.kind) {
    case 'ManyToOne':
    case 'TreeParent':
      return { on: owningPairs(target, relation, naming), owns: true };
    case 'OneToOne':
      if (relation.joins !== undefined) return { on: owningPairs(target, relation, naming), owns: true };
      return inverted(own, target, relation, naming);
    case 'TreeChildren': {
      const parent = own.relations.find((one) => one.kind === 'TreeParent');
      return parent === undefined ? undefined : { on: flipped(owningPairs(own, parent, naming)), owns: false };
    }
    case 'OneToMany':
      return inverted(own, target, relation, naming);
    case 'ManyToMany':
      return linkTable(own, target, relation, naming);
  }
};

const owningPairs = (target: Declared, relation: DeclaredRelation, naming: Naming): readonly Pair[] => {
  // The join column's name is made of the property that it refers to, whatever that property's column is called.
  const paired = (property: string, name = naming.joinColumn(relation.name, property)): Pair => ({
    own: name,
    other: columnOf(target, property),
  });
  const given = relation.joins?.columns ?? [];
  if (given.length > 0)
    return given.map(({ name, referenced = keyProperties(target)[0] ?? 'id' }) => paired(referenced, name));
  return keyProperties(target).map((property) => paired(property));
};

const flipped = (pairs: readonly Pair[]): readonly Pair[] =>
  pairs.map(({ own, other }) => ({ own: other, other: own }));

const inverted = (own: Declared, target: Declared, relation: DeclaredRelation, naming: Naming): Made | undefined => {
  const back =
    target.relations.find((one) => one.name === relation.inverse) ??
    target.relations.find(
      (one) => (one.target === own.key || one.target === own.label) && /^(?:ManyToOne|OneToOne)$/.test(one.kind),
    );
  return back === undefined ? undefined : { on: flipped(owningPairs(own, back, naming)), owns: false };
};

const linkTable = (own: Declared, target: Declared, relation: DeclaredRelation, naming: Naming): Made | undefined => {
  if (relation.joins?.table !== undefined) {
    const { name, own: mine, other } = relation.joins.table;
    const table = name ?? naming.joinTable(own.table.at(-1) ?? '', target.table.at(-1) ?? '', relation.name);
    const side = (entity: Declared, join: Join | undefined) => {
      const key = columnOf(entity, join?.referenced ?? keyProperties(entity)[0] ?? 'id');
      return { key, link: join?.name ?? naming.joinTableColumn(entity.table.at(-1) ?? '', key) };
    };
    const [a, b] = [side(own, mine), side(target, other)];
    return {
      on: [{ own: a.key, other: a.link }],
      owns: false,
      through: { table: [...own.table.slice(0, -1), table], on: [{ own: b.link, other: b.key }] },
    };
  }
  const back =
    target.relations.find((one) => one.name === relation.inverse && one.kind === 'ManyToMany') ??
    target.relations.find((one) => one.kind === 'ManyToMany' && one.joins !== undefined && one.target === own.key);
  const made =
    back?.joins?.table === undefined || back === undefined ? undefined : linkTable(target, own, back, naming);
  if (made?.through === undefined) return undefined;
  return { on: flipped(made.through.on), owns: false, through: { table: made.through.table, on: flipped(made.on) } };
};
