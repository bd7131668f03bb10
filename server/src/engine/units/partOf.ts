/** Which transaction a statement is part of, where its own call does not say it. */
import { calleeName } from '../../flow/course';
import type { Flow } from '../../flow/flow';
import { orms } from '../../orms';
import { type Extent, receiversOf } from './extents';
import type { FileAct } from './fileActs';
import type { Handing } from './handing';

/** The transaction around it, where the library looks for that itself. */
export const ambient = (
  extents: ReadonlyMap<string, Extent>,
  id: string,
  inside: readonly string[],
  told: readonly string[],
): string | undefined => {
  const orm = orms.find((one) => one.id === id);
  const calls = orm?.ambientAfter === undefined || told.includes(id) ? orm?.ambient : undefined;
  return inside.findLast((one) => {
    const begun = extents.get(one)?.call;
    return begun?.kind === 'call' && calls?.includes(calleeName(begun.callee) ?? '');
  });
};

/** `addLine(trx, …)`: the caller's handle is what the statement is sent by, `trx ?? db` among it. */
export const handed = ({ site }: FileAct, handing: Handing, flow: Flow): string | undefined => {
  for (const value of receiversOf(site)) {
    const ref = flow.ref(value);
    const roots = flow.chains(ref).flatMap(({ root }) => (root.kind === 'unknown' ? [root.id] : []));
    for (const id of [flow.valueId(ref), ...roots]) {
      const begun = handing.begun(id);
      if (begun !== undefined) return begun;
    }
  }
  return undefined;
};

/** The transaction around it that was begun on what the statement is sent by. */
export const heldBy = (
  extents: ReadonlyMap<string, Extent>,
  { site }: FileAct,
  inside: readonly string[],
  handing: Handing,
  flow: Flow,
): string | undefined => {
  const held = inside.flatMap((id) => {
    const by = extents.get(id)?.held;
    return by === undefined ? [] : [{ id, by }];
  });
  if (held.length === 0) return undefined;
  const sentBy = new Set(receiversOf(site).map((value) => handing.value(flow.valueId(flow.ref(value)))));
  return held.findLast(({ by }) => sentBy.has(by))?.id;
};
