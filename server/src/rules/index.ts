import crossShardJoin from './cross-shard-join';
import crossShardMerge from './cross-shard-merge';
import keyHiddenInExpression from './key-hidden-in-expression';
import largeInList from './large-in-list';
import mapNamesUnknownTableOrColumn from './map-names-unknown-table-or-column';
import missingShardKey from './missing-shard-key';
import rangeOnHashKey from './range-on-hash-key';
import refusedByRouter from './refused-by-router';
import type { AnyRule } from './rule';
import scatterQuery from './scatter-query';
import scatterWrite from './scatter-write';
import shardKeyUpdate from './shard-key-update';
import undeclaredTable from './undeclared-table';
import wrongShard from './wrong-shard';

export const rules: readonly AnyRule[] = [
  crossShardJoin,
  crossShardMerge,
  keyHiddenInExpression,
  largeInList,
  mapNamesUnknownTableOrColumn,
  missingShardKey,
  rangeOnHashKey,
  refusedByRouter,
  scatterQuery,
  scatterWrite,
  shardKeyUpdate,
  undeclaredTable,
  wrongShard,
];
