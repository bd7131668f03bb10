/** Query builders: what was done to one from `createQueryBuilder` on, as a statement. */
import type { Ref, Step } from '../../flow/flow';
import type { Expr, From, Query, TableRef } from '../../query/model';
import type { Span } from '../../text/span';
import { aliasOf, openBuild } from '../build/build';
import { type Conditional, disjunction } from '../build/conditional';
import { opaque, operation, truth } from '../build/expr';
import { textIn } from '../build/options';
import { assignmentsOf, insertRows, rowsOf } from '../build/rows';
import { openSources, type Sources } from '../build/sources';
import { countStar, remove, select, update } from '../build/statements';
import { spanIn } from '../build/value';
import type { Operation } from '../orm';
import { conditionExpr, type Names } from './condition';
import { type Context, relatedEntity } from './context';
import type { Entity } from './entities';
import { entitiesOf } from './receiver';
import { criteriaExpr } from './where';
import { place, softly } from './write';

type CallStep = Step & { readonly kind: 'call' };

export interface Built {
  readonly operation: Operation;
  readonly query: Query;
}

/** `steps`: those from `createQueryBuilder` on; `at`: the span of what opened it; `outer`: parameters of the query around it. */
export const builtStatement = (
  c: Context,
  entity: Entity | undefined,
  alias: string | undefined,
  steps: readonly Step[],
  at: Span,
  terminal: Operation,
  outer: ReadonlyMap<string, Ref> = new Map(),
): Built | undefined => {
  const calls = steps.filter((step): step is CallStep => step.kind === 'call');
  const state: State = { entity, alias, into: undefined, kind: 'select', rows: undefined, set: [] };
  for (const step of calls) target(c, state, step);
  if (state.entity === undefined && state.table === undefined && state.from === undefined) {
    c.notes.add('entity');
    return undefined;
  }
  const table: TableRef = named(c, state.table ?? state.entity?.table ?? [], state.alias, at);
  const sources = openSources(c, table);
  const names: Names = {
    c: { ...c, sources: state.kind === 'select' ? sources : undefined },
    known: new Map(),
    values: new Map([...outer, ...parameters(c, calls)]),
    own: state.entity,
    alias: aliasOf(table),
  };
  if (state.entity !== undefined) names.known.set(aliasOf(table), { entity: state.entity, alias: aliasOf(table) });
  const from = state.from;
  for (const step of calls) join(names, sources, step);
  const where = filter(names, calls, at);
  const call = c.site.value.span;
  switch (state.kind) {
    case 'insert': {
      const known = state.entity;
      const rows = state.rows === undefined || known === undefined ? [] : rowsOf(c, state.rows, place(c, known));
      const made = insertRows(c, table, rows, state.rows, at);
      const upsert = calls.some(({ name }) => name === 'orUpdate' || name === 'onConflict');
      const ignore = calls.some(({ name }) => name === 'orIgnore');
      return {
        operation: upsert ? 'upsert' : 'insert',
        query: upsert || ignore ? { ...made, onConflict: { target: [], set: [] } } : made,
      };
    }
    case 'update': {
      const known = state.entity;
      const rows = known === undefined ? [] : state.set.flatMap((ref) => rowsOf(c, ref, place(c, known)));
      return { operation: 'update', query: update(table, where, call, assignmentsOf(rows)) };
    }
    case 'soft':
      return {
        operation: 'update',
        query: update(table, where, call, state.entity === undefined ? {} : softly(state.entity, at)),
      };
    case 'delete':
      return { operation: 'delete', query: remove(table, where, call) };
    default: {
      const computed = calls.flatMap(({ name, args }) =>
        /^(?:add)?[sS]elect$/.test(name) ? args.filter((arg) => aggregates.test(c.flow.print(arg))) : [],
      );
      const counted = terminal === 'count' || computed.length > 0;
      const limited = calls.some(({ name }) => name === 'limit' || name === 'take')
        ? { limit: { kind: 'const' as const, type: 'number' as const, value: 1, span: call } }
        : {};
      const grouped = calls
        .filter(({ name }) => name === 'groupBy' || name === 'addGroupBy')
        .map((step): Expr => operation('group', [], spanIn(c, step.args[0] ?? c.site)));
      const orderBy = calls
        .filter(({ name }) => name === 'orderBy' || name === 'addOrderBy')
        .map((step) => ({ expr: operation('order', [], spanIn(c, step.args[0] ?? c.site)) }));
      const first: From = from ?? sources.from();
      return {
        operation: terminal === 'select' ? readingOf(c, calls, computed, grouped.length > 0) : terminal,
        query: select([first, ...(from === undefined ? [] : [])], call, {
          where,
          groupBy: grouped,
          orderBy: terminal === 'count' ? [] : orderBy,
          ...(counted && grouped.length === 0 ? { items: [countStar(call)] } : {}),
          ...limited,
        }),
      };
    }
  }
};

