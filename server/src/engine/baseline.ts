/** Findings that were accepted when Shardlint was adopted. The list only shrinks: what is mended must leave it. */
import type { Finding } from './finding';

export interface BaselineEntry {
  readonly file: string;
  readonly rule: string;
  readonly fingerprint: string;
  readonly count: number;
}

/** Undefined where the text is no baseline. */
export function parseBaseline(text: string): readonly BaselineEntry[] | undefined {
  try {
    const data: unknown = JSON.parse(text);
    if (!isRecord(data) || data.version !== 1 || !Array.isArray(data.findings)) return undefined;
    return data.findings.every(isEntry) ? data.findings : undefined;
  } catch {
    return undefined;
  }
}

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;

const isEntry = (value: unknown): value is BaselineEntry =>
  isRecord(value) &&
  typeof value.file === 'string' &&
  typeof value.rule === 'string' &&
  typeof value.fingerprint === 'string' &&
  Number.isSafeInteger(value.count) &&
  Number(value.count) > 0;

/** One line an entry, sorted, so that changes are easy to read and to merge. */
export function printBaseline(entries: readonly BaselineEntry[]): string {
  const key = ({ file, rule, fingerprint }: BaselineEntry) => `${file}\0${rule}\0${fingerprint}`;
  const lines = [...entries]
    .sort((a, b) => (key(a) < key(b) ? -1 : 1))
    .map(({ file, rule, fingerprint, count }) => `    ${JSON.stringify({ file, rule, fingerprint, count })}`);
  return `{\n  "version": 1,\n  "findings": [${lines.length > 0 ? `\n${lines.join(',\n')}\n  ` : ''}]\n}\n`;
}

/** `nameOf` gives the path under which a file stands in the baseline. */
export function baselineOf(findings: readonly Finding[], nameOf: (file: string) => string): readonly BaselineEntry[] {
  const entries = new Map<string, BaselineEntry>();
  for (const { file, rule, fingerprint } of findings) {
    const count = (entries.get(fingerprint)?.count ?? 0) + 1;
    entries.set(fingerprint, { file: nameOf(file), rule, fingerprint, count });
  }
  return [...entries.values()];
}

export interface Compared {
  /** Findings beyond those accepted. */
  readonly fresh: readonly Finding[];
  /** Accepted findings that exist no longer, with the number of them that are gone. */
  readonly stale: readonly BaselineEntry[];
  /** What is left of the list. */
  readonly rest: readonly BaselineEntry[];
}

export function compareWithBaseline(findings: readonly Finding[], accepted: readonly BaselineEntry[]): Compared {
  const left = new Map<string, number>();
  for (const { fingerprint, count } of accepted) left.set(fingerprint, (left.get(fingerprint) ?? 0) + count);
  const fresh = findings.filter(({ fingerprint }) => {
    const count = left.get(fingerprint) ?? 0;
    if (count > 0) left.set(fingerprint, count - 1);
    return count === 0;
  });
  const gone = (entry: BaselineEntry): number => Math.min(left.get(entry.fingerprint) ?? 0, entry.count);
  return {
    fresh,
    stale: accepted.filter((entry) => gone(entry) > 0).map((entry) => ({ ...entry, count: gone(entry) })),
    rest: accepted
      .filter((entry) => gone(entry) < entry.count)
      .map((entry) => ({ ...entry, count: entry.count - gone(entry) })),
  };
}
