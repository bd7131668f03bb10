/** Tables of one sharding rule: data nodes and strategies become key, levels and count. */
import type { Level, ShardTable, Strategy } from '../../model';
import { type Entry, entriesOf, type Node, textOf, textsOf } from '../../positioned/node';
import { declared, type Report } from '../declared';
import { type Algorithm, placement } from './algorithms';
import { type DataNodes, dataNodes } from './dataNodes';
import { field } from './fields';
import { type Algorithms, algorithmsOf, type Chosen, chosen } from './strategies';

export interface RuleTable {
  readonly entry: Entry;
  /** Data sources over which its rows are spread, where that is known. */
  readonly sources?: number;
  /** Undefined where the declaration does not say how rows are placed, or says it outside the SQL text. */
  readonly table?: ShardTable;
  /** Equal for tables that may be bound. */
  readonly layout: string;
}

type By = Extract<Chosen, { readonly kind: 'by' }>;

export function ruleTables(rule: Node, report: Report): readonly RuleTable[] {
  const algorithms = algorithmsOf(rule, report);
  const column = textOf(field(rule, 'defaultShardingColumn'));
  const standard = (key: string): Chosen | undefined => chosen(field(rule, key), algorithms, column, report);
  const defaults = { database: standard('defaultDatabaseStrategy'), table: standard('defaultTableStrategy'), column };
  return [
    ...entriesOf(field(rule, 'tables')).map((entry) => plainTable(entry, algorithms, defaults, report)),
    ...entriesOf(field(rule, 'autoTables')).map((entry) => autoTable(entry, algorithms, column, report)),
  ];
}

interface Defaults {
  readonly database: Chosen | undefined;
  readonly table: Chosen | undefined;
  readonly column: string | undefined;
}

function plainTable(entry: Entry, algorithms: Algorithms, defaults: Defaults, report: Report): RuleTable {
  const { key, keyAt, value } = entry;
  const nodesNode = field(value, 'actualDataNodes');
  const written = textOf(nodesNode);
  const nodes = written === undefined ? undefined : dataNodes(written);
  const own = (name: string): Chosen | undefined => chosen(field(value, name), algorithms, defaults.column, report);
  const levels = [
    { over: 'database', by: own('databaseStrategy') ?? defaults.database },
    { over: 'table', by: own('tableStrategy') ?? defaults.table },
  ] as const;
  if (levels.some(({ by }) => by?.kind === 'broken')) return { entry, layout: '' };
  const hint = levels.find(({ by }) => by?.kind === 'hint');
  if (hint) {
    const message = `\`${key}\` is placed by hints that the application gives, which no SQL text shows: its routes are unknown.`;
    report(keyAt, 'information', 'hint-strategy', message);
    return { entry, layout: '' };
  }
  const used = levels.flatMap(({ over, by }): readonly UsedLevel[] => (by?.kind === 'by' ? [{ over, by }] : []));
  // A level without several places splits nothing, whatever its strategy says.
  const splitting = used.filter(({ over }) => countOf(over, nodes) !== 1);
  if (splitting.length === 0) {
    const whole = written === undefined ? used.length === 0 : nodes?.nodes === 1;
    if (whole) return { entry, table: declared([key], 'unsharded', keyAt), layout: written ?? '' };
    if (nodes === undefined) return { entry, layout: '' };
    const message = `\`${key}\` has ${nodes.nodes} data nodes and no strategy that chooses between them: every statement goes to all.`;
    report(nodesNode?.at ?? keyAt, 'warning', 'no-strategy', message);
    return { entry, layout: '' };
  }
  return { entry, ...shardedTable(entry, splitting, nodes), ...(nodes && { sources: nodes.sources }) };
}

interface UsedLevel {
  readonly over: 'database' | 'table';
  readonly by: By;
}

const countOf = (over: UsedLevel['over'], nodes: DataNodes | undefined): number | undefined =>
  over === 'database' ? nodes?.sources : nodes?.tables;

