import { writesOf } from '../query/tables';
import { projectsInto, readModelOf } from '../shards/services';
import { defineRule } from './rule';

export default defineRule({
  id: 'write-to-read-model',
  meta: {
    summary: 'A read model is written by something else than its projector',
    why: 'The next event, or the next rebuild from the events, overwrites it: what is written here is lost, or differs from what it is derived from.',
    remedy:
      'Change the tables that the read model is derived from, and let the projector follow; or name this file as a projector in the map.',
    sources: ['Greg Young, CQRS Documents', 'microservices.io: CQRS'],
    severity: 'warning',
    severityIn: { test: 'off', 'sql-migration': 'off', migration: 'information' },
    since: '0.1',
    messages: {
      write: '`{table}` is a read model: only its projector ({projector}) writes it. Change what it is derived from.',
    },
  },
  query(query, context) {
    const { map, report } = context;
    for (const ref of map.readModels.length > 0 ? writesOf(query) : []) {
      const table = ref.name.parts.join('.');
      const model = readModelOf(map, table);
      if (!model || projectsInto(map, model, context.path)) continue;
      report('write', ref.span, { table, projector: model.projector.join(', ') || 'none is declared' });
    }
  },
});
