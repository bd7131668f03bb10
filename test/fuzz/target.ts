import type { Random } from './random';

/** One part of Shardlint under fuzz: it makes inputs, runs them, and throws where a promise is broken. */
export interface Target {
  readonly id: string;
  /** Inputs of a long run. */
  readonly inputs: number;
  prepare(): Promise<Prepared>;
}

export interface Prepared {
  /** Plain texts, so that a failing input can be made smaller. */
  make(random: Random): readonly string[];
  run(input: readonly string[]): void | Promise<void>;
}

export function holds(condition: boolean, promise: () => string): void {
  if (!condition) throw new Error(`broken promise: ${promise()}`);
}

export const within = ({ start, end }: { readonly start: number; readonly end: number }, length: number): boolean =>
  start >= 0 && start <= end && end <= length;
