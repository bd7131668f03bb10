/**
 * The order in which a project's SQL files apply, whatever tool runs them: numbered files, Flyway, Prisma, Drizzle,
 * Hasura, Supabase, golang-migrate, dbmate, goose, sql-migrate, node-pg-migrate, Diesel, sqitch, Postgrator, Atlas,
 * Liquibase formatted SQL, and Rails' `structure.sql`. Files that undo a migration are left out.
 */
export interface MigrationFile {
  readonly path: string;
  readonly text: string;
}

export interface OrderedMigration<F extends MigrationFile> {
  readonly file: F;
  /** A dump of the whole schema stands in the same folder: what this migration says about tables is in it already. */
  readonly superseded: boolean;
}

interface Placed<F> {
  readonly file: F;
  /** 0: whole schema, 1: versioned, 2: repeatable and unversioned. */
  readonly phase: number;
  readonly folder: string;
  readonly version: readonly bigint[];
  readonly name: string;
  readonly superseded: boolean;
}

export function orderMigrations<F extends MigrationFile>(files: readonly F[]): readonly OrderedMigration<F>[] {
  const paths = new Set(files.map(({ path }) => path));
  const plan = sqitchPlan(files);
  const dumps = files.filter(({ path }) => isDump(path)).map(({ path }) => folderOf(path));
  const placed = files
    .filter(({ path }) => !undoes(path, paths) && !path.endsWith('.plan'))
    .map((file): Placed<F> => {
      const superseded = !isDump(file.path) && dumps.some((dump) => below(file.path, dump) && isMigration(file.path));
      return { file, superseded, ...position(file.path, plan) };
    });
  const folders = [...new Set(placed.map(({ folder }) => folder))];
  const rank = (one: Placed<F>): number => (one.phase === 0 ? -1 : folders.indexOf(one.folder));
  return placed
    .toSorted(
      (a, b) =>
        rank(a) - rank(b) ||
        a.phase - b.phase ||
        byVersion(a.version, b.version) ||
        (a.version.length > 0 && a.name !== b.name ? (a.name < b.name ? -1 : 1) : 0),
    )
    .map(({ file, superseded }) => ({ file, superseded }));
}

const folderOf = (path: string): string => path.slice(0, Math.max(0, path.lastIndexOf('/')));
const baseOf = (path: string): string => path.slice(path.lastIndexOf('/') + 1);
const below = (path: string, folder: string): boolean => folder === '' || path.startsWith(`${folder}/`);

/** Rails: `db/structure.sql`, `db/animals_structure.sql`. */
const isDump = (path: string): boolean => /(?:^|_)structure\.sql$/i.test(baseOf(path));
const isMigration = (path: string): boolean =>
  /(?:^|\/)(?:\w+_)?migrat(?:e|ions?)\//i.test(path) || /^\d/.test(baseOf(path));

/** Names under which a tool keeps one migration a folder, so that the folder bears the version. */
const inOwnFolder = /^(?:migration|up|schema|steps?)\.sql$/i;

function position(
  path: string,
  plan: ReadonlyMap<string, bigint>,
): Pick<Placed<unknown>, 'phase' | 'folder' | 'version' | 'name'> {
  const base = baseOf(path);
  const folder = folderOf(path);
  const planned = plan.get(path);
  if (planned !== undefined) return { phase: 1, folder, version: [planned], name: base };
  const flyway = /^([VBR])([\d._]*)__/.exec(base);
  if (flyway !== null) {
    // A baseline stands for all versions up to its own; repeatable ones run after all others.
    const version = versionOf((flyway[2] ?? '').replace(/_/g, '.'));
    return { phase: flyway[1] === 'R' ? 2 : 1, folder, version, name: base };
  }
  if (inOwnFolder.test(base) && versionOf(baseOf(folder)).length > 0) {
    return { phase: 1, folder: folderOf(folder), version: versionOf(baseOf(folder)), name: baseOf(folder) };
  }
  const version = versionOf(base);
  if (version.length > 0) return { phase: 1, folder, version, name: base };
  const whole = isDump(path) || /^(?:schema|init|initial|baseline|base|setup)\b[^/]*\.(?:sql|ddl)$/i.test(base);
  return { phase: whole ? 0 : 2, folder, version: [], name: base };
}

