/** One more field for a method of a collection: in its filter, its documents, or the first stage of its pipeline. */
import type { Flow } from '../../flow/flow';
import type { CallValue, Value } from '../../hosts/host';
import type { TextEdit } from '../../text/edits';
import { methodOf } from '../build/chainEdits';
import { argumentAdded, entryOf, insertion, keyWith, objectWith, propertyText, replacement } from '../build/keyEdits';
import { rowsWith } from '../build/rowEdits';
import type { Binding, Key } from '../orm';
import { methods } from './statements';

/** Where the method takes what. `id`: one document's `_id`, in the place of a filter; `named`: the method that takes a filter. */
export interface Takes {
  readonly filter?: number | undefined;
  readonly id?: number | undefined;
  readonly named?: string;
  readonly rows?: number | undefined;
}

export const takenBy = (method: string): Takes | undefined => {
  const taken = methods.get(method);
  return taken && { filter: taken.filter, rows: taken.operation === 'insert' ? 0 : undefined };
};

export const boundCall = (
  flow: Flow,
  call: CallValue,
  taken: Takes,
  { column, as, text }: Key,
): Binding | undefined => {
  const entry = (value: string): string => propertyText(column, value);
  const [first] = call.args;
  if (methodOf(call) === 'aggregate')
    return first && { property: column, edits: (value) => inPipeline(first, entry(value), text) ?? [] };
  if (as === 'row') {
    const rows = taken.rows === undefined ? undefined : call.args[taken.rows];
    return rows && { property: column, edits: (value) => rowsWith(flow, rows, entry(value), text) ?? [] };
  }
  const { filter, id, named } = taken;
  const { callee } = call;
  const key = id === undefined ? undefined : call.args[id];
  if (key !== undefined && named !== undefined && callee.kind === 'member')
    return {
      property: column,
      edits: (value) => [replacement(callee.propertySpan, named), keyWith(key, '_id', entry(value), text)],
    };
  if (filter === undefined) return undefined;
  const given = call.args[filter];
  return {
    property: column,
    edits: (value) =>
      given !== undefined
        ? (objectWith(flow, given, entry(value), text) ?? [])
        : call.args.length === filter
          ? [argumentAdded(call, `{ ${entry(value)} }`, text)]
          : [],
  };
};

/** `[{ $match: { … } }, …]`: what is asked first narrows all that follows. */
const inPipeline = (value: Value, entry: string, text: string): readonly TextEdit[] | undefined => {
  if (value.kind !== 'list') return undefined;
  const [first] = value.items;
  const match = first?.kind === 'object' ? entryOf(first, '$match')?.value : undefined;
  if (match?.kind === 'object') {
    const last = match.entries.at(-1);
    return [last ? insertion(last.span.end, `, ${entry}`) : replacement(match.span, `{ ${entry} }`)];
  }
  const own = first === undefined ? text.slice(value.span.start, value.span.end) : '';
  return first === undefined
    ? own === '[]'
      ? [replacement(value.span, `[{ $match: { ${entry} } }]`)]
      : undefined
    : [insertion(first.span.start, `{ $match: { ${entry} } }, `)];
};
