/** The sharding algorithms that ShardingSphere ships, as its documentation states them. */
import type { Mapping, Strategy } from '../../model';
import { entriesOf, type Node, textOf } from '../../positioned/node';
import { field, plain } from './fields';

export interface Algorithm {
  readonly type: string;
  readonly strategy: Strategy;
  /** Rows are placed by `value % count`. */
  readonly modulo?: number;
  /** Rows lie by these bounds; none where that is not known. */
  readonly ranges: readonly Mapping[];
  /** All that decides where a value lies, for comparing two. */
  readonly props: ReadonlyMap<string, string>;
}

export const algorithmTypes: Readonly<Record<string, Strategy>> = {
  MOD: 'hash',
  HASH_MOD: 'hash',
  VOLUME_RANGE: 'range',
  BOUNDARY_RANGE: 'range',
  AUTO_INTERVAL: 'time',
  INTERVAL: 'time',
  INLINE: 'hash',
  COMPLEX_INLINE: 'hash',
  HINT_INLINE: 'hash',
  CLASS_BASED: 'hash',
  COSID_MOD: 'hash',
  COSID_INTERVAL: 'time',
  COSID_INTERVAL_SNOWFLAKE: 'time',
};

export function algorithm(node: Node): Algorithm | undefined {
  const type = textOf(field(node, 'type'))?.toUpperCase();
  if (type === undefined) return undefined;
  const props = new Map(entriesOf(field(node, 'props')).map(({ key, value }) => [plain(key), textOf(value) ?? '']));
  return built(type, props);
}

/** 4.x: the expression stands in the strategy itself. */
export const inlineAlgorithm = (expression: string): Algorithm =>
  built('INLINE', new Map([['algorithmexpression', expression]]));

/** 4.x: a class of the application's own. */
export const classAlgorithm = (name: string): Algorithm => built('CLASS_BASED', new Map([['class', name]]));

function built(type: string, props: ReadonlyMap<string, string>): Algorithm {
  const count =
    type === 'MOD'
      ? props.get('shardingcount')
      : type === 'INLINE'
        ? /\{\s*\w+\s*%\s*(\d+)\s*\}$/.exec(props.get('algorithmexpression') ?? '')?.[1]
        : undefined;
  const modulo = Number(count);
  return {
    type,
    strategy: algorithmTypes[type] ?? 'hash',
    ...(modulo > 0 && { modulo }),
    ranges: rangesOf(type, props),
    props,
  };
}

/** The last part of a node's name counts these up: below the first bound, between each two, from the last one on. */
function rangesOf(type: string, props: ReadonlyMap<string, string>): readonly Mapping[] {
  const bounds = boundsOf(type, props);
  if (bounds.length === 0 || bounds.length > 4096 || !bounds.every(Number.isSafeInteger)) return [];
  return [...bounds, undefined].map((to, i) => {
    const from = bounds[i - 1];
    return { ...(from !== undefined && { from }), ...(to !== undefined && { to }), shard: String(i) };
  });
}

function boundsOf(type: string, props: ReadonlyMap<string, string>): readonly number[] {
  if (type === 'BOUNDARY_RANGE')
    return (props.get('shardingranges') ?? '')
      .split(',')
      .map(numberIn)
      .sort((a, b) => a - b);
  if (type !== 'VOLUME_RANGE') return [];
  const [low, high, volume] = ['rangelower', 'rangeupper', 'shardingvolume'].map((name) =>
    numberIn(props.get(name) ?? ''),
  );
  if (low === undefined || high === undefined || volume === undefined || !(volume > 0)) return [];
  const count = Math.ceil((high - low) / volume);
  if (!(count > 0 && count <= 4096)) return [];
  return [...Array.from({ length: count }, (_, i) => low + i * volume), high];
}

const numberIn = (text: string): number => (/^\s*-?\d+\s*$/.test(text) ? Number(text) : Number.NaN);

/** Equal for two tables whose rows lie alike: names of the table and its column do not count. */
export const placement = ({ type, props }: Algorithm, table: string, columns: readonly string[]): string =>
  [type, ...[...props].map(([name, value]) => `${name}=${without(value, [table, ...columns])}`).sort()].join(' ');

const without = (value: string, names: readonly string[]): string =>
  names.reduce(
    (text, name) =>
      text.replace(new RegExp(`(?<![A-Za-z0-9])${name.replace(/[^\w]/g, '\\$&')}(?![A-Za-z0-9])`, 'g'), '·'),
    value,
  );
