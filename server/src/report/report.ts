/** What every format gets beside the findings, and the positions that people count from one. */
import type { Checked, Finding } from '../engine/finding';
import type { Severity } from '../shards/model';
import { type LineIndex, lineIndex, positionAt } from '../text/lineIndex';
import type { Span } from '../text/span';

export interface ReportOptions {
  /** The folder that was checked; files are named relative to it. */
  readonly root: string;
  readonly version: string;
  readonly rules: ReadonlyMap<string, RuleText>;
  readonly color: boolean;
  /** Columns of the terminal. */
  readonly width: number;
  /** Where several machines share a check: `2-of-4`. */
  readonly part?: string;
}

/** What a rule says about itself. */
export interface RuleText {
  readonly summary: string;
  readonly why: string;
  readonly remedy: string;
  readonly severity: Severity;
  readonly whenNot?: string;
}

/** A pure function of what was found. The text ends with a line feed, or is empty. */
export type Format = (checked: Checked, options: ReportOptions) => string;

/** Lines and columns are 1-based, columns in UTF-16 units. */
export interface Range {
  readonly start: { readonly line: number; readonly column: number };
  readonly end: { readonly line: number; readonly column: number };
}

export interface Places {
  /** Relative to the root, with forward slashes; other files keep their path, or what a person called them. */
  path(file: string): string;
  range(file: string, span: Span): Range;
  /** Undefined where the file's text is not at hand. */
  lines(file: string): LineIndex | undefined;
}

export function places(checked: Pick<Checked, 'text' | 'given'>, root: string): Places {
  const base = root.endsWith('/') ? root : `${root}/`;
  const indexes = new Map<string, LineIndex | undefined>();
  const lines = (file: string): LineIndex | undefined => {
    if (!indexes.has(file)) {
      const text = checked.text(file);
      indexes.set(file, text === undefined ? undefined : lineIndex(text));
    }
    return indexes.get(file);
  };
  return {
    path: (file) => (file.startsWith(base) ? file.slice(base.length) : (checked.given?.get(file) ?? file)),
    range(file, { start, end }) {
      const index = lines(file);
      const at = (offset: number) => {
        const { line, column } = index ? positionAt(index, offset) : { line: 0, column: 0 };
        return { line: line + 1, column: column + 1 };
      };
      return { start: at(start), end: at(Math.max(start, end)) };
    },
    lines,
  };
}

/** `places: { write }` → `writeFile`, `writeLine`. */
export const namedPlaces = ({ places }: Finding, { path, range }: Places): Readonly<Record<string, string | number>> =>
  Object.fromEntries(
    Object.entries(places ?? {}).flatMap(([name, { file, span }]) => [
      [`${name}File`, path(file)],
      [`${name}Line`, range(file, span).start.line],
    ]),
  );

/** In the order in which people read: by file, then by place, then by rule. */
export const inReadingOrder = (findings: readonly Finding[]): readonly Finding[] =>
  [...findings].sort(
    (a, b) =>
      compare(a.file, b.file) || a.span.start - b.span.start || a.span.end - b.span.end || compare(a.rule, b.rule),
  );

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

export const severities: readonly Severity[] = ['error', 'warning', 'information', 'hint'];

const word: Readonly<Record<Severity, readonly [one: string, many: string]>> = {
  error: ['error', 'errors'],
  warning: ['warning', 'warnings'],
  information: ['info', 'infos'],
  hint: ['hint', 'hints'],
};

/** "12 problems (1 error, 9 warnings, 2 infos) · 118 of 121 statements understood · 3 unknown". */
export function summary({ findings, coverage }: Checked): string {
  const counts = severities
    .map((severity) => ({ severity, count: findings.filter((finding) => finding.severity === severity).length }))
    .filter(({ count }) => count > 0)
    .map(({ severity, count }) => `${count} ${word[severity][count === 1 ? 0 : 1]}`);
  const problems =
    findings.length === 0
      ? 'No problems'
      : `${findings.length} ${findings.length === 1 ? 'problem' : 'problems'} (${counts.join(', ')})`;
  const read = `${coverage.understood} of ${coverage.statements} ${coverage.statements === 1 ? 'statement' : 'statements'} understood`;
  return [problems, read, ...(coverage.unknown > 0 ? [`${coverage.unknown} unknown`] : [])].join(' · ');
}
