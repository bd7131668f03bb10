/** Open documents in which somebody types: what they said last as a whole, and what edits have changed of it since. */
import { type EditedFile, isEdited, type ReadFile } from '../hosts/editedFile';
import type { Span } from '../text/span';
import type { FileResult } from './analyzeFile';
import type { Finding } from './finding';

export type Said = Pick<FileResult, 'findings' | 'faults'>;

interface Whole {
  readonly result: FileResult;
  readonly edited: WeakMap<EditedFile, Said>;
}

export class Typing {
  /** While nothing else that they read has changed. */
  private readonly wholes = new Map<string, Whole>();

  take(result: FileResult): void {
    this.wholes.set(result.file, { result, edited: new WeakMap() });
  }

  whole(path: string): FileResult | undefined {
    return this.wholes.get(path)?.result;
  }

  forget(path: string): void {
    this.wholes.delete(path);
  }

  /** A file has changed; or one that answers what that key asks. See `Project.takeReads`. */
  drop(path: string): void {
    for (const [file, { result }] of this.wholes) if (file !== path && result.reads.has(path)) this.wholes.delete(file);
  }

  clear(): void {
    this.wholes.clear();
  }

  /** `analyse`: what is found in the stretch of one edit. Undefined where it was another text that was edited. */
  async said(
    whole: FileResult,
    edited: EditedFile,
    analyse: (edited: EditedFile) => Promise<Said>,
  ): Promise<Said | undefined> {
    const known = this.wholes.get(whole.file)?.edited ?? new WeakMap<EditedFile, Said>();
    const of = async (one: ReadFile | EditedFile): Promise<Said | undefined> => {
      if (!isEdited(one)) return one.text === whole.text ? whole : undefined;
      const before = known.get(one) ?? (await of(one.before));
      if (!before || known.has(one)) return before;
      const { findings, faults } = await analyse(one);
      const moved = movedAlong(whole.file, before.findings, one.moved);
      const here = movedAlong(whole.file, findings, one.place);
      const made = { findings: [...moved, ...here], faults: [...before.faults, ...faults] };
      known.set(one, made);
      return made;
    };
    return of(edited);
  }
}

/** Without those that an edit touched, and without fixes, which the next keystroke would spoil. */
const movedAlong = (
  file: string,
  findings: readonly Finding[],
  moved: (span: Span) => Span | undefined,
): readonly Finding[] =>
  findings.flatMap((one) => {
    const span = moved(one.span);
    if (!span) return [];
    const isElsewhere = one.related.every(({ location }) => location.file !== file);
    const related = one.related.flatMap(({ location, message }) => {
      const at = location.file === file ? moved(location.span) : location.span;
      return at ? [{ location: { file: location.file, span: at }, message }] : [];
    });
    return [{ ...one, span, related: isElsewhere ? one.related : related, fixes: [] }];
  });
