/** Models as tables: what the map learns of columns, types and keys from an ORM. */
import { type ColumnFacts, type ForeignKey, type Schema, type Table, tableKey } from '../../schema/model';
import type { Field, Model } from './model';

export const schemaOf = (
  models: readonly Model[],
  enums: ReadonlyMap<string, readonly string[]> = new Map(),
): Schema => ({ tables: new Map(models.map((model) => [tableKey(model.table), tableOf(model, models)])), enums });

const tableOf = (model: Model, models: readonly Model[]): Table => {
  const columnsOf = (fields: readonly string[]) => fields.map((name) => model.fields.get(name)?.column ?? name);
  const foreignKeys = [...model.relations.values()].flatMap((relation): readonly ForeignKey[] => {
    const target = models.find((other) => other.name === relation.target);
    if (!relation.owns || relation.through !== undefined || target === undefined) return [];
    return [
      {
        columns: relation.on.map((pair) => pair.own),
        table: target.table,
        referenced: relation.on.map((pair) => pair.other),
        ...(relation.onDelete === undefined ? {} : { onDelete: relation.onDelete }),
        ...(relation.logical === true ? { logical: true } : {}),
        at: relation.at,
      },
    ];
  });
  return {
    name: model.table,
    kind: model.kind,
    columns: new Map(
      [...model.fields.values()].map((field) => [field.column, columnOf(field, model.primaryKey.includes(field.name))]),
    ),
    ...(model.primaryKey.length === 0 ? {} : { primaryKey: { columns: columnsOf(model.primaryKey), at: model.at } }),
    uniques: [...model.keys.values()]
      .filter((fields) => fields.join() !== model.primaryKey.join())
      .map((fields) => ({ columns: columnsOf(fields), at: model.at })),
    indexes: [],
    foreignKeys,
    exclusions: [],
    triggers: [],
    columnsComplete: true,
    at: model.at,
  };
};

const columnOf = (field: Field, inKey: boolean): ColumnFacts => {
  const { column, type, modifiers, nullable, identity, default: initial, allowed, at } = field;
  return {
    name: column,
    type,
    modifiers,
    nullable: nullable && !inKey,
    ...(identity === undefined ? {} : { identity }),
    ...(initial === undefined ? {} : { default: initial }),
    ...(allowed !== undefined
      ? { allowed: { values: allowed, by: 'enum' } }
      : /^bool(?:ean)?$/.test(type)
        ? { allowed: { values: ['true', 'false'], by: 'boolean' } }
        : {}),
    at,
  };
};

/** The first declaration of a table stays. */
export const mergeSchemas = (schemas: readonly Schema[]): Schema => {
  const tables = new Map<string, Table>();
  const enums = new Map<string, readonly string[]>();
  for (const schema of schemas) {
    for (const [key, table] of schema.tables) if (!tables.has(key)) tables.set(key, table);
    for (const [name, values] of schema.enums) if (!enums.has(name)) enums.set(name, values);
  }
  return { tables, enums };
};