function shardedTable(
  { key, keyAt, value }: Entry,
  used: readonly UsedLevel[],
  nodes: DataNodes | undefined,
): Pick<RuleTable, 'table' | 'layout'> {
  const levels = used.map(({ over, by }): Level => {
    const count = countOf(over, nodes);
    return {
      key: by.columns,
      strategy: by.algorithm?.strategy ?? 'hash',
      over,
      ...(count !== undefined && { count }),
    };
  });
  const keys = [...new Set(levels.flatMap((level) => level.key))];
  const alone = used.length === 1 ? used[0] : undefined;
  const layout = [
    `${nodes?.sources}×${nodes?.tables}`,
    ...used.map(({ over, by }) => `${over} ${by.algorithm ? placement(by.algorithm, key, by.columns) : ''}`),
  ].join(' ');
  const modulo = alone?.by.algorithm?.modulo;
  const table = declared([key], 'sharded', keyAt, {
    shardKey: keys,
    strategy: strategyOf(levels, keys),
    ...(nodes && { shards: nodes.nodes }),
    generated: generatedBy(value),
    ...(used.some(({ by }) => refusesRanges(by)) && { rangesRefused: true }),
    group: key,
    // Without a binding ShardingSphere joins every node of one table with every node of the other.
    groupGiven: true,
    ...(alone && modulo !== undefined && modulo === nodes?.nodes && { hash: 'mod' }),
    ...(alone && placedIn(alone.by.algorithm, nodes?.nodes)),
    ...(alone === undefined && { levels }),
  });
  return { table, layout };
}

/** Ranges that there are as many of as there are nodes. */
const placedIn = (found: Algorithm | undefined, nodes = found?.ranges.length): Pick<ShardTable, 'mapping'> =>
  found && found.ranges.length > 0 && found.ranges.length === nodes ? { mapping: found.ranges } : {};

/** Columns that ShardingSphere fills in where an INSERT leaves them out; 4.x calls it `keyGenerator`. */
const generatedBy = (table: Node): readonly string[] =>
  ['keyGenerateStrategy', 'keyGenerator'].flatMap((name) => textOf(field(table, name, 'column')) ?? []);

/** `allow-range-query-with-inline-sharding` is off unless it is said. */
const refusesRanges = ({ algorithm: found }: By): boolean =>
  found?.type === 'INLINE' && found.props.get('allowrangequerywithinlinesharding')?.toLowerCase() !== 'true';

/** Two levels with one key are one placement; two keys are a composite one. */
function strategyOf(levels: readonly Level[], keys: readonly string[]): Strategy {
  const kinds = new Set(levels.map(({ strategy }) => strategy));
  const [only = 'hash', ...others] = kinds;
  const together = levels.every(({ key }) => key.length === keys.length);
  if (!together) return 'composite';
  return others.length === 0 ? only : 'hash';
}

function autoTable(entry: Entry, algorithms: Algorithms, column: string | undefined, report: Report): RuleTable {
  const { key, keyAt, value } = entry;
  const by = chosen(field(value, 'shardingStrategy'), algorithms, column, report);
  if (by?.kind !== 'by') {
    if (by === undefined) {
      report(keyAt, 'error', 'missing-key', `The automatic table \`${key}\` has no \`shardingStrategy\`.`);
    }
    return { entry, layout: '' };
  }
  const sources = textsOf(field(value, 'actualDataSources')).join(',');
  const found = by.algorithm;
  const count = Number(found?.props.get('shardingcount'));
  const table = declared([key], 'sharded', keyAt, {
    shardKey: by.columns,
    strategy: found?.strategy ?? 'hash',
    ...(count > 0 && { shards: count }),
    ...(found?.modulo !== undefined && { hash: 'mod' }),
    ...placedIn(found),
    generated: generatedBy(value),
    group: key,
    groupGiven: true,
  });
  return {
    entry,
    table,
    sources: new Set(sources.split(',').map((name) => name.trim())).size,
    layout: `auto ${sources} ${found ? placement(found, key, by.columns) : ''}`,
  };
}
