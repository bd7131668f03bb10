import { tablesOf, writesOf } from '../query/tables';
import { ownerOf, serviceOf } from '../shards/services';
import { defineRule } from './rule';

export default defineRule({
  id: 'foreign-service-read',
  meta: {
    summary: 'A service reads a table of another one',
    why: 'The table is no longer private: its owner cannot change or move it without breaking this statement.',
    remedy:
      'Ask its owner (an API call), keep a copy that its events fill, or move the ownership of the table to the service that needs it most.',
    whenNot: 'Reports that read a copy of all databases.',
    sources: ['microservices.io: database per service'],
    severity: 'information',
    severityIn: { test: 'off', 'sql-migration': 'off', migration: 'off' },
    since: '0.1',
    yieldsTo: ['cross-service-join'],
    messages: {
      read: '{service} reads `{table}`, which belongs to {owner}. Ask {owner}, or keep a copy that its events fill.',
    },
  },
  query(query, context) {
    const { map, report } = context;
    const service = map.services.length > 0 ? serviceOf(map, context.path) : undefined;
    if (service === undefined) return;
    const written = new Set(writesOf(query));
    for (const ref of tablesOf(query)) {
      const table = ref.name.parts.join('.');
      const owner = written.has(ref) ? undefined : ownerOf(map, table);
      if (owner === undefined || owner === service) continue;
      report('read', ref.span, { service, table, owner });
      return;
    }
  },
});
