import { moduloLayouts } from '../advice/virtualShards';
import { defineRule } from './rule';

export default defineRule({
  id: 'no-virtual-shards',
  meta: {
    summary: 'Keys are divided by the number of servers',
    why: 'The remainder of nearly every key changes with the number of servers: one more server moves nearly all rows.',
    remedy: 'Divide by a number of logical shards that stays, and map those to servers: `virtualShards` in the map.',
    whenNot: 'The number of servers is only ever doubled: then half of the rows move in either case.',
    sources: ['Notion: 480 logical shards', 'Instagram: sharding and ids, logical shards'],
    severity: 'information',
    since: '0.1',
    messages: {
      none: 'The keys of `{database}` are taken modulo its {servers} servers: one more server moves {moved} of them. Logical shards in between would move {least}.',
    },
  },
  map({ known: { map, schema }, report }) {
    for (const { database, table, servers, shards, moved } of moduloLayouts(map, schema)) {
      const at = database.at ?? table.at;
      if (!at || shards > servers) continue;
      const percent = (share: number): string => `${Math.round(share * 100)} %`;
      report('none', at, {
        database: database.name,
        servers,
        moved: percent(moved),
        least: percent(1 / (servers + 1)),
      });
    }
  },
});
