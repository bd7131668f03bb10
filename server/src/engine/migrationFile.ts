/**
 * Where the next migration of a workspace goes, by what its folder already holds: numbered or timestamped files, Flyway,
 * golang-migrate's and Diesel's pairs, a folder each (Prisma, Hasura), code (Knex, TypeORM, Sequelize …). Pure, and the
 * clock has no part in it: the version is the one after the last, so that the same workspace always gives the same path.
 */
import { joinPath } from '../platform/paths';

export interface MigrationWish {
  /** All files of the workspace. */
  readonly paths: readonly string[];
  /** Where `migrations/` is made when nothing of that kind exists. */
  readonly root: string;
  /** What it does, in words; the file's name is made of its letters and digits alone. */
  readonly title: string;
  readonly dialect: string;
  /** Files that declare the tables it is about: of several folders with migrations, theirs. */
  readonly near?: readonly string[];
}

export interface MigrationFile {
  readonly path: string;
  /** Where this workspace keeps what undoes a migration, if in a file of its own. */
  readonly down?: string;
  /** The last migration: the new one has its form. */
  readonly after?: string;
}

/** Undefined where the database has no migrations in SQL. */
export function migrationFile({ paths, root, title, dialect, near = [] }: MigrationWish): MigrationFile | undefined {
  if (dialect === 'mongodb') return undefined;
  const chosen = [...foldersIn(paths)].sort(
    ([a, inA], [b, inB]) =>
      isFor(b, dialect) - isFor(a, dialect) ||
      closeness(b, near) - closeness(a, near) ||
      inB.length - inA.length ||
      (a < b ? -1 : 1),
  )[0]?.[1];
  const last = chosen?.reduce((best, one) => (isLater(one, best) ? one : best));
  if (!last) return { path: joinPath(root, `migrations/0001_${slug(title, '_')}.sql`) };
  const words = title.match(/[A-Za-z0-9]+/g) ?? [];
  const name = last.camel ? pascal(words) : slug(title, last.separator.startsWith('-') ? '-' : '_');
  const stem = `${last.letter}${next(last.version)}${last.separator || '_'}${name}`;
  const path = `${last.folder}/${stem}${last.ending}`;
  const down = chosen && downOf(paths, last, path);
  return { path, ...(down !== undefined && { down }), after: last.path };
}

const read = new WeakMap<readonly string[], ReadonlyMap<string, readonly Read[]>>();

/** Migrations by their folder, read once for each listing of a workspace. */
function foldersIn(paths: readonly string[]): ReadonlyMap<string, readonly Read[]> {
  const known = read.get(paths);
  if (known) return known;
  const folders = new Map<string, Read[]>();
  for (const one of paths.flatMap(readMigration)) {
    const inside = folders.get(one.folder);
    if (inside) inside.push(one);
    else folders.set(one.folder, [one]);
  }
  read.set(paths, folders);
  return folders;
}

interface Read {
  readonly path: string;
  /** The folder that holds all migrations. */
  readonly folder: string;
  /** `V` of Flyway, `m` of others. */
  readonly letter: string;
  readonly version: string;
  readonly separator: string;
  /** What follows the name: `.sql`, `.up.sql`, `/migration.sql`, `.ts`. */
  readonly ending: string;
  /** TypeORM: `1690000000000-AddColumn.ts`. */
  readonly camel: boolean;
}

const ofSql =
  /^((?:.*\/)?)([Vm]?)(\d+(?:[._-]\d+(?=[._-]))*)([_-]+|(?=\.))([^/]*?)(\.(?:up|do)\.sql|\.sql|\/(?:migration|up)\.sql)$/;
const ofCode =
  /^((?:.*\/)?(?:\w*[._-])?migrations?\/(?:[^/]+\/)*)(Migration|m?)(\d{3,})([_-]?)([^/]*?)(\.[cm]?[jt]s)$/i;

function readMigration(path: string): readonly Read[] {
  if (/(?:^down|[._-](?:down|undo|rollback)|\.d)\.\w+$|[._-](?:test|spec)\.\w+$/i.test(path)) return [];
  const sql = ofSql.exec(path);
  const found = sql ?? ofCode.exec(path);
  if (!found) return [];
  const [, folder = '', letter = '', version = '', separator = '', name = '', ending = ''] = found;
  if (
    sql &&
    !ending.startsWith('/') &&
    !/(?:^|\/)[^/]*(?:migrat|schema|sql|db|database|drizzle|deploy)[^/]*\//i.test(folder)
  ) {
    return [];
  }
  return [
    {
      path,
      folder: folder.replace(/\/$/, ''),
      letter,
      version,
      separator,
      ending,
      camel: !sql && /^[A-Z][A-Za-z0-9]*$/.test(name),
    },
  ];
}

