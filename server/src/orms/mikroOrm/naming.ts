/** Physical names as MikroORM's naming strategies make them. */

export interface Naming {
  table(className: string): string;
  column(property: string): string;
  /** A foreign key, by the relation or the entity that it leads to. */
  joinColumn(name: string, referenced: string, composite: boolean): string;
  joinTable(table: string, property: string): string;
}

const underscore = (name: string): string => name.replace(/([a-z])([A-Z])/g, '$1_$2').toLowerCase();

/** The default of all SQL drivers. */
export const underscoreNaming: Naming = {
  table: underscore,
  column: underscore,
  joinColumn: (name, referenced) => `${underscore(name)}_${referenced}`,
  joinTable: (table, property) => `${table}_${underscore(property)}`,
};

const lowerFirst = (name: string): string => name.charAt(0).toLowerCase() + name.slice(1);

export const entityCaseNaming: Naming = {
  table: (name) => name,
  column: (name) => name,
  joinColumn: (name, referenced, composite) => (composite ? `${lowerFirst(name)}_${referenced}` : lowerFirst(name)),
  joinTable: (table, property) => `${table}_${property}`,
};

/** The default of the MongoDB driver. */
export const mongoNaming: Naming = {
  table: (name) => name.replace(/([a-z])([A-Z])/g, '$1-$2').toLowerCase(),
  column: (name) => name,
  joinColumn: (name) => name,
  joinTable: (table, property) => `${table}_${property}`,
};
