/** A valid tree and what its imports declare → the shard map. */
import type { Query } from '../../query/model';
import type { Imported } from '../importer';
import type {
  Database,
  MapProblem,
  Receiver,
  Replication,
  RouterChoice,
  RuleSetting,
  Severity,
  ShardMap,
  ShardTable,
} from '../model';
import { caseMatters, nameIndex } from '../names';
import {
  child,
  entriesOf,
  flagOf,
  itemsOf,
  type MapNode,
  type Node,
  numberOf,
  scalarOf,
  textOf,
  textsOf,
} from '../positioned/node';
import { milliseconds } from './duration';
import { buildTable } from './tables';

export interface BuildContext {
  readonly file: string;
  readonly dialect: string;
  readonly router: RouterChoice;
  readonly imported: Pick<
    Imported,
    'tables' | 'databases' | 'routingRules' | 'defaultShardKeys' | 'candidates' | 'statistics' | 'workload'
  >;
  view(definition: Node): Query | undefined;
  fault(problem: MapProblem): void;
}

/** Groups are not derived yet: that needs the types, which the schema may say. */
export function buildMap(node: MapNode, context: BuildContext): ShardMap {
  const says = (key: string): Node | undefined => child(node, key);
  const databases = mergeDatabases(context.imported.databases, says('databases'));
  const defaultDatabase = textOf(says('defaultDatabase'));
  const main =
    databases.find(({ name }) => name === defaultDatabase) ?? (databases.length === 1 ? databases[0] : undefined);
  const ownKey = textOf(child(says('defaults'), 'shardKey'));
  const defaultShardKeys = ownKey === undefined ? context.imported.defaultShardKeys : [ownKey];
  const searchPath = textsOf(says('searchPath'));
  const tables = mergeTables(node, context, { databases, defaultDatabase, defaultShardKey: defaultShardKeys?.[0] });
  return {
    file: context.file,
    dialect: context.dialect,
    router: context.router,
    ...(defaultDatabase !== undefined && { defaultDatabase }),
    searchPath: searchPath.length > 0 ? searchPath : context.dialect === 'postgresql' ? ['public'] : [],
    tables,
    databases,
    receivers: itemsOf(says('receivers')).flatMap(receiver),
    routingRules: context.imported.routingRules,
    ...(defaultShardKeys && { defaultShardKeys }),
    candidates: openCandidates(context, tables),
    ...(context.imported.statistics && { statistics: context.imported.statistics }),
    ...(context.imported.workload && { workload: context.imported.workload }),
    services: entriesOf(says('services')).map(({ key, keyAt, value }) => ({
      name: key,
      files: textsOf(child(value, 'files')),
      owns: textsOf(child(value, 'owns')),
      at: keyAt,
    })),
    readModels: entriesOf(says('readModels')).map(({ key, keyAt, value }) => ({
      table: key,
      projector: textsOf(child(value, 'projector')),
      at: keyAt,
    })),
    traffic: record(says('traffic'), (value) => textOf(value)),
    rules: record(says('rules'), rule),
    budgets: record(says('budgets'), (value) => {
      const maxScatter = numberOf(child(value, 'max-scatter'));
      return maxScatter === undefined ? undefined : { maxScatter };
    }),
    replication: main?.replication ?? {},
    files: textsOf(says('files')),
  };
}

/** The router as the map says it. */
export function routerChoice(node: Node | undefined): RouterChoice | undefined {
  const name = textOf(node?.kind === 'map' ? child(node, 'name') : node);
  if (name === undefined) return undefined;
  const version = numberOf(child(node, 'version'));
  const settings = record(child(node, 'settings'), (value) => {
    const setting = scalarOf(value);
    return typeof setting === 'bigint' ? setting.toString() : (setting ?? undefined);
  });
  return { name: name.toLowerCase(), ...(version !== undefined && { version }), settings };
}

/** Those of tables whose placement nobody has decided. */
function openCandidates({ imported, dialect }: BuildContext, tables: readonly ShardTable[]): ShardMap['candidates'] {
  const find = nameIndex(tables, { ignoreCase: !caseMatters.has(dialect), places: ['public'], everywhere: true });
  return (imported.candidates ?? []).filter(({ name }) => find(name).every(({ kind }) => kind === 'unsharded'));
}

interface Places {
  readonly databases: readonly Database[];
  readonly defaultDatabase?: string | undefined;
  readonly defaultShardKey?: string | undefined;
}

