/** Row sources, select lists, CTEs and set operations of a builder. */

import type { Ref, Shape } from '../../flow/flow';
import type { Cte, Expr, From, Query, Select, SelectItem } from '../../query/model';
import { own } from '../../text/own';
import type { Span } from '../../text/span';
import { operation } from '../build/expr';
import { select, star } from '../build/statements';
import { isNothing, spanIn, valueExpr } from '../build/value';
import { conditionsOf, joined } from './condition';
import { type Context, columnNamed, columnOf, identifier, spanOf, tableNamed } from './context';
import { type CallStep, openedIn } from './handle';
import { rawIn, rawTexts, withNames } from './raw';
import { aliasCall, subqueryIn } from './subquery';

const joins: Readonly<Record<string, 'inner' | 'left' | 'right' | 'full' | 'cross'>> = {
  join: 'inner',
  innerJoin: 'inner',
  leftJoin: 'left',
  leftOuterJoin: 'left',
  rightJoin: 'right',
  rightOuterJoin: 'right',
  fullOuterJoin: 'full',
  outerJoin: 'full',
  crossJoin: 'cross',
};
const sets: Readonly<Record<string, readonly ['union' | 'intersect' | 'except', boolean]>> = {
  union: ['union', false],
  unionAll: ['union', true],
  intersect: ['intersect', false],
  except: ['except', false],
};

/** What `modify` does to the builder stands in its place. */
export const modified = (c: Context, calls: readonly CallStep[]): readonly CallStep[] =>
  calls.flatMap((call): readonly CallStep[] => {
    const [fn, ...args] = call.args;
    if (call.name !== 'modify' || fn === undefined) return [call];
    return c.flow.shapes(fn).flatMap((shape) => {
      if (shape.kind !== 'function') return [];
      const { steps } = c.flow.callback(shape.function, [{ ...fn, value: call.call }, ...args]).applied();
      return steps.flatMap((step) => (step.kind === 'call' ? [{ ...step, when: [...call.when, ...step.when] }] : []));
    });
  });

/** The name, alias, subquery or text that stands for a table. */
export const sourceOf = (c: Context, ref: Ref, span: Span): From => {
  const name = identifier(c, ref);
  if (name !== undefined) return tableNamed(name, span);
  const raw = rawIn(c, ref);
  const written = raw === undefined ? undefined : sourceIn(c, raw, ref, span);
  if (written !== undefined) return written;
  const [shape] = c.flow.shapes(ref);
  const [entry] = shape?.kind === 'object' ? shape.entries : [];
  if (entry?.key !== undefined) {
    const inner = sourceOf(c, entry.value, span);
    return inner.kind === 'join' || inner.kind === 'function' ? inner : { ...inner, alias: entry.key };
  }
  const query = subqueryIn(c, ref);
  if (query !== undefined) {
    const alias = aliasOf(c, ref, shape);
    return { kind: 'derived', query, ...(alias === undefined ? {} : { alias }), lateral: false, span };
  }
  const printed = c.flow.print(ref);
  c.notes.add(`table ${printed}`);
  return { kind: 'opaque-from', why: `the table ${printed} comes from elsewhere`, span };
};

/** A text of no more than a name; a target of an INSERT may have its columns. */
const sourceIn = (c: Context, [given, bindings]: readonly Ref[], ref: Ref, span: Span): From | undefined => {
  const [text = ''] = withNames(c, rawTexts(c, given ?? ref), bindings);
  const [, target, columns] = /^\s*([\w."`]+)\s*\(([\w\s,"`]+)\)\s*$/.exec(text) ?? [];
  if (target !== undefined && columns !== undefined)
    return { ...tableNamed(target, span), columns: columns.split(',').map((one) => one.replace(/["`\s]/g, '')) };
  const [, name, alias] = /^\s*([\w."`]+)(?:\s+(?:as\s+)?["`]?(\w+)["`]?)?\s*$/i.exec(text) ?? [];
  return name === undefined ? undefined : tableNamed(`${name}${alias === undefined ? '' : ` as ${alias}`}`, span);
};

const inText = (what: string, span: Span): From => ({ kind: 'opaque-from', why: `${what} in SQL text`, span });

