/** What a variable may hold after assignments in branches. */
import { flowLimits } from './flow';

export interface BranchArm {
  readonly branch: string;
  readonly arm: number;
  readonly of: number;
  readonly many: boolean;
}

export interface Alternative<T> {
  readonly value: T;
  readonly arms: readonly BranchArm[];
}

/** An assignment that always happens replaces; one in a branch adds; assignments in all arms of a branch replace together. */
export const assign = <T>(
  before: readonly Alternative<T>[],
  values: readonly T[],
  arms: readonly BranchArm[],
): readonly Alternative<T>[] => {
  const added = values.map((value) => ({ value, arms }));
  if (arms.length === 0) return added;
  const all = [...before, ...added];
  const [arm] = arms;
  if (arm === undefined || arms.length > 1 || arm.of === 0) return all;
  const own = all.filter((a) => a.arms.length === 1 && a.arms[0]?.branch === arm.branch);
  return new Set(own.map((a) => a.arms[0]?.arm)).size === arm.of ? own : all;
};

export const bounded = <T>(values: readonly T[]): readonly T[] => values.slice(0, flowLimits.alternatives);
