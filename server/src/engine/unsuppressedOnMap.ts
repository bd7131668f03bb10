/** Findings of rules on the map and the workspace stand in files too: comments there accept them as any other. */
import { suppresses } from '../sql/suppressions';
import { contains } from '../text/span';
import type { FileResult } from './analyzeFile';
import type { Finding } from './finding';

export function unsuppressedOnMap(
  findings: readonly Finding[],
  results: ReadonlyMap<string, Pick<FileResult, 'statements' | 'suppressions'>>,
): readonly Finding[] {
  return findings.filter(({ file, rule, span }) => {
    const result = results.get(file);
    if (!result || result.suppressions.suppressions.length === 0) return true;
    const around = result.statements.filter((one) => contains(one.span, span)).map((one) => one.span.start);
    return !result.suppressions.suppressions.some((one) => suppresses(one, rule, [span.start, ...around]));
  });
}
