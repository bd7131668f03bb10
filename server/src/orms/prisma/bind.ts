/** One more column for a Prisma call: in its `where`, as a part of a compound unique where there is one, or in its `data`. */
import type { Flow } from '../../flow/flow';
import type { CallValue, ObjectValue, Value } from '../../hosts/host';
import type { TextEdit } from '../../text/edits';
import {
  entryOf,
  type Over,
  objectWith,
  optionWith,
  propertyOf,
  propertyText,
  propertyWith,
  relationOver,
  replacement,
  sliced,
} from '../build/keyEdits';
import type { Model } from '../build/model';
import { rowsWith } from '../build/rowEdits';
import type { Binding, Key } from '../orm';
import type { PrismaSchema } from './schemas';

/** These take a filter that names one row. */
const unique = /^(?:findUnique(?:OrThrow)?|update|upsert|delete)$/;

export const boundCall = (
  flow: Flow,
  call: CallValue,
  method: string,
  model: Model,
  schema: PrismaSchema | undefined,
  { alias, column, as, text }: Key,
): Binding | undefined => {
  if (alias !== model.table.at(-1)) return undefined;
  if (as === 'row') return inData(flow, call, method, model, schema, column, text);
  const property = propertyOf(model, column);
  if (property === undefined) return undefined;
  return {
    property,
    edits: (value) =>
      (unique.test(method) ? compound(call, model, property, value, text) : undefined) ??
      optionWith(flow, call, 0, 'where', propertyText(property, value), text) ??
      [],
  };
};

const optionsOf = (call: CallValue): ObjectValue | undefined =>
  call.args[0]?.kind === 'object' ? call.args[0] : undefined;

/** `{ id }` → `{ tenantId_id: { tenantId, id } }` where the schema declares that key. */
const compound = (
  call: CallValue,
  model: Model,
  property: string,
  value: string,
  text: string,
): readonly TextEdit[] | undefined => {
  const options = optionsOf(call);
  const where = options && entryOf(options, 'where')?.value;
  if (where?.kind !== 'object' || where.entries.some(({ kind }) => kind === 'spread')) return undefined;
  const written = (name: string): Value | undefined => {
    const found = entryOf(where, name)?.value;
    return found?.kind === 'object' ? undefined : found;
  };
  for (const [name, fields] of model.keys) {
    if (fields.length < 2 || !fields.includes(property)) continue;
    if (!fields.every((field) => field === property || written(field) !== undefined)) continue;
    const parts = fields.map((field) => {
      const own = written(field);
      return propertyText(field, field === property || own === undefined ? value : sliced(text, own.span));
    });
    const rest = where.entries.filter(
      (entry) => entry.kind === 'property' && !(typeof entry.key === 'string' && fields.includes(entry.key)),
    );
    const all = [`${name}: { ${parts.join(', ')} }`, ...rest.map(({ span }) => sliced(text, span))];
    return [replacement(where.span, `{ ${all.join(', ')} }`)];
  }
  return undefined;
};

/** `create({ data: { … } })`, `createMany({ data: [{ … }] })`, `upsert({ create: { … } })`. */
const inData = (
  flow: Flow,
  call: CallValue,
  method: string,
  model: Model,
  schema: PrismaSchema | undefined,
  column: string,
  text: string,
): Binding | undefined => {
  const options = optionsOf(call);
  const key = method === 'upsert' ? 'create' : 'data';
  const data = options && entryOf(options, key)?.value;
  if (!options || !data) return undefined;
  const relation = relationOver(model, column);
  const connects = linked(flow, data, model);
  const property = propertyOf(model, column);
  // Rows that connect relations cannot be given bare foreign keys beside them.
  if (connects && relation)
    return {
      property: property ?? relation.name,
      edits: (value) => rowsWith(flow, data, connected(schema, relation, value), text) ?? [],
    };
  if (property === undefined) return undefined;
  return {
    property,
    edits: (value) => {
      const entry = propertyText(property, value);
      if (data.kind === 'list') return rowsWith(flow, data, entry, text) ?? [];
      return data.kind === 'object'
        ? (objectWith(flow, data, entry, text) ?? [])
        : (propertyWith(flow, options, key, entry, text) ?? []);
    },
  };
};

/** `tenant: { connect: { id: tenantId } }`. */
const connected = (schema: PrismaSchema | undefined, { name, target, other }: Over, value: string): string => {
  const model = schema?.models.get(target);
  const property = (model && propertyOf(model, other)) ?? other;
  return `${name}: { connect: { ${propertyText(property, value)} } }`;
};

const linked = (flow: Flow, data: Value, model: Model): boolean =>
  flow
    .shapes(flow.ref(data))
    .some(
      (shape) =>
        shape.kind === 'object' &&
        shape.entries.some(
          ({ key, value }) =>
            model.relations.get(key ?? '')?.owns === true &&
            flow
              .shapes(value)
              .some(
                (one) =>
                  one.kind === 'object' && one.entries.some((entry) => /^(?:connect|create)/.test(entry.key ?? '')),
              ),
        ),
    );
