/** Histograms of MySQL 8 (`information_schema.COLUMN_STATISTICS`) and MariaDB 10.8 (`JSON_HB`): distinct and most common values. */
import type { ColumnMeasurement } from '../../schema/statistics';
import { kept } from './measured';

export type Histogram = Pick<ColumnMeasurement, 'distinct' | 'nullShare' | 'mostCommon'>;

/** Undefined where the text is none of them, or says nothing. */
export function readHistogram(text: string): Histogram | undefined {
  const data = parsed(text);
  if (data === undefined) return undefined;
  const buckets = data.buckets;
  if (Array.isArray(buckets)) {
    const nulls = numberIn(data, 'null-values');
    return data['histogram-type'] === 'singleton' ? singleton(buckets, nulls) : equiHeight(buckets, nulls);
  }
  return Array.isArray(data.histogram_hb) ? mariadb(data.histogram_hb) : undefined;
}

function parsed(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const data: unknown = JSON.parse(text);
    return isRecord(data) ? data : undefined;
  } catch {
    return undefined;
  }
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const numberIn = (data: Readonly<Record<string, unknown>>, key: string): number | undefined => {
  const value = data[key];
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
};

type Common = { readonly value: string; readonly share: number };

/** `[value, share up to here]`: a bucket a value. */
function singleton(buckets: readonly unknown[], nullShare: number | undefined): Histogram {
  return summed(nullShare, buckets.length, stepsOf(buckets, 1));
}

/** `[lowest, highest, share up to here, values]`; a bucket of one value says how frequent it is. */
function equiHeight(buckets: readonly unknown[], nullShare: number | undefined): Histogram {
  const counts = buckets.map((bucket) => (Array.isArray(bucket) && typeof bucket[3] === 'number' ? bucket[3] : 0));
  const distinct = counts.reduce((sum, count) => sum + count, 0);
  return summed(
    nullShare,
    distinct,
    stepsOf(buckets, 2).filter((_, i) => counts[i] === 1),
  );
}

/** Shares are written as sums of all buckets before. */
function stepsOf(buckets: readonly unknown[], at: number): readonly (Common | undefined)[] {
  let before = 0;
  return buckets.map((bucket) => {
    const upTo: unknown = Array.isArray(bucket) ? bucket[at] : undefined;
    if (typeof upTo !== 'number') return undefined;
    const share = upTo - before;
    before = upTo;
    return { value: asText((bucket as readonly unknown[])[0]), share };
  });
}

function summed(nullShare: number | undefined, distinct: number, common: readonly (Common | undefined)[]): Histogram {
  const mostCommon = common.filter((one) => one !== undefined).sort((a, b) => b.share - a.share);
  return {
    ...(distinct > 0 && { distinct }),
    ...(nullShare !== undefined && { nullShare }),
    ...(mostCommon.length > 0 && { mostCommon: mostCommon.slice(0, kept) }),
  };
}

/** `{ start, size, ndv }`: each with its own share; a bucket of one value says how frequent it is. */
function mariadb(buckets: readonly unknown[]): Histogram {
  const known = buckets.filter(isRecord);
  const distinct = known.reduce((sum, bucket) => sum + (numberIn(bucket, 'ndv') ?? 0), 0);
  const single = known.flatMap((bucket): readonly Common[] => {
    const share = numberIn(bucket, 'size');
    return numberIn(bucket, 'ndv') === 1 && share !== undefined ? [{ value: asText(bucket.start), share }] : [];
  });
  return summed(undefined, distinct, single);
}

/** Text stands in base64: `base64:type254:TkU=`. */
function asText(value: unknown): string {
  const encoded = typeof value === 'string' ? /^base64:type\d+:(.*)$/s.exec(value)?.[1] : undefined;
  return encoded === undefined ? String(value) : Buffer.from(encoded, 'base64').toString('utf8');
}
