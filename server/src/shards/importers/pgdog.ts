/** PgDog: `pgdog.toml`. */
import { didYouMean } from '../../text/didYouMean';
import { defineImporter, type ImportContext, type Imported } from '../importer';
import type { Database, MapProblem, RouterChoice, ShardTable } from '../model';
import { child, entriesOf, flagOf, itemsOf, type Node, numberOf, textOf, textsOf } from '../positioned/node';
import { readToml } from '../positioned/toml';
import { declared, nothing, type Report } from './declared';
import { pgdogMapping } from './pgdog/mapping';

export default defineImporter({
  id: 'pgdog',
  title: 'PgDog configuration',
  page: {
    notRead:
      "`users.toml`, pools and timeouts. Types of columns beyond those of keys: import `ddl` beside it. Exact places of keys that are hashed as PostgreSQL's partitions are.",
    sources: [
      'https://docs.pgdog.dev/features/sharding/',
      'https://docs.pgdog.dev/features/sharding/manual-routing/',
      'https://docs.pgdog.dev/configuration/pgdog.toml/sharded_tables/',
    ],
  },
  files: ['**/pgdog*.toml'],
  standsAlone: true,
  wakes: ['**/pgdog*.toml'],
  accepts: ({ text }) => /^\s*\[\[\s*(?:databases|sharded_tables|omnisharded_tables)\s*\]\]/m.test(text),
  implies: { dialect: 'postgresql', router: 'pgdog' },
  import(files, context) {
    const problems: MapProblem[] = [];
    const report: Report = (at, severity, code, message) => {
      problems.push({ at, severity, code, message });
    };
    const parts = files.map(({ path, text }) => {
      const read = readToml(path, text);
      problems.push(...read.problems);
      return importFile(read.node, context, report);
    });
    const settings = Object.assign({}, ...parts.map(({ router }) => router?.settings ?? {}));
    const keys = [...new Set(parts.flatMap(({ defaultShardKeys }) => defaultShardKeys ?? []))];
    return {
      ...nothing,
      tables: parts.flatMap(({ tables }) => tables),
      databases: parts.flatMap(({ databases }) => databases),
      ...(keys.length > 0 && { defaultShardKeys: keys }),
      ...(Object.keys(settings).length > 0 && { router: { name: 'pgdog', settings } }),
      problems,
    };
  },
});

function importFile(root: Node, { database: wanted }: ImportContext, report: Report): Imported {
  const databases = databasesIn(root);
  /** Where the map names a database, the file speaks for that one only. */
  const concerns = (node: Node): boolean => {
    const name = textOf(child(node, 'database'));
    return wanted === undefined || name === undefined || name === wanted;
  };
  const tables = new Map<string, ShardTable>();
  const groups = new Map<string, string>();
  const anywhere: string[] = [];
  const mappings = itemsOf(child(root, 'sharded_mappings'));
  for (const node of itemsOf(child(root, 'sharded_tables')).filter(concerns)) {
    const database = databaseOf(node, databases, report);
    const named = child(node, 'name');
    if (named && flagOf(child(node, 'omnisharded'))) {
      omnisharded(tables, textOf(named) ?? '', named.at, report);
      continue;
    }
    const column = textOf(child(node, 'column'));
    if (column === undefined) {
      report(node.at, 'error', 'missing-key', 'A sharded table has a `column`.');
      continue;
    }
    const tableName = textOf(child(node, 'name'));
    const title = tableName === undefined ? `the column \`${column}\`` : `\`${tableName}\``;
    const shards = database?.servers ?? 0;
    const older = mappings.filter((each) => mapsTable(each, node));
    const mapped = pgdogMapping([...itemsOf(child(node, 'mapping')), ...older], shards, title, report);
    if (tableName === undefined) {
      const message = `No table is named, so every table that has a column \`${column}\` is sharded by it.`;
      report(child(node, 'column')?.at ?? node.at, 'information', 'matches-by-column', message);
      anywhere.push(column);
      continue;
    }
    const schema = textOf(child(node, 'schema'));
    const type = (textOf(child(node, 'data_type')) ?? 'bigint').toLowerCase();
    const hasher = textOf(child(node, 'hasher'))?.toLowerCase() ?? 'postgres';
    const looked = child(node, 'lookup_query') !== undefined;
    const strategy = mapped?.strategy ?? (looked ? 'directory' : 'hash');
    const name = schema === undefined ? [tableName] : [schema, tableName];
    const layout = JSON.stringify(
      [database?.name, strategy, type, hasher, mapped?.mapping, looked && tableName],
      digits,
    );
    const group = groups.get(layout) ?? name.join('.');
    groups.set(layout, group);
    const facts = {
      shardKey: [column],
      strategy,
      ...(shards > 0 && { shards }),
      ...(strategy === 'hash' && { hash: hasher === 'sha1' ? 'sha1' : 'postgresql-partition' }),
      ...(mapped && { mapping: mapped.mapping }),
      group,
      groupGiven: true,
      columns: new Map([[column, type]]),
    };
    tables.set(name.join('.'), declared(name, 'sharded', child(node, 'name')?.at ?? node.at, facts));
  }
  for (const node of itemsOf(child(root, 'omnisharded_tables')).filter(concerns)) {
    databaseOf(node, databases, report);
    const list = child(node, 'tables');
    for (const name of textsOf(list)) omnisharded(tables, name, list?.at ?? node.at, report);
  }
  const used = [...databases.values()].filter(({ name }) => wanted === undefined || name === wanted);
  return {
    ...nothing,
    tables: [...tables.values()],
    databases: used,
    router: { name: 'pgdog', settings: settingsIn(root) },
    defaultShardKeys: anywhere,
  };
}

