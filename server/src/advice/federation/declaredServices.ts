/** Services that a workspace has already: each with a database schema of its own, by its folder or by the schema's name. Pure. */

export interface DeclaredService {
  readonly name: string;
  /** Globs, relative to the workspace folder. */
  readonly files: readonly string[];
  /** Tables, as they are declared. */
  readonly owns: readonly string[];
}

export interface DeclaredIn {
  readonly name: readonly string[];
  /** Relative to the workspace folder. */
  readonly file: string;
}

/** Folders whose folders are parts that are deployed by themselves, or could be. */
const holders =
  /^(?:services|microservices|apps|applications|packages|modules|domains|contexts|components|libs|backends?)$/i;

/** What no service is called: they share what lies there. */
const shared =
  /^(?:db|dbs?-?\w*|database|databases|prisma|sql|schema|schemas|migrations?|common|shared|core|lib|libs|utils?|infra|infrastructure|tools?)$/i;

/** What databases have without anybody's doing. */
const usual = /^(?:public|dbo|main|information_schema|pg_\w+|mysql|sys|performance_schema)$/i;

/** Several of them, or none: `tables` as declared in SQL or schema files, `paths` are all files of the workspace. */
export function declaredServices(tables: readonly DeclaredIn[], paths: readonly string[]): readonly DeclaredService[] {
  const byFolder = several(tables, ({ file }) => (/\.(?:sql|prisma)$/.test(file) ? serviceFolder(file) : undefined));
  if (byFolder.length > 0) return byFolder;
  const folders = new Map(
    paths.flatMap((path) => {
      const folder = serviceFolder(path);
      return folder === undefined ? [] : [[bare(nameOf(folder)), folder] as const];
    }),
  );
  return several(tables, ({ name: [schema, table] }) =>
    schema === undefined || table === undefined || usual.test(schema) ? undefined : folders.get(bare(schema)),
  );
}

/** `services/billing` of `services/billing/db/schema.sql`. */
function serviceFolder(path: string): string | undefined {
  const parts = path.split('/');
  const at = parts.findIndex((part, i) => holders.test(part) && i + 2 < parts.length);
  const name = parts[at + 1];
  return at < 0 || name === undefined || shared.test(name) ? undefined : parts.slice(0, at + 2).join('/');
}

const nameOf = (folder: string): string => folder.slice(folder.lastIndexOf('/') + 1);

/** `billing-service`, `billing_api` and `Billing` are one. */
const bare = (name: string): string =>
  name
    .toLowerCase()
    .replace(/[-_.]/g, '')
    .replace(/(?:service|svc|api)$/, '');

/** A table that several declare is left to nobody; where most are, the schema is shared, and there are no such services. */
function several(
  tables: readonly DeclaredIn[],
  folderOf: (table: DeclaredIn) => string | undefined,
): readonly DeclaredService[] {
  const owners = new Map<string, Set<string>>();
  for (const table of tables) {
    const folder = folderOf(table);
    const name = table.name.join('.');
    if (folder !== undefined) owners.set(name, (owners.get(name) ?? new Set()).add(folder));
  }
  const owned = new Map<string, string[]>();
  let alone = 0;
  for (const [name, [folder, more]] of owners) {
    if (folder === undefined || more !== undefined) continue;
    owned.set(folder, [...(owned.get(folder) ?? []), name]);
    alone++;
  }
  if (owned.size < 2 || alone * 2 < owners.size) return [];
  return [...owned]
    .map(([folder, names]) => ({ name: nameOf(folder), files: [`${folder}/**`], owns: names.sort() }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** The map's section. */
export function servicesText(services: readonly DeclaredService[], quote: (text: string) => string): string {
  if (services.length === 0) return '';
  const list = (items: readonly string[]): string => items.map(quote).join(', ');
  const lines = services.map(
    ({ name, files, owns }) => `  ${quote(name)}: { files: [${list(files)}], owns: [${list(owns)}] }\n`,
  );
  return `# Each has a schema of its own here. Take out what is deployed together.\nservices:\n${lines.join('')}`;
}
