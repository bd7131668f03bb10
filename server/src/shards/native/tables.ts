/** Entries of `tables` → shard tables, laid over what the imports declare. */
import type { Query } from '../../query/model';
import type { Level, MapProblem, Mapping, MappingValue, ShardTable, Strategy } from '../model';
import {
  child,
  type Entry,
  entriesOf,
  itemsOf,
  type Node,
  numberOf,
  scalarOf,
  textOf,
  textsOf,
} from '../positioned/node';
import { kindOf } from './keys';

export interface TableContext {
  /** Key for tables that say none. */
  readonly defaultShardKey?: string;
  /** Logical shards where the table says none. */
  readonly shards?: number;
  view(definition: Node): Query | undefined;
  fault(problem: MapProblem): void;
}

/** Undefined where an entry says too little to be a table. */
export function buildTable(entry: Entry, below: ShardTable | undefined, context: TableContext): ShardTable | undefined {
  const { value: node } = entry;
  if (node.kind !== 'map') return undefined;
  const says = (key: string): Node | undefined => child(node, key);
  const kind = says('kind') || says('shardKey') || says('levels') || says('definition') ? kindOf(node) : undefined;
  const table =
    below && (kind === undefined || kind === below.kind) ? below : fresh(entry, below, kind as ShardTable['kind']);
  const common = {
    ...table,
    columns: mergeColumns(table.columns, says('columns')),
    unique: says('unique') ? itemsOf(says('unique')).map(textsOf) : table.unique,
    generated: says('generated') ? textsOf(says('generated')) : table.generated,
    at: entry.keyAt,
  };
  if (common.kind === 'view') {
    const text = says('definition');
    const definition = text ? context.view(text) : table.definition;
    return { ...common, ...(definition && { definition }) };
  }
  if (common.kind === 'single-shard') {
    const group = textOf(says('group'));
    return group === undefined ? common : { ...common, group, groupGiven: true };
  }
  return common.kind === 'sharded' ? sharded(entry, common, context) : common;
}

function sharded(entry: Entry, table: ShardTable, context: TableContext): ShardTable | undefined {
  const says = (key: string): Node | undefined => child(entry.value, key);
  const levels = says('levels') ? itemsOf(says('levels')).flatMap(level) : table.levels;
  const fallback = levels ? [...new Set(levels.flatMap(({ key }) => key))] : (context.defaultShardKey ?? []);
  const said = says('shardKey');
  const shardKey = said ? textsOf(said) : table.shardKey.length > 0 ? table.shardKey : [fallback].flat();
  if (shardKey.length === 0) {
    if (entry.value.kind === 'map' && entry.value.damaged) return undefined;
    const message = `\`${entry.key}\` is sharded but has no \`shardKey\`.`;
    context.fault({ at: entry.keyAt, severity: 'error', code: 'missing-key', message });
    return undefined;
  }
  const strategy =
    (textOf(says('strategy')) as Strategy | undefined) ?? (levels && !said ? 'composite' : table.strategy);
  if (strategy === 'composite' && !levels) {
    const message = `\`strategy: composite\` needs \`levels\`: what is split by which key.`;
    context.fault({ at: says('strategy')?.at ?? entry.keyAt, severity: 'error', code: 'missing-key', message });
  }
  if (strategy === 'directory' && !says('directory') && !table.directory) {
    const message = `\`strategy: directory\` is better checked with \`directory: { table, key, shard }\`.`;
    context.fault({ at: says('strategy')?.at ?? entry.keyAt, severity: 'hint', code: 'missing-key', message });
  }
  // Another key than the declaration's: its access paths and its group do not hold for this one.
  const sameKey = table.shardKey.length === 0 || shardKey.join('\0') === table.shardKey.join('\0');
  const { vindexes, group: below, groupGiven: belowGiven, ...rest } = table;
  const group = textOf(says('group'));
  const given = group !== undefined || (sameKey && belowGiven);
  const shards = numberOf(says('shards')) ?? table.shards ?? context.shards;
  const hash = textOf(says('hash')) ?? table.hash;
  const mapping = says('mapping') ? itemsOf(says('mapping')).flatMap(range) : table.mapping;
  const directory = says('directory') ? lookup(says('directory')) : table.directory;
  const topShare = numberOf(says('topShare')) ?? table.topShare;
  const keyAt = (said ?? child(itemsOf(says('levels'))[0], 'key'))?.at ?? table.keyAt;
  return {
    ...rest,
    shardKey,
    strategy,
    group: group ?? (sameKey ? below : ''),
    ...(given && { groupGiven: true }),
    ...(shards !== undefined && { shards }),
    ...(levels && { levels }),
    ...(hash !== undefined && { hash }),
    ...(mapping && { mapping }),
    ...(directory && { directory }),
    ...(topShare !== undefined && { topShare }),
    ...(keyAt && { keyAt }),
    ...(vindexes && sameKey && { vindexes }),
  };
}

/** A table that no import declares, or one that the map makes something else of. */
function fresh(entry: Entry, below: ShardTable | undefined, kind: ShardTable['kind'] = 'sharded'): ShardTable {
  return {
    name: below?.name ?? entry.key.split('.'),
    kind,
    shardKey: [],
    strategy: 'hash',
    group: kind === 'single-shard' ? `single ${entry.key}` : '',
    generated: below?.generated ?? [],
    columns: below?.columns ?? new Map(),
    columnsComplete: below?.columnsComplete ?? false,
    unique: below?.unique ?? [],
  };
}

function mergeColumns(below: ReadonlyMap<string, string>, node: Node | undefined): ReadonlyMap<string, string> {
  const said = entriesOf(node);
  if (said.length === 0) return below;
  return new Map([...below, ...said.map(({ key, value }) => [key, (textOf(value) ?? '').toLowerCase()] as const)]);
}

function level(node: Node): readonly Level[] {
  const key = textsOf(child(node, 'key'));
  if (key.length === 0) return [];
  const count = numberOf(child(node, 'count'));
  return [
    {
      key,
      strategy: (textOf(child(node, 'strategy')) as Strategy | undefined) ?? 'hash',
      over: (textOf(child(node, 'over')) as Level['over'] | undefined) ?? 'table',
      ...(count !== undefined && { count }),
    },
  ];
}

function range(node: Node): readonly Mapping[] {
  const shard = textOf(child(node, 'shard'));
  if (shard === undefined) return [];
  const from: MappingValue | undefined = scalarOf(child(node, 'from'));
  const to: MappingValue | undefined = scalarOf(child(node, 'to'));
  const values = child(node, 'values');
  return [
    {
      shard,
      ...(from !== undefined && { from }),
      ...(to !== undefined && { to }),
      ...(values && { values: itemsOf(values).flatMap((item) => scalarOf(item) ?? []) }),
    },
  ];
}

function lookup(node: Node | undefined): ShardTable['directory'] {
  const table = textOf(child(node, 'table'));
  const key = textOf(child(node, 'key'));
  const shard = textOf(child(node, 'shard'));
  return table !== undefined && key !== undefined && shard !== undefined ? { table, key, shard } : undefined;
}
