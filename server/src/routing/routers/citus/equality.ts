/** Whether all distributed tables of a part are co-located and tied together by their distribution columns. */
import { type Node, type Rel, relNode, type Scope } from '../../scope';
import { armsOf, isDistributed, type Plan } from './tables';

const keyNode = (rel: Rel): Node => relNode(rel, rel.table?.shardKey[0] ?? '');

export function keysEqual(rels: readonly Rel[], plan: Plan): boolean {
  const [first, ...others] = rels.filter(isDistributed);
  if (!first) return true;
  return others.every(
    (rel) =>
      rel.table?.group === first.table?.group &&
      rel.table?.kind === first.table?.kind &&
      (rel.table?.kind === 'single-shard' || plan.analysis.binder.connected(keyNode(first), keyNode(rel))),
  );
}

/** The distribution column that stands behind a node, through set operations (their first arm speaks for all). */
export function keyBehind(node: Node | undefined, plan: Plan): Rel | undefined {
  if (node === undefined) return undefined;
  const { scopes, rels } = plan.analysis.universe;
  if (node.startsWith('#')) {
    const [id, index] = node.slice(1).split('.').map(Number);
    const home = scopes[id ?? -1];
    const arm = home && armsOf(home)[0];
    if (!home || !arm || plan.planned.has(home) || plan.planned.has(arm)) return undefined;
    return keyBehind(arm.outputs[index ?? 0]?.node, plan);
  }
  const dot = node.indexOf('.');
  const rel = rels[Number(node.slice(0, dot))];
  if (!rel || rel.table?.kind !== 'sharded' || plan.fetched.has(rel)) return undefined;
  for (let scope: Scope | undefined = rel.scope; scope; scope = scope.parent)
    if (plan.planned.has(scope)) return undefined;
  return node === keyNode(rel) ? rel : undefined;
}

/** Every arm gives the distribution column at one same place, and is tied together within. */
export function unionIsSafe(scope: Scope, plan: Plan, relsOf: (arm: Scope) => readonly Rel[]): boolean {
  const arms = armsOf(scope);
  const width = arms[0]?.outputs.length ?? 0;
  if (!arms.every((arm) => keysEqual(relsOf(arm), plan))) return false;
  const groups = new Set(
    arms
      .flatMap(relsOf)
      .filter(isDistributed)
      .map((rel) => rel.table?.group),
  );
  if (groups.size > 1) return false;
  if (arms.flatMap(relsOf).every((rel) => rel.table?.kind !== 'sharded')) return true;
  for (let i = 0; i < width; i++) if (arms.every((arm) => keyBehind(arm.outputs[i]?.node, plan))) return true;
  return false;
}
