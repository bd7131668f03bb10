/** One more field for a call of Mongoose: as the driver takes it, or in the keyed form of what a document does to itself. */
import type { Flow } from '../../flow/flow';
import type { CallValue } from '../../hosts/host';
import { methodOf } from '../build/chainEdits';
import { propertyText, replacement, sliced } from '../build/keyEdits';
import { assigned, isUnused, keyOfRow, rowsWith } from '../build/rowEdits';
import { boundCall } from '../mongodb/bind';
import type { Binding, Key } from '../orm';
import { methods } from './methods';
import type { MongooseModel } from './models';

export const boundModel = (flow: Flow, call: CallValue, key: Key): Binding | undefined => {
  const name = methodOf(call);
  const method = methods.get(name);
  if (method === undefined) return undefined;
  // `create(a, b)` takes documents one by one.
  if (name === 'create' && key.as === 'row' && call.args[0]?.kind === 'object') {
    const all = call.args.filter(({ kind }) => kind === 'object');
    return {
      property: key.column,
      edits: (value) => all.flatMap((one) => rowsWith(flow, one, propertyText(key.column, value), key.text) ?? []),
    };
  }
  const named = name.replace('ById', 'One').replace('findOneAndRemove', 'findOneAndDelete');
  return boundCall(
    flow,
    call,
    { filter: method.filter, id: method.id, named, rows: method.as === 'insertMany' ? 0 : undefined },
    key,
  );
};

/** `order.save()` → `Order.updateOne({ _id: order._id, tenantId: order.tenantId }, { … })`, where its answer is not used. */
export const boundRow = (
  flow: Flow,
  call: CallValue,
  model: MongooseModel,
  { column, as, text }: Key,
): Binding | undefined => {
  const method = methodOf(call);
  const row = call.callee.kind === 'member' ? call.callee.object : undefined;
  if (as === 'row' || !row || (row.kind !== 'name' && row.kind !== 'member') || column.includes('.')) return undefined;
  if (!flow.file.imports.some(({ local }) => local === model.name) || !isUnused(flow, call)) return undefined;
  const [first] = call.args;
  const set = method === 'save' ? assigned(flow, row, ['_id', column], text) : first && sliced(text, first.span);
  const removes = method === 'deleteOne' || method === 'remove';
  if (!removes && (set === undefined || !/^(?:save|updateOne|update)$/.test(method))) return undefined;
  const args = [keyOfRow(row, ['_id', column], text), ...(removes ? [] : [set ?? ''])];
  const edit = replacement(call.span, `${model.name}.${removes ? 'deleteOne' : 'updateOne'}(${args.join(', ')})`);
  return { property: column, own: `${sliced(text, row.span)}.${column}`, edits: () => [edit] };
};
