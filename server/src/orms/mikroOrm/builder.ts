/** Query builders: what was done to one from `createQueryBuilder` on, as a statement. */
import type { Chain, Flow, Ref, Step } from '../../flow/flow';
import type { Expr, Query, TableRef } from '../../query/model';
import type { Span } from '../../text/span';
import { aliasOf } from '../build/build';
import { type Conditional, conjunction, disjunction } from '../build/conditional';
import { isTruth, operation, truth } from '../build/expr';
import { textIn } from '../build/options';
import { assignmentsOf, insertRows, rowsOf } from '../build/rows';
import { openSources, type Sources } from '../build/sources';
import { countStar, remove, select, update } from '../build/statements';
import { isNothing, spanIn } from '../build/value';
import type { Operation } from '../orm';
import { anotherContext, type Context, relatedEntity, type Sent } from './context';
import type { Entity, MikroData } from './entities';
import { filtersExpr } from './filtered';
import { entitiesOf } from './lookup';
import { type Receiver, receiverOf } from './receiver';
import { place } from './rows';
import { textExpr } from './text';
import { isRaw, type Scope, unknownFilter, whereExpr } from './where';

type CallStep = Step & { readonly kind: 'call' };

interface State {
  readonly c: Context;
  readonly sources: Sources;
  readonly scope: Scope & { readonly known: Map<string, Scope> };
}

type BuilderReceiver = Receiver & { readonly kind: 'builder' };

interface Opened {
  readonly opened: CallStep;
  readonly alias: string | undefined;
  readonly said: 'primary' | 'replica' | undefined;
}

/** `em.createQueryBuilder(User, 'u', 'write')`. */
export const openedBuilder = (
  flow: Flow,
  data: MikroData,
  chain: Chain,
  receiver: BuilderReceiver,
): Opened | undefined => {
  const opened = chain.steps[receiver.at];
  if (opened?.kind !== 'call') return undefined;
  const texts = opened.args.flatMap((arg) => textIn(flow, arg) ?? []);
  return {
    opened,
    alias: texts.find((text) => text !== 'write' && text !== 'read' && !data.byName.has(text)),
    said: texts.includes('write') ? 'primary' : texts.includes('read') ? 'replica' : undefined,
  };
};

/** Give the builder's text to what is below: `qb.getKnexQuery()`. */
const endings = new Set(['getKnexQuery', 'getKnex', 'getNativeQuery', 'toRaw', 'as', 'getQueryBuilder']);

/** A builder that is not executed but handed on: `{ id: { $in: qb.getKnexQuery() } }`. */
export const nestedQuery = (c: Context, ref: Ref): Query | undefined => {
  const { steps } = c.flow.chain(ref);
  if (!steps.some((step) => step.kind === 'call' && /^(?:createQueryBuilder|qb)$/.test(step.name))) return undefined;
  const chain = c.flow.builder(ref);
  const last = chain.steps.at(-1);
  const until = last?.kind === 'call' && endings.has(last.name) ? chain.steps.length - 1 : chain.steps.length;
  const receiver = receiverOf(chain, until, c.flow, c.data);
  const [entity] = receiver?.kind === 'builder' ? receiver.entities : [];
  if (receiver?.kind !== 'builder' || entity === undefined) return undefined;
  const alias = openedBuilder(c.flow, c.data, chain, receiver)?.alias;
  const own = chain.steps.slice(receiver.at + 1, until);
  return builtStatement(anotherContext(c), entity, alias, own, spanIn(c, ref), 'select')?.query;
};

/** `steps`: those after the one that opened it; `at`: the span of that one. */
export const builtStatement = (
  c: Context,
  entity: Entity,
  alias: string | undefined,
  steps: readonly Step[],
  at: Span,
  terminal: Operation,
): Sent | undefined => {
  const calls = steps.filter((step): step is CallStep => step.kind === 'call');
  const own = c.table(entity.table, at);
  const table: TableRef = alias === undefined ? own : { ...own, alias };
  const sources = openSources(c, table);
  const scope = { entity, alias: aliasOf(table), known: new Map<string, Scope>() };
  scope.known.set(scope.alias, scope);
  const state: State = { c: { ...c, sources }, sources, scope };
  for (const step of calls) join(state, step);
  const named = (...names: readonly string[]): CallStep | undefined =>
    calls.findLast(({ name }) => names.includes(name));
  const call = c.site.value.span;
  const where = condition(state, calls, at);
  const written = named('insert', 'update', 'delete', 'truncate', 'insertFrom');
  switch (written?.name) {
    case 'insert':
    case 'insertFrom': {
      const [data] = written.args;
      const rows = data === undefined || written.name === 'insertFrom' ? [] : rowsOf(c, data, place(c, entity));
      const made = insertRows(c, table, rows, data, at);
      if (named('onConflict') === undefined) return { operation: 'insert', query: made };
      const merges = named('merge') !== undefined;
      return { operation: merges ? 'upsert' : 'insert', query: { ...made, onConflict: { target: [], set: [] } } };
    }
    case 'update': {
      const rows = written.args.slice(0, 1).flatMap((data) => rowsOf(c, data, place(c, entity)));
      return { operation: 'update', query: update(table, where, call, assignmentsOf(rows)) };
    }
    case 'delete':
    case 'truncate':
      return { operation: 'delete', query: remove(table, where, call) };
    default:
      return { ...read(state, calls, where, terminal), operation: counts(calls, terminal) ? 'count' : 'select' };
  }
};

