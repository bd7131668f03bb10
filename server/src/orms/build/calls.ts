/** The calls and assignments of a file, for modules that look for what is declared by them. */
import type { CallValue, HostFile, Value } from '../../hosts/host';

export type Assignment = Value & { readonly kind: 'assign' };

/** All calls of a file, wherever they stand. */
export const callsIn = (file: HostFile): readonly CallValue[] => doneIn(file).calls;

/** All calls and assignments of a file, wherever they stand. */
export const doneIn = (
  file: HostFile,
): { readonly calls: readonly CallValue[]; readonly assignments: readonly Assignment[] } => {
  const calls: CallValue[] = [];
  const assignments: Assignment[] = [];
  const seen = new Set<object>();
  const walk = (one: unknown, depth: number): void => {
    if (typeof one !== 'object' || one === null || seen.has(one) || depth > 200) return;
    seen.add(one);
    if (Array.isArray(one)) {
      for (const item of one) walk(item, depth + 1);
      return;
    }
    if ('kind' in one && one.kind === 'call') calls.push(one as CallValue);
    if ('kind' in one && one.kind === 'assign') assignments.push(one as Assignment);
    for (const value of Object.values(one)) walk(value, depth + 1);
  };
  walk(
    file.functions.map(({ params, body }) => [params, body]),
    0,
  );
  walk(
    file.exports.map((one) => (one.kind === 'value' ? one.value : undefined)),
    0,
  );
  walk(
    file.classes.map((one) => [one.decorators, one.extends, one.members.map((member) => member.value)]),
    0,
  );
  return { calls, assignments };
};
