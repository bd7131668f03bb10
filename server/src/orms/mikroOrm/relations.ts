/** Entities with their relations as columns, once all of them are known. */
import type { Field, Pair, Relation } from '../build/model';
import type { Declared, Entity } from './entities';
import type { Naming } from './naming';
import type { Property } from './property';

interface Linked {
  readonly entity: Entity;
  readonly keys: readonly string[];
}

const depthCap = 6;

export const linkEntities = (all: readonly Declared[], naming: Naming): readonly Linked[] => {
  const whole = all.map((one): Declared => ({ ...one, properties: inherited(all, one, 0) }));
  const tables = whole.filter(({ kind }) => kind === 'table' || kind === 'view');
  const names = new Map<Declared, string>();
  for (const one of tables) {
    const taken = tables.some((other) => other !== one && other.label === one.label);
    names.set(one, taken ? `${one.label}@${one.at.file}` : one.label);
  }
  const world: World = {
    naming,
    find: (target) => lookup(tables, target),
    embeddable: (target) => lookup(whole, target),
    nameOf: (one) => names.get(one) ?? one.label,
  };
  return tables.map((own) => ({ entity: entityOf(world, own), keys: own.keys }));
};

interface World {
  readonly naming: Naming;
  find(target: string | undefined): Declared | undefined;
  embeddable(target: string | undefined): Declared | undefined;
  nameOf(one: Declared): string;
}

const lookup = (all: readonly Declared[], target: string | undefined): Declared | undefined =>
  target === undefined
    ? undefined
    : (all.find(({ keys }) => keys.includes(target)) ?? all.find(({ label }) => label === target));

const inherited = (all: readonly Declared[], one: Declared, depth: number): readonly Property[] => {
  if (depth > depthCap) return one.properties;
  const above = one.extends.flatMap((key) => {
    const parent = lookup(all, key);
    return parent === undefined || parent === one ? [] : inherited(all, parent, depth + 1);
  });
  const own = new Set(one.properties.map(({ name }) => name));
  return [...one.properties, ...above.filter(({ name }) => !own.has(name))];
};

const tableOf = (world: World, own: Declared): readonly string[] => {
  const root = own.root === undefined ? undefined : world.find(own.root);
  if (root !== undefined && root !== own) return tableOf(world, root);
  const name = own.table ?? world.naming.table(own.label);
  return [...(own.schema === undefined || own.schema === '*' ? [] : [own.schema]), ...name.split('.')];
};

const entityOf = (world: World, own: Declared): Entity => {
  const { naming } = world;
  const fields = new Map<string, Field>();
  const relations = new Map<string, Relation>();
  const primaryKey: string[] = [];
  const take = (property: Property, prefix: string, path: string, depth: number): void => {
    const { name, kind, at } = property;
    const embedded = kind === 'embedded' && !property.inline ? world.embeddable(property.target) : undefined;
    if (embedded !== undefined && depth < depthCap) {
      const own = property.prefix === false ? '' : (property.prefix ?? `${naming.column(name)}_`);
      for (const inner of embedded.properties) take(inner, `${prefix}${own}`, `${path}${name}.`, depth + 1);
      return;
    }
    if (kind === 'scalar' || kind === 'embedded') {
      const column = `${prefix}${property.columns[0] ?? naming.column(name)}`;
      const { type, nullable, defaulted, supplied } = property;
      const field = { name: `${path}${name}`, column, type, modifiers: [], nullable, at };
      const filled = { ...(defaulted && { defaulted }), ...(supplied && { supplied }) };
      fields.set(`${path}${name}`, { ...field, ...filled });
      if (property.primary) primaryKey.push(`${path}${name}`);
      return;
    }
    const relation = relationOf(world, own, property);
    if (relation === undefined) return;
    relations.set(`${path}${name}`, relation);
    if (!relation.owns || relation.through !== undefined) return;
    const known = new Set([...fields.values()].map((field) => field.column));
    for (const pair of relation.on) {
      const key = `${name}.${pair.other}`;
      if (property.primary) primaryKey.push(key);
      if (known.has(pair.own)) continue;
      const { nullable } = property;
      fields.set(key, { name: key, column: pair.own, type: 'unknown', modifiers: [], nullable, at });
    }
  };
  for (const property of own.properties) take(property, '', '', 0);
  const strategies = own.properties.flatMap(({ name, strategy }) =>
    strategy === undefined ? [] : [[name, strategy] as const],
  );
  const keyColumns = primaryKey.map((name) => fields.get(name)?.column ?? name);
  return {
    name: world.nameOf(own),
    label: own.label,
    table: tableOf(world, own),
    fields,
    relations,
    keys: new Map(),
    primaryKey,
    keyColumns: keyColumns.length === 0 ? ['id'] : keyColumns,
    kind: own.kind === 'view' ? 'view' : 'table',
    declared: true,
    eager: new Set(own.properties.filter(({ eager }) => eager).map(({ name }) => name)),
    strategies: new Map(strategies),
    inverseOnes: own.properties
      .filter(({ kind, mappedBy }) => kind === '1:1' && mappedBy !== undefined)
      .map((p) => p.name),
    filters: own.filters,
    at: own.at,
  };
};

