/** Every key of the shard map: its type and what the editor says about it. */
import { child, type MapNode, textOf } from '../positioned/node';
import { knownDialects, knownImporters, knownRouters } from './known';
import {
  anything,
  count,
  dictionary,
  type Fields,
  type FieldTable,
  fields,
  flag,
  list,
  name,
  oneOf,
  some,
  type Text,
  text,
} from './spec';

export const strategies = ['hash', 'range', 'list', 'time', 'directory', 'composite'] as const;
export const tableKinds = ['sharded', 'reference', 'unsharded', 'single-shard', 'view'] as const;
export const severities = ['error', 'warning', 'information', 'hint', 'off'] as const;
export const replicationModes = ['async', 'semi-sync', 'sync', 'peer-to-peer'] as const;

const columns = some(name('column'), 'column names');
const globs = some(name('glob'), 'globs');

const duration: Text = text({
  pattern: /^\d+(?:\.\d+)?\s*(?:ms|s|m|h)$/,
  expects: 'a duration such as `500ms`, `2s` or `5m`',
});

const database = fields('a database', {
  servers: { type: count, doc: 'Physical servers that hold this database.' },
  virtualShards: {
    type: count,
    doc: 'Logical shards that are mapped on to the servers. Tables of this database have so many unless they say otherwise.',
  },
  replication: {
    type: oneOf(replicationModes),
    doc: 'How replicas follow the primary: `async`, `semi-sync`, `sync` or `peer-to-peer` (writes at several places).',
  },
  replicaLag: { type: duration, doc: 'How far a replica may be behind, such as `500ms`.' },
  stickiness: {
    type: duration,
    doc: 'Reads of one session stay on the primary for so long after a write, such as `2s`.',
  },
});

const receiver = fields(
  'a receiver',
  {
    match: {
      type: text(),
      doc: 'The call pattern, resolved by binding and never by text: `shardFor($key)`, `forEachShard(*)`, `readPool`. `$key` names the argument that is bound, `*` stands for any arguments or any part of a name. `process.env.*_FOLLOWER_URL` is every client that is made of such a variable.',
    },
    binds: {
      type: name('column'),
      doc: 'The key column that the argument pins: every table with that key is bound to that value.',
    },
    reach: {
      type: oneOf(['scatter', 'single']),
      doc: 'What calls through this receiver reach: `scatter` for an intended fan-out, `single` where the receiver always picks one shard.',
    },
    target: { type: oneOf(['replica', 'primary']), doc: 'Whether reads go to a replica or to the primary.' },
    sql: { type: flag, doc: 'The first argument is SQL, although no import proves it: `db.query("…")`.' },
  },
  { required: ['match'] },
);

const level = fields(
  'a level',
  {
    key: { type: columns, doc: 'The column (or columns) that this level is split by.' },
    strategy: { type: oneOf(strategies.filter((each) => each !== 'composite')), doc: 'How this level is split.' },
    over: { type: oneOf(['server', 'database', 'table']), doc: 'What this level is spread over.' },
    count: { type: count, doc: 'Into how many parts.' },
  },
  { required: ['key'] },
);

const mapping = fields(
  'a mapping entry',
  {
    from: { type: anything, doc: 'The lowest value, inclusive; left out: open below.' },
    to: { type: anything, doc: 'The upper bound, exclusive; left out: open above.' },
    values: { type: list(anything, 'values'), doc: 'The values of a list entry.' },
    shard: { type: text(), doc: 'The shard that these values live on. An entry with nothing else is the default.' },
  },
  { required: ['shard'] },
);

const sharded = ['sharded'];

