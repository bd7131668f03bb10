/** What a command knows of the world: streams, folder, engine. Tests hand in their own. */
import type { Memory } from '../engine/recall';
import type { Platform } from '../platform/platform';
import type { ReportOptions } from '../report/report';
import type { Engine } from './engine';

export interface Shell {
  /** Absolute, with forward slashes. */
  readonly cwd: string;
  readonly platform: Platform;
  /** Loaded when a command needs it: help must not wait for parsers. */
  engine(): Promise<Engine>;
  /** Keeps the answer to a question between runs; without it every run begins anew. */
  readonly memory?: (question: readonly string[]) => Memory;
  readonly color: boolean;
  readonly width: number;
  /** A person reads what is printed: nothing in it may steer a terminal. */
  readonly terminal?: boolean;
  readonly version: string;
  out(text: string): void;
  err(text: string): void;
  /** Shown over itself on a terminal, nowhere else. */
  progress(text: string): void;
  /** An environment variable, read when a command needs the one that it was told. */
  readonly env?: (name: string) => string | undefined;
  /** Lines of standard input. */
  input(): AsyncIterable<string>;
}

/** Unusable arguments or configuration: exit status 2, and one helpful sentence. */
export class UsageError extends Error {}

export const status = { clean: 0, findings: 1, unusable: 2 } as const;
export type Status = (typeof status)[keyof typeof status];

export const reportOptions = (shell: Shell, engine: Engine, root: string): ReportOptions => ({
  root,
  version: shell.version,
  rules: engine.rules,
  color: shell.color,
  width: shell.width,
});
