/** What each method of a manager or repository sends. */
import type { ObjectShape, Ref } from '../../flow/flow';
import type { Query } from '../../query/model';
import type { Span } from '../../text/span';
import { and, isTruth, opaque, param } from '../build/expr';
import { optionIn } from '../build/options';
import { openSources } from '../build/sources';
import { countStar, select } from '../build/statements';
import { isNothing } from '../build/value';
import { anotherContext, type Context, optionsIn, type Sent } from './context';
import type { Entity } from './entities';
import { filtersExpr } from './filtered';
import { loadApart, loadRelations } from './populate';
import { byOwnKey, givenRows } from './rows';
import { whereExpr } from './where';
import { deletedWhere, insertedRows, updatedWhere } from './write';

/** `args`: without the entity that a manager takes first. */
export const statementsOf = (
  c: Context,
  method: string,
  args: readonly Ref[],
  entity: Entity,
  at: Span,
): readonly Sent[] => {
  const [first, second, third] = args;
  switch (method) {
    case 'insert':
    case 'insertMany':
    case 'nativeInsert':
      return [{ query: insertedRows(c, first, entity, at) }];
    case 'upsert':
    case 'upsertMany':
      return [{ query: { ...insertedRows(c, first, entity, at), onConflict: { target: [], set: [] } } }];
    case 'nativeUpdate':
      return [{ query: updatedWhere(c, first, second, third, entity, at) }];
    case 'nativeDelete':
      return [{ query: deletedWhere(c, first, second, entity, at) }];
    case 'populate': {
      const [query, ...also] = loadApart(c, second, entity, optionsIn(c, third));
      return query === undefined ? [] : [{ query, also }];
    }
    case 'refresh':
    case 'refreshOrFail':
    case 'lock':
      return first === undefined ? [] : [byKey(c, first, entity, optionsIn(c, second), at)];
    case 'findAll':
    case 'stream':
      return [found(c, method, undefined, first, entity, at)];
    case 'findByCursor': {
      // Version 7 has the filter among the options.
      const inside = optionsIn(c, first);
      const options = inside?.entries.some(({ key }) => key === 'where' || key === 'orderBy') === true;
      return [options ? found(c, method, undefined, first, entity, at) : found(c, method, first, second, entity, at)];
    }
    case 'countBy':
      return [found(c, 'count', undefined, second, entity, at)];
    default:
      return [found(c, method, first, second, entity, at)];
  }
};

const byKey = (c: Context, ref: Ref, entity: Entity, options: ObjectShape | undefined, at: Span): Sent => {
  const table = c.table(entity.table, at);
  const sources = openSources(c, table);
  const many = givenRows(c, ref).some((row) => row.many);
  const where = byOwnKey(c, ref, entity, table, at, many);
  const also = loadRelations({ ...c, sources }, sources, entity, options, at);
  return { query: select([sources.from()], c.site.value.span, { where }), also };
};

const one = (c: Context) => ({
  limit: { kind: 'const' as const, type: 'number' as const, value: 1, span: c.site.value.span },
});

/** `where`: the filter where it is an argument of its own; otherwise the options may hold it. */
const found = (
  c: Context,
  method: string,
  where: Ref | undefined,
  settings: Ref | undefined,
  entity: Entity,
  at: Span,
): Sent => {
  const options = optionsIn(c, settings);
  const inside = where === undefined ? optionIn(options, 'where') : undefined;
  const opened = where ?? inside;
  const counts = method === 'count';
  const ask = (own: Context, count: boolean): { readonly query: Query; readonly also: readonly Query[] } => {
    const table = own.table(entity.table, at);
    const sources = openSources(own, table);
    const joining: Context = { ...own, sources };
    const scope = { entity, alias: sources.alias };
    const hidden = opened === undefined && mayHide(own, settings);
    const filter = hidden
      ? unknownOptions(own, settings, at)
      : opened === undefined
        ? undefined
        : whereExpr(joining, opened, scope);
    const filters = filtersExpr(joining, scope, options, at);
    const also = count ? [] : loadRelations(joining, sources, entity, options, at);
    const parts = [...(filter === undefined ? [] : [filter]), ...(isTruth(filters) ? [] : [filters])];
    const limited = optionIn(options, 'limit') ?? optionIn(options, 'first') ?? optionIn(options, 'last');
    const query = select([sources.from()], own.site.value.span, {
      where: parts.length === 0 ? undefined : and(parts, at),
      ...(count
        ? { items: [countStar(own.site.value.span)] }
        : /^findOne/.test(method)
          ? one(own)
          : limited === undefined
            ? {}
            : { limit: param('limit', at) }),
    });
    return { query, also };
  };
  const asked = ask(c, counts);
  if (method !== 'findAndCount' && method !== 'findByCursor') return asked;
  return { ...asked, also: [...asked.also, ask(anotherContext(c), true).query] };
};

/** Options that come from elsewhere may hold any filter. */
const mayHide = (c: Context, settings: Ref | undefined): boolean =>
  settings !== undefined &&
  c.flow.shapes(settings).some((shape) => !isNothing(shape) && (shape.kind !== 'object' || shape.open));

const unknownOptions = (c: Context, settings: Ref | undefined, at: Span) => {
  const text = settings === undefined ? 'options' : c.flow.print(settings);
  c.notes.add(`options ${text}`);
  return opaque(`the options ${text} come from elsewhere`, at);
};