/** The folder of a migration with its version: no two may share it. Undefined of other files. */
export function sequenceOf(path: string): string | undefined {
  const [read] = readMigration(path);
  return read && `${read.folder} ${read.version}`;
}

const digits = (version: string): readonly bigint[] => version.split(/[._-]/).map((part) => BigInt(part));

function isLater(a: Read, b: Read): boolean {
  const [left, right] = [digits(a.version), digits(b.version)];
  for (let i = 0; i < Math.max(left.length, right.length); i++) {
    const [x, y] = [left[i] ?? -1n, right[i] ?? -1n];
    if (x !== y) return x > y;
  }
  return a.path > b.path;
}

const databases: readonly (readonly [dialect: string, word: RegExp])[] = [
  ['postgresql', /postgres|^pg$|^psql$/i],
  ['mysql', /mysql/i],
  ['mariadb', /mariadb/i],
  ['sqlite', /sqlite/i],
];

/** 1 where a folder's name says this database, -1 where it says another: applications keep migrations for several. */
function isFor(folder: string, dialect: string): number {
  const said = databases.filter(([, word]) => folder.split('/').some((part) => word.test(part)));
  return said.length === 0 ? 0 : said.some(([one]) => one === dialect) ? 1 : -1;
}

/** Length of the longest path that a folder shares with any of these files. */
const closeness = (folder: string, near: readonly string[]): number =>
  Math.max(0, ...near.map((file) => sharedParts(folder.split('/'), file.split('/'))));

function sharedParts(a: readonly string[], b: readonly string[]): number {
  let shared = 0;
  while (shared < a.length && a[shared] === b[shared]) shared++;
  return shared;
}

/** The version after this one, of the same form and width: a second later, or one more. */
function next(version: string): string {
  const bare = version.replace(/[._-]/g, '');
  const later = /^(?:19|20)\d\d/.test(bare) ? laterTime(bare) : undefined;
  if (later !== undefined) {
    let at = 0;
    return version.replace(/\d/g, () => later[at++] ?? '0');
  }
  return version.replace(/\d+$/, (last) => {
    const step = last.length === 13 ? 1000n : 1n; // milliseconds of some clock
    return String(BigInt(last) + step).padStart(last.length, '0');
  });
}

/** `YYYYMMDD`, with HHMM and SS where they are given; undefined where that is no time. */
function laterTime(text: string): string | undefined {
  const unit = { 8: 86_400_000, 12: 60_000, 14: 1000 }[text.length];
  if (unit === undefined) return undefined;
  const [year, month, day, hour, minute, second] = [0, 4, 6, 8, 10, 12].map((at) =>
    Number(text.slice(at, at === 0 ? 4 : at + 2)),
  );
  const time = Date.UTC(year ?? 0, (month ?? 1) - 1, day, hour, minute, second);
  const written = (ms: number): string => new Date(ms).toISOString().replace(/\D/g, '').slice(0, text.length);
  return written(time) === text ? written(time + unit) : undefined;
}

/** Where the last migration has its undoing in a file of its own, the new one has too. */
function downOf(paths: readonly string[], last: Read, path: string): string | undefined {
  const twin = (up: string): string =>
    up.replace(/([./])(up|do)\.sql$/, (_, mark, word) => `${mark}${word === 'up' ? 'down' : 'undo'}.sql`);
  const own = twin(last.path);
  return own !== last.path && paths.includes(own) ? twin(path) : undefined;
}

const longest = 60;

/** Letters, digits and one separator: whatever a table is called, no path can be made of it. */
export function slug(title: string, separator: '_' | '-'): string {
  const words =
    title
      .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
      .toLowerCase()
      .match(/[a-z0-9]+/g) ?? [];
  const cut = words.join(separator).slice(0, longest);
  return cut.replace(/[_-]$/, '') || 'change';
}

const pascal = (words: readonly string[]): string =>
  words
    .map((word) => word.slice(0, 1).toUpperCase() + word.slice(1))
    .join('')
    .slice(0, longest) || 'Change';
