/** Edits of host code about rows: those that are inserted, and those that write themselves. */
import type { Flow } from '../../flow/flow';
import type { CallValue, Value } from '../../hosts/host';
import type { TextEdit } from '../../text/edits';
import { objectWith, propertyText, sliced } from './keyEdits';

/** The rows that an insert is handed as objects in place: one, or a list of them. */
export const rowsWith = (flow: Flow, value: Value, entry: string, text: string): readonly TextEdit[] | undefined => {
  if (value.kind !== 'list') return objectWith(flow, value, entry, text);
  const all = value.items.map((item) => objectWith(flow, item, entry, text));
  return all.length > 0 && all.every((one) => one !== undefined) ? all.flat() : undefined;
};

/** Its answer is not used: what is called in its place may answer otherwise. */
export const isUnused = (flow: Flow, call: CallValue): boolean => {
  const up = flow.parent(flow.ref(call));
  const holder = up?.kind === 'await' ? flow.parent(flow.ref(up)) : up;
  return holder?.kind === 'expression';
};

/** The members of a row that have been assigned since it was read, as an object without its keys: `{ status: order.status }`. */
export const assigned = (flow: Flow, row: Value, keys: readonly string[], text: string): string | undefined => {
  const shapes = flow.shapes(flow.ref(row)).filter(({ kind }) => kind !== 'literal');
  if (shapes.some(({ kind }) => kind !== 'chain')) return undefined;
  const set = shapes.flatMap((shape) => (shape.kind === 'chain' ? (shape.set ?? []) : []));
  const names = [...new Set(set.map(({ key }) => key))].filter((name) => !keys.includes(name ?? ''));
  if (names.length === 0 || names.some((name) => name === undefined)) return undefined;
  const written = sliced(text, row.span);
  return `{ ${names.map((name) => propertyText(name ?? '', `${written}.${name}`)).join(', ')} }`;
};

/** `{ id: order.id, tenantId: order.tenantId }`. */
export const keyOfRow = (row: Value, names: readonly string[], text: string): string => {
  const written = sliced(text, row.span);
  return `{ ${[...new Set(names)].map((name) => propertyText(name, `${written}.${name}`)).join(', ')} }`;
};
