import { countedColumns } from '../routing/countedColumns';
import { ddlSupport } from '../routing/ddlSupport';
import { declaredAt, declaredTables } from '../routing/declaredTables';
import { isCounted } from '../routing/uniqueKeys';
import { defineRule } from './rule';

export default defineRule({
  id: 'per-shard-sequence',
  meta: {
    summary: 'Each shard counts the ids of a sharded table by itself',
    why: 'Two shards give out the same number: links and caches by id meet the wrong row, and shards can no longer be merged.',
    remedy:
      'Use random or time-ordered ids, a sequence that the router keeps, or ranges of numbers by shard; or name it in `generated` if something like that is in place.',
    whenNot: 'Nobody uses the number without the shard key.',
    sources: ['PlanetScale: AUTO_INCREMENT in sharded keyspaces', 'Vitess: sequences', 'Citus: sequences on workers'],
    severity: 'warning',
    since: '0.1',
    messages: {
      repeats:
        '`{table}.{column}` is counted on each shard by itself, and a key without `{key}` wants it unique: two shards give out the same number.',
      key: '`{table}.{column}` decides the shard and is counted on the shards: a new row has no number before it has a shard. Let the router or the application make it.',
      narrow:
        '`{table}.{column}` is {type} with a sequence: rows that are inserted through a worker are refused. Make it bigint.',
    },
  },
  map({ map, schema, report }) {
    const perShard = ddlSupport(map.router, 'sequence-per-shard');
    const narrow = ddlSupport(map.router, 'narrow-sequence');
    for (const { ddl, table } of declaredTables(map, schema).all) {
      if (table?.kind !== 'sharded' && table?.kind !== 'reference') continue;
      const name = table.name.join('.');
      const related = declaredAt(table);
      if (perShard !== 'fine' && table.kind === 'sharded')
        for (const { column, why } of countedColumns(table, ddl, map.router))
          if (why === 'key') report('key', column.at, { table: name, column: column.name }, { related });
          else {
            const data = { table: name, column: column.name, key: table.shardKey.join(', ') };
            report('repeats', column.at, data, { related });
          }
      if (narrow === 'fine') continue;
      for (const column of ddl.columns.values())
        if (isCounted(column) && (column.type === 'integer' || column.type === 'smallint'))
          report('narrow', column.at, { table: name, column: column.name, type: column.type }, { related });
    }
  },
});
