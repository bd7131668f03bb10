import { isSoft, placesOf, softened } from '../advice/keyEvidence';
import { keyOrder } from '../advice/keyOrder';
import { keyText, shardKeys, tableText } from '../advice/shardKeys';
import { defineRule } from './rule';

export default defineRule({
  id: 'composite-key-order',
  meta: {
    summary: 'The first column of a compound shard key divides badly',
    why: 'Ranges are ordered by the first column: where it grows with time, inserts meet in the last range; where it has few values, so has the first cut.',
    remedy: 'Put the column with many, evenly spread values first.',
    whenNot:
      'Statements bind the first column alone, or rows are kept apart by it on purpose, as regions are under data residency laws.',
    sources: ['MongoDB manual: compound shard keys', 'Spanner: order of keys and hotspots'],
    severity: 'warning',
    since: '0.1',
    messages: {
      grows:
        'The ranges of `{table}` begin with `{first}`, and {evidence}: all inserts go to the last one. With `{fine}` first they would spread.',
      levels:
        '`{table}` is spread by the hash of `{first}` first, and {evidence}: no more servers than that are used. With `{fine}` first all would be.',
      mapped:
        'The ranges of `{table}` are declared by `{first}`, and {evidence}: there are no more shards than values. Ranges of `{fine}` could be divided further.',
      few: 'The ranges of `{table}` by `{key}` begin with `{first}`, and {evidence}: statements that bind only `{fine}` ask every shard.',
    },
  },
  map({ known: { map, schema }, report }) {
    for (const key of shardKeys(map, schema)) {
      const found = keyOrder(key, map, schema);
      if (!found) continue;
      const { first, fine, evidence, what } = found;
      const data = { table: tableText(key), first: first.name, fine: fine.name, evidence: evidence.text };
      const more = { related: placesOf(key, [evidence]), ...softened(isSoft([evidence]) || what === 'few') };
      if (what === 'few') report('few', key.at, { ...data, key: keyText(key.columns) }, more);
      else report(what, key.at, data, more);
    }
  },
});
