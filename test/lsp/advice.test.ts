import { afterEach, describe, expect, it } from 'vitest';
import type { Advice, AdviceTopic } from '../../server/src/protocol';
import { type Editor, startEditor } from '../harness/lspClient';

const files = {
  'migrations/1.sql':
    'CREATE TABLE orders (id bigint PRIMARY KEY, tenant_id bigint NOT NULL, user_id bigint NOT NULL, status text);\nCREATE TABLE users (id bigint PRIMARY KEY, tenant_id bigint NOT NULL);\n',
  'src/orders.ts': `import { Pool } from 'pg';
const db = new Pool();
export const ofTenant = (tenant: number) => db.query('SELECT * FROM orders WHERE tenant_id = $1', [tenant]);
export const ofUser = (user: number) => db.query('SELECT * FROM orders WHERE user_id = $1', [user]);
export const usersOf = (tenant: number) => db.query('SELECT * FROM users WHERE tenant_id = $1', [tenant]);
`,
};
const map = `version: 1
dialect: postgresql
router: generic
import: [{ ddl: migrations/*.sql }]
tables:
  orders: { shardKey: user_id, shards: 32 }
  users: { shardKey: tenant_id, shards: 32 }
`;

let editor: Editor;
afterEach(() => editor?.stop());

const ask = (about: AdviceTopic = { kind: 'keys', table: null }) =>
  editor.request<Advice>('shardlint/advice', { uri: null, about, workDoneToken: null });
const whatIf = (change: string) => ask({ kind: 'what-if', change });

describe('a page about shard keys', () => {
  it('ranks them without any map, and links the lines', async () => {
    editor = await startEditor({ files });
    const { markdown } = await ask();
    expect(markdown).toContain('# Shard keys');
    expect(markdown).toContain('1. tenant\\_id');
    expect(markdown).toContain(`(${editor.uri('src/orders.ts')}#L4)`);
  });

  it('reads what is typed, saved or not', async () => {
    editor = await startEditor({ files });
    await editor.open('src/orders.ts', files['src/orders.ts'].replaceAll('tenant_id = $1', 'status = $1'));
    expect((await ask()).markdown).not.toContain('1. tenant\\_id');
  });

  it('says what another key would change, and leaves the findings of the editor as they are', async () => {
    editor = await startEditor({ files: { ...files, 'shardlint.yaml': map } });
    await editor.open('src/orders.ts');
    const before = await editor.pull('src/orders.ts');
    const { markdown } = await whatIf('orders=tenant_id');
    expect(markdown).toContain('# What if `orders` were sharded by `tenant_id`?');
    expect(markdown).toContain('## New findings: 1');
    expect(await editor.pull('src/orders.ts')).toEqual(before);
  });

  it('says why there is no answer', async () => {
    editor = await startEditor({ files });
    expect(await ask({ kind: 'keys', table: 'order' })).toEqual({
      markdown: null,
      why: 'No table order is known here',
    });
    expect(await whatIf('orders')).toEqual({
      markdown: null,
      why: 'A change is written as `orders=tenant_id`',
    });
    expect((await whatIf('orders=tenant')).why).toContain('Orders has no column tenant; it has id, tenant_id');
  });
});

describe('a page about services', () => {
  it('proposes cuts without any map', async () => {
    editor = await startEditor({ files });
    const { markdown } = await ask({ kind: 'services' });
    expect(markdown).toContain('# Service cuts');
  });
});

describe('at a table of the map', () => {
  const titles = async (settings: Record<string, unknown>): Promise<readonly string[]> => {
    editor = await startEditor({ files: { ...files, 'shardlint.yaml': map }, settings });
    await editor.open('shardlint.yaml');
    const at = editor.at('shardlint.yaml', 'ord|ers: {');
    return (await editor.actions('shardlint.yaml', { start: at, end: at }, ['refactor'])).map(({ title }) => title);
  };

  it('other keys can be tried', async () => {
    expect(await titles({ pages: true })).toEqual([
      'What if orders were sharded by tenant_id?',
      'Advise shard keys of orders',
    ]);
  });

  it('nothing is offered to clients that cannot show pages', async () => {
    expect(await titles({})).toEqual([]);
  });
});
