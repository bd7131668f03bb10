/**
 * Aggregation pipelines. A `$match` narrows what is read as long as the server may run it first: in front, or behind
 * stages that neither drop documents by number nor make the fields that it asks for.
 * https://www.mongodb.com/docs/manual/core/aggregation-pipeline-optimization/
 */
import type { Item, ObjectShape, Ref } from '../../flow/flow';
import type { Expr, OrderItem, Query, Select, SetOperation } from '../../query/model';
import type { Span } from '../../text/span';
import { aliasOf } from '../build/build';
import { type Conditional, conjunction } from '../build/conditional';
import { column, operation, param } from '../build/expr';
import { openSources, type Sources } from '../build/sources';
import { countStar, insert, select } from '../build/statements';
import { isNothing } from '../build/value';
import { type Context, isOperator, keySpan, objectIn, siteSpan, textIn, unknownFilter } from './context';
import { operandExpr, type Variables } from './expression';
import { filterExpr, type PathColumn } from './filter';
import { lookup, matched } from './lookup';

/** What is known of the documents between two stages. */
export interface Flowing {
  readonly sources: Sources;
  readonly alias: string;
  /** Tests that choose what is read of the first collection. */
  readonly where: Conditional[];
  /** Fields that a stage has made, with the alias of the joined collection where they hold its documents. */
  readonly made: Map<string, string | undefined>;
  /** The documents are other ones: no field is a column any more. */
  lost: boolean;
  /** A `$match` may still be run first. */
  leading: boolean;
  variables: Variables;
}

/** A set of documents put together by a pipeline. */
interface Piped {
  readonly query: Query;
  readonly also: readonly Query[];
}

/** Fields of the documents as columns; undefined for what the pipeline has made of them. */
export const pathsOf =
  (flowing: Flowing): PathColumn =>
  (path, span) => {
    if (flowing.lost) return undefined;
    const [head = '', ...rest] = path.split('.');
    if (!flowing.made.has(head)) return column(flowing.alias, path, span);
    const joined = flowing.made.get(head);
    return joined === undefined || rest.length === 0 ? undefined : column(joined, rest.join('.'), span);
  };

/** Own fields alone: a test of joined documents says nothing about which are read. */
export const ownPaths =
  (flowing: Flowing): PathColumn =>
  (path, span) =>
    flowing.lost || flowing.made.has(path.split('.')[0] ?? '') ? undefined : column(flowing.alias, path, span);

export const openFlowing = (c: Context, collection: readonly string[], at: Span): Flowing => {
  const sources = openSources(c, c.table(collection, at));
  const alias = aliasOf(sources.table);
  return { sources, alias, where: [], made: new Map(), lost: false, leading: true, variables: new Map() };
};

/** One for each list that the pipeline may be. */
export const pipelines = (
  c: Context,
  collection: readonly string[],
  ref: Ref | undefined,
  at: Span,
  fresh: () => Context,
  first?: Expr,
): readonly Piped[] => {
  const shapes = ref === undefined ? [] : c.flow.shapes(ref).filter((shape) => !isNothing(shape));
  if (shapes.length === 0) return [piped(c, collection, [], at, first)];
  return shapes.map((shape) => {
    const own = fresh();
    if (shape.kind === 'list') {
      const open = shape.open ? unknownFilter(own, shape.ref, at) : undefined;
      return piped(own, collection, shape.items, at, first, open);
    }
    // A stage alone is taken as a pipeline of one by some methods.
    if (shape.kind === 'object' && !shape.open)
      return piped(own, collection, [{ value: shape.ref, when: [], many: false }], at, first);
    return piped(own, collection, [], at, first, unknownFilter(own, shape.ref, at));
  });
};

