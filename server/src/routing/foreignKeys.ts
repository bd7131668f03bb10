/** What becomes of a foreign key when its two tables are spread over shards. Pure. */
import type { ForeignKey } from '../schema/model';
import type { ShardTable } from '../shards/model';
import { sameColumn } from './declaredTables';

export type ForeignKeyFate =
  /** Both rows lie on one shard, or one table is on every shard. */
  | { readonly kind: 'fine' }
  /** Co-located tables, but their keys are not paired with each other. */
  | { readonly kind: 'off-key' }
  | { readonly kind: 'other-group' }
  /** Sharded → ordinary. */
  | { readonly kind: 'to-local' }
  /** Reference → sharded. */
  | { readonly kind: 'from-reference' }
  /** Ordinary → sharded. */
  | { readonly kind: 'from-local' }
  /** Its action would change the shard key of the rows that refer. */
  | { readonly kind: 'moves'; readonly action: string };

/** Undefined tables are those that the map does not name: ordinary ones, as far as is known. */
export function foreignKeyFate(
  child: ShardTable | undefined,
  parent: ShardTable | undefined,
  foreign: ForeignKey,
): ForeignKeyFate {
  const from = child?.kind ?? 'unsharded';
  const to = parent?.kind ?? 'unsharded';
  if (to === 'reference' || from === 'view' || to === 'view') return { kind: 'fine' };
  switch (from) {
    case 'reference':
      return { kind: to === 'sharded' || to === 'single-shard' ? 'from-reference' : 'fine' };
    case 'unsharded':
      return { kind: to === 'sharded' ? 'from-local' : 'fine' };
    case 'single-shard':
      if (to === 'unsharded') return { kind: 'fine' };
      return { kind: to === 'single-shard' && child?.group === parent?.group ? 'fine' : 'other-group' };
    case 'sharded':
      if (to === 'unsharded') return { kind: 'to-local' };
      if (!child || !parent || child.group !== parent.group) return { kind: 'other-group' };
      if (!pairsKeys(child, parent, foreign)) return { kind: 'off-key' };
      return moves(child, foreign);
  }
}

/** The key of one table is compared with the key of the other, part by part. */
const pairsKeys = (child: ShardTable, parent: ShardTable, { columns, referenced }: ForeignKey): boolean =>
  child.shardKey.every((own, i) =>
    columns.some((column, n) => sameColumn(column, own) && sameColumn(referenced[n], parent.shardKey[i] ?? '')),
  );

function moves({ shardKey }: ShardTable, { columns, onDelete, onUpdate, sets }: ForeignKey): ForeignKeyFate {
  const changed = sets ?? columns;
  const keyChanges = shardKey.some((column) => changed.some((one) => sameColumn(one, column)));
  const nulling = (action: string | undefined): boolean => action === 'set null' || action === 'set default';
  if (nulling(onDelete) && keyChanges) return { kind: 'moves', action: `ON DELETE ${onDelete?.toUpperCase()}` };
  if (nulling(onUpdate) || onUpdate === 'cascade')
    return { kind: 'moves', action: `ON UPDATE ${onUpdate?.toUpperCase()}` };
  return { kind: 'fine' };
}
