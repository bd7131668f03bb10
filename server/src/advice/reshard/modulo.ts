/** Keys placed by a remainder over the servers themselves. Pure arithmetic; servers are counted from 0. */

/** The share of keys (0 to 1) whose remainder, and so whose server, stays: gcd / max, which is min / lcm. */
export const staysUnderModulo = (from: number, to: number): number => gcd(from, to) / Math.max(from, to);

export const movesUnderModulo = (from: number, to: number): number => 1 - staysUnderModulo(from, to);

/** Pairs of servers that rows travel between: each residue of lcm(from, to) is one pair, of which min(from, to) stay. */
export const pairsUnderModulo = (from: number, to: number): number => (from / gcd(from, to)) * to - Math.min(from, to);

export function gcd(a: number, b: number): number {
  let [x, y] = [a, b];
  while (y !== 0) [x, y] = [y, x % y];
  return x;
}
