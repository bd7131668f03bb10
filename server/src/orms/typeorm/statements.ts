/** What each method of a repository or manager sends. */
import type { ObjectShape, Ref, Shape } from '../../flow/flow';
import { isOlder } from '../../flow/versions';
import type { Expr, Query } from '../../query/model';
import type { Span } from '../../text/span';
import { aliasOf } from '../build/build';
import { and, choice, opaque, param, truth } from '../build/expr';
import { openSources } from '../build/sources';
import { countStar, remove, select, update } from '../build/statements';
import { isNothing } from '../build/value';
import { type Context, keySpan, lastOf } from './context';
import type { Entity } from './entities';
import { loadRelations } from './relationsLoaded';
import { selectedRelations, selectsRelations } from './relationsSelected';
import { criteriaExpr, unknownFilter, whereExpr } from './where';
import { byOwnKey, deleted, inserted, removed, type Sent, saved, softly, updated } from './write';

export const optionNames: ReadonlySet<string> = new Set([
  'where',
  'relations',
  'select',
  'order',
  'skip',
  'take',
  'join',
  'cache',
  'lock',
  'withDeleted',
  'loadEagerRelations',
  'loadRelationIds',
  'relationLoadStrategy',
  'transaction',
  'comment',
]);

/** `args`: without the entity that a manager takes first. `own`: the row itself, for its own methods. */
export const statementsOf = (
  c: Context,
  method: string,
  args: readonly Ref[],
  entity: Entity,
  at: Span,
  own: Ref | undefined,
): readonly Sent[] => {
  const [first, second] = args;
  const call = c.site.value.span;
  switch (method) {
    case 'save':
      return saved(c, own ?? first, entity, at, own !== undefined);
    case 'remove':
    case 'softRemove':
    case 'recover':
      return own === undefined && first === undefined
        ? []
        : [removed(c, (own ?? first) as Ref, entity, at, method !== 'remove')];
    case 'reload':
    case 'preload': {
      const table = c.table(entity.table, at);
      const ref = own ?? first;
      return ref === undefined
        ? []
        : [{ query: select([table], call, { where: byOwnKey(c, ref, entity, table, at, false) }) }];
    }
    case 'insert':
      return [{ query: inserted(c, first, entity, at) }];
    case 'upsert': {
      const query = inserted(c, first, entity, at);
      return [{ query: query.kind === 'insert' ? { ...query, onConflict: { target: [], set: [] } } : query }];
    }
    case 'update':
      return [{ query: updated(c, first, second, entity, at) }];
    case 'updateAll':
      return [{ query: updated(c, undefined, first, entity, at) }];
    case 'increment':
    case 'decrement':
      return [{ query: updated(c, first, undefined, entity, at) }];
    case 'softDelete':
    case 'restore': {
      const table = c.table(entity.table, at);
      const where = first === undefined ? undefined : criteriaExpr(c, first, entity, aliasOf(table));
      return [{ query: update(table, where, call, softly(entity, at)) }];
    }
    case 'delete':
      return [{ query: deleted(c, first, entity, at) }];
    case 'deleteAll':
      return [{ query: deleted(c, undefined, entity, at) }];
    case 'clear':
      return [{ query: remove(c.table(entity.table, at), undefined, call) }];
    case 'sum':
    case 'average':
    case 'minimum':
    case 'maximum':
      return [{ query: read(c, method, second, entity, at, false) }];
    default:
      return reads(c, method, args, entity, at);
  }
};

const byConditions = /By(?:OrFail)?$|^existsBy$/;

