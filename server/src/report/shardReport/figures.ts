/** Numbers and names as every format of the shard report writes them. */
import type { ColumnCharacteristics, MapSection, StatementLine, TableSection } from '../../advice/shardReport/model';
import { type ClassField, fieldOfClass } from '../../advice/shardReport/tally';
import type { RouteClass } from '../../routing/routeClass';

/** The classes in the order in which they are drawn, from the cheapest to the most expensive. */
export const classes = [
  { field: 'single', name: 'one shard' },
  { field: 'subset', name: 'some shards' },
  { field: 'scatter', name: 'all shards' },
  { field: 'crossShard', name: 'across shards' },
  { field: 'reference', name: 'reference' },
  { field: 'unsharded', name: 'unsharded' },
  { field: 'unknown', name: 'unknown' },
] as const satisfies readonly { readonly field: ClassField; readonly name: string }[];

export const nameOfClass = (one: RouteClass): string =>
  classes.find(({ field }) => field === fieldOfClass[one])?.name ?? one;

/** `1,234`, `0.35`; a dash for what is not known. */
export const number = (value: number | null | undefined): string =>
  value === null || value === undefined ? '–' : Number(value.toPrecision(6)).toLocaleString('en-US');

/** Whole ones: nobody decides by a hundredth. What is not quite nothing, or not quite all, is said so. */
export function percent(value: number | undefined): string {
  if (value === undefined) return '–';
  if (value > 0 && value < 1) return '< 1 %';
  if (value > 99 && value < 100) return '> 99 %';
  return `${Math.round(value)} %`;
}

export const share = (value: number | undefined): string =>
  value === undefined ? '–' : `${number(Math.round(value * 1000) / 10)} %`;

export const plural = (count: number, noun: string): string => `${number(count)} ${noun}${count === 1 ? '' : 's'}`;

/** Milliseconds as a map writes them. */
export const time = (ms: number | null): string =>
  ms === null ? '–' : ms >= 1000 && ms % 1000 === 0 ? `${ms / 1000} s` : `${ms} ms`;

/** `tenant_id, hash, 32 shards`. */
export const keyText = ({ shardKey, strategy, shards, kind }: TableSection): string =>
  kind === 'sharded'
    ? [shardKey.join(', '), strategy, shards === null ? null : plural(shards, 'shard')].filter(Boolean).join(' · ')
    : kind;

export const isUsed = ({ traffic }: TableSection): boolean => traffic.reads.total + traffic.writes.total > 0;

/** `1 of 4`, `all 32`, `some of 32`; a dash where nobody says it, or it never runs. */
export function shardsText({ shards: { count, of }, refused }: Pick<StatementLine, 'shards' | 'refused'>): string {
  if (refused !== null || (count === undefined && of === undefined)) return '–';
  if (of === undefined) return String(count);
  return count === undefined ? `some of ${of}` : count === of ? `all ${of}` : `${count} of ${of}`;
}

/** One column of a shard key. */
export interface KeyRow extends Partial<ColumnCharacteristics> {
  readonly table: string;
  readonly column: string;
  readonly isUnique: boolean | null;
}

export const keyRows = (tables: readonly TableSection[]): readonly KeyRow[] =>
  tables.flatMap(({ table, shardKey, keyCharacteristics: key }): readonly KeyRow[] => {
    if (!key) return [];
    const { columns, isUnique, ...only } = key;
    return columns
      ? columns.map((column) => ({ ...column, isUnique, table }))
      : [{ ...only, isUnique, table, column: shardKey.join(', ') }];
  });

export const monotonicityText = ({ monotonicity }: KeyRow): string => {
  if (!monotonicity) return '–';
  const { type, recordIdCorrelationCoefficient: r } = monotonicity;
  return r === undefined ? type : `${type} (${number(r)})`;
};

/** The one sentence that stands first. */
export function headline({ traffic, tables, coverage }: MapSection): string {
  const sharded = tables.filter(({ kind }) => kind === 'sharded').length;
  const { total } = traffic.readDistribution.sampleSize;
  const writes = traffic.writeDistribution.sampleSize.total;
  const say = (count: number, noun: string, value: number | undefined) =>
    count === 0 ? undefined : `${percent(value)} of ${plural(count, noun)} of sharded tables stay on one shard`;
  const parts = [
    say(total, 'read', traffic.readDistribution.percentageOfSingleShardReads),
    say(writes, 'write', traffic.writeDistribution.percentageOfSingleShardWrites),
  ].filter((part) => part !== undefined);
  const tail = `${coverage.understood} of ${plural(coverage.statements, 'statement')} understood`;
  if (sharded === 0) return `No table is sharded here; ${tail}.`;
  return `${parts.length > 0 ? parts.join('; ') : 'No statement reads or writes a sharded table'}; ${tail}.`;
}

export const readSteps: Readonly<Record<MapSection['reads'][number]['step'], string>> = {
  replica: 'replica',
  denormalise: 'copied column',
  'materialized-view': 'kept totals',
  'read-model': 'read model',
};
