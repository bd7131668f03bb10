/** Versions of packages: as installed, as each lock file has them, as the manifest asks. */
import fs from 'node:fs';
import { describe, expect, test } from 'vitest';
import { Workspace } from '../../server/src/engine/workspace';
import { isOlder, packageVersions } from '../../server/src/flow/versions';
import { memoryPlatform } from '../../server/src/platform/memory';
import { inventoryJson } from '../../server/src/report/inventory';

const versionIn = (files: Readonly<Record<string, string>>, from = '/w/packages/api/src/a.ts', name = 'typeorm') => {
  const listed = (path: string): boolean => path in files && !path.includes('/node_modules/');
  const found = packageVersions({
    has: listed,
    text: (path) => (listed(path) ? files[path] : undefined),
    packages: () => Object.keys(files).filter((path) => listed(path) && path.endsWith('/package.json')),
    installed: (path) => files[path],
  })(from, name);
  return found && `${found.major}.${found.minor}`;
};

const asking = (range: string, name = 'api') => JSON.stringify({ name, dependencies: { typeorm: range } });
const workspace = { '/w/package.json': '{}', '/w/packages/api/package.json': asking('>=0.1') };

describe('lock files', () => {
  test('npm', () => {
    const packages = {
      'node_modules/typeorm': { version: '1.1.1' },
      'packages/api/node_modules/typeorm': { version: '0.2.45' },
    };
    const lock = JSON.stringify({ lockfileVersion: 3, packages });
    expect(versionIn({ ...workspace, '/w/package-lock.json': lock })).toBe('0.2');
    expect(versionIn({ ...workspace, '/w/package-lock.json': lock }, '/w/packages/web/a.ts')).toBe('1.1');
    const first = JSON.stringify({ lockfileVersion: 1, dependencies: { typeorm: { version: '0.3.20' } } });
    expect(versionIn({ ...workspace, '/w/package-lock.json': first })).toBe('0.3');
  });

  test('pnpm', () => {
    const sixth = `lockfileVersion: '9.0'

importers:

  .:
    devDependencies:
      typescript:
        specifier: ^5.0.0
        version: 5.9.2

  packages/api:
    dependencies:
      '@mikro-orm/core':
        specifier: ^6.3.0
        version: 6.3.3
      typeorm:
        specifier: ^0.3.0
        version: 0.3.20(pg@8.11.0)

packages:

  typeorm@1.1.1:
    resolution: {integrity: sha512-x}
`;
    expect(versionIn({ ...workspace, '/w/pnpm-lock.yaml': sixth })).toBe('0.3');
    expect(versionIn({ ...workspace, '/w/pnpm-lock.yaml': sixth }, undefined, '@mikro-orm/core')).toBe('6.3');
    expect(versionIn({ ...workspace, '/w/pnpm-lock.yaml': sixth }, undefined, 'typescript')).toBe('5.9');
    const fifth = 'lockfileVersion: 5.4\nspecifiers:\n  typeorm: ^1.0.0\ndependencies:\n  typeorm: 0.2.45_pg@8.7.1\n';
    expect(versionIn({ '/w/package.json': asking('^0.2'), '/w/pnpm-lock.yaml': fifth }, '/w/src/a.ts')).toBe('0.2');
  });

  test('yarn, both forms', () => {
    const classic =
      '# yarn lockfile v1\n\ntypeorm@^0.2.40, typeorm@^0.2.45:\n  version "0.2.45"\n\ntypeorm@^0.3.0:\n  version "0.3.20"\n';
    const own = (range: string) => ({ '/w/package.json': '{}', '/w/packages/api/package.json': asking(range) });
    expect(versionIn({ ...own('^0.2.45'), '/w/yarn.lock': classic })).toBe('0.2');
    expect(versionIn({ ...own('^0.3.0'), '/w/yarn.lock': classic })).toBe('0.3');
    const berry =
      '__metadata:\n  version: 8\n\n"typeorm@npm:^0.3.0":\n  version: 0.3.20\n  resolution: "typeorm@npm:0.3.20"\n';
    expect(versionIn({ ...own('^0.3.0'), '/w/yarn.lock': berry })).toBe('0.3');
  });

  test('bun', () => {
    const lock = `{
  "lockfileVersion": 1,
  "packages": {
    "typeorm": ["typeorm@1.1.1", "", {}, "sha512-x"],
    "api/typeorm": ["typeorm@0.2.45", "", {}, "sha512-y"],
  },
}`;
    expect(versionIn({ ...workspace, '/w/bun.lock': lock })).toBe('0.2');
    expect(versionIn({ ...workspace, '/w/bun.lock': lock }, '/w/packages/web/a.ts')).toBe('1.1');
  });
});

test('what is installed nearest counts before what is locked, that before what is asked for', () => {
  const asks = { '/w/package.json': asking('^0.2.0'), '/w/packages/api/package.json': asking('^0.3.0') };
  expect(versionIn(asks)).toBe('0.3');
  const locked = { ...asks, '/w/yarn.lock': 'typeorm@^0.3.0:\n  version "0.3.20"\n' };
  expect(versionIn(locked)).toBe('0.3');
  const above = { ...locked, '/w/node_modules/typeorm/package.json': '{ "version": "1.0.0" }' };
  expect(versionIn(above)).toBe('1.0');
  expect(versionIn({ ...above, '/w/packages/api/node_modules/typeorm/package.json': '{ "version": "0.1.2" }' })).toBe(
    '0.1',
  );
  expect(versionIn({ '/w/package.json': asking('latest') }, '/w/a.ts')).toBeUndefined();
  expect(
    versionIn({ '/w/package.json': 'no JSON', '/w/yarn.lock': 'no lock', '/w/bun.lock': '[' }, '/w/a.ts'),
  ).toBeUndefined();
});

test('what is not known is the newest', () => {
  expect(isOlder(undefined, '0.3')).toBe(false);
  expect(isOlder({ major: 0, minor: 2 }, '0.3')).toBe(true);
  expect(isOlder({ major: 0, minor: 3 }, '0.3')).toBe(false);
  expect(isOlder({ major: 6, minor: 9 }, '7')).toBe(true);
});

test('TypeORM: conditions without `where` bind the key before 0.3 alone', async () => {
  const classOf = async (version: string): Promise<string> => {
    const files = {
      'shardlint.yaml':
        'version: 1\ndialect: postgresql\nrouter: generic\ntables:\n  orders: { shardKey: tenantId, shards: 4 }\n',
      'package.json': asking('*'),
      'node_modules/typeorm/package.json': JSON.stringify({ version }),
      'orders.ts': `import { Column, DataSource, Entity, PrimaryColumn } from 'typeorm';
@Entity('orders')
class Order { @PrimaryColumn() id: number; @Column() tenantId: number; }
const source = new DataSource({ type: 'postgres', entities: [Order] });
export const find = (tenantId: number) => source.getRepository(Order).find({ tenantId });
`,
    };
    const platform = memoryPlatform(new Map(Object.entries(files).map(([name, text]) => [`/w/${name}`, text])), {
      wasm: async (name) => new Uint8Array(fs.readFileSync(`node_modules/libpg-query/wasm/${name}`)),
      log: () => {},
    });
    const checked = await new Workspace(platform, '/w').check();
    const [item]: { readonly class: string }[] = JSON.parse(inventoryJson(checked, '/w', false));
    return item?.class ?? '';
  };
  expect(await classOf('0.2.45')).toBe('single');
  expect(await classOf('0.3.20')).toBe('scatter');
});
