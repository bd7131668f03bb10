import { ddlSupport, routerTitle } from '../routing/ddlSupport';
import { declaredAt, declaredTables } from '../routing/declaredTables';
import { widenedKey } from '../routing/keyEdits';
import { keysWithoutShardKey } from '../routing/uniqueKeys';
import { defineRule } from './rule';

export default defineRule({
  id: 'shard-key-not-in-unique',
  meta: {
    summary: 'A unique key of a sharded table lacks the shard key',
    why: 'A shard can only check its own rows: the key is refused, or two shards hold the same value.',
    remedy: 'Put the shard key in front of the key, or keep the value unique by a lookup table or a global index.',
    whenNot: 'Values that are unique by the way they are made, such as random UUIDs, where the router takes such keys.',
    sources: [
      'Citus: creating and modifying distributed objects, constraints',
      'PlanetScale: PARTIAL_KEY_IN_UNIQUE_KEY',
      'MongoDB manual: unique indexes on sharded collections',
    ],
    severity: 'error',
    since: '0.1',
    messages: {
      refused:
        '{what} of `{table}` lacks the shard key `{key}`, so no shard can check it alone: {router} refuses it. Add the shard key to it.',
      perShard:
        '{what} of `{table}` lacks the shard key `{key}`: each shard checks its own rows, and two shards can hold the same value.',
      random:
        '{what} of `{table}` lacks the shard key `{key}`: it is unique on each shard, and beyond that only by the way its values are made.',
    },
  },
  map({ map, schema, report }) {
    const support = ddlSupport(map.router, 'unique-without-key');
    if (support === 'fine') return;
    for (const { ddl, table } of declaredTables(map, schema).all) {
      if (table?.kind !== 'sharded') continue;
      for (const { what, key, at, missing, made } of keysWithoutShardKey(table, ddl, map.router)) {
        const data = { what, table: table.name.join('.'), key: missing.join(', ') };
        const edits = widenedKey(ddl, key, missing, map.dialect);
        const title = `Add \`${data.key}\` to ${what.replace('The', 'the')}, if this migration has not run yet`;
        const more = { related: declaredAt(table), fixes: edits ? [{ title, safe: false, edits }] : [] };
        if (support === 'error') report('refused', at, { ...data, router: routerTitle(map.router) }, more);
        else if (made === 'random') report('random', at, data, { ...more, severity: 'information' });
        else if (made === undefined) report('perShard', at, data, { ...more, severity: 'warning' });
      }
    }
  },
});
