/** Fingerprints name a finding on every machine, and after edits elsewhere in its file. */
import path from 'node:path';
import { expect, it } from 'vitest';
import { Workspace } from '../../server/src/engine/workspace';
import { memoryPlatform } from '../../server/src/platform/memory';
import { nodePlatform } from '../../server/src/platform/node';
import { repository } from '../harness/imports';

const outside = nodePlatform({ assets: path.join(repository, 'node_modules/libpg-query/wasm') });
const map =
  'version: 1\ndialect: postgresql\nrouter: generic\ntables:\n  Order: { shardKey: tenantId, shards: 32, columns: { id: int, tenantId: int } }\n';
const source = (above: string) =>
  `import { PrismaClient } from '@prisma/client';\nconst prisma = new PrismaClient();\n${above}export const find = (order: { id: number }) => prisma.order.findMany({ where: { id: order.id } });\nexport const all = () => prisma.$queryRaw\`SELECT id FROM "Order"\`;\n`;

async function fingerprints(root: string, text: string): Promise<readonly string[]> {
  const files = new Map([
    [`${root}/shardlint.yaml`, map],
    [`${root}/app/(ee)/orders.ts`, text],
  ]);
  const workspace = new Workspace(memoryPlatform(files, { wasm: outside.wasm, log: () => {} }), root);
  return (await workspace.check()).findings.map(({ fingerprint }) => fingerprint);
}

it('is the same in another folder and further down', async () => {
  const here = await fingerprints('/here', source(''));
  expect(here.length).toBeGreaterThan(1);
  expect(await fingerprints('/home/some one/there', source('// a line\nconst other = 1;\n'))).toEqual(here);
});