const piped = (
  c: Context,
  collection: readonly string[],
  items: readonly Item[],
  at: Span,
  first: Expr | undefined,
  open?: Expr,
): Piped => {
  const flowing = openFlowing(c, collection, at);
  for (const expr of [first, open]) if (expr !== undefined) flowing.where.push({ when: [], expr });
  const tail: Tail = { orderBy: [], groupBy: [], counts: false, limit: undefined, unions: [], also: [] };
  for (const item of items) stage(c, flowing, item, at, tail);
  const span = siteSpan(c);
  const read: Select = select([flowing.sources.from()], span, {
    where: conjunction(flowing.where, at),
    ...(tail.counts ? { items: [countStar(span)] } : {}),
    groupBy: tail.groupBy,
    orderBy: tail.orderBy,
    ...(tail.limit === undefined ? {} : { limit: tail.limit }),
  });
  const query = tail.unions.reduce<Query>(
    (left, right): SetOperation => ({ kind: 'set-operation', op: 'union', all: true, left, right, orderBy: [], span }),
    read,
  );
  return { query, also: tail.also };
};

interface Tail {
  orderBy: readonly OrderItem[];
  groupBy: readonly Expr[];
  counts: boolean;
  limit: Expr | undefined;
  readonly unions: Query[];
  readonly also: Query[];
}

/** The operator of a stage and what it is given. */
export const stageOf = (
  c: Context,
  ref: Ref,
): { readonly name: string; readonly value: Ref; readonly shape: ObjectShape } | undefined => {
  const shape = objectIn(c.flow, ref);
  const entry = shape?.entries.find(({ key }) => isOperator(key));
  return shape === undefined || entry?.key === undefined ? undefined : { name: entry.key, value: entry.value, shape };
};

const stage = (c: Context, flowing: Flowing, item: Item, at: Span, tail: Tail): void => {
  const found = stageOf(c, item.value);
  if (found === undefined) {
    // It may be a `$match` as well as anything else.
    if (flowing.leading) flowing.where.push({ when: item.when, expr: unknownFilter(c, item.value, at) });
    return;
  }
  const { name, value } = found;
  const optional = item.when.length > 0;
  const settings = objectIn(c.flow, value);
  const make = (keys: readonly (string | undefined)[]): void => {
    for (const key of keys) {
      if (key === undefined) flowing.lost = true;
      else flowing.made.set(key.split('.')[0] ?? '', undefined);
    }
  };
  switch (name) {
    case '$match':
      if (flowing.leading)
        flowing.where.push({ when: item.when, expr: matched(c, value, ownPaths(flowing), flowing.variables, at) });
      return;
    case '$geoNear':
      flowing.where.push({
        when: item.when,
        expr: filterExpr(c, settings?.entries.find(({ key }) => key === 'query')?.value, ownPaths(flowing), at),
      });
      return;
    case '$sort':
      tail.orderBy = (settings?.entries ?? []).flatMap(({ key }) => {
        const expr = key === undefined ? undefined : pathsOf(flowing)(key, at);
        return expr === undefined ? [] : [{ expr }];
      });
      return;
    case '$addFields':
    case '$set':
      make(settings === undefined || settings.open ? [undefined] : settings.entries.map(({ key }) => key));
      return;
    case '$project':
      if (settings === undefined) flowing.lost = true;
      make((settings?.entries ?? []).filter((entry) => !keeps(c, entry.value)).map(({ key }) => key));
      return;
    case '$unset':
      return;
    case '$unwind': {
      const path = textIn(c.flow, value) ?? textIn(c.flow, settings?.entries.find(({ key }) => key === 'path')?.value);
      const head = path?.slice(1).split('.')[0];
      if (head !== undefined && !flowing.made.has(head)) flowing.made.set(head, undefined);
      return;
    }
    case '$lookup':
    case '$graphLookup':
      lookup(c, flowing, settings, name, optional, at);
      return;
    case '$facet':
      flowing.leading = false;
      for (const entry of settings?.entries ?? [])
        for (const shape of c.flow.shapes(entry.value))
          if (shape.kind === 'list')
            for (const inner of shape.items)
              stage(c, { ...flowing, leading: false, made: new Map(flowing.made) }, inner, at, { ...tail });
      flowing.lost = true;
      return;
    case '$unionWith': {
      flowing.leading = false;
      const name = settings === undefined ? value : settings.entries.find(({ key }) => key === 'coll')?.value;
      const coll = name === undefined ? undefined : collectionNamed(c, name);
      const pipeline = settings?.entries.find(({ key }) => key === 'pipeline')?.value;
      if (coll === undefined) c.notes.add('collection of $unionWith');
      else for (const one of pipelines(c, coll, pipeline, at, () => c).slice(0, 1)) tail.unions.push(one.query);
      return;
    }
    case '$out':
    case '$merge': {
      const target = intoName(c, value, settings);
      if (target === undefined) c.notes.add(`collection of ${name}`);
      else {
        const why = 'the rows are the result of the pipeline';
        tail.also.push(insert(c.table(target, at), { kind: 'opaque', why, span: at }, siteSpan(c)));
      }
      return;
    }
    case '$limit':
    case '$sample':
      flowing.leading = false;
      tail.limit = param('limit', at);
      return;
    case '$group': {
      flowing.leading = false;
      tail.counts = true;
      const id = settings?.entries.find(({ key }) => key === '_id')?.value;
      tail.groupBy = id === undefined ? [] : groupsOf(c, id, flowing, at);
      // Joined after it: what the documents hold is computed.
      flowing.lost = true;
      tail.orderBy = [];
      return;
    }
    case '$count':
    case '$sortByCount':
    case '$bucket':
    case '$bucketAuto':
      flowing.leading = false;
      tail.counts = true;
      flowing.lost = true;
      return;
    case '$replaceRoot':
    case '$replaceWith':
      flowing.lost = true;
      flowing.leading = false;
      return;
    default:
      // `$skip`, `$search`, `$redact`, `$setWindowFields`, `$densify` …
      flowing.leading = false;
  }
};

