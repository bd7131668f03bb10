/** Globs as users write them in a shard map: `*`, `**`, `?`, `{a,b}`, `[a-z]`, relative to a folder. */
import picomatch from 'picomatch';

export const isGlob = (pattern: string): boolean => /[*?{}[\]]/.test(pattern);

/** A folder's glob (`services/billing`) means everything below it. */
export function globMatcher(patterns: readonly string[]): (path: string) => boolean {
  if (patterns.length === 0) return () => false;
  const all = patterns.flatMap((pattern) => {
    const clean = pattern.replace(/^\.\//, '').replace(/\/$/, '');
    return isGlob(clean) ? [clean] : [clean, `${clean}/**`];
  });
  return picomatch(all, { dot: true });
}

/** Splits a pattern into the folder that needs no matching and the rest. */
export function splitGlob(pattern: string): { readonly folder: string; readonly rest: string } {
  const parts = pattern.split('/');
  const first = parts.findIndex(isGlob);
  const cut = first < 0 ? parts.length - 1 : first;
  return { folder: parts.slice(0, cut).join('/'), rest: parts.slice(cut).join('/') };
}
