import { isBackfill } from '../advice/keyAssignments';
import type { Query } from '../query/model';
import { reason } from '../routing/routeFacts';
import { wordsOf } from '../text/english';
import { defineRule } from './rule';

export default defineRule({
  id: 'shard-key-update',
  meta: {
    summary: 'Statement changes the shard key of a row',
    why: 'The row would have to move to another shard: routers refuse it, or turn it into a delete and an insert that can fail in between.',
    remedy:
      'Leave the key out of SET; to move a row, insert it under its new key and delete the old one in one deliberate step.',
    sources: [
      'Vitess: cannot update the primary vindex column',
      'Citus: modifying the partition value of rows is not allowed',
      'PgDog: [rewrite] shard_key',
    ],
    severity: 'error',
    since: '0.1',
    messages: {
      update: '{why}.',
      copied:
        '`{column}` is the shard key, and the row gets that of another object: where the two differ, the row has to move to another shard.',
    },
  },
  query(query, { route, ofRow, report }) {
    const because = reason(route, 'key-update');
    // What has no key yet lies where it lay before the table was sharded by it.
    if (!because || isBackfill(query)) return;
    const at = because.span ?? query.span;
    const copied = ofRow ? copiedIn(query, at.start) : undefined;
    if (copied !== undefined)
      report('copied', at, { column: copied }, { confidence: 'likely', severity: 'information' });
    else report('update', at, { why: because.text.charAt(0).toUpperCase() + because.text.slice(1) });
  },
});

/** `row.tenantId = before.tenantId`: a row that writes itself back sends what differs, and this seldom does. */
function copiedIn(query: Query, start: number): string | undefined {
  const one = query.kind === 'update' ? query.set.find(({ span }) => span.start === start) : undefined;
  if (one?.value.kind !== 'param') return undefined;
  const [, member] = /\.(\w+)(?:@.*)?$/.exec(one.value.id) ?? [];
  return member !== undefined && wordsOf(member).join() === wordsOf(one.column).join() ? one.column : undefined;
}