const aliasOf = (c: Context, ref: Ref, shape: Shape | undefined): string | undefined => {
  const calls =
    shape?.kind === 'function'
      ? [c.flow.callback(shape.function).applied(), c.flow.callback(shape.function).applied('this')].flatMap(
          ({ steps }) => steps.filter((step): step is CallStep => step.kind === 'call'),
        )
      : (openedIn(c.flow, c.flow.builder(ref))?.calls ?? []);
  const named = aliasCall(calls);
  return named === undefined ? undefined : identifier(c, named);
};

/** `db('t')`, `db.from('t')`, `.into('t')`; the last one said counts. */
export const tableOf = (c: Context, calls: readonly CallStep[]): From | undefined => {
  const call = calls.findLast(({ name, args }) => /^(?:from|fromRaw|into|table|)$/.test(name) && args[0] !== undefined);
  const [arg] = call?.args ?? [];
  if (call === undefined || arg === undefined) return c.layer?.base;
  const at = call.file === c.site.file ? spanIn(c, arg) : spanOf(c, call);
  const source =
    call.name === 'fromRaw' ? (sourceIn(c, call.args, arg, at) ?? inText('a table', at)) : sourceOf(c, arg, at);
  const schema = calls.findLast(({ name }) => name === 'withSchema')?.args[0];
  const prefix = schema === undefined ? undefined : identifier(c, schema);
  return prefix === undefined || source.kind !== 'table' || source.name.parts.length > 1
    ? source
    : { ...source, name: { ...source.name, parts: [prefix, ...source.name.parts] } };
};

/** The table with all that is joined to it. */
export const withJoins = (c: Context, calls: readonly CallStep[], base: From | undefined): From | undefined => {
  let from = base;
  for (const call of calls) {
    const type = own(joins, call.name);
    const [table, ...on] = call.args;
    if (from === undefined || table === undefined) continue;
    const span = spanOf(c, call);
    if (call.name === 'joinRaw') {
      c.notes.add('joinRaw');
      const right = inText('a join', span);
      from = {
        kind: 'join',
        type: 'inner',
        left: from,
        right,
        ...(call.when.length > 0 ? { optional: true } : {}),
        span,
      };
    }
    if (type === undefined) continue;
    from = {
      kind: 'join',
      type,
      left: from,
      right: sourceOf(c, table, spanIn(c, table)),
      ...(on.length === 0 ? {} : { on: joined(c, on, span) }),
      ...(call.when.length > 0 ? { optional: true } : {}),
      span,
    };
  }
  return from;
};

export const builtSelect = (c: Context, written: readonly CallStep[], span?: Span): Query => {
  const calls = modified(c, written);
  const [first] = calls;
  const at = span ?? (first === undefined ? c.site.value.span : spanOf(c, first));
  const from = withJoins(c, calls, tableOf(c, calls));
  const expressions = (names: RegExp): readonly Expr[] =>
    calls
      .filter(({ name }) => names.test(name))
      .flatMap(({ args }) => args.flatMap((arg) => listed(c, arg)))
      .map((arg) =>
        rawIn(c, arg) === undefined ? columnOf(c, arg, spanIn(c, arg)) : operation('sql', [], spanIn(c, arg)),
      );
  const having = conditionsOf(c, calls, 'having', at);
  const limit = calls.findLast(({ name }) => name === 'limit')?.args[0];
  const offset = calls.findLast(({ name }) => name === 'offset')?.args[0];
  const parts: Partial<Select> = {
    distinct: calls.some(({ name }) => /^distinct(?:On)?$/.test(name)),
    items: itemsOf(c, calls, at),
    groupBy: [
      ...expressions(/^groupBy$/),
      ...calls.filter(({ name }) => name === 'groupByRaw').map(() => operation('sql', [], at)),
    ],
    ...(having === undefined ? {} : { having }),
    ...(limit !== undefined
      ? { limit: valueExpr(c, limit) }
      : calls.some(({ name }) => name === 'first')
        ? { limit: { kind: 'const', type: 'number', value: 1, span: at } }
        : {}),
    ...(offset === undefined ? {} : { offset: valueExpr(c, offset) }),
    ...(calls.some(({ name }) => /^for(?:NoKey)?Update$/.test(name)) ? { lock: 'update' } : {}),
  };
  const ctes = ctesOf(c, calls);
  const tail = {
    orderBy: expressions(/^orderBy$/)
      .slice(0, 4)
      .map((expr) => ({ expr })),
    ...(ctes.length === 0 ? {} : { with: { recursive: calls.some(({ name }) => name === 'withRecursive'), ctes } }),
  };
  let query: Query = select(from === undefined ? [] : [from], at, {
    ...parts,
    ...tail,
    where: conditionsOf(c, calls, 'where', at),
  });
  for (const call of calls) {
    const set = own(sets, call.name);
    if (set === undefined) continue;
    for (const arg of call.args.flatMap((one) => listed(c, one))) {
      const right = subqueryIn(c, arg);
      if (right !== undefined)
        query = { kind: 'set-operation', op: set[0], all: set[1], left: query, right, orderBy: [], span: at };
    }
  }
  return query;
};

