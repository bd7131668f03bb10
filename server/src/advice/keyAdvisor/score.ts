/** One number for a design: what stays on one shard, less what crosses shards, times what is known of the key. */
import type { FitCounts } from './fit';
import type { KeyQuality } from './quality';

/**
 * −1 to 1, over all statements. Oracle's Sharding Advisor ranks designs by most single-shard queries, then fewest
 * cross-shard joins; one sum of both keeps a family of two tables from winning over one of forty:
 * `stays + add-key / 2 − fans-out / 4 − leaves / 2`.
 */
export function sumOf(fit: FitCounts): number {
  const total = Object.values(fit).reduce((sum, one) => sum + one, 0);
  return total === 0 ? 0 : (fit.stays + fit['add-key'] / 2 - fit['fans-out'] / 4 - fit.leaves / 2) / total;
}

/** 0 to 100. */
export const scoreOf = (fit: FitCounts, quality: number): number => Math.round(100 * Math.max(0, sumOf(fit)) * quality);

/** 0 to 1: each known fault takes its part; what nobody knows takes nothing. */
export function qualityOf(quality: KeyQuality, tables: number): number {
  const part = (list: readonly { readonly table: string }[]): number =>
    new Set(list.map(({ table }) => table)).size / Math.max(1, tables);
  const proven = quality.few.filter(({ evidence }) => evidence.every(({ rung, soft }) => rung !== 'name' && !soft));
  const named = quality.few.filter((one) => !proven.includes(one));
  const hottest = Math.max(0, ...quality.hot.map(({ share: one }) => one));
  return [
    1 - 0.8 * part(proven),
    1 - 0.5 * part(named),
    1 - 0.5 * part(quality.uneven),
    1 - 0.3 * part(quality.nullable),
    1 - 0.3 * part(quality.changed),
    1 - 0.5 * hottest,
  ].reduce((product, one) => product * one, 1);
}
