/** Reads and writes of sharded tables by how many shards they ask, as `analyzeShardKey` counts them. */
import { isWrite } from '../../query/operation';
import { classOf } from '../../routing/routeClass';
import type { Surveyed } from '../survey';
import { type KeyedWrite, keylessWrite, keyUpdateIn } from './keylessWrites';
import type { ReadDistribution, Traffic, WriteDistribution } from './model';
import { tallyOf, type Weigh } from './tally';

type Asked = 'single' | 'multi' | 'all';

/** Undefined where no sharded table has a part in it, or the source does not say which shards. */
function askedBy({ route }: Surveyed): Asked | undefined {
  switch (classOf(route)) {
    case 'single':
      return 'single';
    case 'subset':
      return 'multi';
    case 'scatter':
      return 'all';
    case 'cross-shard-join':
      return route.reach === 'scatter' ? 'all' : 'multi';
    default:
      return undefined;
  }
}

/** Percent of `whole` with two decimals. */
const percent = (part: number, whole: number): number => Math.round((10_000 * part) / whole) / 100;

const sum = (statements: readonly Surveyed[], weigh: Weigh): number =>
  statements.reduce((total, one) => total + weigh(one), 0);

/** The three shares and that of moved rows, in this order. */
function shares(known: readonly Surveyed[], weigh: Weigh): readonly [number, number, number, number] | undefined {
  const total = sum(known, weigh);
  if (total === 0) return undefined;
  const part = (asked: Asked) =>
    percent(
      sum(
        known.filter((one) => askedBy(one) === asked),
        weigh,
      ),
      total,
    );
  const crossing = known.filter(({ route }) => route.crossShard !== null);
  return [part('single'), part('multi'), part('all'), percent(sum(crossing, weigh), total)];
}

export function readDistribution(reads: readonly Surveyed[], weigh: Weigh): ReadDistribution {
  const known = reads.filter((one) => askedBy(one) !== undefined);
  const of = (wanted: (one: Surveyed) => boolean): number => sum(known.filter(wanted), weigh);
  const sampleSize = {
    total: sum(known, weigh),
    find: of(({ operation }) => operation === 'select'),
    aggregate: of(({ operation }) => operation === 'aggregate'),
    count: of(({ operation }) => operation === 'count'),
    other: of(({ operation }) => operation !== 'select' && operation !== 'aggregate' && operation !== 'count'),
  };
  const parts = shares(known, weigh);
  if (!parts) return { sampleSize };
  const [single, multi, all, crossing] = parts;
  return {
    sampleSize,
    percentageOfSingleShardReads: single,
    percentageOfMultiShardReads: multi,
    percentageOfScatterGatherReads: all,
    percentageOfCrossShardReads: crossing,
  };
}

export function writeDistribution(writes: readonly Surveyed[], weigh: Weigh, keyed: KeyedWrite): WriteDistribution {
  const known = writes.filter((one) => askedBy(one) !== undefined);
  const of = (wanted: (one: Surveyed) => boolean): number => sum(known.filter(wanted), weigh);
  const total = sum(known, weigh);
  const sampleSize = {
    total,
    insert: of(({ operation }) => operation === 'insert'),
    update: of(({ operation }) => operation === 'update'),
    delete: of(({ operation }) => operation === 'delete'),
    // A statement that writes rows as a part of something else is no kind of its own.
    upsert: of(({ operation }) => !['insert', 'update', 'delete'].includes(operation)),
  };
  const parts = shares(known, weigh);
  if (!parts) return { sampleSize };
  const [single, multi, all, crossing] = parts;
  return {
    sampleSize,
    percentageOfSingleShardWrites: single,
    percentageOfMultiShardWrites: multi,
    percentageOfScatterGatherWrites: all,
    percentageOfCrossShardWrites: crossing,
    percentageOfShardKeyUpdates: percent(of(keyUpdateIn), total),
    percentageOfSingleWritesWithoutShardKey: percent(
      of((one) => keylessWrite(one, keyed) === 'single'),
      total,
    ),
    percentageOfMultiWritesWithoutShardKey: percent(
      of((one) => keylessWrite(one, keyed) === 'multi'),
      total,
    ),
  };
}

/** Statements that write rows are writes; what neither reads nor writes is neither. */
export const isReading = ({ operation, reads }: Surveyed): boolean =>
  !isWriting({ operation }) && operation !== 'ddl' && (operation !== 'other' || reads.length > 0);

export const isWriting = ({ operation }: Pick<Surveyed, 'operation'>): boolean => isWrite(operation);

export function trafficOf(statements: readonly Surveyed[], weigh: Weigh, keyed: KeyedWrite, unread = 0): Traffic {
  const reads = statements.filter(isReading);
  const writes = statements.filter(isWriting);
  const other = statements.filter((one) => !isReading(one) && !isWriting(one));
  return {
    reads: tallyOf(reads, weigh),
    writes: tallyOf(writes, weigh),
    other: tallyOf(other, weigh, unread),
    readDistribution: readDistribution(reads, weigh),
    writeDistribution: writeDistribution(writes, weigh, keyed),
  };
}