export const tableFields: FieldTable = {
  kind: {
    type: oneOf(tableKinds),
    doc: '`sharded` (default), `reference` (a copy on every shard), `unsharded` (one ordinary database, never on the shards), `single-shard` (the whole table on one shard) or `view`.',
  },
  shardKey: {
    type: columns,
    only: sharded,
    doc: 'The column, or the columns in order, by which rows are put on shards.',
  },
  strategy: {
    type: oneOf(strategies),
    only: sharded,
    doc: 'How key values become shards: `hash` (default), `range`, `list`, `time`, `directory` or `composite` (with `levels`).',
  },
  shards: { type: count, only: sharded, doc: 'Logical shards of this table.' },
  group: {
    type: name('group'),
    only: ['sharded', 'single-shard'],
    doc: 'Tables of one group are co-located: equal key values lie on one shard. By default all tables of the same database, strategy, shard count and key type are.',
  },
  levels: {
    type: list(level, 'levels'),
    only: sharded,
    doc: 'The levels of a composite strategy, outermost first: `{ key: region, strategy: list, over: server }`.',
  },
  hash: {
    type: text({ suggestions: ['mod', 'postgresql', 'murmur', 'xxhash'] }),
    only: sharded,
    doc: 'The hash function where it is known: literals then give exact shards.',
  },
  mapping: {
    type: list(mapping, 'mapping entries'),
    only: sharded,
    doc: 'Which values live where: ranges (`from` inclusive, `to` exclusive), lists (`values`), and a default. With `hash`, ranges are over hashed values.',
  },
  generated: { type: columns, doc: 'Columns that the database or the router fills in when an INSERT leaves them out.' },
  directory: {
    type: fields(
      'a directory',
      {
        table: { type: name('table'), doc: 'The table that says where each key lives.' },
        key: { type: name('column'), doc: 'Its column with the key.' },
        shard: { type: name('column'), doc: 'Its column with the shard.' },
      },
      { required: ['table', 'key', 'shard'] },
    ),
    only: sharded,
    doc: 'The lookup table of a directory strategy.',
  },
  columns: {
    type: dictionary(text(), 'column types', 'column'),
    doc: 'Columns and their types; optional where DDL, an ORM schema or an import says them.',
  },
  unique: { type: list(columns, 'unique keys'), doc: 'Unique keys, each a list of columns.' },
  topShare: {
    type: { is: 'number', min: 0, max: 1 },
    only: sharded,
    doc: "The most common key's share of the load, 0 to 1, where it is known.",
  },
  definition: { type: text(), only: ['view'], doc: "The view's query, in the map's dialect." },
};

/** The kind that an entry has: what it says, otherwise what its keys imply. */
export function kindOf(node: MapNode): string {
  const said = textOf(child(node, 'kind'));
  if (said !== undefined && tableKinds.some((kind) => kind === said)) return said;
  return child(node, 'definition') && !child(node, 'shardKey') ? 'view' : 'sharded';
}

const table = fields('a table', tableFields, { variant: kindOf });

const router = fields(
  'a router',
  {
    name: { type: text({ names: 'router', suggestions: knownRouters }), doc: 'Whose rules decide.' },
    version: { type: { is: 'number', min: 0 }, doc: "The router's version, where its rules differ by version." },
    settings: {
      type: dictionary(anything, 'settings'),
      doc: "The router's own settings, such as `citus.enable_repartition_joins: on`.",
    },
  },
  { required: ['name'] },
);

const importEntry = fields('an import', () => ({
  ...Object.fromEntries(
    knownImporters().map(({ id, title }) => [
      id,
      { type: globs, doc: `${title}: paths or globs, relative to this file.` },
    ]),
  ),
  database: {
    type: name('database'),
    doc: 'The name of what the declaration leaves unnamed: the keyspace of a VSchema file that holds only one.',
  },
}));

const service = fields('a service', {
  files: { type: globs, doc: 'The files of this service.' },
  owns: { type: list(name('table'), 'table names'), doc: 'The tables that only this service may touch.' },
});

const readModel = fields('a read model', {
  projector: { type: globs, doc: 'The files that may write this table.' },
});

const rule = {
  is: 'either',
  of: [
    oneOf(severities),
    fields(
      'a rule setting',
      { severity: { type: oneOf(severities), doc: 'How a finding of this rule is shown, or `off`.' } },
      { others: { is: 'anything', deep: true } },
    ),
  ],
} as const;

