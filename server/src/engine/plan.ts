/** The map of a workspace that only plans to shard: what it declares anywhere, with nothing sharded that nobody declares. */
import { joinPath } from '../platform/paths';
import type { Platform } from '../platform/platform';
import { type Declaration, declarationsIn } from '../shards/discover';
import { importers } from '../shards/importers';
import { type LoadedMap, loadInlineMap } from '../shards/load';
import { readersOf } from './readers';

/** What a plan was made of: a glob relative to the root. */
export interface PlanImport {
  readonly importer: string;
  readonly pattern: string;
}

export async function planFor(
  platform: Platform,
  root: string,
): Promise<{ readonly loaded: LoadedMap; readonly imports: readonly PlanImport[] }> {
  const found = await ofServedDatabases(platform, await declarationsIn(platform, root));
  const declarations = found.some(({ importer }) => importer === 'ddl')
    ? found
    : [...found, ...(await scripts(platform, root))];
  const implied = declarations.flatMap(({ importer }) => importers.find(({ id }) => id === importer)?.implies ?? [])[0];
  const config = {
    version: 1,
    dialect: implied?.dialect ?? (await dialectOf(platform, root, declarations)),
    router: implied?.router ?? 'generic',
    import: declarations.map(({ importer, pattern }) => ({ [importer]: joinPath(root, pattern) })),
  };
  const options = { root, readers: readersOf(platform) };
  const imports = declarations.map(({ importer, pattern }) => ({ importer, pattern }));
  return { loaded: await loadInlineMap(platform, config, options), imports };
}

/** Where nothing lies in a folder of migrations: any SQL file that creates tables, but for those of tests. */
async function scripts(platform: Platform, root: string): Promise<readonly Declaration[]> {
  const ddl = importers.filter(({ id }) => id === 'ddl').map((one) => ({ ...one, files: ['**/*.sql'] }));
  const all = await ofServedDatabases(platform, await declarationsIn(platform, root, ddl));
  return all.filter(
    ({ pattern }) => !/(?:^|\/)(?:tests?|__tests__|fixtures|examples?|e2e|docs|bench\w*)\//i.test(pattern),
  );
}

/** Words that only column stores have: their tables are not those that an application serves its users from. */
const analytical = /\bENGINE\s*=?\s*\w*MergeTree\b|\bLowCardinality\s*\(|\bDISTSTYLE\b|\bCLUSTER BY\s*\(/i;

async function ofServedDatabases(
  platform: Platform,
  declarations: readonly Declaration[],
): Promise<readonly Declaration[]> {
  const kept = await Promise.all(
    declarations.map(async (one) => {
      const texts = await textsOf(platform, sqlOf([one]));
      return texts.filter((text) => analytical.test(text)).length * 2 > texts.length ? [] : [one];
    }),
  );
  return kept.flat();
}

const sqlOf = (declarations: readonly Declaration[]): readonly string[] =>
  declarations.flatMap(({ files }) => files.filter((file) => file.endsWith('.sql'))).slice(0, 40);

const textsOf = async (platform: Platform, files: readonly string[]): Promise<readonly string[]> =>
  (await Promise.all(files.map((file) => platform.readFile(file)))).filter((text) => text !== undefined);

type Signs = readonly (readonly [dialect: string, sign: RegExp])[];

/** What is said on purpose: the provider of a Prisma schema, the dialect of a Drizzle configuration. */
const said: Signs = [
  ['postgresql', /\b(?:provider\s*=|dialect\s*:)\s*["'](?:postgresql|postgres|cockroachdb)["']/],
  ['mysql', /\b(?:provider\s*=|dialect\s*:)\s*["']mysql["']/],
  ['mongodb', /\bprovider\s*=\s*"mongodb"/],
];

const written: Signs = [
  ['mysql', /^CREATE TABLE (?:IF NOT EXISTS )?`|\bENGINE\s*=\s*InnoDB\b|\bAUTO_INCREMENT\b/im],
  ['postgresql', /\b(?:big)?serial\b|\btimestamptz\b|\bjsonb\b|^CREATE TABLE (?:IF NOT EXISTS )?"|::\w+/im],
];

/** Drivers; of the databases that are in use, the one that most packages speak to. */
const depended: Signs = [
  ['postgresql', /"(?:pg|postgres|pg-promise|slonik|@neondatabase\/serverless|@vercel\/postgres)"\s*:/],
  ['mysql', /"(?:mysql2?|@planetscale\/database)"\s*:/],
  ['mongodb', /"(?:mongodb|mongoose)"\s*:/],
  ['mariadb', /"mariadb"\s*:/],
];

async function dialectOf(platform: Platform, root: string, declarations: readonly Declaration[]): Promise<string> {
  const list = (...include: string[]) => platform.listFiles(root, { include });
  const configurations = await textsOf(platform, await list('**/*.prisma', '**/drizzle.config.*'));
  const ddl = await textsOf(platform, sqlOf(declarations));
  const found = most(said, configurations) ?? most(written, ddl);
  return found ?? most(depended, await textsOf(platform, await list('**/package.json'))) ?? 'postgresql';
}

/** The dialect that most texts speak of; the first of equals. */
function most(signs: Signs, texts: readonly string[]): string | undefined {
  const votes = signs.map(([dialect, sign]) => ({ dialect, count: texts.filter((text) => sign.test(text)).length }));
  return votes.reduce((a, b) => (b.count > a.count ? b : a), { dialect: undefined as string | undefined, count: 0 })
    .dialect;
}