const keeps = (c: Context, ref: Ref): boolean =>
  c.flow
    .shapes(ref)
    .every(
      (shape) => shape.kind === 'literal' && (typeof shape.value === 'number' || typeof shape.value === 'boolean'),
    );

/** `'$tenantId'`, `{ tenant: '$tenantId', day: … }`, `null`. */
const groupsOf = (c: Context, ref: Ref, flowing: Flowing, at: Span): readonly Expr[] =>
  c.flow.shapes(ref).flatMap((shape): readonly Expr[] => {
    if (isNothing(shape)) return [];
    if (shape.kind === 'object' && !shape.entries.some(({ key }) => isOperator(key)))
      return shape.entries.map((entry) =>
        operandExpr(c, entry.value, pathsOf(flowing), flowing.variables, keySpan(c, entry)),
      );
    if (shape.kind === 'literal') return [operandExpr(c, shape.ref, pathsOf(flowing), flowing.variables, at)];
    return [operation('group', [], at)];
  });

const intoName = (c: Context, value: Ref, settings: ObjectShape | undefined): readonly string[] | undefined => {
  if (settings === undefined) return collectionNamed(c, value);
  const named = (key: string) => settings.entries.find((entry) => entry.key === key)?.value;
  const into = named('into');
  const inner = into === undefined ? settings : objectIn(c.flow, into);
  if (inner === undefined) return into === undefined ? undefined : collectionNamed(c, into);
  const coll = inner.entries.find(({ key }) => key === 'coll')?.value;
  return coll === undefined ? undefined : collectionNamed(c, coll);
};

/** A collection by its text, or by an object of the library that has one. */
export const collectionNamed = (c: Context, ref: Ref): readonly string[] | undefined => {
  const text = textIn(c.flow, ref);
  return text === undefined ? c.collectionOf(ref) : [text];
};