/** `0001_x`, `20240101120000_x`, `2024-01-01-120000_x`, `1.2__x`, `m0001_x`: the leading numbers. */
function versionOf(name: string): readonly bigint[] {
  const found = /^[a-z]?(\d+(?:[._-]\d+(?=[._\- ]|$))*)/i.exec(name);
  return found?.[1] === undefined ? [] : found[1].split(/[._-]/).map((part) => BigInt(part));
}

function byVersion(a: readonly bigint[], b: readonly bigint[]): number {
  for (let i = 0; i < Math.max(a.length, b.length); i++) {
    // V1 comes before V1.1, and 1.0 is 1.
    const [left, right] = [a[i] ?? 0n, b[i] ?? 0n];
    if (left !== right) return left < right ? -1 : 1;
  }
  return 0;
}

const twins: readonly (readonly [RegExp, string])[] = [
  [/([._-])down(?=\.sql$)/i, '$1up'],
  [/([._-])down(?=\.sql$)/i, ''],
  [/([._-])undo(?=\.sql$|\.)/i, '$1do'],
  [/([._-])rollback(?=\.sql$)/i, ''],
  [/(^|\/)(?:revert|verify)\//i, '$1deploy/'],
  [/(^|\/)(?:down|rollback|rollbacks|undo)\//i, '$1up/'],
];

/** Down files by their own name, or by the up file that stands beside them. */
function undoes(path: string, paths: ReadonlySet<string>): boolean {
  const base = baseOf(path);
  if (/^down\.sql$|\.down\.sql$|^\d+\.undo\.|^U[\d._]+__/i.test(base)) return true;
  return twins.some(([pattern, twin]) => pattern.test(path) && paths.has(path.replace(pattern, twin)));
}

/** The lines of `sqitch.plan` are the order: `name [needs] date planner`. */
function sqitchPlan(files: readonly MigrationFile[]): ReadonlyMap<string, bigint> {
  const order = new Map<string, bigint>();
  for (const { path, text } of files.filter((file) => baseOf(file.path) === 'sqitch.plan')) {
    const prefix = folderOf(path) === '' ? '' : `${folderOf(path)}/`;
    let next = 0n;
    for (const line of text.split(/\r?\n/)) {
      const name = /^\s*([^\s%@#[][^\s[]*)/.exec(line)?.[1];
      if (name !== undefined) order.set(`${prefix}deploy/${name}.sql`, next++);
    }
  }
  return order;
}

const marker =
  /^[ \t]*(?:--|#)[- \t]*(?:(?:migrate:|\+goose[ \t]+|\+migrate[ \t]+|rambler[ \t]+|!)(up|down)s?\b|(up|down)(?:[ \t]+migration\b|[ \t]*$)|\/\/[ \t]*@(undo)\b|create above \/ (drop) below)/i;

/** The text with everything that undoes it blanked out, so that positions stay. */
export function upSection(text: string): string {
  let up = true;
  return text.replace(/[^\n]+/g, (line) => {
    const found = marker.exec(line);
    const word = (found?.[1] ?? found?.[2] ?? found?.[3] ?? found?.[4])?.toLowerCase();
    if (word !== undefined) up = word === 'up';
    // Drizzle's separator is a comment to PostgreSQL but not to MySQL, which wants a blank after the dashes.
    return up && !/^[ \t]*--> statement-breakpoint/.test(line)
      ? line.replace(/--> statement-breakpoint[ \t]*\r?$/, blank)
      : blank(line);
  });
}

const blank = (text: string): string => text.replace(/[^\r]/g, ' ');