const keyColumnsOf = (world: World, own: Declared, depth = 0): readonly string[] => {
  const columns = own.properties
    .filter(({ primary }) => primary)
    .flatMap((property): readonly string[] => {
      if (property.kind === 'scalar') return [property.columns[0] ?? world.naming.column(property.name)];
      const target = world.find(property.target);
      return target === undefined || depth > depthCap
        ? []
        : owningPairs(world, target, property, depth + 1).map((pair) => pair.own);
    });
  return columns.length === 0 ? ['id'] : columns;
};

const owningPairs = (world: World, target: Declared, property: Property, depth = 0): readonly Pair[] => {
  const others = property.referenced.length > 0 ? property.referenced : keyColumnsOf(world, target, depth);
  const given = property.joinColumns.length > 0 ? property.joinColumns : property.columns;
  return others.map((other, i) => ({
    own: given[i] ?? world.naming.joinColumn(property.name, other, others.length > 1),
    other,
  }));
};

const flipped = (pairs: readonly Pair[]): readonly Pair[] =>
  pairs.map(({ own, other }) => ({ own: other, other: own }));

const relationOf = (world: World, own: Declared, property: Property): Relation | undefined => {
  const target = world.find(property.target);
  if (target === undefined) return undefined;
  const made = linked(world, own, target, property);
  if (made === undefined) return undefined;
  const { name, kind, nullable, onDelete, logical, at } = property;
  return {
    name,
    target: world.nameOf(target),
    many: kind === '1:m' || kind === 'm:n',
    optional: nullable,
    ...(onDelete === undefined ? {} : { onDelete }),
    ...(logical ? { logical } : {}),
    at,
    ...made,
  };
};

type Made = Pick<Relation, 'on' | 'owns' | 'through'>;

const linked = (world: World, own: Declared, target: Declared, property: Property): Made | undefined => {
  const { kind, mappedBy } = property;
  if (kind === 'm:1' || (kind === '1:1' && mappedBy === undefined))
    return { on: owningPairs(world, target, property), owns: true };
  if (kind === 'm:n') return pivot(world, own, target, property);
  const isBack = (other: Property): boolean => other.kind === 'm:1' || other.kind === '1:1';
  const back =
    target.properties.find(({ name }) => name === mappedBy) ??
    target.properties.find((other) => isBack(other) && world.find(other.target) === own);
  return back === undefined || !isBack(back) ? undefined : { on: flipped(owningPairs(world, own, back)), owns: false };
};

const pivot = (world: World, own: Declared, target: Declared, property: Property): Made | undefined => {
  if (property.mappedBy !== undefined) {
    const back = target.properties.find(({ name }) => name === property.mappedBy);
    const made = back?.kind === 'm:n' && back.mappedBy === undefined ? pivot(world, target, own, back) : undefined;
    if (made?.through === undefined) return undefined;
    return { on: flipped(made.through.on), owns: false, through: { table: made.through.table, on: flipped(made.on) } };
  }
  const { naming } = world;
  const between = world.find(property.pivotEntity);
  const table = tableOf(world, own);
  const name = property.pivotTable ?? naming.joinTable(table.at(-1) ?? '', property.name);
  const side = (entity: Declared, given: readonly string[], skip: readonly string[]): readonly Pair[] => {
    const keys = keyColumnsOf(world, entity);
    const link = between?.properties.find(
      (one) => one.kind === 'm:1' && world.find(one.target) === entity && !skip.includes(one.name),
    );
    const through = link === undefined ? undefined : owningPairs(world, entity, link);
    return keys.map((key, i) => ({
      own: key,
      other: given[i] ?? through?.[i]?.own ?? naming.joinColumn(entity.label, key, keys.length > 1),
    }));
  };
  const mine = side(own, property.joinColumns, []);
  const first = between?.properties.find((one) => one.kind === 'm:1' && world.find(one.target) === own);
  const others = side(target, property.inverseJoinColumns, own === target && first !== undefined ? [first.name] : []);
  // An entity that is related to itself counts its two columns.
  const numbered = own === target && between === undefined && property.joinColumns.length === 0;
  const count = (pairs: readonly Pair[], n: number): readonly Pair[] =>
    numbered
      ? pairs.map(({ own: key }) => ({
          own: key,
          other: naming.joinColumn(`${own.label}_${n}`, key, pairs.length > 1),
        }))
      : pairs;
  return {
    on: count(mine, 1),
    owns: false,
    through: {
      table: between === undefined ? [...table.slice(0, -1), ...name.split('.')] : tableOf(world, between),
      on: flipped(count(others, 2)),
    },
  };
};
