import { layoutClashes } from '../routing/layoutClashes';
import { defineRule } from './rule';

export default defineRule({
  id: 'binding-tables-differ',
  meta: {
    summary: 'Tables of one group are divided in different ways',
    why: 'A group promises that equal keys lie on one shard. Where tables are divided differently they do not, and joins that are taken to be local miss rows.',
    remedy:
      'Give the tables of a group the same strategy, number of shards, algorithm and mapping, or take one out of it.',
    sources: ['ShardingSphere: binding tables'],
    severity: 'error',
    since: '0.1',
    messages: {
      differ:
        '`{table}` has {own}, `{other}` in the same group `{group}` has {others}: equal keys do not lie together.',
    },
  },
  map({ map, report }) {
    for (const { table, other, own, others } of layoutClashes(map.tables)) {
      if (!table.at) continue;
      const otherName = other.name.join('.');
      report(
        'differ',
        table.at,
        { table: table.name.join('.'), other: otherName, group: table.group, own, others },
        { related: other.at ? [{ location: other.at, message: `\`${otherName}\` has ${others}` }] : [] },
      );
    }
  },
});
