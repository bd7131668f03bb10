/** The edits that send a statement through the transaction around it, or to the primary. */
import type { Flow } from '../../flow/flow';
import type { CallValue, Template, Value } from '../../hosts/host';
import { orms } from '../../orms';
import { methodOf } from '../../orms/build/chainEdits';
import { argumentAdded, propertyText, withEntry } from '../../orms/build/keyEdits';
import type { MapFix } from '../../rules/rule';
import type { TextEdit } from '../../text/edits';
import type { Statement } from '../statement';
import { type Extent, receiversOf } from './extents';

/**
 * The expression in a statement's call that is the very client that the transaction was begun on; undefined where it is handed
 * the transaction on the way: `connection.getRepository(ctx, Order)`, `sequelize.query(text, { transaction })`.
 */
export const outerClient = (site: CallValue | Template, { client, handle }: Extent, flow: Flow): Value | undefined =>
  client === undefined || (handle !== undefined && isHanded(site, handle))
    ? undefined
    : receiversOf(site).find((value) => flow.valueId(flow.ref(value)) === client);

function isHanded(site: CallValue | Template, handle: string): boolean {
  const isHandle = (value: Value): boolean => value.kind === 'name' && value.name === handle;
  for (let at: Value | undefined = site; at !== undefined; ) {
    if (at.kind === 'call' && at.args.some((arg) => isHandle(arg) || partsOf(arg).some(isHandle))) return true;
    at = at.kind === 'call' ? at.callee : at.kind === 'member' ? at.object : undefined;
  }
  return false;
}

const partsOf = (value: Value): readonly Value[] =>
  value.kind === 'object' ? value.entries.map((entry) => entry.value) : [];

/** The handle takes the client's place. Unsafe: it changes what is rolled back together, which is what is wanted. */
export const joinFix = (outer: Value, { handle }: Extent, file: string): MapFix | undefined =>
  handle === undefined
    ? undefined
    : {
        title: `Send it through \`${handle}\``,
        safe: false,
        edits: [{ at: { file, span: outer.span }, text: handle }],
      };

/** `{ transaction: t }`, `{ session }`: where the library takes the handle among a call's options. */
export function handleFix(
  site: CallValue | Template,
  { handle }: Extent,
  { file, orm: id, found }: Statement,
  text: string,
): MapFix | undefined {
  const how = orms.find((orm) => orm.id === id)?.handle;
  if (!how || handle === undefined || !found || site.kind !== 'call') return undefined;
  const at = how.at(methodOf(site));
  const options = at === undefined ? undefined : site.args[at];
  const entry = propertyText(how.option, handle);
  const edit =
    options?.kind === 'object'
      ? withEntry(options, entry, text)
      : at !== undefined && options === undefined && site.args.length === at
        ? argumentAdded(site, `{ ${entry} }`, text)
        : undefined;
  if (!edit) return undefined;
  return {
    title: `Send it with \`${entry}\``,
    safe: false,
    edits: [{ at: { file, span: edit.span }, text: edit.text }],
  };
}

/** Sends a replica's read to the primary. */
export const primaryFix = (edits: readonly TextEdit[], file: string): MapFix => ({
  title: 'Read from the primary',
  safe: true,
  edits: edits.map(({ span, text }) => ({ at: { file, span }, text })),
});
