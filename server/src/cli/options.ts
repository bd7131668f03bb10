import type { Slice } from '../engine/slice';
import type { Confidence } from '../routing/route';
import type { Severity } from '../shards/model';

export const formats = ['pretty', 'json', 'sarif', 'github', 'md'] as const;
export type FormatName = (typeof formats)[number];

/** From the strictest to the laxest. */
export const confidences: readonly Confidence[] = ['certain', 'likely', 'guess'];

export interface CheckOptions {
  readonly config?: string;
  readonly format: FormatName;
  readonly failOn: Severity;
  readonly minConfidence: Confidence;
  readonly fix?: boolean;
  readonly diff?: boolean;
  readonly unsafeFixes?: boolean;
  /** Ids of rules: these alone. */
  readonly rule?: readonly string[];
  readonly baseline?: string;
  readonly updateBaseline?: boolean;
  readonly since?: string;
  readonly shard?: Slice;
}

export const reportFormats = ['html', 'md', 'json'] as const;

export interface ReportCommandOptions {
  readonly config?: string;
  readonly format: (typeof reportFormats)[number];
  readonly out?: string;
  readonly baseline?: string;
}
