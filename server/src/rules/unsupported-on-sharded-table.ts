import { ddlSupport, routerTitle } from '../routing/ddlSupport';
import { declaredAt, declaredTables, sameColumn } from '../routing/declaredTables';
import { defineRule } from './rule';

export default defineRule({
  id: 'unsupported-on-sharded-table',
  meta: {
    summary: 'A sharded table is declared in a way that the router does not take',
    why: 'The table cannot be put on the shards as it is, or no row can be inserted into it through the router.',
    remedy: 'Make the shard key an ordinary column, and the table an ordinary table.',
    sources: ['Citus: create_distributed_table', 'Vitess: vindex columns need a value in every INSERT'],
    severity: 'error',
    since: '0.1',
    messages: {
      generated:
        'The shard key `{column}` of `{table}` is a generated column: {router} needs its value before there is a row.',
      inherits: '`{table}` inherits from `{parent}`: {router} takes no inheritance on the shards. Use partitions.',
      temporary: '`{table}` is a temporary table: {router} cannot put it on the shards.',
    },
  },
  map({ map, schema, report }) {
    const router = routerTitle(map.router);
    const refuses = (matter: Parameters<typeof ddlSupport>[1]): boolean => ddlSupport(map.router, matter) !== 'fine';
    for (const { ddl, table } of declaredTables(map, schema).all) {
      if (table?.kind !== 'sharded' && table?.kind !== 'reference') continue;
      const name = table.name.join('.');
      const more = { related: declaredAt(table) };
      for (const column of ddl.columns.values())
        if (column.generated && table.shardKey.some((key) => sameColumn(key, column.name)) && refuses('generated-key'))
          report('generated', column.at, { table: name, column: column.name, router }, more);
      const parent = ddl.inherits?.[0];
      if (parent && refuses('inheritance'))
        report('inherits', ddl.at, { table: name, parent: parent.join('.'), router }, more);
      if (ddl.temporary && refuses('temporary')) report('temporary', ddl.at, { table: name, router }, more);
    }
  },
});
