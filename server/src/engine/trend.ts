/** How the findings of today stand against those that were accepted. */
import type { Trend } from '../advice/shardReport/model';
import { type BaselineEntry, compareWithBaseline } from './baseline';
import type { Finding } from './finding';

/** `baseline`: the file as it is named to people. */
export function trendOf(baseline: string, findings: readonly Finding[], accepted: readonly BaselineEntry[]): Trend {
  const { fresh, stale } = compareWithBaseline(findings, accepted);
  const sum = (entries: readonly BaselineEntry[]): number => entries.reduce((total, { count }) => total + count, 0);
  const rules = [...new Set([...findings, ...accepted].map(({ rule }) => rule))].map((rule) => {
    const of = <T extends { readonly rule: string }>(all: readonly T[]): readonly T[] =>
      all.filter((one) => one.rule === rule);
    return {
      rule,
      accepted: sum(of(accepted)),
      now: of(findings).length,
      fresh: of(fresh).length,
      mended: sum(of(stale)),
    };
  });
  return {
    baseline,
    accepted: sum(accepted),
    now: findings.length,
    fresh: fresh.length,
    mended: sum(stale),
    rules: rules.toSorted((a, b) => b.now - a.now || (a.rule < b.rule ? -1 : 1)),
  };
}
