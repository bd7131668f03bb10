/** Builders as queries: SELECT with all that hangs on it, and writes where they stand inside of another statement. */

import type { Ref } from '../../flow/flow';
import type { Cte, Expr, Query, Select, SelectItem, With } from '../../query/model';
import { own } from '../../text/own';
import type { Span } from '../../text/span';
import { and, choice, nothing, opaque, operation } from '../build/expr';
import { select, star } from '../build/statements';
import { spanIn, valueExpr } from '../build/value';
import { reference, saidIn } from './expression';
import { type CallStep, type Opened, openedIn } from './handle';
import { aliasIn, type Context, columnNamed, nameIn, namesIn, sentName } from './names';
import { joinedFrom, sourcesIn } from './sources';
import { spreadOut } from './steps';
import { conditionsOf, spanOf } from './where';
import { isWrite, written } from './write';

const depthCap = 12;

export interface Built {
  readonly query: Query;
  readonly alias?: string;
}

const sets: Readonly<Record<string, readonly ['union' | 'intersect' | 'except', boolean]>> = {
  union: ['union', false],
  unionAll: ['union', true],
  intersect: ['intersect', false],
  intersectAll: ['intersect', true],
  except: ['except', false],
  exceptAll: ['except', true],
};

/** The query that a builder, or a callback that gives one, stands for. */
export const queryIn = (c: Context, ref: Ref): Built | undefined => {
  if (c.depth > depthCap) return undefined;
  const inner = { ...c, depth: c.depth + 1 };
  const { value } = ref;
  if (value.kind === 'literal' || value.kind === 'object' || value.kind === 'await') return undefined;
  const chain = c.flow.builder(ref);
  const opened = openedIn(chain) ?? openedIn(c.flow.chain(ref));
  if (opened !== undefined) return opened.left ? undefined : builtIn(inner, opened);
  const [only] = chain.steps.slice(-1);
  // `eb.parens(query)`.
  if (only?.kind === 'call' && only.name === 'parens' && only.args[0] !== undefined)
    return queryIn(inner, only.args[0]);
  const [shape] = c.flow.shapes(ref);
  if (shape?.kind !== 'function') return undefined;
  for (const { value: returned } of c.flow.callback(shape.function).returns) {
    const built = queryIn(inner, returned);
    if (built !== undefined) return built;
  }
  return undefined;
};

const builtIn = (c: Context, { before, calls }: Opened): Built => {
  const query = queryOf(c, before, calls);
  const as = calls.findLast(({ name }) => name === 'as')?.args[0];
  const alias = nameIn(c, as);
  return { query, ...(alias === undefined ? {} : { alias: sentName(c, alias) }) };
};

/** `open`: callers may add conditions. */
export const queryOf = (
  c: Context,
  before: readonly CallStep[],
  begun: readonly CallStep[],
  span?: Span,
  open = false,
): Query => {
  const scope = inScope(c, before);
  const { calls, open: more } = spreadOut(c, begun);
  const [first] = calls;
  const at = span ?? (first === undefined ? c.site.value.span : spanOf(c, first));
  const common = withOf(scope, before);
  const query = calls.some(isWrite) ? written(scope, calls, at) : selected(scope, calls, at);
  const whole =
    common === undefined || query.kind === 'other' || query.kind === 'values' ? query : { ...query, with: common };
  return open || more ? withMore(whole, at) : whole;
};

/** With conditions that others may add. */
export const withMore = (query: Query, span: Span): Query => {
  if (query.kind !== 'select' && query.kind !== 'update' && query.kind !== 'delete') return query;
  const more = opaque('further conditions may be added', span);
  return { ...query, where: query.where === undefined ? more : and([query.where, more], span) };
};

const inScope = (c: Context, before: readonly CallStep[]): Context => {
  const ctes = new Set(c.ctes);
  let { schema } = c;
  for (const call of before) {
    if (call.name === 'withSchema') schema = nameIn(c, call.args[0]) ?? schema;
    const name = /^with(?:Recursive)?$/.test(call.name) ? cteName(c, call.args[0]) : undefined;
    if (name !== undefined) ctes.add(name);
  }
  return { ...c, ctes, schema: schema === undefined ? undefined : sentName(c, schema) };
};