/** Entries of the map stand over imported tables of that name; without a match they are tables of their own. */
function mergeTables(node: MapNode, context: BuildContext, places: Places): readonly ShardTable[] {
  const { databases, defaultDatabase, defaultShardKey } = places;
  const path = textsOf(child(node, 'searchPath'));
  const find = nameIndex(context.imported.tables, {
    ignoreCase: !caseMatters.has(context.dialect),
    places: defaultDatabase !== undefined ? [defaultDatabase] : path.length > 0 ? path : ['public'],
    everywhere: true,
  });
  const shardsOf = (name: readonly string[]): number | undefined => {
    const database = databases.find((each) => each.name === (name.length > 1 ? name.at(-2) : defaultDatabase));
    return (database ?? (databases.length === 1 ? databases[0] : undefined))?.virtualShards;
  };
  const merged = new Map<string, ShardTable>(
    context.imported.tables.map((table) => [table.name.join('.'), withShards(table, shardsOf(table.name))]),
  );
  for (const entry of entriesOf(child(node, 'tables'))) {
    const parts = entry.key.split('.');
    const below = find(parts);
    const shards = shardsOf(parts);
    const table = buildTable(entry, below.length === 1 ? below[0] : undefined, {
      ...(defaultShardKey !== undefined && { defaultShardKey }),
      ...(shards !== undefined && { shards }),
      view: context.view,
      fault: context.fault,
    });
    if (table) merged.set(table.name.join('.'), table);
  }
  return [...merged.values()];
}

/** Declarations such as a VSchema do not say how many shards there are; the map's own layout does. */
const withShards = (table: ShardTable, shards: number | undefined): ShardTable =>
  table.kind !== 'sharded' || table.shards !== undefined || shards === undefined ? table : { ...table, shards };

function mergeDatabases(imported: readonly Database[], node: Node | undefined): readonly Database[] {
  const merged = new Map(imported.map((database) => [database.name, database]));
  for (const { key, keyAt, value } of entriesOf(node)) {
    const below = merged.get(key);
    const servers = numberOf(child(value, 'servers'));
    const virtualShards = numberOf(child(value, 'virtualShards'));
    merged.set(key, {
      ...below,
      name: key,
      ...(servers !== undefined && { servers }),
      ...(virtualShards !== undefined && { virtualShards }),
      replication: { ...below?.replication, ...replication(value) },
      at: keyAt,
    });
  }
  return [...merged.values()];
}

function replication(node: Node): Replication {
  const mode = textOf(child(node, 'replication')) as Replication['mode'];
  const replicaLag = milliseconds(textOf(child(node, 'replicaLag')));
  const stickiness = milliseconds(textOf(child(node, 'stickiness')));
  return {
    ...(mode && { mode }),
    ...(replicaLag !== undefined && { replicaLag }),
    ...(stickiness !== undefined && { stickiness }),
  };
}

function receiver(node: Node): readonly Receiver[] {
  const match = textOf(child(node, 'match'));
  if (match === undefined) return [];
  const binds = textOf(child(node, 'binds'));
  const reach = textOf(child(node, 'reach')) as Receiver['reach'];
  const target = textOf(child(node, 'target')) as Receiver['target'];
  const sql = flagOf(child(node, 'sql'));
  return [
    {
      match,
      ...(binds !== undefined && { binds }),
      ...(reach && { reach }),
      ...(target && { target }),
      ...(sql !== undefined && { sql }),
      at: node.at,
    },
  ];
}

function rule(node: Node): RuleSetting {
  if (node.kind !== 'map') return { severity: textOf(node) as Severity | 'off' };
  const severity = textOf(child(node, 'severity')) as Severity | 'off' | undefined;
  const options = Object.fromEntries(
    node.entries.filter(({ key }) => key !== 'severity').map(({ key, value }) => [key, plain(value)]),
  );
  return { ...(severity && { severity }), ...(Object.keys(options).length > 0 && { options }) };
}

function plain(node: Node): unknown {
  if (node.kind === 'list') return node.items.map(plain);
  if (node.kind === 'map') return Object.fromEntries(node.entries.map(({ key, value }) => [key, plain(value)]));
  return node.value;
}

/** `Object.fromEntries` defines, it never assigns: a key `__proto__` is a key like any other. */
function record<T>(node: Node | undefined, value: (node: Node) => T | undefined): Readonly<Record<string, T>> {
  return Object.fromEntries(
    entriesOf(node).flatMap((entry) => {
      const read = value(entry.value);
      return read === undefined ? [] : [[entry.key, read] as const];
    }),
  );
}
