/** What the models of ORMs know beyond DDL: values that the client makes or holds to be the only ones, and their own types. */
import { type ColumnFacts, findColumn, findTable, type Schema, type Table } from './model';

/** DDL keeps the last word on all that it says; tables that it does not have are left out. */
export function withModels(ddl: Schema, models: Schema, searchPath: readonly string[]): Schema {
  const path = searchPath.length > 0 ? searchPath : undefined;
  const changed = new Map<Table, Table>();
  for (const model of models.tables.values()) {
    const table = findTable(ddl, model.name, path);
    if (table && table.kind === 'table') changed.set(table, withModel(changed.get(table) ?? table, model));
  }
  if (changed.size === 0) return ddl;
  return { ...ddl, tables: new Map([...ddl.tables].map(([key, table]) => [key, changed.get(table) ?? table])) };
}

const withModel = (table: Table, model: Table): Table => ({
  ...table,
  columns: new Map(
    [...table.columns].map(([name, column]) => {
      const said = findColumn(model, name);
      return [name, said ? withField(column, said) : column];
    }),
  ),
});

function withField(column: ColumnFacts, said: ColumnFacts): ColumnFacts {
  const makes = column.default === undefined && column.identity === undefined;
  return {
    ...column,
    ...(makes && said.default !== undefined && { default: said.default }),
    ...(column.allowed === undefined && said.allowed !== undefined && { allowed: said.allowed }),
    ...(column.model === undefined && said.type !== '' && { model: { type: said.type, at: said.at } }),
  };
}
