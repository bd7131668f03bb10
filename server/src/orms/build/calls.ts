/** The calls of a file, for modules that look for what is declared by calling. */
import type { CallValue, HostFile } from '../../hosts/host';

/** All calls of a file, wherever they stand. */
export const callsIn = (file: HostFile): readonly CallValue[] => {
  const found: CallValue[] = [];
  const seen = new Set<object>();
  const walk = (one: unknown, depth: number): void => {
    if (typeof one !== 'object' || one === null || seen.has(one) || depth > 200) return;
    seen.add(one);
    if (Array.isArray(one)) {
      for (const item of one) walk(item, depth + 1);
      return;
    }
    if ('kind' in one && one.kind === 'call') found.push(one as CallValue);
    for (const value of Object.values(one)) walk(value, depth + 1);
  };
  walk(
    file.functions.map((fn) => fn.body),
    0,
  );
  walk(
    file.exports.map((one) => (one.kind === 'value' ? one.value : undefined)),
    0,
  );
  walk(
    file.classes.map((one) => [one.decorators, one.members.map((member) => member.value)]),
    0,
  );
  return found;
};
