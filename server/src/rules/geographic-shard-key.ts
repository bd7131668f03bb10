import { fewKeys } from '../advice/fewKeys';
import { isPlaceIn } from '../advice/geography';
import { isSoft, placesOf } from '../advice/keyEvidence';
import { keyText, placementOf, shardKeys, tableText } from '../advice/shardKeys';
import { defineRule } from './rule';

export default defineRule({
  id: 'geographic-shard-key',
  meta: {
    summary: 'The shard key is a place',
    why: 'People are not spread evenly over places: the shard of a large country gets most of the load, at the same hours of the day.',
    remedy:
      'Shard by who the rows belong to; where the law wants rows in a place, map places to shards by a list, and divide each of them by another key.',
    whenNot: 'The shares of the places are known and even: declare `topShare`, and the rule goes by it.',
    sources: ['MongoDB manual: choose a shard key, shard key frequency', 'MongoDB manual: zones for data residency'],
    severity: 'information',
    since: '0.1',
    messages: {
      place:
        '`{table}` is sharded by `{key}`, by its name a place: people are not spread evenly over places, so a few shards get most of the load. Declare `topShare` if the shares are known.',
    },
  },
  map({ known: { map, schema }, report }) {
    for (const key of shardKeys(map, schema)) {
      const placement = placementOf(key);
      if (placement?.by !== 'hash' && placement?.by !== 'range') continue;
      if (!placement.columns.every((column) => isPlaceIn(column, key))) continue;
      // Numbers say more than a name, and are spoken of by other rules.
      const measured = key.columns.some(({ facts }) => facts?.statistics?.mostCommon !== undefined);
      const few = fewKeys(key, map, schema);
      if (measured || key.table.topShare !== undefined || (few && !isSoft(few.evidence))) continue;
      report('place', key.at, { table: tableText(key), key: keyText(key.columns) }, { related: placesOf(key) });
    }
  },
});
