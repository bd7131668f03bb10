/** A builder of Objection as the statements that it sends. */
import type { Flow, Ref } from '../../flow/flow';
import type { Expr, From, Insert, Query, TableRef } from '../../query/model';
import type { Span } from '../../text/span';
import { aliasOf, another, type Build } from '../build/build';
import { snaked } from '../build/casing';
import { and, column, equals, opaque, param } from '../build/expr';
import { grafted, qualified } from '../build/grafted';
import type { Relation } from '../build/model';
import { renamed } from '../build/renamed';
import { countStar, insert, select } from '../build/statements';
import { listExpr, valueExpr } from '../build/value';
import { type Context, type Layer, openContext, spanOf } from '../knex/context';
import type { CallStep } from '../knex/handle';
import { isWrite, stated } from '../knex/statement';
import { subqueryIn } from '../knex/subquery';
import type { Operation } from '../orm';
import { asKnex, readsAgain, spreadOut } from './calls';
import { graphRows } from './graph';
import { fromOf, isApart, isLoad } from './joins';
import type { ObjectionData, ObjectionModel } from './models';
import { receiverOf, relationIn } from './receiver';

export interface Sent {
  readonly query: Query;
  readonly operation: Operation;
  readonly also: readonly Query[];
}

export interface Asked {
  readonly flow: Flow;
  readonly data: ObjectionData;
  readonly site: Ref;
  readonly notes: Set<string>;
  /** Of the row that the builder was made of, or of the model. */
  readonly model: ObjectionModel | undefined;
  /** `$query`, `relatedQuery` … */
  readonly first: CallStep;
  /** The row of `row.$query()`. */
  readonly own: Ref | undefined;
  readonly calls: readonly CallStep[];
  readonly open: boolean;
}

const unknownTable = (span: Span): From => ({
  kind: 'opaque-from',
  why: 'the model is known where its class is extended',
  span,
});

export const sentBy = (asked: Asked): Sent => {
  const { flow, data, site, notes, model, first } = asked;
  const relation =
    /elatedQuery$/.test(first.name) && model !== undefined ? relationIn(flow, model, first.args[0]) : undefined;
  const isRelated = /elatedQuery$/.test(first.name);
  const target = isRelated ? data.byKey.get(relation?.target ?? '') : model;
  if (target === undefined) notes.add('model');
  const plain = openContext(flow, site, notes);
  const spread = spreadOut(plain, target, asked.calls);
  const at = first.file === site.file ? first.nameSpan : site.value.span;
  const table = target === undefined ? undefined : tableOf(plain, target, spread, at);
  const calls = asKnex(plain, target, spread, table === undefined ? '' : aliasOf(table));
  const apart = spread.filter(isApart);
  const together = spread.filter((call) => !isApart(call));
  const writes = calls.some(isWrite);
  const base: From =
    table === undefined || target === undefined
      ? unknownTable(at)
      : writes
        ? table
        : fromOf(plain, data, target, table, together, (step) => spanOf(plain, step));
  const supplied = target && { name: target.name, columns: target.filled };
  const layer: Layer = { base, query: (c, ref) => innerQuery(c, ref, data), ...(supplied && { supplied }) };
  const c = openContext(flow, site, notes, layer);
  const made = stated(c, [{ ...first, name: '', args: [] }, ...calls], asked.open);
  let { query } = made;
  let also: readonly Query[] = [];
  if (model !== undefined && asked.own !== undefined && first.name === '$query')
    query = restricted(query, ofRow(c, model, asked.own, table, at), at);
  if (relation !== undefined && table !== undefined && model !== undefined) {
    const linked = related(c, query, relation, ownerKey(c, asked, model, spread, at), table, at);
    query = linked.query;
    also = linked.also;
  }
  if (query.kind === 'select' && apart.length > 0 && table !== undefined && target !== undefined) {
    const around = fromOf(plain, data, target, table, apart, (step) => spanOf(plain, step));
    const [from, ...others] = query.from;
    const alone = from?.kind === 'table' ? qualified({ ...query, from: [] }, aliasOf(from)) : query;
    if (from !== undefined) query = { ...alone, from: [grafted(around, from), ...others] };
  }
  if (target !== undefined) {
    const graph = graphRows(c, data, target, query, spread, at);
    query = graph.query;
    also = [...also, ...graph.also];
  }
  if (target !== undefined && table !== undefined && (writes || query.kind === 'insert')) {
    if (readsAgain(spread)) also = [...also, again(c, target, at)];
    if (spread.some(isLoad))
      also = [
        ...also,
        select([fromOf(another(c), data, target, table, spread, (step) => spanOf(c, step))], at, {
          where: byIds(c, target, aliasOf(table), at),
        }),
      ];
  }
  if (spread.some(({ name }) => name === 'resultSize') && query.kind === 'select')
    query = { ...query, items: [countStar(at)] };
  const sent = (one: Query): Query => {
    const casing = (target ?? model)?.casing;
    return casing === undefined ? one : renamed(one, (name) => snaked(name, casing));
  };
  const upserts = spread.some(({ name }) => /^upsertGraph/.test(name));
  return {
    query: sent(query),
    operation: upserts ? 'upsert' : made.operation,
    also: also.map(sent),
  };
};

