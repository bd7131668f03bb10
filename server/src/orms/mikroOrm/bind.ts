/** One more column for a call of MikroORM: in its filter, its rows, or its query builder. */
import type { Flow } from '../../flow/flow';
import type { CallValue } from '../../hosts/host';
import { callsOfBuilder, conditionAdded, hasOr } from '../build/builderEdits';
import { methodOf } from '../build/chainEdits';
import { argumentAdded, keyOrFilterWith, optionWith, propertyOf, propertyText, relationOver } from '../build/keyEdits';
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
        ? (keyOrFilterWith(flow, argument, entity.primaryKey, entry(value), text) ?? [])
        : call.args.length === first
          ? [argumentAdded(call, `{ ${entry(value)} }`, text)]
          : [],
  };
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
  if (property === undefined || as === 'row' || hasOr(flow, call)) return undefined;
  const { steps } = flow.builder(flow.ref(call));
  const several = steps.some((step) => step.kind === 'call' && /[jJ]oin/.test(step.name));
  const name = several ? `${alias}.${property}` : property;
  const calls = callsOfBuilder(flow, call);
  return {
    property,
    edits: (value) =>
      conditionAdded(
        call,
        calls,
        { opening, where: /^(?:and)?[wW]here$/, test: `({ ${propertyText(name, value)} })` },
        text,
      ),
  };
};
