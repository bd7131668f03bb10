/** What runs when a migration is applied: its `up`; in a script, what its top level does. */
import { flowOf } from '../../flow/createFlow';
import type { FuncRef } from '../../flow/flow';
import type { Linker } from '../../flow/linker';
import type { HostFile, Value } from '../../hosts/host';

export function entriesOf(linker: Linker, host: HostFile): readonly FuncRef[] {
  const ups = [...exportedUp(linker, host), ...methodUp(host)];
  if (ups.length > 0) return ups;
  const [module] = host.functions;
  return module === undefined ? [] : [{ file: host, function: module }];
}

/** `exports.up`, `export const up`, `module.exports = { up }`, `export default { up }`. */
function exportedUp(linker: Linker, host: HostFile): readonly FuncRef[] {
  const flow = flowOf(linker, host);
  const functionsOf = (value: Value): readonly FuncRef[] =>
    flow.shapes(flow.ref(value)).flatMap((shape) => {
      if (shape.kind === 'function') return [shape.function];
      if (shape.kind !== 'object') return [];
      const up = shape.entries.findLast(({ key }) => key === 'up');
      return up === undefined
        ? []
        : flow.shapes(up.value).flatMap((one) => (one.kind === 'function' ? [one.function] : []));
    });
  return host.exports.flatMap((one): readonly FuncRef[] => {
    if (one.kind === 'from' || !['up', '=', 'default'].includes(one.exported)) return [];
    if (one.kind === 'value')
      return functionsOf(one.value).filter(({ function: { name } }) => isUp(one.exported, name));
    const declared = host.functions.find(({ name, parent }) => name === one.local && parent === 0);
    if (declared !== undefined) return isUp(one.exported, declared.name) ? [{ file: host, function: declared }] : [];
    return functionsOf({ kind: 'name', name: one.local, span: { start: 0, end: 0 } });
  });
}

/** A function that is the whole module is a migration only by that name. */
const isUp = (exported: string, name: string | undefined): boolean => exported === 'up' || name === 'up';

/** `class Orders1700000000000 implements MigrationInterface { async up(queryRunner) { … } }` */
const methodUp = (host: HostFile): readonly FuncRef[] =>
  host.classes.flatMap(({ members }) =>
    members.flatMap(({ name, kind, function: id }): readonly FuncRef[] => {
      const method = id === undefined ? undefined : host.functions[id];
      return name === 'up' && kind === 'method' && method !== undefined ? [{ file: host, function: method }] : [];
    }),
  );
