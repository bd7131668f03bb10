import { ddlSupport, routerTitle } from '../routing/ddlSupport';
import { declaredAt, declaredTables } from '../routing/declaredTables';
import { defineRule } from './rule';

export default defineRule({
  id: 'trigger-on-sharded-table',
  meta: {
    summary: 'A trigger stands on a table that is on the shards',
    why: 'It would run on each shard by itself, where the other tables that it reads and writes may have no such rows.',
    remedy:
      'Do its work in the statement or in the application; for Citus, `enable_unsafe_triggers` takes it as it is.',
    whenNot: 'The trigger touches nothing but its own row.',
    sources: ['Citus: triggers on distributed tables', 'Vitess: MySQL compatibility, triggers'],
    severity: 'error',
    since: '0.1',
    messages: {
      refused: 'The trigger `{trigger}` stands on `{table}`, {kind}: {router} refuses triggers there.',
      perShard:
        'The trigger `{trigger}` stands on `{table}`, {kind}: it runs on each shard by itself, unseen by {router}.',
    },
  },
  map({ map, schema, report }) {
    const support = ddlSupport(map.router, 'trigger');
    if (support === 'fine') return;
    for (const { ddl, table } of declaredTables(map, schema).all) {
      if (table?.kind !== 'sharded' && table?.kind !== 'reference') continue;
      const kind = table.kind === 'sharded' ? 'which is sharded' : 'a copy of which is on every shard';
      for (const { name, at } of ddl.triggers) {
        const data = { trigger: name, table: table.name.join('.'), kind, router: routerTitle(map.router) };
        const more = { related: declaredAt(table), severity: support } as const;
        report(support === 'error' ? 'refused' : 'perShard', at, data, more);
      }
    }
  },
});
