/** Findings about one map: for the map itself, its overrides, and every mix of them that holds for some file. */
import type { Placed, Placing } from '../rules/rule';
import type { Effective, LoadedMap } from '../shards/load';
import type { Finding } from './finding';
import { checkMap } from './runRules';

/** `over` adds what models declare; `statements` are those that the map governs. */
export function mapFindings(
  loaded: LoadedMap,
  statements: readonly Placed[],
  over: (part: Effective) => Effective,
  placing: Placing,
): readonly Finding[] {
  const parts = new Map<Effective, Placed[]>([loaded, ...loaded.overrides].map((part) => [part, []]));
  const partOf = new Map<string, Effective>();
  for (const one of statements) {
    const part = partOf.get(one.file) ?? loaded.forFile(one.file);
    partOf.set(one.file, part);
    const at = part.map === loaded.map ? loaded : part;
    const its = parts.get(at);
    if (its) its.push(one);
    else parts.set(at, [one]);
  }
  return eachOnce([...parts].flatMap(([part, its]) => checkMap(part, over(part), its, placing).findings));
}

/** Overrides leave most of a map as it is: what is wrong there is said once. */
const eachOnce = (findings: readonly Finding[]): readonly Finding[] => [
  ...new Map(
    findings.map((one) => [`${one.rule} ${one.file} ${one.span.start} ${one.span.end} ${one.message}`, one] as const),
  ).values(),
];
