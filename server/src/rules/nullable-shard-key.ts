import { placesOf } from '../advice/keyEvidence';
import { nullableKey } from '../advice/nullability';
import { keyText, shardKeys, tableText } from '../advice/shardKeys';
import { defineRule } from './rule';

export default defineRule({
  id: 'nullable-shard-key',
  meta: {
    summary: 'The shard key may be NULL',
    why: 'A row without a key belongs to no shard: routers refuse it, or put all of them on one shard where no statement with a key finds them.',
    remedy: 'Fill the column, then declare it NOT NULL.',
    whenNot: 'Something that the schema does not say, such as a trigger, keeps the column filled.',
    sources: [
      'Citus: NULL in the distribution column is refused',
      'GitLab: NOT NULL on sharding keys',
      'yb-voyager: indexes with 40 % NULL or more',
    ],
    severity: 'warning',
    since: '0.1',
    messages: {
      open: '`{table}` is sharded by `{key}`, which may be NULL: such a row belongs to no shard. Declare it NOT NULL.',
      counted:
        '`{table}` is sharded by `{key}`, which may be NULL, and statistics count {share} of the rows without it: they belong to no shard.',
    },
  },
  map({ known: { map, schema }, report }) {
    for (const key of shardKeys(map, schema)) {
      const found = nullableKey(key);
      if (!found) continue;
      const data = { table: tableText(key), key: keyText(found.columns) };
      const more = { related: placesOf({ ...key, columns: found.columns }) };
      const share = found.nullShare ?? 0;
      if (share > 0) report('counted', key.at, { ...data, share: `${Math.ceil(share * 100)} %` }, more);
      else report('open', key.at, data, more);
    }
  },
});