/** As the text of the statement has it. */
const readingOf = (
  c: Context,
  calls: readonly CallStep[],
  computed: readonly Ref[],
  grouped: boolean,
): 'select' | 'count' | 'aggregate' => {
  if (grouped) return 'aggregate';
  const [first, ...more] = computed;
  if (first === undefined) return 'select';
  const selects = calls.filter(({ name }) => /^(?:add)?[sS]elect$/.test(name)).length;
  return selects === 1 && more.length === 0 && /\bcount\s*\(/i.test(c.flow.print(first)) ? 'count' : 'aggregate';
};

const aggregates = /\b(?:count|sum|avg|min|max)\s*\(/i;

interface State {
  entity: Entity | undefined;
  alias: string | undefined;
  table?: readonly string[];
  from?: From;
  into: Ref | undefined;
  kind: 'select' | 'insert' | 'update' | 'delete' | 'soft';
  rows: Ref | undefined;
  set: Ref[];
}

/** What the statement is, and on which table. */
const target = (c: Context, state: State, { name, args }: CallStep): void => {
  const [first, second] = args;
  const on = (ref: Ref | undefined): void => {
    if (ref === undefined) return;
    const [entity] = entitiesOf(c.flow, c.data, ref);
    if (entity !== undefined) state.entity = entity;
    else {
      const text = textIn(c.flow, ref);
      if (text !== undefined) {
        state.entity = undefined;
        state.table = text.split('.');
      }
    }
  };
  switch (name) {
    case 'from': {
      const sub = first === undefined ? undefined : subquery(c, first);
      state.alias = textIn(c.flow, second) ?? state.alias;
      if (sub !== undefined) {
        state.from = {
          kind: 'derived',
          query: sub,
          ...(state.alias === undefined ? {} : { alias: state.alias }),
          lateral: false,
          span: spanIn(c, first as Ref),
        };
        return;
      }
      on(first);
      return;
    }
    case 'into':
      on(first);
      return;
    case 'insert':
      state.kind = 'insert';
      return;
    case 'values':
      state.rows = first;
      return;
    case 'delete':
      state.kind = 'delete';
      return;
    case 'softDelete':
    case 'restore':
      state.kind = 'soft';
      return;
    case 'update': {
      state.kind = 'update';
      const object = args.find((arg) => c.flow.shapes(arg).some((shape) => shape.kind === 'object'));
      if (object !== undefined) state.set.push(object);
      if (first !== object) on(first);
      return;
    }
    case 'set':
      if (first !== undefined) state.set.push(first);
      return;
  }
};

const named = (c: Context, name: readonly string[], alias: string | undefined, span: Span): TableRef => {
  const table = c.table(name, span);
  return alias === undefined || alias === '' ? table : { ...table, alias };
};

/** `:name` → the value, from all conditions and `setParameter(s)`. */
const parameters = (c: Context, calls: readonly CallStep[]): Map<string, Ref> => {
  const values = new Map<string, Ref>();
  const take = (ref: Ref | undefined): void => {
    if (ref === undefined) return;
    for (const shape of c.flow.shapes(ref))
      if (shape.kind === 'object')
        for (const { key, value } of shape.entries) if (key !== undefined) values.set(key, value);
  };
  for (const { name, args } of calls) {
    if (name === 'setParameter') {
      const key = textIn(c.flow, args[0]);
      if (key !== undefined && args[1] !== undefined) values.set(key, args[1]);
    } else if (name === 'setParameters') take(args[0]);
    else if (/[wW]here|[jJ]oin|[hH]aving/.test(name)) for (const arg of args.slice(1)) take(arg);
  }
  return values;
};

// ── joins ───────────────────────────────────────────────────────────────────────────────────────────────────────

const join = (names: Names, sources: Sources, step: CallStep): void => {
  const match = /^(left|inner)Join(AndSelect|AndMapOne|AndMapMany)?$/.exec(step.name);
  if (match === null) return;
  const { c } = names;
  const args = /Map/.test(match[2] ?? '') ? step.args.slice(1) : step.args;
  const [what, second, condition] = args;
  if (what === undefined) return;
  const as = textIn(c.flow, second);
  const span = spanIn(c, what);
  const optional = step.when.length > 0;
  const type = match[1] === 'left' ? 'left' : 'inner';
  const more = (): Expr | undefined => (condition === undefined ? undefined : conditionExpr(names, condition));
  const path = textIn(c.flow, what);
  const dot = path?.indexOf('.') ?? -1;
  const own = path === undefined || dot < 0 ? undefined : names.known.get(path.slice(0, dot));
  const relation = own?.entity.relations.get(path?.slice(dot + 1) ?? '');
  const target = relation === undefined ? undefined : relatedEntity(c, relation.target);
  if (own !== undefined && relation !== undefined && target !== undefined) {
    if (as !== undefined) names.known.set(as, { entity: target, alias: as });
    const where = more();
    sources.join(own.alias, relation, target, {
      span,
      optional,
      type,
      as,
      ...(where === undefined ? {} : { where: () => where }),
    });
    return;
  }
  const sub = subquery(c, what);
  if (sub !== undefined) {
    sources.add(
      { kind: 'derived', query: sub, ...(as === undefined ? {} : { alias: as }), lateral: false, span },
      more() ?? truth(span),
      { span, optional, type },
    );
    return;
  }
  const [entity] = entitiesOf(c.flow, c.data, what);
  const table = entity?.table ?? (path === undefined || (dot >= 0 && own !== undefined) ? undefined : path.split('.'));
  if (table === undefined) {
    c.notes.add(`join ${c.flow.print(what)}`);
    return;
  }
  const right = named(c, table, as, span);
  if (entity !== undefined) names.known.set(aliasOf(right), { entity, alias: aliasOf(right) });
  sources.add(right, more() ?? truth(span), { span, optional, type });
};

/** `qb => qb.subQuery().select(…).from(User, 'u')`, or a builder's own steps. */
export const subquery = (c: Context, ref: Ref): Query | undefined => {
  for (const shape of c.flow.shapes(ref)) {
    if (shape.kind !== 'function') continue;
    const callback = c.flow.callback(shape.function);
    const applied = callback.applied();
    if (applied.steps.length === 0) continue;
    const inner: Context = { ...openBuild(c.flow, c.site, c.notes), data: c.data, sources: undefined };
    const built = builtStatement(inner, undefined, undefined, applied.steps, spanIn(c, ref), 'select');
    if (built !== undefined) return built.query;
  }
  return undefined;
};

// ── conditions ──────────────────────────────────────────────────────────────────────────────────────────────────

/** `where` starts anew, `andWhere` adds, `orWhere` opens the other side of an OR. */
export const filter = (names: Names, calls: readonly CallStep[], span: Span): Expr | undefined => {
  let sides: Conditional[][] = [[]];
  for (const { name, args, when } of calls) {
    const match = /^(and|or)?[wW]here(InIds|Exists)?$/.exec(name);
    const [first] = args;
    if (match === null || first === undefined) continue;
    const expr =
      match[2] === 'InIds'
        ? names.own === undefined
          ? opaque('ids', span)
          : criteriaExpr(names.c, first, names.own, names.alias)
        : conditionExpr(names, first);
    if (match[1] === 'or') sides.push([{ when, expr }]);
    else {
      if (match[1] === undefined && when.length === 0) sides = [[]];
      sides.at(-1)?.push({ when, expr });
    }
  }
  return disjunction(sides, span);
};
