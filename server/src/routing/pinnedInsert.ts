/** INSERT through a receiver that has picked the shard: rows without a key go there, rows with another key go astray. */
import type { Insert } from '../query/model';
import type { ShardTable } from '../shards/model';
import { keyPlaces, literalRows, rowKey } from './insert';
import { comparable } from './keyValue';
import { pinOf } from './pins';
import { showIds } from './reasons';
import type { Reason, Route } from './route';
import type { Pin } from './router';

export function pinnedInsert(route: Route, insert: Insert, table: ShardTable, pins: readonly Pin[]): Route {
  const picked = table.shardKey.map((column) => pinOf(pins, column));
  if (picked.length === 0 || picked.some((pin) => pin === undefined)) return route;
  const astray = strayRows(insert, table, picked);
  if (astray) return { ...route, confidence: 'likely', reasons: [astray, ...route.reasons] };
  if (route.refused?.code !== 'missing-shard-key') return route;
  const text = `the receiver picks the shard of the rows of \`${table.name.join('.')}\``;
  return {
    ...route,
    reach: 'single',
    refused: null,
    shards: { count: 1, ...(table.shards === undefined ? {} : { of: table.shards }) },
    reasons: [{ code: 'receiver', text, span: insert.table.span }],
    bindings: route.bindings.map((binding) => ({ ...binding, how: 'receiver' as const })),
  };
}

function strayRows(insert: Insert, table: ShardTable, picked: readonly (string | undefined)[]): Reason | undefined {
  const { source } = insert;
  const rows = source === 'default' || source.kind === 'opaque' ? undefined : literalRows(source);
  if (!rows) return undefined;
  const places = keyPlaces(insert, table, table.shardKey);
  for (const row of rows) {
    for (const [i, place] of places.entries()) {
      const pin = picked[i];
      const key = place.kind === 'at' ? rowKey(row[place.index], 'volatile') : undefined;
      if (pin === undefined || key?.kind !== 'value' || key.id === pin || !comparable(pin, key.id)) continue;
      const text = `The receiver picks the shard of ${showIds([pin])}, but the row belongs to ${showIds([key.id])}`;
      return { code: 'wrong-shard', text, span: key.span };
    }
  }
  return undefined;
}
