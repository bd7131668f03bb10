/** The equalities that lead from a key to the column whose value is known: the middle of a proof. */
import type { Analysis } from './analysis';
import { type Node, type Rel, relNode } from './scope';

/** "`i.tenant_id = o.tenant_id` and `o.tenant_id = x.t`"; undefined where no shown equality leads there. */
export function chainText(rel: Rel, column: string, target: Node, analysis: Analysis): string | undefined {
  const names = new Map(analysis.universe.rels.map((one) => [String(one.id), one.alias]));
  const shown = (node: Node): string | undefined => {
    const dot = node.indexOf('.');
    const alias = names.get(node.slice(0, dot));
    return alias === undefined ? undefined : `${alias}${node.slice(dot)}`;
  };
  const links = shortest(relNode(rel, column), target, analysis.binder.edges(rel)).flatMap(([a, b]) => {
    const [left, right] = [shown(a), shown(b)];
    // What a derived table hands through has no name of its own.
    return left !== undefined && right !== undefined && left !== right ? [`\`${left} = ${right}\``] : [];
  });
  return links.length === 0 ? undefined : links.join(' and ');
}

type Edge = readonly [Node, Node];

/** Breadth first, so that a proof is as short as it can be. */
function shortest(from: Node, to: Node, edges: readonly Edge[]): readonly Edge[] {
  const before = new Map<Node, Edge | undefined>([[from, undefined]]);
  const open = [from];
  for (const node of open) {
    if (node === to) break;
    for (const [a, b] of edges) {
      const next = a === node ? b : b === node ? a : undefined;
      if (next === undefined || before.has(next)) continue;
      before.set(next, [node, next]);
      open.push(next);
    }
  }
  const path: Edge[] = [];
  for (let edge = before.get(to); edge; edge = before.get(edge[0])) path.unshift(edge);
  return path;
}
