/** Maps that lie elsewhere, and maps that cannot be used. */
import { describe, expect, it } from 'vitest';
import { localEngine } from '../../server/src/cli/localEngine';
import { folderWith, shardlint } from '../harness/shell';

const map = (table = 'orders') =>
  JSON.stringify({
    version: 1,
    dialect: 'postgresql',
    router: 'generic',
    tables: { [table]: { shardKey: 'status', shards: 32, columns: { status: 'boolean', id: 'bigint' } } },
  });
const files = {
  'app/src/orders.sql': 'SELECT * FROM orders WHERE status = true;\n',
  'maps/shop.json': map(),
};

const aboutMaps = async (folder: string, ...args: readonly string[]): Promise<readonly string[]> => {
  const { out } = await shardlint(folder, ['check', '--format', 'json', ...args], localEngine());
  const { findings } = JSON.parse(out);
  return findings
    .filter(({ rule }: { rule: string }) => rule === 'low-cardinality-shard-key')
    .map(({ file }: { file: string }) => file);
};

const transactions = async (folder: string, ...args: readonly string[]): Promise<readonly (string | null)[]> => {
  const { out } = await shardlint(folder, ['queries', '--format', 'json', ...args], localEngine());
  return JSON.parse(out).map(({ transaction }: { transaction: string | null }) => transaction);
};

describe('a map that is named', () => {
  it('is judged with the folders that it is named for, wherever it lies', async () => {
    const folder = folderWith(files);
    const elsewhere = folderWith({ 'shop.json': map() });
    expect(await aboutMaps(folder, 'app', '--config', 'maps/shop.json')).toEqual(['maps/shop.json']);
    expect(await aboutMaps(folder, '.', '--config', `${elsewhere}/shop.json`)).toEqual([`${elsewhere}/shop.json`]);
    expect(await aboutMaps(folder, '--config', 'maps/shop.json')).toEqual(['maps/shop.json']);
  });

  it('is not judged by single files', async () => {
    expect(await aboutMaps(folderWith(files), 'app/src/orders.sql', '--config', 'maps/shop.json')).toEqual([]);
  });
});

describe('a map that cannot be used', () => {
  it.each(['check', 'queries', 'keys'])('ends %s before a file is read', async (command) => {
    const folder = folderWith({ ...files, 'app/shardlint.yaml': 'version: 1\ntabels: {}\n' });
    const seen: (readonly [done: number, of: number])[] = [];
    const engine = localEngine();
    const watched = {
      ...engine,
      check: (request: Parameters<typeof engine.check>[0]) =>
        engine.check({ ...request, progress: (done, of) => seen.push([done, of]) }),
      survey: (request: Parameters<typeof engine.survey>[0]) =>
        engine.survey({ ...request, progress: (done, of) => seen.push([done, of]) }),
    };
    const { status, out, err } = await shardlint(`${folder}/app`, [command], watched);
    expect({ status, out, seen }).toEqual({ status: 2, out: '', seen: [] });
    expect(err).toContain('shardlint.yaml:2:1: error[');
    expect(err).toContain('the shard map cannot be used until this is mended');
  });
});

describe('the inventory', () => {
  it('names transactions without the folder that was scanned', async () => {
    const pair =
      "import knex from 'knex';\nconst db = knex({});\nexport const close = (id: number) =>\n  db.transaction(async (trx) => {\n    await trx('orders').where({ id }).update({ n: 1 });\n  });\n";
    const folder = folderWith({ 'app/src/close.ts': pair, 'maps/shop.json': map() });
    const [id] = await transactions(folder, `${folder}/app`, '--config', `${folder}/maps/shop.json`);
    expect(id).toMatch(/^src\/close\.ts:\d+$/);
  });
});