function omnisharded(tables: Map<string, ShardTable>, name: string, at: Node['at'], report: Report): void {
  if (tables.get(name)?.kind === 'sharded') {
    const message = `\`${name}\` is omnisharded and has a sharding key: a table with all rows on every shard has none.`;
    report(at, 'error', 'reference-with-key', message);
  } else tables.set(name, declared([name], 'reference', at));
}

/** What PgDog does with statements over several shards, where it is not left at its default. */
function settingsIn(root: Node): RouterChoice['settings'] {
  const general = child(root, 'general');
  const rewrite = child(root, 'rewrite');
  const disabled = flagOf(child(general, 'cross_shard_disabled'));
  const modes = ['shard_key', 'split_inserts'].flatMap((key) => {
    const mode = textOf(child(rewrite, key));
    return mode === undefined ? [] : [[`rewrite.${key}`, mode] as const];
  });
  return { ...(disabled !== undefined && { cross_shard_disabled: disabled }), ...Object.fromEntries(modes) };
}

const digits = (_: string, value: unknown): unknown => (typeof value === 'bigint' ? `${value}n` : value);

/** Shards are counted over the entries of one name. */
function databasesIn(root: Node): ReadonlyMap<string, Database> {
  const found = new Map<string, Database>();
  for (const node of itemsOf(child(root, 'databases'))) {
    const name = textOf(child(node, 'name'));
    if (name === undefined) continue;
    const servers = Math.max((numberOf(child(node, 'shard')) ?? 0) + 1, found.get(name)?.servers ?? 0);
    found.set(name, { name, servers, replication: {}, at: found.get(name)?.at ?? child(node, 'name')?.at ?? node.at });
  }
  return found;
}

function databaseOf(node: Node, databases: ReadonlyMap<string, Database>, report: Report): Database | undefined {
  const written = child(node, 'database');
  const name = textOf(written);
  if (name === undefined || !written) {
    report(node.at, 'error', 'missing-key', 'This entry names no `database`.');
    return undefined;
  }
  const found = databases.get(name);
  if (!found && databases.size > 0) {
    const meant = didYouMean(name, [...databases.keys()]);
    const message = `No entry of \`[[databases]]\` is called \`${name}\`.${meant ? ` Did you mean \`${meant}\`?` : ''}`;
    report(written.at, 'error', 'unknown-database', message);
  }
  return found;
}

/** The older form names database, column and, where it is not for all, the table. */
function mapsTable(mapping: Node, table: Node): boolean {
  const says = (key: string, other: string): boolean => {
    const value = textOf(child(mapping, key));
    return value === undefined || value === textOf(child(table, other));
  };
  return (
    entriesOf(mapping).length > 0 && says('database', 'database') && says('column', 'column') && says('table', 'name')
  );
}
