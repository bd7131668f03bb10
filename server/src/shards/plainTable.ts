/** A table with everything left out that nobody says. */
import type { ShardTable } from './model';

export const plainTable = (
  name: readonly string[],
  kind: ShardTable['kind'] = 'unsharded',
  facts: Partial<ShardTable> = {},
): ShardTable => ({
  name,
  kind,
  shardKey: [],
  strategy: 'hash',
  group: '',
  generated: [],
  columns: new Map(),
  columnsComplete: false,
  unique: [],
  ...facts,
});
