/** `$transaction([a, b])`, `batch([a, b])`: calls that stand in the list belong together. */
import type { Flow, Ref } from '../../flow/flow';
import type { Value } from '../../hosts/host';

const depth = 8;

export const transactionAround = (flow: Flow, site: Ref, name: string): string | undefined => {
  let at: Ref = site;
  for (let i = 0; i < depth; i++) {
    const up = flow.parent(at);
    if (up === undefined || !isValue(up)) return undefined;
    if (up.kind === 'call' && up.callee.kind === 'member' && up.callee.property === name)
      return `${at.file.path}:${up.span.start}`;
    if (!through.has(up.kind)) return undefined;
    at = { ...at, value: up };
  }
  return undefined;
};

const through: ReadonlySet<string> = new Set(['list', 'spread', 'conditional', 'binary', 'call', 'function', 'member']);

const isValue = (one: { readonly kind: string }): one is Value =>
  !['declare', 'expression', 'return', 'throw', 'if', 'loop', 'switch', 'try', 'block', 'jump'].includes(one.kind);
