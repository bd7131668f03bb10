/** One more column for a call of Sequelize: in its `where`, in its values, or in the keyed form of what a row does to itself. */
import type { Flow } from '../../flow/flow';
import type { CallValue, Value } from '../../hosts/host';
import type { TextEdit } from '../../text/edits';
import { methodOf } from '../build/chainEdits';
import { entryOf, optionWith, propertyOf, propertyText, replacement, sliced } from '../build/keyEdits';
import { assigned, isUnused, keyOfRow, rowsWith } from '../build/rowEdits';
import type { Binding, Key } from '../orm';
import type { SequelizeModel } from './models';

/** Where methods of a model take their options, where that is not first. */
const optionsAt: Readonly<Record<string, number>> = {
  update: 1,
  increment: 1,
  decrement: 1,
  max: 1,
  min: 1,
  sum: 1,
  aggregate: 2,
};

export const boundModel = (
  flow: Flow,
  call: CallValue,
  model: SequelizeModel,
  { alias, column, as, text }: Key,
): Binding | undefined => {
  const property = propertyOf(model, column);
  if (property === undefined || alias !== model.table.at(-1)) return undefined;
  const method = methodOf(call);
  const [first] = call.args;
  const entry = (value: string): string => propertyText(property, value);
  if (as === 'row' && !/^find/.test(method))
    return first && { property, edits: (value) => rowsWith(flow, first, entry(value), text) ?? [] };
  if (method === 'findByPk' || method === 'findById')
    return { property, edits: (value) => byKey(call, model, entry(value), text) ?? [] };
  return {
    property,
    edits: (value) => optionWith(flow, call, optionsAt[method] ?? 0, 'where', entry(value), text) ?? [],
  };
};

/** `findByPk(id, { include })` → `findOne({ where: { id, tenantId }, include })`. */
const byKey = (
  { callee, args }: CallValue,
  model: SequelizeModel,
  entry: string,
  text: string,
): readonly TextEdit[] | undefined => {
  const [id, options, more] = args;
  const [key, other] = model.primaryKey.length === 0 ? ['id'] : model.primaryKey;
  if (callee.kind !== 'member' || id === undefined || more !== undefined || key === undefined || other !== undefined)
    return undefined;
  const where = `{ where: { ${propertyText(key, sliced(text, id.span))}, ${entry} }`;
  const name = replacement(callee.propertySpan, 'findOne');
  if (options === undefined) return [name, replacement(id.span, `${where} }`)];
  if (options.kind !== 'object' || entryOf(options, 'where') !== undefined) return undefined;
  const rest = options.entries.length === 0 ? '' : ',';
  return [name, replacement({ start: id.span.start, end: options.span.start + 1 }, `${where}${rest}`)];
};

/** `user.destroy()` → `User.destroy({ where: { id: user.id, teamId: user.teamId } })`, where its answer is not used. */
export const boundRow = (
  flow: Flow,
  call: CallValue,
  model: SequelizeModel,
  { alias, column, as, text }: Key,
): Binding | undefined => {
  const property = propertyOf(model, column);
  const method = methodOf(call);
  const row: Value | undefined = call.callee.kind === 'member' ? call.callee.object : undefined;
  const plain = row?.kind === 'name' || row?.kind === 'member';
  if (property === undefined || alias !== model.table.at(-1) || as === 'row' || !row || !plain) return undefined;
  const name = model.owner?.class.name ?? model.label;
  const known = flow.file.imports.some(({ local }) => local === name);
  if (!known || !isUnused(flow, call)) return undefined;
  const keys = [...(model.primaryKey.length === 0 ? ['id'] : model.primaryKey), property];
  const set = valuesSet(flow, call, method, row, keys, text);
  if (set === undefined) return undefined;
  const where = `where: ${keyOfRow(row, keys, text)}`;
  const options = call.args[method === 'update' ? 1 : 0];
  if (options !== undefined && options.kind !== 'object') return undefined;
  const others = (options?.entries ?? []).map(({ span }) => sliced(text, span));
  const args = [...(set === '' ? [] : [set]), `{ ${[where, ...others].join(', ')} }`];
  const edit = replacement(call.span, `${name}.${set === '' ? method : 'update'}(${args.join(', ')})`);
  return { property, own: `${sliced(text, row.span)}.${property}`, edits: () => [edit] };
};

/** What is written; empty where nothing is, undefined where that is not known. */
const valuesSet = (
  flow: Flow,
  call: CallValue,
  method: string,
  row: Value,
  keys: readonly string[],
  text: string,
): string | undefined => {
  const [first] = call.args;
  if (method === 'destroy' || method === 'restore') return '';
  if (method === 'update') return first && sliced(text, first.span);
  return method === 'save' ? assigned(flow, row, keys, text) : undefined;
};
