import { boundValues } from '../advice/boundValues';
import { declaredClashes, valueClash } from '../advice/keyTypeClash';
import { shardKeys, tableText } from '../advice/shardKeys';
import { sameColumn } from '../routing/declaredTables';
import { defineRule } from './rule';

export default defineRule({
  id: 'shard-key-type-mismatch',
  meta: {
    summary: 'The shard key is taken for another type than it has',
    why: 'A number, the text that spells it and a UUID are placed by different hashes: rows are written to one shard and sought on another, or the comparison cannot use the key at all.',
    remedy:
      'Say one type everywhere: in the migrations, the models, the shard map, and the values that statements bind.',
    sources: [
      'PostgreSQL: hash functions of types (hashint8, hashtext, uuid_hash)',
      'MySQL manual: type conversion in expression evaluation',
    ],
    severity: 'warning',
    severityIn: { test: 'off' },
    since: '0.1',
    messages: {
      map: 'The shard map takes the key `{column}` of `{table}` to be {said}, and it is declared as {declared}: exact shards are counted by the wrong hash.',
      model:
        'The key `{column}` of `{table}` is {declared} in the database and {said} in its model: what the application hashes or compares is not what is stored.',
      text: '`{table}.{column}` is {type}, and this text is no value of it: no shard can be derived from it.',
      number:
        '`{table}.{column}` is {type}, and this is a number: it is compared by conversion, and hashed to another shard. Write it as text.',
      cast: '`{table}.{column}` is {type}, and this value is cast to {other}: it is compared by conversion, and hashed to another shard.',
    },
  },
  map({ known: { map, schema }, report }) {
    for (const key of shardKeys(map, schema))
      for (const { column, said, by, declared, at } of declaredClashes(key, map.dialect)) {
        const other = by === 'map' ? declared : said;
        const related = [{ location: at, message: `\`${tableText(key)}.${column}\` is ${other} here` }];
        report(by, key.at, { table: tableText(key), column, said, declared }, { related });
      }
  },
  query(query, { route, map, schema, table, report }) {
    if (!route.bindings.some(({ key }) => key.length > 0)) return;
    const keys = shardKeys(map, schema);
    for (const { table: bound, column, value } of boundValues(query, table)) {
      const key = keys.find((one) => one.table === bound);
      const part = key?.columns.find(({ name }) => sameColumn(name, column));
      const clash = key && part && valueClash(value, part.type, map.dialect);
      if (!key || !part || !clash) continue;
      const data = { table: tableText(key), column: part.name, type: part.type };
      if (clash === 'cast') report('cast', value.span, { ...data, other: value.kind === 'cast' ? value.type : '' });
      else report(clash, value.span, data);
    }
  },
});