const aggregates = /\b(?:count|sum|avg|min|max)\s*\(/i;

const counts = (calls: readonly CallStep[], terminal: Operation): boolean =>
  terminal === 'count' || calls.some(({ name }) => name === 'count');

const read = (
  { c, sources }: State,
  calls: readonly CallStep[],
  where: Expr | undefined,
  terminal: Operation,
): Sent => {
  const call = c.site.value.span;
  const has = (test: RegExp): readonly CallStep[] => calls.filter(({ name }) => test.test(name));
  const aggregate =
    counts(calls, terminal) ||
    has(/^(?:add)?[sS]elect$/).some(({ args }) => args.some((arg) => aggregates.test(c.flow.print(arg))));
  const groupBy = has(/^groupBy$/).map(({ args }): Expr => operation('group', [], spanIn(c, args[0] ?? c.site)));
  const orderBy = has(/^(?:and)?[oO]rderBy$/).map(({ args }) => ({
    expr: operation('order', [], spanIn(c, args[0] ?? c.site)),
  }));
  const limited = has(/^limit$/).length > 0;
  const plain = { where, groupBy };
  const query = select([sources.from()], call, {
    ...plain,
    orderBy: aggregate ? [] : orderBy,
    ...(aggregate && groupBy.length === 0 ? { items: [countStar(call)] } : {}),
    ...(limited ? { limit: { kind: 'const' as const, type: 'number' as const, value: 1, span: call } } : {}),
  });
  const last =
    c.site.value.kind === 'call' && c.site.value.callee.kind === 'member' ? c.site.value.callee.property : '';
  const also: readonly Query[] =
    last === 'getResultAndCount' ? [select([sources.from()], call, { where, items: [countStar(call)] })] : [];
  return { query, also };
};

// ── joins ───────────────────────────────────────────────────────────────────────────────────────────────────────

const join = ({ c, sources, scope }: State, step: CallStep): void => {
  const match = /^(left|inner)?[jJ]oin(?:AndSelect)?$/.exec(step.name);
  const [what, second, third] = step.args;
  if (match === null || what === undefined) return;
  const as = textIn(c.flow, second);
  const span = spanIn(c, what);
  const optional = step.when.length > 0;
  const type = match[1] === 'left' ? 'left' : 'inner';
  const path = textIn(c.flow, what);
  const dot = path?.indexOf('.') ?? -1;
  const from = dot < 0 || path === undefined ? scope : (scope.known.get(path.slice(0, dot)) ?? scope);
  const relation = from.entity.relations.get(path?.slice(dot + 1) ?? '');
  const target = relation === undefined ? undefined : relatedEntity(c, relation.target);
  if (relation === undefined || target === undefined) {
    const [entity] = entitiesOf(c.flow, c.data, what);
    if (entity === undefined) {
      c.notes.add(`join ${c.flow.print(what)}`);
      return;
    }
    const table = c.table(entity.table, span);
    const right = as === undefined ? table : { ...table, alias: as };
    if (as !== undefined) scope.known.set(as, { entity, alias: as, known: scope.known });
    const on =
      third === undefined
        ? truth(span)
        : whereExpr({ ...c, sources: undefined }, third, { entity, alias: aliasOf(right), known: scope.known });
    sources.add(right, on, { span, optional, type });
    return;
  }
  const more = (alias: string): Expr =>
    third === undefined
      ? truth(span)
      : whereExpr({ ...c, sources: undefined }, third, { entity: target, alias, known: scope.known });
  const alias = sources.join(from.alias, relation, target, {
    span,
    optional,
    type,
    as,
    ...(third === undefined ? {} : { where: more }),
  });
  scope.known.set(as ?? alias, { entity: target, alias, known: scope.known });
};

// ── conditions ──────────────────────────────────────────────────────────────────────────────────────────────────

/** `where` and `andWhere` add, `orWhere` opens the other side of an OR. */
const condition = (state: State, calls: readonly CallStep[], span: Span): Expr | undefined => {
  const { c, scope } = state;
  const sides: Conditional[][] = [[]];
  const always: Conditional[] = [];
  for (const { name, args, when } of calls) {
    const [first, second] = args;
    if (name === 'applyFilters') {
      const expr = filtersExpr(c, scope, undefined, span);
      if (!isTruth(expr)) always.push({ when, expr });
      continue;
    }
    if (name === 'withSchema' || first === undefined) continue;
    if (name === 'delete') sides.at(-1)?.push({ when, expr: oneCondition(state, first, undefined) });
    const match = /^(and|or)?[wW]here$/.exec(name);
    if (match === null) continue;
    const expr = oneCondition(state, first, second);
    const said = textIn(c.flow, args[2]) ?? (second === undefined ? undefined : textIn(c.flow, second));
    if (match[1] === 'or' || said === '$or') sides.push([{ when, expr }]);
    else sides.at(-1)?.push({ when, expr });
  }
  const asked = disjunction(sides, span);
  if (always.length === 0) return asked;
  return conjunction([...(asked === undefined ? [] : [{ when: [], expr: asked }]), ...always], span);
};

const oneCondition = ({ c, scope }: State, ref: Ref, bindings: Ref | undefined): Expr => {
  const [shape] = c.flow.shapes(ref);
  if (shape === undefined || isNothing(shape)) return truth(spanIn(c, ref));
  if (isRaw(c, ref)) {
    const raw = c.flow.chain(ref).steps.find((step) => step.kind === 'call');
    const text = raw?.kind === 'call' ? raw.args[0] : undefined;
    return text === undefined
      ? operation('raw', [], spanIn(c, ref))
      : textExpr(c, text, raw?.kind === 'call' ? raw.args[1] : undefined, scope);
  }
  if (shape.kind === 'literal' || shape.kind === 'text') return textExpr(c, ref, bindings, scope);
  return shape.kind === 'unknown' ? unknownFilter(c, ref, spanIn(c, ref)) : whereExpr(c, ref, scope);
};
