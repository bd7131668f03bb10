/** Vitess VSchema: keyspaces, vindexes, tables, sequences, reference tables, routing rules. */
import { baseName } from '../../platform/paths';
import { didYouMean } from '../../text/didYouMean';
import type { Location } from '../../text/span';
import { defineImporter, type ImportContext, type SourceText } from '../importer';
import type { Database, MapProblem, ShardMap, ShardTable } from '../model';
import { readJson } from '../positioned/json';
import { entriesOf, flagOf, itemsOf, type MapNode, textOf, textsOf } from '../positioned/node';
import { viewQuery } from '../view';
import { field, type Keyspace, keyspaceKeys, keyspacesOf, type Report, snake, topKeys } from './vitess/keys';
import { importTable } from './vitess/table';
import { vindexTypes } from './vitess/vindexTypes';

export default defineImporter({
  id: 'vitess',
  title: 'Vitess VSchema',
  page: {
    notRead:
      "How many shards a keyspace has: say it in `databases`. Types of columns that the VSchema leaves out: import `ddl` beside it. What lies in lookup tables, and the topology server's own copy of the rules.",
    sources: [
      'https://vitess.io/docs/reference/features/vschema/',
      'https://vitess.io/docs/reference/features/vindexes/',
    ],
  },
  files: ['**/*vschema*.json'],
  standsAlone: true,
  wakes: ['**/*vschema*.json'],
  accepts: ({ text }) => /"(?:sharded|vindexes|column_?[vV]indexes|keyspaces)"\s*:/.test(text),
  implies: { dialect: 'mysql', router: 'vitess' },
  // Only views are SQL, and few VSchemas have any.
  parses: (files) => (files.some(({ text }) => /"views"\s*:\s*\{\s*"/.test(text)) ? 'mysql' : undefined),
  import(files, context) {
    const problems: MapProblem[] = [];
    const databases = new Map<string, Database>();
    const tables = new Map<string, ShardTable>();
    const routingRules: ShardMap['routingRules'][number][] = [];
    // What broken text says is not held against the reader's intention.
    const broken = new Set<string>();
    const report: Report = (at, severity, code, message) => {
      if (!broken.has(at.file)) problems.push({ at, severity, code, message });
    };
    for (const file of files) {
      const read = readJson(file.path, file.text);
      problems.push(...read.problems);
      if (read.problems.some(({ code }) => code === 'syntax')) broken.add(file.path);
      if (read.node.kind !== 'map') {
        report(read.node.at, 'error', 'wrong-type', 'A VSchema is a JSON object.');
        continue;
      }
      const keyspaces = keyspacesOf(read.node, context.database ?? keyspaceName(file));
      if (keyspaces.length === 0) {
        const message =
          'No keyspace is declared here: a VSchema has `keyspaces`, or is one keyspace with `sharded`, `vindexes` and `tables`.';
        report(firstKey(read.node), 'warning', 'no-keyspace', message);
      }
      for (const { key, keyAt } of read.node.entries) {
        if (![...topKeys, ...keyspaceKeys].some((known) => known === snake(key)))
          unknownKey(report, keyAt, key, topKeys);
      }
      for (const keyspace of keyspaces) {
        databases.set(keyspace.name, database(keyspace));
        for (const table of keyspaceTables(keyspace, context, report)) tables.set(table.name.join('.'), table);
      }
      routingRules.push(...rulesOf(read.node));
    }
    checkReferences([...tables.values()], [...databases.values()], report);
    return { tables: [...tables.values()], databases: [...databases.values()], routingRules, problems };
  },
});

/** `commerce.vschema.json`, `vschema_commerce.json`, `vschemas/commerce.json`: what is left of the name. */
function keyspaceName({ path }: SourceText): string {
  const stem = baseName(path).replace(/\.json$/i, '');
  return stem.replace(/(?:^|[._-])vschemas?(?=$|[._-])/i, '').replace(/^[._-]+|[._-]+$/g, '') || stem;
}

const firstKey = (node: MapNode): Location => node.entries[0]?.keyAt ?? node.at;

function unknownKey(report: Report, at: Location, key: string, known: readonly string[]): void {
  const meant = didYouMean(snake(key), known);
  if (meant) report(at, 'warning', 'unknown-key', `\`${key}\` is no key of a VSchema. Did you mean \`${meant}\`?`);
}

const database = ({ name, node, at }: Keyspace): Database => ({
  name,
  sharded: flagOf(field(node, 'sharded')) ?? false,
  ...(flagOf(field(node, 'require_explicit_routing')) && { explicitOnly: true }),
  replication: {},
  at,
});

function keyspaceTables(keyspace: Keyspace, context: ImportContext, report: Report): readonly ShardTable[] {
  const { node } = keyspace;
  for (const { key, keyAt } of node.entries) {
    if (![...keyspaceKeys, ...topKeys].some((known) => known === snake(key)))
      unknownKey(report, keyAt, key, keyspaceKeys);
  }
  for (const { key, keyAt, value } of entriesOf(field(node, 'vindexes'))) checkVindex(key, keyAt, value, report);
  const tables = entriesOf(field(node, 'tables')).flatMap((entry) => importTable(keyspace, entry, report) ?? []);
  const views = entriesOf(field(node, 'views')).map(({ key, keyAt, value }): ShardTable => {
    const definition = context.dialect && viewQuery(context.dialect.parser, textOf(value) ?? '');
    const view = {
      name: [keyspace.name, key],
      kind: 'view',
      columns: new Map(),
      columnsComplete: false,
      at: keyAt,
    } as const;
    const nothing = { shardKey: [], strategy: 'hash', group: '', generated: [], unique: [] } as const;
    return { ...view, ...nothing, ...(definition && { definition }) };
  });
  return [...tables, ...views];
}

function checkVindex(name: string, at: Location, node: Parameters<typeof textOf>[0], report: Report): void {
  const typeNode = field(node, 'type');
  const type = textOf(typeNode);
  if (type === undefined) report(at, 'error', 'missing-key', `The vindex \`${name}\` has no \`type\`.`);
  else if (!Object.hasOwn(vindexTypes, type)) {
    const meant = didYouMean(type, Object.keys(vindexTypes));
    const hint = meant ? ` Did you mean \`${meant}\`?` : ' It is taken for a unique function of its column.';
    report(
      typeNode?.at ?? at,
      meant ? 'warning' : 'information',
      'unknown-vindex-type',
      `\`${type}\` is no vindex type that Vitess ships.${hint}`,
    );
  }
}

/** Rules on shards and keyspaces move traffic while tables are migrated; for a route only their names count. */
function rulesOf(root: MapNode): ShardMap['routingRules'] {
  const tables = itemsOf(field(field(root, 'routing_rules'), 'rules')).flatMap((rule) => {
    const from = textOf(field(rule, 'from_table'));
    const to = field(rule, 'to_tables');
    return from === undefined ? [] : [{ from, to: to ? textsOf(to) : [] }];
  });
  const keyspaces = itemsOf(field(field(root, 'keyspace_routing_rules'), 'rules')).flatMap((rule) => {
    const from = textOf(field(rule, 'from_keyspace'));
    const to = textOf(field(rule, 'to_keyspace'));
    return from === undefined || to === undefined ? [] : [{ from: `${from}.*`, to: [`${to}.*`] }];
  });
  return [...tables, ...keyspaces];
}

function checkReferences(tables: readonly ShardTable[], databases: readonly Database[], report: Report): void {
  for (const table of tables) {
    const keyspace = table.source?.includes('.') ? table.source.split('.')[0] : undefined;
    if (keyspace === undefined || !table.at || databases.length < 2) continue;
    if (databases.some(({ name }) => name === keyspace)) continue;
    report(
      table.at,
      'warning',
      'unknown-source',
      `The source \`${table.source}\` of \`${table.name.join('.')}\` lies in a keyspace that is not declared.`,
    );
  }
}
