import { areDisjoint, type TextEdit } from '../text/edits';
import type { Finding, Fix } from './finding';
import { sequenceOf } from './migrationFile';

export interface ChosenFixes {
  readonly fixes: readonly Fix[];
  readonly edits: ReadonlyMap<string, readonly TextEdit[]>;
}

/** The preferred fix of each finding, as far as they can be applied together: a fix is taken whole or not at all. */
export function chooseFixes(findings: readonly Finding[], unsafe: boolean): ChosenFixes {
  const edits = new Map<string, readonly TextEdit[]>();
  const fixes: Fix[] = [];
  const numbers = new Set<string>();
  for (const finding of findings) {
    const fix = finding.fixes.find(({ safe }) => safe || unsafe);
    if (!fix || fix.edits.length === 0) continue;
    const merged = new Map<string, readonly TextEdit[]>();
    for (const { file, span, text } of fix.edits) {
      merged.set(file, [...(merged.get(file) ?? edits.get(file) ?? []), { span, text }]);
    }
    if (![...merged.values()].every((all) => areDisjoint(all) && areDistinct(all))) continue;
    // Two new migrations would have one number: the second gets the next one when all is read again.
    const made = fix.edits.flatMap(({ file, span }) => (span.end === 0 ? (sequenceOf(file) ?? []) : []));
    if (made.some((number) => numbers.has(number))) continue;
    for (const number of made) numbers.add(number);
    for (const [file, all] of merged) edits.set(file, all);
    fixes.push(fix);
  }
  return { fixes, edits };
}

/** Two fixes that insert the same thing at the same place are one wish, not two. */
const areDistinct = (edits: readonly TextEdit[]): boolean =>
  new Set(edits.map(({ span, text }) => `${span.start}:${span.end}:${text}`)).size === edits.length;
