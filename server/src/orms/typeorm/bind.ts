/** One more column for a call of TypeORM: in its filter, its rows, or its query builder. */
import type { Flow } from '../../flow/flow';
import type { CallValue, Value } from '../../hosts/host';
import type { TextEdit } from '../../text/edits';
import { callsOfBuilder, conditionAdded, hasOr } from '../build/builderEdits';
import { methodOf } from '../build/chainEdits';
import {
  argumentAdded,
  entryOf,
  keyOrFilterWith,
  objectWith,
  optionWith,
  propertyOf,
  propertyText,
  relationOver,
  replacement,
  sliced,
} from '../build/keyEdits';
import { assigned, isUnused, keyOfRow, rowsWith } from '../build/rowEdits';
import type { Binding, Key } from '../orm';
import type { Entity } from './entities';
import { optionNames } from './statements';

/** These take a filter in the place of options. */
const byFilter = /By(?:OrFail)?$|^existsBy$/;
const byCriteria = /^(?:update|delete|softDelete|restore|increment|decrement)$/;
const rowWrites: Readonly<Record<string, string>> = {
  save: 'update',
  remove: 'delete',
  softRemove: 'softDelete',
  recover: 'restore',
};

/** `first`: the argument behind the entity that a manager is told. `row`: of an active record's own method. */
export const boundMethod = (
  flow: Flow,
  call: CallValue,
  entity: Entity,
  first: number,
  row: Value | undefined,
  { alias, column, as, text }: Key,
): Binding | undefined => {
  if (alias !== entity.table.at(-1)) return undefined;
  const method = methodOf(call);
  const property = propertyOf(entity, column);
  const over = property === undefined ? relationOver(entity, column) : undefined;
  if (property === undefined && over === undefined) return undefined;
  const entry = (value: string): string =>
    property === undefined
      ? `${over?.name}: { ${propertyText(over?.other ?? 'id', value)} }`
      : propertyText(property, value);
  const argument = call.args[first];
  const written = row ?? argument;
  const keyed = rowWrites[method];
  if (as === 'filter' && keyed !== undefined)
    return property === undefined || written === undefined
      ? undefined
      : ofRow(flow, call, entity, property, keyed, written, row !== undefined, text);
  const name = property ?? over?.name ?? column;
  if (as === 'row')
    return argument && { property: name, edits: (value) => rowsOf(flow, argument, entry(value), text) ?? [] };
  return {
    property: name,
    edits: (value) => {
      if (byCriteria.test(method))
        return argument ? (keyOrFilterWith(flow, argument, keyOf(entity), entry(value), text) ?? []) : [];
      const at = /^(?:sum|average|minimum|maximum)$/.test(method) ? first + 1 : first;
      return (byFilter.test(method) || at > first ? filters : options)(flow, call, at, entry(value), text) ?? [];
    },
  };
};

/** `save({ … })`, `save([{ … }])`, `save(repository.create({ … }))`. */
const rowsOf = (flow: Flow, value: Value, entry: string, text: string): readonly TextEdit[] | undefined => {
  const made = value.kind === 'call' && methodOf(value) === 'create' ? value.args.at(-1) : undefined;
  return rowsWith(flow, made ?? value, entry, text);
};

const filters = (
  flow: Flow,
  call: CallValue,
  index: number,
  entry: string,
  text: string,
): readonly TextEdit[] | undefined => {
  const filter = call.args[index];
  if (filter !== undefined) return rowsWith(flow, filter, entry, text);
  return call.args.length === index ? [argumentAdded(call, `{ ${entry} }`, text)] : undefined;
};

/** `{ where: { … } }`, `{ where: [{ … }, { … }] }`, and what older versions take in their place: the filter itself. */
const options = (
  flow: Flow,
  call: CallValue,
  index: number,
  entry: string,
  text: string,
): readonly TextEdit[] | undefined => {
  const given = call.args[index];
  if (given?.kind === 'object') {
    const where = entryOf(given, 'where')?.value;
    if (where?.kind === 'list') return rowsWith(flow, where, entry, text);
    const asks = given.entries.some((one) => one.kind === 'property' && optionNames.has(String(one.key)));
    if (!asks && given.entries.length > 0) return objectWith(flow, given, entry, text);
  } else if (given?.kind === 'list') return rowsWith(flow, given, entry, text);
  return optionWith(flow, call, index, 'where', entry, text);
};

const keyOf = ({ primaryKey }: Entity): readonly string[] => (primaryKey.length === 0 ? ['id'] : primaryKey);

/** `remove(order)` → `delete({ id: order.id, tenantId: order.tenantId })`, where its answer is not used. */
const ofRow = (
  flow: Flow,
  call: CallValue,
  entity: Entity,
  property: string,
  method: string,
  row: Value,
  active: boolean,
  text: string,
): Binding | undefined => {
  const { callee } = call;
  const plain = row.kind === 'name' || row.kind === 'member';
  if (callee.kind !== 'member' || !plain || !isUnused(flow, call)) return undefined;
  const keys = [...keyOf(entity), property];
  const set = method === 'update' ? assigned(flow, row, keys, text) : '';
  const known = flow.file.imports.some(({ local }) => local === entity.label);
  if (set === undefined || (active && !known)) return undefined;
  const key = keyOfRow(row, keys, text);
  const args = set === '' ? key : `${key}, ${set}`;
  const edits = active
    ? [replacement(call.span, `${entity.label}.${method}(${args})`)]
    : [replacement(callee.propertySpan, method), replacement(row.span, args)];
  return { property, own: `${sliced(text, row.span)}.${property}`, edits: () => edits };
};

const opening = /^(?:createQueryBuilder|from|update|delete|set|softDelete|restore|\w*[jJ]oin\w*|select|addSelect)$/;

/** `.andWhere('o.tenantId = :tenantId', { tenantId })`. */
export const boundBuilder = (
  flow: Flow,
  call: CallValue,
  entity: Entity,
  writes: boolean,
  { alias, column, as, text }: Key,
): Binding | undefined => {
  const property = propertyOf(entity, column);
  const calls = callsOfBuilder(flow, call);
  if (as === 'row') {
    const values = calls.find((one) => methodOf(one) === 'values')?.args[0];
    if (property === undefined || values === undefined) return undefined;
    return { property, edits: (value) => rowsWith(flow, values, propertyText(property, value), text) ?? [] };
  }
  if (hasOr(flow, call)) return undefined;
  const name = property ?? column;
  // Text of an UPDATE or DELETE names columns, elsewhere properties of an alias.
  const left = writes ? column : `${alias}.${name}`;
  const test = (value: string): string => `('${left} = :${name}', { ${propertyText(name, value)} })`;
  return {
    property: name,
    edits: (value) => conditionAdded(call, calls, { opening, where: /^(?:and)?[wW]here/, test: test(value) }, text),
  };
};
