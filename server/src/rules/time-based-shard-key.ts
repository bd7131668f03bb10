import { growthOf } from '../advice/growth';
import { placesOf, softened } from '../advice/keyEvidence';
import { keyOrder } from '../advice/keyOrder';
import { keyText, placementOf, shardKeys, tableText } from '../advice/shardKeys';
import { type TableUse, tableUse } from '../advice/tableUse';
import { sameColumn } from '../routing/declaredTables';
import { defineRule } from './rule';

export default defineRule({
  id: 'time-based-shard-key',
  meta: {
    summary: 'Ranges of a shard key that grows with time',
    why: 'New rows have the highest keys: all inserts, and most reads of what is new, go to the shard of the last range while the others idle.',
    remedy:
      'Hash the key, or put a column in front of it by which rows are spread, such as the tenant; ranges of time belong into the partitions of each shard.',
    whenNot:
      'Rows are only ever loaded in bulk, or old ranges are moved away on purpose and the newest shard is large enough.',
    sources: [
      'MongoDB manual: monotonically changing shard keys',
      'Spanner: choose a primary key to prevent hotspots',
      'CockroachDB: hash-sharded indexes for sequential keys',
      'TiDB: troubleshoot hotspot issues, AUTO_RANDOM',
      'yb-voyager: hotspots on timestamp and date indexes',
    ],
    severity: 'warning',
    since: '0.1',
    messages: {
      range:
        '`{table}` is divided by ranges of `{key}`, and {evidence}: all inserts go to the shard of the last range. Hash the key, or put one in front that spreads the rows.',
      time: '`{table}` is divided by time, and {evidence}: all inserts go to the newest shard.',
    },
  },
  workspace({ known: { map, schema }, statements, report }) {
    let known: TableUse | undefined;
    const uses = (): TableUse => (known ??= tableUse(statements, map, schema));
    for (const key of shardKeys(map, schema)) {
      const placement = placementOf(key);
      const [first] = placement?.columns ?? [];
      if (!first || (placement?.by !== 'range' && placement?.by !== 'time')) continue;
      const evidence = growthOf(first, key, map.dialect);
      // Another order of its columns is what cures a key of several.
      if (!evidence || keyOrder(key, map, schema)) continue;
      // An archive: it is read here, and nobody adds to it.
      if (uses().named.has(key.table) && !uses().inserted.has(key.table)) continue;
      // Each shard is divided by time once more; the map speaks of that.
      if (key.ddl?.partitionBy?.columns.some((column) => sameColumn(column, first.name))) continue;
      const data = { table: tableText(key), evidence: evidence.text };
      const more = { related: placesOf(key), ...softened(evidence.rung === 'name' || placement.by === 'time') };
      if (placement.by === 'time') report('time', key.at, data, more);
      else report('range', key.at, { ...data, key: keyText([first]) }, more);
    }
  },
});
