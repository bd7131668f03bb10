/** What rules say of a statement, at its place and before it is known where that is. */
import type { FileKind } from '../rules/rule';
import type { Finding } from './finding';
import type { Statement } from './statement';

export interface RuleRun {
  readonly findings: readonly Finding[];
  /** Bugs of ours: rule id and what was thrown. Caught once per rule and query, never fatal. */
  readonly faults: readonly { readonly rule: string; readonly error: unknown }[];
}

/** A finding before it is known where its statement stands. */
export type Draft = (statement: Statement) => Finding;

/** Wherever the statement stands. */
export interface Said {
  readonly kind: FileKind;
  readonly drafts: readonly Draft[];
  readonly faults: RuleRun['faults'];
}

export const nothingSaid: RuleRun = { findings: [], faults: [] };

export const runOf = ({ drafts, faults }: Said, statement: Statement): RuleRun =>
  drafts.length === 0 && faults.length === 0
    ? nothingSaid
    : { findings: drafts.map((draft) => draft(statement)), faults };
