/**
 * Communities of a weighted graph by greedy modularity: A. Clauset, M. E. J. Newman, C. Moore, "Finding community structure
 * in very large networks", Physical Review E 70, 066111 (2004). Starting with one community a node, the two are joined whose
 * union raises the modularity most, until none does. Nothing is random: ties go to the names that come first.
 */
export interface Graph<N> {
  readonly nodes: readonly N[];
  readonly edges: ReadonlyMap<N, ReadonlyMap<N, number>>;
  name(node: N): string;
}

/** `given`: sets that are communities already, which may grow and never join each other. */
export function communities<N>(graph: Graph<N>, given: readonly (readonly N[])[] = []): readonly (readonly N[])[] {
  const { nodes, edges, name } = graph;
  const fixed = new Set(given.flat());
  const parts: Part<N>[] = [
    ...given.map((one) => ({ nodes: [...one], fixed: true })),
    ...nodes.filter((node) => !fixed.has(node)).map((node) => ({ nodes: [node], fixed: false })),
  ].map(({ nodes: own, fixed: isFixed }) => ({ nodes: own, fixed: isFixed, degree: 0, ties: new Map() }));
  const home = new Map(parts.flatMap((part) => part.nodes.map((node) => [node, part] as const)));
  let total = 0;
  for (const [node, ties] of edges)
    for (const [other, weight] of ties) {
      const [a, b] = [home.get(node), home.get(other)];
      if (!a || !b) continue;
      total += weight / 2;
      a.degree += weight;
      if (a !== b) a.ties.set(b, (a.ties.get(b) ?? 0) + weight);
    }
  const label = ({ nodes: own }: Part<N>): string => own.map(name).sort()[0] ?? '';
  const live = new Set([...parts].sort((a, b) => (label(a) < label(b) ? -1 : 1)));
  for (;;) {
    let best: { readonly a: Part<N>; readonly b: Part<N>; readonly gain: number } | undefined;
    for (const a of live)
      for (const [b, weight] of a.ties) {
        if ((a.fixed && b.fixed) || label(a) > label(b)) continue;
        const gain = weight / total - (a.degree * b.degree) / (2 * total * total);
        const isBetter =
          !best ||
          gain > best.gain + 1e-12 ||
          (Math.abs(gain - best.gain) <= 1e-12 && `${label(a)} ${label(b)}` < `${label(best.a)} ${label(best.b)}`);
        if (gain > 1e-12 && isBetter) best = { a, b, gain };
      }
    if (!best) break;
    join(best.a, best.b);
    live.delete(best.b);
  }
  return [...live]
    .map((part) => [...part.nodes].sort((a, b) => (name(a) < name(b) ? -1 : 1)))
    .sort((a, b) => b.length - a.length || (name(a[0] as N) < name(b[0] as N) ? -1 : 1));
}

interface Part<N> {
  readonly nodes: N[];
  fixed: boolean;
  degree: number;
  readonly ties: Map<Part<N>, number>;
}

function join<N>(into: Part<N>, from: Part<N>): void {
  into.nodes.push(...from.nodes);
  into.fixed ||= from.fixed;
  into.degree += from.degree;
  into.ties.delete(from);
  for (const [other, weight] of from.ties) {
    other.ties.delete(from);
    if (other === into) continue;
    into.ties.set(other, (into.ties.get(other) ?? 0) + weight);
    other.ties.set(into, (other.ties.get(into) ?? 0) + weight);
  }
}
