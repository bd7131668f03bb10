/** The map of a workspace that only plans to shard: what it declares anywhere, with nothing sharded that nobody declares. */
import { joinPath } from '../platform/paths';
import type { Platform } from '../platform/platform';
import { declarationsIn } from '../shards/discover';
import { importers } from '../shards/importers';
import { type LoadedMap, loadInlineMap } from '../shards/load';
import { dialectFor } from './parsers';

export async function planFor(platform: Platform, root: string): Promise<LoadedMap> {
  const declarations = await declarationsIn(platform, root);
  const implied = declarations.flatMap(({ importer }) => importers.find(({ id }) => id === importer)?.implies ?? [])[0];
  const config = {
    version: 1,
    dialect: implied?.dialect ?? (await dialectOf(platform, root)),
    router: implied?.router ?? 'generic',
    import: declarations.map(({ importer, pattern }) => ({ [importer]: joinPath(root, pattern) })),
  };
  const options = { root, parserFor: (name: string) => dialectFor(platform, name) };
  return loadInlineMap(platform, config, options);
}

/** What says most surely which database the code speaks to; the first that occurs in any manifest or Prisma schema wins. */
const signs: readonly (readonly [dialect: string, sign: RegExp])[] = [
  ['postgresql', /provider\s*=\s*"(?:postgresql|postgres|cockroachdb)"/],
  ['mysql', /provider\s*=\s*"mysql"/],
  ['mongodb', /provider\s*=\s*"mongodb"/],
  ['postgresql', /"(?:pg|postgres|pg-promise|slonik|@neondatabase\/serverless|@vercel\/postgres)"\s*:/],
  ['mariadb', /"mariadb"\s*:/],
  ['mysql', /"(?:mysql2?|@planetscale\/database)"\s*:/],
  ['mongodb', /"(?:mongodb|mongoose)"\s*:/],
];

async function dialectOf(platform: Platform, root: string): Promise<string> {
  const files = await platform.listFiles(root, { include: ['**/package.json', '**/*.prisma'] });
  const texts = (await Promise.all(files.map((file) => platform.readFile(file)))).filter((text) => text !== undefined);
  return signs.find(([, sign]) => texts.some((text) => sign.test(text)))?.[0] ?? 'postgresql';
}
