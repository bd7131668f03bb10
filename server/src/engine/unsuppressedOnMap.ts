/** Findings of rules on the map and the workspace stand in files too: comments there accept them as any other. */
import { suppresses } from '../sql/suppressions';
import { contains } from '../text/span';
import type { Evidence } from './contribution';
import type { Finding } from './finding';

export function unsuppressedOnMap(
  findings: readonly Finding[],
  files: ReadonlyMap<string, Pick<Evidence, 'spans' | 'suppressions'>>,
): readonly Finding[] {
  return findings.filter(({ file, rule, span }) => {
    const known = files.get(file);
    if (!known || known.suppressions.suppressions.length === 0) return true;
    const around = known.spans.filter((one) => contains(one, span)).map(({ start }) => start);
    return !known.suppressions.suppressions.some((one) => suppresses(one, rule, [span.start, ...around]));
  });
}
