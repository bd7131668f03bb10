/** Edits of host code that add one more property or argument to what a call is handed. */
import type { Flow } from '../../flow/flow';
import type { CallValue, ObjectEntry, ObjectValue, Value } from '../../hosts/host';
import type { TextEdit } from '../../text/edits';
import type { Span } from '../../text/span';
import type { Model } from './model';

export const insertion = (at: number, text: string): TextEdit => ({ span: { start: at, end: at }, text });

export const replacement = (span: Span, text: string): TextEdit => ({ span, text });

export const sliced = (text: string, { start, end }: Span): string => text.slice(start, end);

/** `tenantId`, `tenantId: ctx.tenantId`, `'line-id': x`. */
export const propertyText = (name: string, value: string): string =>
  name === value ? name : `${/^[A-Za-z_$][\w$]*$/.test(name) ? name : `'${name}'`}: ${value}`;

export const entryOf = (object: ObjectValue, key: string): (ObjectEntry & { readonly kind: 'property' }) | undefined =>
  object.entries.findLast(
    (entry): entry is ObjectEntry & { readonly kind: 'property' } => entry.kind === 'property' && entry.key === key,
  );

/** `{ a }` → `{ a, b }`, on a line of its own where the others have theirs. */
export const withEntry = (object: ObjectValue, entry: string, text: string): TextEdit => {
  const last = object.entries.at(-1);
  if (last === undefined) return replacement(object.span, `{ ${entry} }`);
  const before = object.entries.at(-2)?.span.end ?? object.span.start + 1;
  const indent = /\n[ \t]*$/.exec(text.slice(before, last.span.start))?.[0];
  return insertion(last.span.end, `,${indent ?? ' '}${entry}`);
};

/** What is handed over under a name of its own (`{ where }`), or in place. */
const isShorthand = (entry: ObjectEntry & { readonly kind: 'property' }): boolean =>
  entry.value.span.start === entry.keySpan.start;

const isPlain = (value: Value): boolean => value.kind === 'name' || value.kind === 'member' || value.kind === 'call';

/** An object that one more property can be added to: `{ a }` → `{ a, b }`, `filter` → `{ ...filter, b }`. */
export const objectWith = (flow: Flow, value: Value, entry: string, text: string): readonly TextEdit[] | undefined => {
  if (value.kind === 'object') return [withEntry(value, entry, text)];
  if (!flow.shapes(flow.ref(value)).every((shape) => shape.kind === 'object')) return undefined;
  const written = sliced(text, value.span);
  return [replacement(value.span, `{ ...${isPlain(value) ? written : `(${written})`}, ${entry} }`)];
};

/** The same for a property of an object that stands in place; one that is not there yet is added. */
export const propertyWith = (
  flow: Flow,
  object: ObjectValue,
  key: string,
  entry: string,
  text: string,
): readonly TextEdit[] | undefined => {
  const own = entryOf(object, key);
  if (own === undefined) return [withEntry(object, `${key}: { ${entry} }`, text)];
  const edits = objectWith(flow, own.value, entry, text);
  return isShorthand(own)
    ? edits?.map((edit) => (edit.span.start === own.keySpan.start ? { ...edit, text: `${key}: ${edit.text}` } : edit))
    : edits;
};

/** The options of a call, at `index`: their `key` is an object that gets one more property. */
export const optionWith = (
  flow: Flow,
  call: CallValue,
  index: number,
  key: string,
  entry: string,
  text: string,
): readonly TextEdit[] | undefined => {
  const options = call.args[index];
  if (options === undefined)
    return call.args.length === index ? [argumentAdded(call, `{ ${key}: { ${entry} } }`, text)] : undefined;
  if (options.kind === 'object') return propertyWith(flow, options, key, entry, text);
  const shapes = flow.shapes(flow.ref(options));
  if (!isPlain(options) || options.kind === 'call' || !shapes.every((shape) => shape.kind === 'object'))
    return undefined;
  const written = sliced(text, options.span);
  const has = shapes.some((shape) => shape.kind === 'object' && shape.entries.some((one) => one.key === key));
  const inner = has ? `{ ...${written}.${key}, ${entry} }` : `{ ${entry} }`;
  return [replacement(options.span, `{ ...${written}, ${key}: ${inner} }`)];
};

/** `f()` → `f(x)`, `f(a)` → `f(a, x)`. */
export const argumentAdded = (call: CallValue, argument: string, text: string): TextEdit => {
  const last = call.args.at(-1);
  if (last !== undefined) return insertion(last.span.end, `, ${argument}`);
  const open = text.lastIndexOf('(', call.span.end - 1);
  return replacement({ start: open + 1, end: call.span.end - 1 }, argument);
};

/** What a model calls a column. */
export const propertyOf = (model: Pick<Model, 'fields' | 'declared'>, column: string): string | undefined => {
  for (const [name, field] of model.fields) if (field.column === column) return name;
  return model.declared ? undefined : column;
};

/** A relation that a column stands for. */
export interface Over {
  readonly name: string;
  readonly target: string;
  /** Physical column of the target. */
  readonly other: string;
}

export const relationOver = (model: Pick<Model, 'relations'>, column: string): Over | undefined => {
  for (const [name, relation] of model.relations) {
    const [pair, more] = relation.on;
    if (relation.owns && relation.through === undefined && more === undefined && pair?.own === column)
      return { name, target: relation.target, other: pair.other };
  }
  return undefined;
};

/** A filter that gets one more property, or the key of one row that becomes a filter. */
export const keyOrFilterWith = (
  flow: Flow,
  value: Value,
  primaryKey: readonly string[],
  entry: string,
  text: string,
): readonly TextEdit[] | undefined => {
  const shapes = flow.shapes(flow.ref(value));
  if (shapes.every(({ kind }) => kind === 'object')) return objectWith(flow, value, entry, text);
  const [id, more] = primaryKey;
  if (id === undefined || more !== undefined || shapes.some(({ kind }) => kind === 'object' || kind === 'list'))
    return undefined;
  return [keyWith(value, id, entry, text)];
};

/** `id` → `{ id, tenantId }`: a filter in the place of one row's key. */
export const keyWith = (value: Value, id: string, entry: string, text: string): TextEdit =>
  replacement(value.span, `{ ${propertyText(id, sliced(text, value.span))}, ${entry} }`);
