import { ownerOf, serviceOf } from '../shards/services';
import { defineRule, type Placed } from './rule';

export default defineRule({
  id: 'shared-table-write',
  meta: {
    summary: 'Several services write one table',
    why: 'Nobody can keep its rules: each writer must know all the others, and the table can be moved or sharded for none of them.',
    remedy:
      'Let one service own the table and take the writes of the others as calls or events, or split it by what each of them writes.',
    sources: ['microservices.io: database per service, shared database'],
    severity: 'warning',
    since: '0.1',
    messages: {
      owned: '`{table}` belongs to {owner}, but is written by {writers} too.',
      shared: '`{table}` is written by {writers}, and belongs to none of them. One of them should own it.',
    },
  },
  workspace({ map, statements, report }) {
    if (map.services.length === 0) return;
    const writers = new Map<string, Map<string, Placed[]>>();
    for (const one of statements) {
      const service = one.kind === 'source' ? serviceOf(map, one.file) : undefined;
      if (service === undefined) continue;
      for (const table of one.writes) {
        const by = writers.get(table) ?? new Map<string, Placed[]>();
        by.set(service, [...(by.get(service) ?? []), one]);
        writers.set(table, by);
      }
    }
    for (const [table, by] of writers) {
      const owner = ownerOf(map, table);
      const others = [...by.keys()].filter((service) => service !== owner);
      if (others.length === 0 || (owner === undefined && others.length < 2)) continue;
      const sites = others.flatMap((service) => (by.get(service) ?? []).map((one) => ({ service, one })));
      const declared = map.tables.find(({ name }) => name.join('.') === table)?.at;
      const at = map.services.find(({ name }) => name === (owner ?? others[0]))?.at ?? declared;
      if (!at) continue;
      const data = { table, writers: others.join(' and ') };
      const related = sites.map(({ service, one }) => ({
        location: { file: one.file, span: one.name },
        message: `${service} writes \`${table}\``,
      }));
      if (owner === undefined) report('shared', at, data, { related });
      else report('owned', at, { ...data, owner }, { related });
    }
  },
});
