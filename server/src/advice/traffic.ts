/** How often functions run, as a map's `traffic` says it: `"src/orders.ts#createOrder": 1200/s`. */

const seconds: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400 };

/** Calls a second of a function by its file (relative to the map's folder) and name; undefined where nothing is said. */
export function rateOf(
  traffic: Readonly<Record<string, string>>,
  file: string,
  name: string | undefined,
): number | undefined {
  if (name === undefined) return undefined;
  const said = traffic[`${file}#${name}`] ?? traffic[`${file}#${name.slice(name.lastIndexOf('.') + 1)}`];
  const [, count, unit = ''] = /^(\d+(?:\.\d+)?)\/([smhd])$/.exec(said ?? '') ?? [];
  return count === undefined ? undefined : Number(count) / (seconds[unit] ?? 1);
}
