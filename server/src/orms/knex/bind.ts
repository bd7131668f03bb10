/** One more column for a builder of Knex, or of a library over it: `.where('tenant_id', x)`, or a property of its rows. */
import type { Flow } from '../../flow/flow';
import type { CallValue } from '../../hosts/host';
import { callsAlong, conditionAdded, methodOf, methodsOn, quoted } from '../build/chainEdits';
import { propertyText } from '../build/keyEdits';
import { rowsWith } from '../build/rowEdits';
import type { Binding, Key } from '../orm';

const names = /^(?:from|into|table|as|query|\$query|relatedQuery|\$relatedQuery|findById|\w*[jJ]oin\w*)$/;

/** `property`: what the column is called in host code. */
export const boundChain = (
  flow: Flow,
  call: CallValue,
  property: string,
  { alias, as, text }: Key,
): Binding | undefined => {
  if (as === 'row') {
    const rows = callsAlong(flow, call).find((one) =>
      /^(?:insert|insertAndFetch|batchInsert|insertGraph)$/.test(methodOf(one)),
    );
    const [given] = rows?.args ?? [];
    return given && { property, edits: (value) => rowsWith(flow, given, propertyText(property, value), text) ?? [] };
  }
  const several = methodsOn(flow, call).some((name) => /[jJ]oin/.test(name));
  return {
    property,
    edits: (value) =>
      [conditionAdded(flow, call, names, `where(${quoted(alias, property, several)}, ${value})`, text)].flatMap(
        (edit) => edit ?? [],
      ),
  };
};
