import { declaredTables, sameColumn } from '../routing/declaredTables';
import { mappingGaps } from '../routing/mappingGaps';
import { defineRule } from './rule';

export default defineRule({
  id: 'unmatched-shard-value',
  meta: {
    summary: 'Some keys have no shard in the mapping',
    why: 'A row with such a key is refused, or the statement silently asks every shard for it.',
    remedy: 'Close the gap, or end the mapping with an entry that names only a shard: it takes what is left.',
    whenNot: 'The application makes sure that no other key exists.',
    sources: ['ShardingSphere: values outside of INLINE and INTERVAL algorithms', 'PgDog: list and range mappings'],
    severity: 'warning',
    since: '0.1',
    messages: {
      unmatched:
        'The mapping of `{table}` has no shard for {what} of `{key}`: such rows are refused or sought everywhere.',
    },
  },
  map({ map, schema, report }) {
    const declared = declaredTables(map, schema).all;
    for (const table of map.tables) {
      if (table.kind !== 'sharded' || !table.at) continue;
      const [key = ''] = table.shardKey;
      const ddl = declared.find((one) => one.table === table)?.ddl;
      const column = ddl && [...ddl.columns.values()].find(({ name }) => sameColumn(name, key));
      const gaps = mappingGaps(table, column);
      if (gaps.length === 0) continue;
      const what = gaps.slice(0, 3).join(', ') + (gaps.length > 3 ? ' and others' : '');
      report('unmatched', table.at, { table: table.name.join('.'), what, key });
    }
  },
});
