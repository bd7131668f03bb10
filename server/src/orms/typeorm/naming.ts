/** Physical names as TypeORM's naming strategies make them. */

export interface Naming {
  table(className: string, given: string | undefined): string;
  column(property: string, given: string | undefined, prefixes: readonly string[]): string;
  joinColumn(relation: string, referenced: string): string;
  joinTable(first: string, second: string, property: string): string;
  joinTableColumn(table: string, column: string): string;
}

/** TypeORM's own: an underscore before each capital of a run's end and after each small letter. */
export const snakeCase = (name: string): string =>
  name
    .replace(/([A-Z])([A-Z])([a-z])/g, '$1_$2$3')
    .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
    .toLowerCase();

const camelCase = (name: string): string =>
  name.replace(/^([A-Z])|[\s-_](\w)/g, (_, first?: string, later?: string) =>
    later === undefined ? (first ?? '').toLowerCase() : later.toUpperCase(),
  );

export const defaultNaming: Naming = {
  table: (className, given) => given ?? snakeCase(className),
  column: (property, given, prefixes) => {
    const name = given ?? property;
    return prefixes.length === 0 ? name : camelCase(prefixes.join('_')) + capital(name);
  },
  joinColumn: (relation, referenced) => camelCase(`${relation}_${referenced}`),
  joinTable: (first, second, property) => snakeCase(`${first}_${property.replaceAll('.', '_')}_${second}`),
  joinTableColumn: (table, column) => camelCase(`${table}_${column}`),
};

const capital = (name: string): string => (name === '' ? name : name.charAt(0).toUpperCase() + name.slice(1));

/** `typeorm-naming-strategies`. */
export const snakeNaming: Naming = {
  table: (className, given) => given ?? snakeCase(className),
  column: (property, given, prefixes) => snakeCase([...prefixes, ''].join('_')) + (given ?? snakeCase(property)),
  joinColumn: (relation, referenced) => snakeCase(`${relation}_${referenced}`),
  joinTable: (first, second, property) => snakeCase(`${first}_${property.replaceAll('.', '_')}_${second}`),
  joinTableColumn: (table, column) => snakeCase(`${table}_${column}`),
};
