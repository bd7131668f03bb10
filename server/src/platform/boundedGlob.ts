/**
 * Globs that someone may have written to keep us busy: matched in time that grows with pattern times path, where a
 * regular expression would try all ways to share a path among twenty stars. `*`, `**`, `?`, `[a-z]` and `{a,b}`.
 */

type Part = { readonly kind: 'star' } | { readonly kind: 'one'; readonly fits: (char: string) => boolean };

type Segment = 'any' | readonly Part[];

const mostAlternatives = 64;
const longest = 4096;

export function boundedGlob(pattern: string): (path: string) => boolean {
  const globs = alternatives(pattern.slice(0, longest)).map((one) => one.split('/').map(segment));
  return (path) => {
    const parts = path.split('/');
    return globs.some((glob) => matches(glob, parts, (one) => one === 'any', fits));
  };
}

const fits = (one: Segment, name: string): boolean =>
  one === 'any' ||
  matches(
    one,
    [...name],
    (part) => part.kind === 'star',
    (part, char) => part.kind === 'one' && part.fits(char),
  );

/** Stars take as little as they can; only the last one is ever asked to take more. */
function matches<Pattern, Item>(
  pattern: readonly Pattern[],
  items: readonly Item[],
  isStar: (one: Pattern) => boolean,
  holds: (one: Pattern, item: Item) => boolean,
): boolean {
  let [at, i] = [0, 0];
  let star: { readonly at: number; taken: number } | undefined;
  while (i < items.length) {
    const one = pattern[at];
    const item = items[i];
    if (one !== undefined && isStar(one)) {
      star = { at, taken: i };
      at += 1;
    } else if (one !== undefined && item !== undefined && holds(one, item)) {
      at += 1;
      i += 1;
    } else if (star) {
      star.taken += 1;
      at = star.at + 1;
      i = star.taken;
    } else return false;
  }
  return pattern.slice(at).every(isStar);
}

function segment(text: string): Segment {
  if (text === '**') return 'any';
  const parts: Part[] = [];
  for (const [piece] of text.matchAll(/\*+|\?|\[[!^]?\]?[^\]]*\]|\\?[\s\S]/gu)) {
    if (piece.startsWith('*')) parts.push({ kind: 'star' });
    else if (piece === '?') parts.push({ kind: 'one', fits: () => true });
    else if (piece.startsWith('[') && piece.length > 2) parts.push({ kind: 'one', fits: classOf(piece.slice(1, -1)) });
    else parts.push({ kind: 'one', fits: (char) => char === (piece.length > 1 ? piece.replace('\\', '') : piece) });
  }
  return parts;
}

function classOf(body: string): (char: string) => boolean {
  const negated = /^[!^]/.test(body);
  const chars = [...(negated ? body.slice(1) : body)];
  const ranges: [string, string][] = [];
  for (let i = 0; i < chars.length; i++) {
    const [from, dash, to] = [chars[i] ?? '', chars[i + 1], chars[i + 2]];
    const range = dash === '-' && to !== undefined;
    ranges.push([from, range ? to : from]);
    if (range) i += 2;
  }
  return (char) => ranges.some(([from, to]) => from <= char && char <= to) !== negated;
}

/** `{a,b}` written out, the innermost first; beyond a number of alternatives braces are letters. */
function alternatives(pattern: string): readonly string[] {
  const done: string[] = [];
  const open = [pattern];
  while (open.length > 0) {
    const next = open.pop() ?? '';
    const brace = /\{([^{}]*,[^{}]*)\}/.exec(next);
    if (!brace || done.length + open.length >= mostAlternatives) done.push(next);
    else
      for (const one of (brace[1] ?? '').split(','))
        open.push(next.slice(0, brace.index) + one + next.slice(brace.index + brace[0].length));
  }
  return done.slice(0, mostAlternatives);
}
