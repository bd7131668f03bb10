/** What ShardingSphere's checkers refuse once the nodes are known. */
import type { Query } from '../../../query/model';
import type { ShardTable } from '../../../shards/model';
import type { Analysis } from '../../analysis';
import { shardOf } from '../../exactShards';
import { rowKey } from '../../insert';
import { showIds } from '../../reasons';
import type { Reason } from '../../route';
import type { Sent } from '../../sent';
import { isKey } from './nodes';

export function checked(
  query: Query,
  tables: readonly ShardTable[],
  analysis: Analysis,
  sent: Sent,
  oneSource: boolean,
): Sent {
  const several = sent.reach === 'scatter' || sent.reach === 'subset';
  const refuse = (code: string, because: string, span?: Reason['span']): Sent => ({
    ...sent,
    refused: { code, because, ...(span && { span }) },
  });
  if (sent.refused) return sent;
  if (query.kind === 'set-operation' && several && !oneSource)
    return refuse('set-operation', `${query.op.toUpperCase()} over several data sources needs SQL federation`);
  const mixed = analysis.crossings().find(({ why }) => why === 'mixed');
  if (mixed && !oneSource)
    return {
      ...refuse(
        'single-table',
        'a table of one data source is not on the others, where this is sent to',
        mixed.right.ref.name.span,
      ),
      confidence: 'likely',
    };
  if (query.kind !== 'update' && query.kind !== 'delete') return sent;
  const others = analysis.universe.rels.some(({ table }) => table?.kind !== 'sharded');
  const bound = tables.every(({ group }) => group === tables[0]?.group);
  if (others || (tables.length > 1 && !bound))
    return refuse(
      'multiple-tables',
      'UPDATE and DELETE take one sharded table, or several that are bound to each other',
    );
  if (query.limit && several)
    return refuse('limit', `${query.kind.toUpperCase()} with LIMIT goes to one data node only`, query.limit.span);
  return query.kind === 'update' ? keyChange(query, analysis, sent) : sent;
}

/** A literal or parameter for the key has to lead to the very nodes of WHERE; of anything else it takes no notice. */
function keyChange(query: Extract<Query, { kind: 'update' }>, { universe }: Analysis, sent: Sent): Sent {
  const target = universe.rels.find(
    ({ ref, table }) => query.targets.includes(ref) && table?.kind === 'sharded',
  )?.table;
  const change = query.set.find(
    ({ column, value }) => isKey(target, column) && !(value.kind === 'column' && value.name === column),
  );
  if (!target || !change) return sent;
  const text = `\`${change.column}\` is the sharding key of \`${target.name.join('.')}\`: changing it moves the row to another node`;
  const key = rowKey(change.value, 'immutable');
  if (key.kind !== 'value' || key.id.startsWith('('))
    return { ...sent, notes: [{ code: 'key-update', text, span: change.span }, ...sent.notes] };
  const note = `= ${showIds([key.id])} there`;
  const same = sent.reach === 'single' && sent.notes.some((one) => one.text.includes(note));
  const to = shardOf(target, { id: key.id, ...(key.constant !== undefined && { constant: key.constant }) });
  if (same || (to !== undefined && sent.reach === 'single' && sent.shards?.ids?.[0] === to)) return sent;
  return { ...sent, refused: { code: 'key-update', because: text, span: change.span } };
}