/** `'name'`, `'name(a, b)'`, `(cte) => cte('name').materialized()`. */
const cteText = (c: Context, ref: Ref | undefined): string | undefined => {
  if (ref === undefined) return undefined;
  const [shape] = c.flow.shapes(ref);
  if (shape?.kind !== 'function') return nameIn(c, ref);
  const [returned] = c.flow.callback(shape.function).returns;
  const steps = returned === undefined ? [] : c.flow.chain(returned.value).steps;
  const call = steps.findLast((step): step is CallStep => step.kind === 'call' && step.args.length > 0);
  return nameIn(c, call?.args[0]);
};

const cteName = (c: Context, ref: Ref | undefined): string | undefined => {
  const text = cteText(c, ref)?.split('(')[0]?.trim();
  return text === undefined ? undefined : sentName(c, text);
};

const withOf = (c: Context, before: readonly CallStep[]): With | undefined => {
  const ctes = before.flatMap((call): readonly Cte[] => {
    if (!/^with(?:Recursive)?$/.test(call.name)) return [];
    const [as, query] = call.args;
    const name = cteName(c, as);
    const built = query === undefined ? undefined : queryIn(c, query);
    const made = built?.query ?? (query === undefined ? undefined : rawQuery(c, query));
    if (as === undefined || name === undefined || made === undefined) {
      if (as !== undefined) c.notes.add(`with ${c.flow.print(as)}`);
      return [];
    }
    const columns = /\(([^)]*)\)/.exec(cteText(c, as) ?? '')?.[1];
    return [
      {
        name,
        ...(columns === undefined ? {} : { columns: columns.split(',').map((one) => sentName(c, one.trim())) }),
        query: made,
        span: spanIn(c, as),
      },
    ];
  });
  return ctes.length === 0 ? undefined : { recursive: before.some(({ name }) => name === 'withRecursive'), ctes };
};

/** A common table in SQL text. */
const rawQuery = (c: Context, ref: Ref): Query | undefined => {
  const said = saidIn(c, ref)?.expr;
  return said?.kind === 'exists' ? said.query : undefined;
};

const selected = (c: Context, calls: readonly CallStep[], at: Span): Query => {
  const [first] = calls;
  const from =
    first === undefined || first.name === 'selectNoFrom' ? [] : sourcesIn(c, first.args[0], spanOf(c, first));
  const [head, ...others] = from;
  const joined = head === undefined ? undefined : joinedFrom(c, calls, head);
  const having = conditionsOf(c, calls, 'having', at);
  const last = (name: string): CallStep | undefined => calls.findLast((call) => call.name === name);
  const limit = last('limit')?.args[0] ?? last('fetch')?.args[0] ?? last('top')?.args[0];
  const offset = last('offset')?.args[0];
  const group = last('groupBy')?.args[0];
  const parts: Partial<Select> = {
    distinct: calls.some(({ name }) => name === 'distinct' || name === 'distinctOn'),
    items: itemsOf(c, calls, at),
    groupBy: group === undefined ? [] : references(c, group),
    ...(having === undefined ? {} : { having }),
    ...(limit === undefined ? {} : { limit: valueExpr(c, limit) }),
    ...(offset === undefined ? {} : { offset: valueExpr(c, offset) }),
    ...(calls.some(({ name, when }) => when.length === 0 && /^for(?:NoKey)?Update$/.test(name))
      ? { lock: 'update' }
      : {}),
    orderBy: calls
      .filter(({ name }) => name === 'orderBy')
      .flatMap(({ args }) => (args[0] === undefined ? [] : references(c, args[0])))
      .slice(0, 4)
      .map((expr) => ({ expr })),
  };
  let query: Query = select(joined === undefined ? [] : [joined, ...others], at, {
    ...parts,
    where: conditionsOf(c, calls, 'where', at),
  });
  for (const call of calls) {
    const set = own(sets, call.name);
    const [arg] = call.args;
    if (set === undefined || arg === undefined) continue;
    for (const right of queriesIn(c, arg))
      query = { kind: 'set-operation', op: set[0], all: set[1], left: query, right, orderBy: [], span: at };
  }
  return query;
};