const listed = (c: Context, ref: Ref): readonly Ref[] => {
  const [shape] = c.flow.shapes(ref);
  return shape?.kind === 'list' ? shape.items.map(({ value }) => value) : [ref];
};

export const ctesOf = (c: Context, calls: readonly CallStep[]): readonly Cte[] =>
  calls.flatMap(({ name, args }): readonly Cte[] => {
    const [as, ...rest] = args;
    const query = rest.at(-1);
    if (!/^with(?:Recursive|Materialized|NotMaterialized)?$/.test(name) || as === undefined || query === undefined)
      return [];
    const named = identifier(c, as);
    const span = spanIn(c, as);
    const inner = subqueryIn(c, query);
    if (named === undefined || inner === undefined) c.notes.add(`with ${c.flow.print(as)}`);
    if (named === undefined) return [];
    return [{ name: named.split('(')[0] ?? named, query: inner ?? select([inText('a query', span)], span), span }];
  });

// ── select list ─────────────────────────────────────────────────────────────────────────────────────────────────

const aggregates = /^(count|countDistinct|min|max|sum|avg|sumDistinct|avgDistinct)$/;

const itemsOf = (c: Context, calls: readonly CallStep[], span: Span): readonly SelectItem[] => {
  const start = calls.findLastIndex(({ name }) => name === 'clearSelect') + 1;
  const items = calls.slice(start).flatMap((call): readonly SelectItem[] => {
    const at = spanOf(c, call);
    if (aggregates.test(call.name)) {
      const [arg] = call.args;
      const name = call.name.replace('Distinct', '');
      const text = arg === undefined ? '*' : identifier(c, arg);
      const of = text === undefined ? operation('column', [], at) : columnNamed(text, at);
      const distinct = call.name.endsWith('Distinct') ? { distinct: true } : {};
      const alias = text === undefined ? undefined : /\s+as\s+(\S+)$/i.exec(text)?.[1];
      return [
        {
          expr: { kind: 'call', name, args: [of], aggregate: true, ...distinct, span: at },
          ...(alias === undefined ? {} : { alias }),
        },
      ];
    }
    if (!/^(?:select|columns?|first|pluck|distinct)$/.test(call.name)) return [];
    return call.args.flatMap((arg) => listed(c, arg)).flatMap((arg) => itemOf(c, arg));
  });
  return items.length === 0 ? [star(span)] : items;
};

const itemOf = (c: Context, ref: Ref): readonly SelectItem[] => {
  const span = spanIn(c, ref);
  const raw = rawIn(c, ref);
  if (raw !== undefined) {
    const [text = ''] = rawTexts(c, raw[0] ?? ref);
    const counted = /^\s*(count|sum|avg|min|max)\s*\(/i.exec(text)?.[1];
    return counted !== undefined && !/\bover\b/i.test(text)
      ? [
          {
            expr: {
              kind: 'call',
              name: counted.toLowerCase(),
              args: [operation('sql', [], span)],
              aggregate: true,
              span,
            },
          },
        ]
      : [{ expr: operation('sql', [], span) }];
  }
  const name = identifier(c, ref);
  if (name !== undefined) {
    const alias = /\s+as\s+(\S+)$/i.exec(name)?.[1];
    return [{ expr: columnNamed(name, span), ...(alias === undefined ? {} : { alias }) }];
  }
  const [shape] = c.flow.shapes(ref);
  if (shape === undefined || isNothing(shape)) return [];
  if (shape.kind === 'object')
    return shape.entries.flatMap(({ key, value }) =>
      itemOf(c, value).map((item) => (key === undefined ? item : { ...item, alias: key })),
    );
  const query = subqueryIn(c, ref);
  if (query !== undefined) return [{ expr: { kind: 'subquery', query, span } }];
  return [{ expr: { kind: 'star', qualifier: [], span } }];
};
