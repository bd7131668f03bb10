import { defineRule } from './rule';

export default defineRule({
  id: 'map-names-unknown-table-or-column',
  meta: {
    summary: 'The shard map names what the schema does not have',
    why: 'A rule about a table or key that does not exist protects nothing, and the real one goes unwatched.',
    remedy: 'Correct the name, or the import that the schema is read from.',
    severity: 'warning',
    since: '0.1',
    messages: {
      table: 'No migration or ORM schema declares the table `{table}`.',
      column: '`{table}` has no column `{column}`; its columns are {columns}.',
    },
  },
  workspace({ map, schema, statements, report }) {
    // Only a schema that was read at all can contradict the map.
    const known = [...schema.tables.values()].filter(({ measured }) => measured !== true);
    if (known.length === 0) return;
    // What statements use is no mistake of the map, wherever it is declared: by another application, in another language.
    const used = new Set(statements.flatMap(({ route }) => route.bindings.map(({ table }) => lastOf(table))));
    for (const table of map.tables) {
      if (!table.at || table.kind === 'view') continue;
      const last = lastOf(table.name.join('.'));
      const declared = known.find(({ name }) => name[name.length - 1]?.toLowerCase() === last);
      if (!declared) {
        if (table.at.file === map.file && !used.has(lastOf(table.name.join('.'))))
          report('table', table.at, { table: table.name.join('.') });
        continue;
      }
      const columns = [...declared.columns.keys()];
      // All ways to find the shard: a lookup vindex on a column that was renamed serves no statement.
      const keys = new Set([...table.shardKey, ...(table.vindexes ?? []).flatMap((vindex) => vindex.columns)]);
      const missing = [...keys].find((column) => !columns.some((one) => one.toLowerCase() === column.toLowerCase()));
      if (missing && columns.length > 0) {
        report(
          'column',
          table.at,
          { table: table.name.join('.'), column: missing, columns: columns.slice(0, 8).join(', ') },
          { related: [{ location: declared.at, message: `\`${table.name.join('.')}\` is created here` }] },
        );
      }
    }
  },
});

const lastOf = (table: string): string => table.slice(table.lastIndexOf('.') + 1).toLowerCase();