/** One query, a list of them, or a callback that gives either. */
const queriesIn = (c: Context, ref: Ref): readonly Query[] => {
  const [shape] = c.flow.shapes(ref);
  if (shape?.kind === 'list') return shape.items.flatMap(({ value }) => queriesIn(c, value));
  const built = queryIn(c, ref);
  if (built !== undefined) return [built.query];
  if (shape?.kind === 'function' && c.depth < depthCap)
    return c.flow
      .callback(shape.function)
      .returns.flatMap(({ value }) => queriesIn({ ...c, depth: c.depth + 1 }, value));
  c.notes.add(`query ${c.flow.print(ref)}`);
  return [];
};

// ── select list ─────────────────────────────────────────────────────────────────────────────────────────────────

const references = (c: Context, ref: Ref): readonly Expr[] =>
  refsIn(c, ref).map((one) => {
    const name = nameIn(c, one);
    return name === undefined
      ? reference(c, one)
      : columnNamed(c, name.replace(/\s+(?:asc|desc)$/i, ''), spanIn(c, one));
  });

const refsIn = (c: Context, ref: Ref): readonly Ref[] => {
  const [shape] = c.flow.shapes(ref);
  return shape?.kind === 'list' ? shape.items.map(({ value }) => value) : [ref];
};

const itemsOf = (c: Context, calls: readonly CallStep[], span: Span): readonly SelectItem[] => {
  const start = calls.findLastIndex(({ name }) => name === 'clearSelect') + 1;
  const items = calls.slice(start).flatMap((call): readonly SelectItem[] => {
    if (call.name === 'selectAll') {
      const table = nameIn(c, call.args[0]);
      return [
        { expr: { kind: 'star', qualifier: table === undefined ? [] : [sentName(c, table)], span: spanOf(c, call) } },
      ];
    }
    if (call.name !== 'select' && call.name !== 'selectNoFrom') return [];
    const found = call.args.flatMap((arg) => itemsIn(c, arg));
    return call.when.length === 0
      ? found
      : found.map((item) =>
          item.expr.kind === 'subquery'
            ? { ...item, expr: choice([item.expr, nothing(item.expr.span)], item.expr.span) }
            : item,
        );
  });
  return items.length === 0 ? [star(span)] : items;
};

export const itemsIn = (c: Context, ref: Ref): readonly SelectItem[] => {
  const span = spanIn(c, ref);
  if (c.depth > depthCap) return [];
  const inner = { ...c, depth: c.depth + 1 };
  const names = namesIn(c, ref);
  if (names.length > 0)
    return names.slice(0, 1).map((name) => {
      const alias = aliasIn(c, name);
      return { expr: columnNamed(c, name, span), ...(alias === undefined ? {} : { alias }) };
    });
  const [shape] = c.flow.shapes(ref);
  if (shape?.kind === 'list') {
    const listed = shape.items.flatMap(({ value }) => itemsIn(inner, value));
    return shape.open ? [...listed, star(span)] : listed;
  }
  if (shape?.kind === 'function') {
    const returns = c.flow.callback(shape.function).returns;
    const several = returns.length > 1;
    return returns.flatMap(({ value }) =>
      itemsIn(inner, value).map((item) =>
        several && item.expr.kind === 'subquery' ? { ...item, expr: choice([item.expr, nothing(span)], span) } : item,
      ),
    );
  }
  const said = saidIn(inner, ref);
  if (said !== undefined)
    return [{ expr: said.expr, ...(said.alias === undefined ? {} : { alias: sentName(c, said.alias) }) }];
  return shape?.kind === 'unknown' || shape === undefined ? [star(span)] : [{ expr: operation('item', [], span) }];
};