const tableOf = (build: Build, model: ObjectionModel, calls: readonly CallStep[], at: Span): TableRef => {
  const table = build.table(model.table, at);
  const [alias] = calls.findLast(({ name }) => name === 'alias')?.args ?? [];
  const [shape] = alias === undefined ? [] : build.flow.shapes(alias);
  return shape?.kind === 'literal' && typeof shape.value === 'string' ? { ...table, alias: shape.value } : table;
};

const restricted = (query: Query, where: Expr, span: Span): Query =>
  query.kind === 'select' || query.kind === 'update' || query.kind === 'delete'
    ? { ...query, where: query.where === undefined ? where : and([query.where, where], span) }
    : query;

/** The row itself, by its key. */
const ofRow = (build: Build, model: ObjectionModel, own: Ref, table: TableRef | undefined, span: Span): Expr =>
  and(
    model.idColumns.map((id) =>
      equals(
        column(table === undefined ? '' : aliasOf(table), id, span),
        param(`${build.flow.valueId(own)}.${id}`, span, build.many && build.flow.varies(own, build.site)),
        span,
      ),
    ),
    span,
  );

const byIds = (build: Build, model: ObjectionModel, alias: string, span: Span): Expr =>
  and(
    model.idColumns.map((id) =>
      equals(column(alias, id, span), param(`${build.flow.valueId(build.site)}.${id}`, span), span),
    ),
    span,
  );

const again = (build: Build, model: ObjectionModel, span: Span): Query => {
  const inner = another(build);
  const table = inner.table(model.table, span);
  return select([table], span, { where: byIds(build, model, aliasOf(table), span) });
};

/** What the related rows are tied to: a row's key, what `for` says, or the table around a correlated subquery. */
type Key = (own: string, left: Expr) => Expr;

const ownerKey = (c: Context, asked: Asked, model: ObjectionModel, calls: readonly CallStep[], span: Span): Key => {
  const [given] = calls.findLast(({ name }) => name === 'for')?.args ?? [];
  if (asked.own !== undefined && asked.first.name === '$relatedQuery') {
    const id = c.flow.valueId(asked.own);
    return (own, left) => equals(left, param(`${id}.${own}`, span), span);
  }
  if (given === undefined) return (own, left) => equals(left, column(model.table.at(-1) ?? '', own, span), span);
  const query = subqueryIn(c, given);
  if (query !== undefined) return (_, left) => ({ kind: 'in', left, items: query, negated: false, span });
  const [shape] = c.flow.shapes(given);
  const isList = shape?.kind === 'list';
  // A compound key is a list of its values.
  const pairs = relationIn(c.flow, model, asked.first.args[0])?.on ?? [];
  if (pairs.length > 1)
    return (own, left) => {
      const item = isList ? shape.items[pairs.findIndex((pair) => pair.own === own)] : undefined;
      return item === undefined ? opaque('a compound key', span) : equals(left, valueExpr(c, item.value), span);
    };
  return (_, left) => (isList ? listExpr(c, left, given, span) : equals(left, valueExpr(c, given), span));
};

