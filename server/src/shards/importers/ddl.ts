/** Migrations or structure files for their tables alone: columns and keys, and what divides partitions; nothing about shards. */
import { postgresql } from '../../dialects/postgresql';
import { orderMigrations } from '../../schema/migrations';
import type { Schema } from '../../schema/model';
import { startReplay } from '../../schema/replay';
import { scriptStatements } from '../../schema/script';
import { defineImporter, type ImportContext, type Imported, type SourceText } from '../importer';
import type { KeyCandidate, Strategy } from '../model';
import { nothing } from './declared';

export default defineImporter({
  id: 'ddl',
  title: 'CREATE TABLE and ALTER TABLE in SQL files',
  page: {
    notRead:
      'Anything about shards: `tables` of the map, or another import, says what is sharded. Statements that are built at run time, and migrations in other languages than SQL.',
    sources: [
      'https://www.postgresql.org/docs/current/ddl-partitioning.html',
      'https://dev.mysql.com/doc/refman/8.4/en/partitioning.html',
    ],
  },
  files: [
    '**/{migrations,migration,migrate,deploy,drizzle}/**/*.sql',
    '**/{structure,*_structure,schema}.sql',
    '**/V[0-9]*__*.sql',
  ],
  accepts: ({ text }) => /\b(?:create|alter)\s+table\b/i.test(text),
  parses: (_, mapDialect) => mapDialect,
  import: importDdl,
});

function importDdl(files: readonly SourceText[], context: ImportContext): Imported {
  const dialect = context.dialect?.dialect ?? postgresql;
  const mysql = dialect.lexical.client === 'mysql';
  const replay = startReplay({ naming: mysql ? 'mysql' : 'postgresql' });
  // MySQL's databases are schemas; what `database` names in PostgreSQL stands in no table name.
  const home = mysql && context.database !== undefined ? [context.database] : undefined;
  let statements = 0;
  let unread = 0;
  for (const { file, superseded } of orderMigrations(files)) {
    if (superseded) continue;
    replay.apply({ searchPath: home });
    const reader = { lexical: dialect.lexical, parser: context.dialect?.parser };
    for (const script of scriptStatements(file, reader)) {
      statements++;
      if (script.unread) unread++;
      if (script.setting?.name === 'search_path') {
        replay.apply({ searchPath: script.setting.values.length === 0 ? home : script.setting.values });
      }
      if (script.ddl !== undefined) {
        replay.apply({ ddl: script.ddl, file: file.path, offset: script.statement.span.start });
      }
    }
  }
  const coverage = { statements, unread };
  const schema = replay.schema();
  return { ...nothing, schema, candidates: partitionKeys(schema), coverage };
}

/** Partitions lie on one server: what divides them shards nothing, and might. */
function partitionKeys({ tables }: Schema): readonly KeyCandidate[] {
  const all = [...tables.values()];
  return all.flatMap(({ name, at, partitionBy, partitionOf }): readonly KeyCandidate[] => {
    if (!partitionBy || partitionOf || partitionBy.columns.length === 0) return [];
    const attached = all.filter((one) => one.partitionOf?.join('.') === name.join('.')).length;
    const parts = partitionBy.partitions ?? (attached || undefined);
    const strategy: Strategy =
      partitionBy.strategy === 'range' || partitionBy.strategy === 'list' ? partitionBy.strategy : 'hash';
    return [
      { name, key: partitionBy.columns, from: 'partitions', strategy, ...(parts !== undefined && { parts }), at },
    ];
  });
}
