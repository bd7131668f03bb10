/** Globs as users write them in a shard map: `*`, `**`, `?`, `{a,b}`, `[a-z]`, relative to a folder. */
import picomatch from 'picomatch';
import { boundedGlob } from './boundedGlob';

export const isGlob = (pattern: string): boolean => /[*?{}[\]]/.test(pattern);

/** A folder's glob (`services/billing`) means everything below it. */
export function globMatcher(patterns: readonly string[]): (path: string) => boolean {
  return anyGlob(
    patterns.flatMap((pattern) => {
      const clean = pattern.replace(/^\.\//, '').replace(/\/$/, '');
      return isGlob(clean) ? [clean] : [clean, `${clean}/**`];
    }),
  );
}

/** Whether a path fits one of the patterns, which need not be well meant. */
export function anyGlob(
  patterns: readonly string[],
  options: Omit<picomatch.PicomatchOptions, 'dot'> = {},
): (path: string) => boolean {
  if (patterns.length === 0) return () => false;
  const plain = patterns.filter(isPlain);
  const fits = plain.length > 0 ? picomatch(plain, { ...options, dot: true }) : () => false;
  const others = patterns.filter((one) => !isPlain(one)).map(boundedGlob);
  return others.length === 0 ? fits : (path) => fits(path) || others.some((one) => one(path));
}

/** A regular expression made of it decides quickly: few stars in a row, no groups, braces that do not nest. */
function isPlain(pattern: string): boolean {
  if (pattern.length > 500 || /[()]|\[!|\{[^}]*\{|\{[^,}]*\.\./.test(pattern)) return false;
  const segments = pattern.split('/');
  return (
    segments.filter((one) => one === '**').length <= 3 &&
    segments.every((one) => one === '**' || (one.match(/\*+|\?/g) ?? []).length <= 3)
  );
}

/** Splits a pattern into the folder that needs no matching and the rest. */
export function splitGlob(pattern: string): { readonly folder: string; readonly rest: string } {
  const parts = pattern.split('/');
  const first = parts.findIndex(isGlob);
  const cut = first < 0 ? parts.length - 1 : first;
  return { folder: parts.slice(0, cut).join('/'), rest: parts.slice(cut).join('/') };
}