/** Rows of a relation: a filter, a link table, a foreign key that is filled in. */
const related = (
  build: Build,
  query: Query,
  relation: Relation,
  key: Key,
  table: TableRef,
  span: Span,
): { readonly query: Query; readonly also: readonly Query[] } => {
  const alias = aliasOf(table);
  const { through } = relation;
  if (query.kind === 'insert') {
    if (through === undefined) {
      const extra = relation.on.map(({ own, other }) => ({
        name: other,
        value: rightOf(key(own, column('', other, span))),
      }));
      return { query: withColumns(query, extra, span), also: [] };
    }
    const link = another(build).table(through.table, span);
    const columns = [
      ...relation.on.map(({ own, other }) => ({ name: other, value: rightOf(key(own, column('', other, span))) })),
      ...through.on.map(({ own }) => ({ name: own, value: param(`${build.flow.valueId(build.site)}.${own}`, span) })),
    ];
    const row = insert(link, { kind: 'values', rows: [columns.map(({ value }) => value)], orderBy: [], span }, span, {
      columns: columns.map(({ name }) => ({ name, span })),
    });
    return { query, also: [row] };
  }
  if (through === undefined)
    return {
      query: restricted(
        query,
        and(
          relation.on.map(({ own, other }) => key(own, column(alias, other, span))),
          span,
        ),
        span,
      ),
      also: [],
    };
  const link = build.table(through.table, span);
  const ties = and(
    relation.on.map(({ own, other }) => key(own, column(aliasOf(link), other, span))),
    span,
  );
  const on = and(
    through.on.map(({ own, other }) => equals(column(aliasOf(link), own, span), column(alias, other, span), span)),
    span,
  );
  if (query.kind === 'select' && query.from[0] !== undefined) {
    const [from, ...others] = query.from;
    const joined: From = { kind: 'join', type: 'inner', left: from, right: link, on, span };
    return { query: restricted({ ...query, from: [joined, ...others] }, ties, span), also: [] };
  }
  const ids = select([link], span, {
    items: through.on.map(({ own }) => ({ expr: column(aliasOf(link), own, span) })),
    where: ties,
  });
  const [pair] = through.on;
  if (pair === undefined) return { query, also: [] };
  return {
    query: restricted(
      query,
      { kind: 'in', left: column(alias, pair.other, span), items: ids, negated: false, span },
      span,
    ),
    also: [],
  };
};

/** The right side of an equality. */
const rightOf = (expr: Expr): Expr =>
  expr.kind === 'compare'
    ? expr.right
    : expr.kind === 'in' && Array.isArray(expr.items)
      ? ((expr.items as readonly Expr[])[0] ?? expr)
      : expr;

const withColumns = (
  query: Insert,
  extra: readonly { readonly name: string; readonly value: Expr }[],
  span: Span,
): Query => {
  const { source } = query;
  if (source === 'default' || source.kind !== 'values') return query;
  const added = extra.filter(({ name }) => !query.columns?.some((one) => one.name === name));
  return {
    ...query,
    columns: [...(query.columns ?? []), ...added.map(({ name }) => ({ name, span }))],
    source: { ...source, rows: source.rows.map((row) => [...row, ...added.map(({ value }) => value)]) },
  };
};

const depthCap = 4;

/** `Pet.query().select('ownerId')` and `Person.relatedQuery('pets')` inside of another statement; rows that were awaited are values. */
const innerQuery = (c: Context, ref: Ref, data: ObjectionData): Query | undefined => {
  if (c.depth > depthCap || (ref.value.kind !== 'call' && ref.value.kind !== 'name')) return undefined;
  const chain = c.flow.builder(ref);
  const at = chain.steps.findLastIndex((step) => step.kind === 'call' && begins.test(step.name));
  const first = chain.steps[at];
  if (first?.kind !== 'call') return undefined;
  const rest = chain.steps.slice(at);
  const calls = rest.flatMap((step) => (step.kind === 'call' ? [step] : []));
  const isAwaited = (step: CallStep): boolean => c.flow.parent({ value: step.call, file: step.file })?.kind === 'await';
  if (calls.length < rest.length || calls.some((step) => settles.test(step.name) || isAwaited(step))) return undefined;
  const [model] = receiverOf(chain, at, c.flow, data)?.models ?? [];
  if (model === undefined) return undefined;
  const { query } = sentBy({
    flow: c.flow,
    data,
    site: c.site,
    notes: c.notes,
    model,
    first,
    own: undefined,
    calls: calls.slice(1),
    open: false,
  });
  return query;
};

const begins = /^(?:query|relatedQuery|\$relatedQuery)$/;
const settles = /^(?:then|catch|execute)$/;
