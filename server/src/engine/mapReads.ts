/** What a map depends on. */
import { globMatcher, isGlob } from '../platform/globs';
import type { LoadedMap } from '../shards/load';

const asked = new WeakMap<LoadedMap, (path: string) => boolean>();

/** Whether a map has asked for a path, or for a glob that it fits. */
export function hasRead(loaded: LoadedMap, path: string): boolean {
  const known = asked.get(loaded);
  if (known) return known(path);
  const exact = new Set(loaded.readFiles);
  const globs = globMatcher(loaded.readFiles.filter(isGlob));
  const fits = (one: string): boolean => exact.has(one) || globs(one);
  asked.set(loaded, fits);
  return fits(path);
}
