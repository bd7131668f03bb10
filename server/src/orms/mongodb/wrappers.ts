/** Generic repositories of a project: methods that send for the class that they are called on. */
import type { ClassRef } from '../../flow/flow';
import type { HostFile } from '../../hosts/host';
import { callsOf } from '../build/callsOf';

export interface Wrappers {
  /** Methods in which something may be sent. */
  readonly names: ReadonlySet<string>;
  /** Classes by the interfaces that they say to implement. */
  readonly implementers: ReadonlyMap<string, readonly ClassRef[]>;
}

export const noWrappers: Wrappers = { names: new Set(), implementers: new Map() };

const sends =
  /^(?:find\w*|(?:count|estimatedD|countD)\w*|aggregate|distinct|exists|create|insert\w*|update\w*|replace\w*|delete\w*|remove\w*|bulkWrite|save|upsert\w*)$/;

/** Files that speak of the library. Whether a method sends is seen where it is called. */
export const readWrappers = (files: readonly HostFile[]): Wrappers => {
  const names = new Set<string>();
  const implementers = new Map<string, ClassRef[]>();
  for (const file of files)
    for (const owner of file.classes) {
      for (const { name } of owner.implements)
        implementers.set(name, [...(implementers.get(name) ?? []), { file, class: owner }]);
      for (const member of owner.members) {
        if (member.kind !== 'method' || member.function === undefined || names.has(member.name)) continue;
        const inside = callsOf(file, member.function).some(
          ({ callee }) =>
            callee.kind === 'member' && typeof callee.property === 'string' && sends.test(callee.property),
        );
        if (inside) names.add(member.name);
      }
    }
  return { names, implementers };
};
