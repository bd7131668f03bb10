/** One more column for a builder of Kysely: `.where('tenant_id', '=', x)`, or a property of its rows. */
import type { Flow } from '../../flow/flow';
import type { CallValue } from '../../hosts/host';
import { type Casing, unsnaked } from '../build/casing';
import { callsAlong, conditionAdded, methodOf, methodsOn, quoted } from '../build/chainEdits';
import { propertyText } from '../build/keyEdits';
import { rowsWith } from '../build/rowEdits';
import type { Binding, Key } from '../orm';

const behind = /^(?:selectFrom|updateTable|deleteFrom|set|from|using|\w*Join)$/;

export const boundBuilder = (
  flow: Flow,
  call: CallValue,
  casing: Casing | undefined,
  { alias, column, as, text }: Key,
): Binding | undefined => {
  const property = unsnaked(column, casing);
  const table = unsnaked(alias, casing);
  if (property === undefined || table === undefined) return undefined;
  if (as === 'row') {
    const [rows] = callsAlong(flow, call).find((one) => methodOf(one) === 'values')?.args ?? [];
    return rows && { property, edits: (value) => rowsWith(flow, rows, propertyText(property, value), text) ?? [] };
  }
  const several =
    call.args.some(({ kind }) => kind === 'list') ||
    methodsOn(flow, call).some((name) => /Join|^from$|^using$/.test(name));
  return {
    property,
    edits: (value) =>
      [conditionAdded(flow, call, behind, `where(${quoted(table, property, several)}, '=', ${value})`, text)].flatMap(
        (edit) => edit ?? [],
      ),
  };
};
