import { defineRule } from './rule';

export default defineRule({
  id: 'undeclared-table',
  meta: {
    summary: 'Statements use a table that the shard map does not name',
    why: 'It is taken as an ordinary table outside of the shards, so every join with a sharded one looks as if it crossed them.',
    remedy: 'Add the table to the map: sharded, reference or unsharded.',
    severity: 'information',
    since: '0.1',
    messages: { undeclared: '`{table}` is used {count} and is not in the shard map.' },
  },
  workspace({ map, statements, report }) {
    const uses = new Map<string, { file: string; span: { start: number; end: number } }[]>();
    // What migrations alone name is gone once they have run: copies of tables, old names.
    const lasting = new Set<string>();
    for (const { file, route, toSource, kind } of statements) {
      if (kind === 'test') continue;
      const joined = route.bindings.some(({ key }) => key.length > 0);
      for (const binding of route.bindings) {
        const unknown = route.reasons.some(
          ({ code, span }) =>
            code === 'unknown-table' && span?.start === binding.span.start && span.end === binding.span.end,
        );
        if (!unknown) continue;
        if (kind === 'source') lasting.add(binding.table);
        const places = uses.get(binding.table) ?? [];
        places.push({ file, span: toSource(binding.span) });
        // A use beside sharded tables is the one to show first.
        if (joined) places.unshift(...places.splice(-1));
        uses.set(binding.table, places);
      }
    }
    for (const [table, places] of uses) {
      if (!lasting.has(table)) continue;
      const count = places.length === 1 ? 'once' : `${places.length} times`;
      report(
        'undeclared',
        { file: map.file, span: { start: 0, end: 0 } },
        { table, count },
        {
          related: places.slice(0, 5).map((location) => ({ location, message: `\`${table}\` is used here` })),
        },
      );
    }
  },
});
