import { isIntended, reason } from '../routing/routeFacts';
import { defineRule } from './rule';

export default defineRule({
  id: 'large-in-list',
  meta: {
    summary: 'A list of keys is longer than there are shards',
    why: 'With so many keys nearly every shard is asked, and each gets the whole statement to parse.',
    remedy: 'Ask in batches by shard, or join with a table that holds the keys.',
    sources: ['GitLab: LogLargeInLists query analyzer'],
    severity: 'information',
    since: '0.1',
    messages: { large: 'This list names {values} values of the shard key: nearly all of {shards} shards are asked.' },
  },
  query(_query, { route, report }) {
    const of = route.shards.of;
    // Where literals give exact shards, a long list is known to reach all of them.
    if ((route.reach !== 'subset' && route.reach !== 'scatter') || of === undefined || isIntended(route)) return;
    const table = route.bindings.find(({ how }) => how === 'in-list');
    const at = reason(route, 'subset')?.span;
    // Of n random keys on s shards, 95 % of the shards are hit from about 3 s keys on (1 − e⁻³).
    if (!table || !at || table.values.length < 3 * of || table.values.length < 50) return;
    report('large', at, { values: table.values.length, shards: of });
  },
});