const budget = fields('a budget', {
  'max-scatter': { type: { is: 'number', whole: true, min: 0 }, doc: 'Scatter queries that this service may have.' },
});

const settings: FieldTable = {
  dialect: {
    type: text({ names: 'dialect', suggestions: knownDialects }),
    doc: 'The SQL dialect: `postgresql`, `mysql`, `mariadb` …',
  },
  router: {
    type: { is: 'either', of: [text({ names: 'router', suggestions: knownRouters }), router] },
    doc: 'Whose rules decide: `generic`, `vitess`, `citus` …; or `{ name, version, settings }`.',
  },
  defaultDatabase: { type: name('database'), doc: 'Where unqualified names live: a Vitess keyspace, a MySQL schema.' },
  searchPath: {
    type: some(text(), 'schema names'),
    doc: "PostgreSQL's search path for unqualified names; `[public]` by default.",
  },
  import: {
    type: some(importEntry, 'imports'),
    doc: 'Declarations that exist already, such as `- vitess: db/vschema.json`. Later entries and `tables` win.',
  },
  statistics: {
    type: globs,
    doc: 'Files that `shardlint stats` wrote, relative to this file: how many values and rows there are, which are frequent.',
  },
  workload: {
    type: globs,
    doc: 'Files that `shardlint workload` wrote, relative to this file: how often each statement is called, by query logs.',
  },
  databases: { type: dictionary(database, 'databases', 'database'), doc: 'The physical layout; optional.' },
  receivers: {
    type: list(receiver, 'receivers'),
    doc: 'Call patterns that pick a shard, fan out on purpose, or read from a replica.',
  },
  tables: {
    type: dictionary(table, 'tables', 'table'),
    doc: 'Tables by name; a schema, keyspace or database may stand before it: `public.orders`.',
  },
  defaults: {
    type: fields('defaults', {
      shardKey: { type: name('column'), doc: 'Every table that has this column is sharded by it.' },
    }),
    doc: 'What holds for tables that say nothing.',
  },
  services: { type: dictionary(service, 'services', 'service'), doc: 'Federation: which service owns which tables.' },
  readModels: {
    type: dictionary(readModel, 'read models', 'table'),
    doc: 'CQRS: tables that only their projectors may write.',
  },
  traffic: {
    type: dictionary(
      text({ pattern: /^\d+(?:\.\d+)?\/(?:s|m|h|d)$/, expects: 'a rate such as `1200/s` or `30/m`' }),
      'rates',
    ),
    doc: 'Calls by function, such as `"src/orders.ts#createOrder": 1200/s`; optional.',
  },
  rules: {
    type: dictionary(rule, 'rule settings', 'rule'),
    doc: 'Severity by rule: `error`, `warning`, `information`, `hint` or `off`; or a map of `severity` and the options of the rule.',
  },
  budgets: { type: dictionary(budget, 'budgets', 'service'), doc: 'What a service may have at most.' },
};

const override: Fields = fields(
  'an override',
  () => ({ files: { type: globs, doc: 'The files, relative to this map, that it holds for.' }, ...settings }),
  {
    required: ['files'],
  },
);

export const mapFields: FieldTable = {
  version: { type: { is: 'number', whole: true, min: 1, max: 1 }, doc: 'The version of this format: `1`.' },
  extends: {
    type: some(name('file'), 'paths'),
    doc: 'Maps that this one builds on, relative to this file. What stands here wins.',
  },
  ...settings,
  files: { type: globs, doc: 'The files that this map speaks for; all below its folder when left out.' },
  overrides: {
    type: list(override, 'overrides'),
    doc: 'Parts of the map that differ for some files: `- files: [services/billing/**]` and any of the keys of a map. Later ones win.',
  },
};

export const mapType: Fields = fields('a shard map', mapFields, { required: ['version'] });
