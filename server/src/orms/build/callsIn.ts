/** All calls of a file, wherever they stand. */
import type { CallValue, HostFile } from '../../hosts/host';

export const callsIn = (file: HostFile): readonly CallValue[] => {
  const found: CallValue[] = [];
  const seen = new Set<object>();
  const walk = (one: unknown): void => {
    if (typeof one !== 'object' || one === null || seen.has(one)) return;
    seen.add(one);
    if ('kind' in one && one.kind === 'call' && 'args' in one) found.push(one as CallValue);
    for (const [key, inner] of Object.entries(one)) if (key !== 'span' && key !== 'map') walk(inner);
  };
  walk(file.functions.map(({ body, params }) => [body, params]));
  walk(file.exports);
  walk(file.classes.map(({ members, extends: above }) => [members, above]));
  return found;
};
