/** One more column for a call of Bookshelf: `.where('tenant_id', x)` before it is sent, or a property of its rows. */
import type { Flow } from '../../flow/flow';
import type { CallValue, Value } from '../../hosts/host';
import { unsnaked } from '../build/casing';
import { methodOf } from '../build/chainEdits';
import { insertion, propertyText } from '../build/keyEdits';
import { rowsWith } from '../build/rowEdits';
import type { Binding, Key } from '../orm';
import type { BookshelfModel } from './models';

export const boundCall = (
  flow: Flow,
  call: CallValue,
  model: BookshelfModel,
  { alias, column, as, text }: Key,
): Binding | undefined => {
  const property = unsnaked(column, model.casing);
  if (property === undefined || alias !== model.table.at(-1) || call.callee.kind !== 'member') return undefined;
  const { object } = call.callee;
  if (as === 'row') {
    const rows = call.args[0] ?? madeOf(object);
    return rows && { property, edits: (value) => rowsWith(flow, rows, propertyText(property, value), text) ?? [] };
  }
  if (!/^(?:fetch|fetchAll|fetchPage|count|destroy)$/.test(methodOf(call))) return undefined;
  const { steps } = flow.builder(flow.ref(call));
  if (steps.some((step) => step.kind === 'call' && /^or[A-Z]|^query$/.test(step.name))) return undefined;
  return { property, edits: (value) => [insertion(object.span.end, `.where('${property}', ${value})`)] };
};

/** `new Post({ … })`, `Post.forge({ … })`. */
const madeOf = (value: Value): Value | undefined =>
  value.kind === 'call' && (value.isNew || methodOf(value) === 'forge') ? value.args[0] : undefined;
