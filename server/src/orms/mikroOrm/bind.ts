/** One more column for a call of MikroORM: in its filter, its rows, or its query builder. */
import type { Flow } from '../../flow/flow';
import type { CallValue, Value } from '../../hosts/host';
import type { TextEdit } from '../../text/edits';
import { callsAlong, chained, methodOf } from '../build/chainEdits';
import {
  argumentAdded,
  insertion,
  keyWith,
  objectWith,
  optionWith,
  propertyOf,
  propertyText,
  relationOver,
} from '../build/keyEdits';
import { rowsWith } from '../build/rowEdits';
import type { Binding, Key } from '../orm';
import type { Entity } from './entities';

/** A relation takes the bare key of its row. */
const nameOf = (entity: Entity, column: string): string | undefined =>
  relationOver(entity, column)?.name ?? propertyOf(entity, column);

/** `first`: the argument behind the entity that a manager is told. */
export const boundMethod = (
  flow: Flow,
  call: CallValue,
  entity: Entity,
  first: number,
  { alias, column, as, text }: Key,
): Binding | undefined => {
  const property = nameOf(entity, column);
  if (property === undefined || alias !== entity.table.at(-1)) return undefined;
  const entry = (value: string): string => propertyText(property, value);
  const argument = call.args[first];
  const method = methodOf(call);
  if (as === 'row')
    return argument && { property, edits: (value) => rowsWith(flow, argument, entry(value), text) ?? [] };
  if (/^(?:findAll|stream|findByCursor)$/.test(method))
    return { property, edits: (value) => optionWith(flow, call, first, 'where', entry(value), text) ?? [] };
  if (!/^(?:find|findOne|findOneOrFail|findAndCount|count|nativeUpdate|nativeDelete)$/.test(method)) return undefined;
  return {
    property,
    edits: (value) =>
      argument !== undefined
        ? (filtered(flow, argument, entity, entry(value), text) ?? [])
        : call.args.length === first
          ? [argumentAdded(call, `{ ${entry(value)} }`, text)]
          : [],
  };
};

/** A filter, or the key of one row. */
const filtered = (
  flow: Flow,
  value: Value,
  entity: Entity,
  entry: string,
  text: string,
): readonly TextEdit[] | undefined => {
  const shapes = flow.shapes(flow.ref(value));
  if (shapes.every(({ kind }) => kind === 'object')) return objectWith(flow, value, entry, text);
  const [id, more] = entity.primaryKey;
  if (id === undefined || more !== undefined || shapes.some(({ kind }) => kind === 'object' || kind === 'list'))
    return undefined;
  return [keyWith(value, id, entry, text)];
};

const opening = /^(?:createQueryBuilder|qb|queryBuilder|select|update|delete|count|from|\w*[jJ]oin\w*)$/;

/** `.andWhere({ organization: id })`. */
export const boundBuilder = (
  flow: Flow,
  call: CallValue,
  entity: Entity,
  { alias, column, as, text }: Key,
): Binding | undefined => {
  const property = nameOf(entity, column);
  let opened: Value = call;
  while (opened.kind === 'call' && opened.callee.kind === 'member' && opened.callee.object.kind === 'call')
    opened = opened.callee.object;
  const calls = callsAlong(flow, opened);
  const { steps } = flow.builder(flow.ref(call));
  const swallowed = steps.some((step) => step.kind === 'call' && /^or[A-Z]/.test(step.name));
  if (property === undefined || as === 'row' || swallowed) return undefined;
  const where = calls.findLast((one) => /^(?:and)?[wW]here$/.test(methodOf(one)));
  const at = where ?? calls.findLast((one) => opening.test(methodOf(one)));
  const several = steps.some((step) => step.kind === 'call' && /[jJ]oin/.test(step.name));
  const name = several ? `${alias}.${property}` : property;
  const test = (value: string): string => `({ ${propertyText(name, value)} })`;
  return {
    property,
    edits: (value) => {
      if (at) return [chained(at, `${where ? 'andWhere' : 'where'}${test(value)}`, text, calls[calls.indexOf(at) + 1])];
      return call.callee.kind === 'member' ? [insertion(call.callee.object.span.end, `.andWhere${test(value)}`)] : [];
    },
  };
};
