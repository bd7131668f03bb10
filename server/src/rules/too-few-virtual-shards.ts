import { moduloLayouts } from '../advice/virtualShards';
import { defineRule } from './rule';

/** Below so many logical shards for each server, one shard more or less is felt. */
const perServer = 10;

export default defineRule({
  id: 'too-few-virtual-shards',
  meta: {
    summary: 'Few logical shards for each server',
    why: 'A logical shard is the smallest thing that moves: with few of them a new server takes too much or too little, and the largest one cannot be divided.',
    remedy: 'Take more logical shards than servers that will ever be needed, best a number with many divisors.',
    whenNot: 'The number of servers will not change.',
    sources: ['Notion: 480 logical shards on 32, then 96 hosts', 'Citus: shard count, 32 by default'],
    severity: 'information',
    since: '0.1',
    messages: {
      few: 'The {shards} logical shards of `{database}` are {each} for each of {servers} servers: with one more, each holds {grown}. At least {least} would make that even.',
    },
  },
  map({ known: { map, schema }, report }) {
    for (const { database, table, servers, shards } of moduloLayouts(map, schema)) {
      const at = database.at ?? table.at;
      if (!at || shards <= servers || shards >= perServer * servers) continue;
      const less = Math.floor(shards / (servers + 1));
      report('few', at, {
        database: database.name,
        shards,
        servers,
        each: Number((shards / servers).toFixed(1)),
        grown: shards % (servers + 1) === 0 ? less : `${less} or ${less + 1}`,
        least: perServer * servers,
      });
    }
  },
});