const reads = (
  c: Context,
  method: string,
  [first, second]: readonly Ref[],
  entity: Entity,
  at: Span,
): readonly Sent[] => {
  if (method === 'findByIds' || method === 'findOneById') {
    const table = c.table(entity.table, at);
    const where = first === undefined ? undefined : criteriaExpr(c, first, entity, aliasOf(table));
    return [{ query: select([table], c.site.value.span, { where }) }];
  }
  if (first === undefined || byConditions.test(method)) return [{ query: read(c, method, first, entity, at, true) }];
  return c.flow.shapes(first).map((shape): Sent => {
    if (shape.kind === 'object') {
      const options =
        (takesOptionsAlone(c) && /^(?:find|findAndCount|count)$/.test(method)) ||
        shape.open ||
        shape.entries.length === 0 ||
        shape.entries.some(({ key }) => optionNames.has(key ?? ''));
      return options
        ? { query: find(c, method, shape, entity, at), ...apart(c, shape, entity) }
        : { query: read(c, method, first, entity, at, true) };
    }
    if (isNothing(shape) && second === undefined) return { query: find(c, method, undefined, entity, at) };
    if (/^findOne/.test(method) && shape.kind !== 'list') {
      // `findOne(id)` of older versions.
      const table = c.table(entity.table, at);
      return {
        query: select([table], c.site.value.span, { where: criteriaExpr(c, first, entity, aliasOf(table)), ...one(c) }),
      };
    }
    return {
      query: shape.kind === 'list' ? read(c, method, first, entity, at, true) : unknownOptions(c, shape, entity, at),
    };
  });
};

/** Conditions without `where` are of versions before 0.3: later ones see no option in them, and ask for all rows. */
const takesOptionsAlone = (c: Context): boolean => {
  const version = c.flow.version('typeorm');
  return version !== undefined && !isOlder(version, '0.3');
};

const one = (c: Context) => ({
  limit: { kind: 'const' as const, type: 'number' as const, value: 1, span: c.site.value.span },
});

const apart = (c: Context, options: ObjectShape, entity: Entity): Pick<Sent, 'also'> =>
  selectsRelations(c, options) ? { also: selectedRelations(c, options, entity) } : {};

const unknownOptions = (c: Context, shape: Shape, entity: Entity, at: Span): Query => {
  const text = c.flow.print(shape.ref);
  c.notes.add(`options ${text}`);
  return select([c.table(entity.table, at)], c.site.value.span, {
    where: opaque(`the options ${text} come from elsewhere`, at),
  });
};

/** A statement that has a filter and nothing else. */
const read = (c: Context, method: string, where: Ref | undefined, entity: Entity, at: Span, joins: boolean): Query => {
  const table = c.table(entity.table, at);
  const sources = openSources(c, table);
  const own: Context = { ...c, sources: joins ? sources : undefined };
  const filter = where === undefined ? undefined : whereExpr(own, where, entity, aliasOf(table));
  if (joins && !/^count|^exist/.test(method)) loadRelations(own, undefined, entity, sources.alias, at);
  return select([sources.from()], c.site.value.span, { where: filter, ...shapeOf(c, method) });
};

const shapeOf = (c: Context, method: string) =>
  /^(?:count|sum|average|minimum|maximum)/.test(method)
    ? { items: [countStar(c.site.value.span)] }
    : /^(?:findOne|exist)/.test(method)
      ? one(c)
      : {};

const find = (c: Context, method: string, options: ObjectShape | undefined, entity: Entity, at: Span): Query => {
  const wheres = options?.entries.filter(({ key }) => key === 'where') ?? [];
  const last = wheres.at(-1);
  const table = c.table(entity.table, last === undefined ? at : keySpan(c, last));
  const sources = openSources(c, table);
  const own: Context = { ...c, sources };
  const filters = wheres.map(({ value, when }) => ({ when, expr: whereExpr(own, value, entity, sources.alias) }));
  const sure = filters.some(({ when }) => when.length === 0);
  const parts: Expr[] = filters.map(({ expr, when }) =>
    when.length === 0 && filters.length === 1
      ? expr
      : choice(sure ? [expr, ...filters.map((f) => f.expr)] : [expr, truth(at)], at),
  );
  // Options that come from elsewhere may hold any filter.
  if (options?.open === true && last === undefined) parts.push(unknownFilter(c, options.ref, at));
  if (!/^(?:count|exist)/.test(method) && !selectsRelations(c, options))
    loadRelations(own, options, entity, sources.alias, at);
  else if (!selectsRelations(c, options))
    loadRelations(own, options, { ...entity, eager: new Set() }, sources.alias, at);
  const take = lastOf(options, 'take');
  return select([sources.from()], c.site.value.span, {
    where: parts.length === 0 ? undefined : and(parts, at),
    ...shapeOf(c, method),
    ...(take === undefined ? {} : { limit: param('take', at) }),
  });
};
