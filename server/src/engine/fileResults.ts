/** What is known of each file of a workspace: its analysis, or what an earlier run kept of one. */
import type { FileKind } from '../rules/rule';
import type { FileResult } from './analyzeFile';
import { type Contribution, contributionOf } from './contribution';

const byPath = (a: { readonly file: string }, b: { readonly file: string }): number => (a.file < b.file ? -1 : 1);

export class FileResults {
  private results = new Map<string, FileResult>();
  /** What files add to a check by an earlier run; it holds until a result takes its place. */
  private kept = new Map<string, Contribution>();

  constructor(private readonly kindOf: (path: string) => FileKind) {}

  get(path: string): FileResult | undefined {
    return this.results.get(path);
  }

  set(path: string, result: FileResult): void {
    this.results.set(path, result);
  }

  /** Whether nothing more can be learned of the file by reading it now. */
  isKnown(path: string): boolean {
    return this.results.has(path) || this.kept.get(path)?.hosted === false;
  }

  /** Files that were analysed in this run. */
  get paths(): readonly string[] {
    return [...this.results.keys()];
  }

  /** Results in one order, whoever asked first. */
  get known(): readonly FileResult[] {
    return [...this.results.values()].sort(byPath);
  }

  /** All files of which something is known, and whether a library is used there; in one order. */
  get hosted(): readonly { readonly file: string; readonly hosted: boolean }[] {
    const live = [...this.results.values()].map(({ file, host }) => ({ file, hosted: host !== undefined }));
    return [...live, ...[...this.kept.values()].filter(({ file }) => !this.results.has(file))].sort(byPath);
  }

  /** What an earlier run kept of the file. */
  recalled(path: string): Contribution | undefined {
    return this.kept.get(path);
  }

  /** What files add to a check; of one that was both recalled and analysed, as it was analysed. */
  get contributions(): ReadonlyMap<string, Contribution> {
    const made = [...this.results].map(([path, result]) => [path, contributionOf(result, this.kindOf)] as const);
    return new Map([...this.kept, ...made]);
  }

  recall(kept: ReadonlyMap<string, Contribution>): void {
    this.kept = new Map(kept);
  }

  /** Forgets what was read from this file, or from what this key stands for (see `Project.takeReads`). Answers of which files. */
  drop(path: string): ReadonlySet<string> {
    const dropped = new Set<string>();
    for (const known of [this.results, this.kept])
      for (const [file, { reads }] of known) {
        if (file !== path && !reads.has(path)) continue;
        known.delete(file);
        dropped.add(file);
      }
    return dropped;
  }

  clear(): void {
    this.results = new Map();
    this.kept = new Map();
  }
}
