import { reason } from '../routing/routeFacts';
import { defineRule } from './rule';

export default defineRule({
  id: 'wrong-shard',
  meta: {
    summary: 'The statement asks one shard for rows of another',
    why: 'The receiver has chosen the shard by one key value, and a predicate names another: the answer is empty or, for a write, the row lands where nobody looks for it.',
    remedy: 'Ask the shard of the value that the predicate names.',
    severity: 'error',
    since: '0.1',
    messages: { wrong: '{why}: the answer is empty, or the row lands where nobody looks for it.' },
  },
  query(query, { route, report }) {
    const because = reason(route, 'wrong-shard');
    if (!because) return;
    report('wrong', because.span ?? query.span, { why: because.text });
  },
});
