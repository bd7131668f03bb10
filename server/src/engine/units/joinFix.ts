/** The edit that sends a statement through the transaction around it. */
import type { Flow } from '../../flow/flow';
import type { CallValue, Template, Value } from '../../hosts/host';
import type { MapFix } from '../../rules/rule';
import { type Extent, receiversOf } from './extents';

/** The expression in a statement's call that is the very client that the transaction was begun on. */
export const outerClient = (site: CallValue | Template, { client }: Extent, flow: Flow): Value | undefined =>
  client === undefined ? undefined : receiversOf(site).find((value) => flow.valueId(flow.ref(value)) === client);

/** The handle takes the client's place. Unsafe: it changes what is rolled back together, which is what is wanted. */
export const joinFix = (outer: Value, { handle }: Extent, file: string): MapFix | undefined =>
  handle === undefined
    ? undefined
    : {
        title: `Send it through \`${handle}\``,
        safe: false,
        edits: [{ at: { file, span: outer.span }, text: handle }],
      };
