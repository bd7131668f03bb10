/** Select builders, subqueries and set operations as queries. */

import type { Chain, Ref } from '../../flow/flow';
import type { Expr, From, Query, Select, SelectItem } from '../../query/model';
import { own } from '../../text/own';
import type { Span } from '../../text/span';
import { and, choice, truth } from '../build/expr';
import { star } from '../build/statements';
import { isNothing, spanIn } from '../build/value';
import { condition, operand } from './condition';
import { type CallStep, type Context, sourceIn, tableRef } from './context';

const begins = /^select(?:Distinct|DistinctOn)?$/;
const joins: Readonly<Record<string, 'inner' | 'left' | 'right' | 'full' | 'cross'>> = {
  innerJoin: 'inner',
  leftJoin: 'left',
  rightJoin: 'right',
  fullJoin: 'full',
  crossJoin: 'cross',
  innerJoinLateral: 'inner',
  leftJoinLateral: 'left',
  crossJoinLateral: 'cross',
};
export const setOperations: Readonly<Record<string, readonly ['union' | 'intersect' | 'except', boolean]>> = {
  union: ['union', false],
  unionAll: ['union', true],
  intersect: ['intersect', false],
  intersectAll: ['intersect', true],
  except: ['except', false],
  exceptAll: ['except', true],
};

const builders: ReadonlySet<string> = new Set([
  ...Object.keys(joins),
  ...Object.keys(setOperations),
  ...[
    'from',
    'where',
    'groupBy',
    'having',
    'orderBy',
    'limit',
    'offset',
    'for',
    'as',
    '$dynamic',
    'prepare',
    'execute',
  ],
  ...[
    'all',
    'get',
    'run',
    'values',
    'useIndex',
    'forceIndex',
    'ignoreIndex',
    '$withCache',
    'comment',
    'then',
    'catch',
    'finally',
  ],
]);

const depthCap = 8;

/** The query of a builder; undefined where the chain is none. */
export const queryOf = (c: Context & { readonly depth?: number }, chain: Chain, span?: Span): Query | undefined => {
  const { steps } = chain;
  const depth = c.depth ?? 0;
  if (depth > depthCap) return undefined;
  const inner = { ...c, depth: depth + 1 };
  const start = steps.findIndex((step) => step.kind === 'call' && begins.test(step.name));
  const first = steps[start];
  if (first?.kind === 'call') {
    const calls = steps.slice(start).filter((step): step is CallStep => step.kind === 'call');
    // Rows that were read, and what is made of them, are values.
    if (calls.length < steps.length - start || !calls.slice(1).every((step) => builders.has(step.name)))
      return undefined;
    if (!calls.some((step) => step.name === 'from')) return undefined;
    return built(inner, first, calls.slice(1), span ?? spanOf(c, first));
  }
  const [call] = steps;
  const set =
    chain.root.kind === 'package' && call?.kind === 'call' && call.name === ''
      ? own(setOperations, chain.root.name)
      : undefined;
  if (set === undefined || call?.kind !== 'call') return undefined;
  return united(
    call.args.map((arg) => queryOf(inner, c.flow.chain(arg))),
    set,
    span ?? spanOf(c, call),
  );
};

const spanOf = (c: Context, step: CallStep): Span => (step.file === c.site.file ? step.nameSpan : c.site.value.span);

const united = (
  queries: readonly (Query | undefined)[],
  [op, all]: readonly ['union' | 'intersect' | 'except', boolean],
  span: Span,
): Query | undefined =>
  queries.reduce<Query | undefined>(
    (left, right) =>
      left === undefined
        ? right
        : right === undefined
          ? left
          : { kind: 'set-operation', op, all, left, right, orderBy: [], span },
    undefined,
  );

const built = (c: Context, first: CallStep, calls: readonly CallStep[], span: Span): Query => {
  let from: From | undefined;
  let where: Expr | undefined;
  let set: Query | undefined;
  let parts: Partial<Select> = {};
  const done = (): Select => ({
    kind: 'select',
    distinct: first.name !== 'select',
    items: itemsOf(c, first, span),
    from: from === undefined ? [] : [from],
    groupBy: [],
    orderBy: [],
    ...parts,
    ...(where === undefined ? {} : { where }),
    span,
  });
  for (const call of calls) {
    const [arg, on] = call.args;
    const at = spanOf(c, call);
    const conditional = call.when.length > 0;
    const join = own(joins, call.name);
    const op = own(setOperations, call.name);
    if (call.name === 'from' && arg !== undefined) from = sourceOf(c, arg, spanIn(c, arg));
    else if (join !== undefined && arg !== undefined && from !== undefined) {
      const right = sourceOf(c, arg, spanIn(c, arg));
      from = {
        kind: 'join',
        type: join,
        left: from,
        right,
        ...(on === undefined ? {} : { on: condition(c, on) }),
        ...(conditional ? { optional: true } : {}),
        span: at,
      };
    } else if (call.name === 'where' && arg !== undefined) {
      // A later one stands in the place of an earlier one.
      const asked = condition(c, arg);
      where = conditional ? choice([asked, where ?? truth(at)], at) : asked;
    } else if (op !== undefined && arg !== undefined) {
      const right = queryOf(c, c.flow.chain(arg));
      if (right !== undefined)
        set = { kind: 'set-operation', op: op[0], all: op[1], left: set ?? done(), right, orderBy: [], span };
    } else if (call.name === 'groupBy') parts = { ...parts, groupBy: call.args.map((one) => operand(c, one)) };
    else if (call.name === 'having' && arg !== undefined) parts = { ...parts, having: condition(c, arg) };
    else if (call.name === 'orderBy')
      parts = { ...parts, orderBy: call.args.map((one) => ({ expr: ordered(c, one) })) };
    else if (call.name === 'limit' && arg !== undefined) parts = { ...parts, limit: operand(c, arg) };
    else if (call.name === 'offset' && arg !== undefined) parts = { ...parts, offset: operand(c, arg) };
    else if (call.name === 'for') parts = { ...parts, lock: 'update' };
  }
  return set ?? done();
};

const ordered = (c: Context, ref: Ref): Expr => {
  const chain = c.flow.chain(ref);
  const last = chain.steps.at(-1);
  const wrapped =
    last?.kind === 'call' &&
    last.name === '' &&
    chain.root.kind === 'package' &&
    /^(?:asc|desc)$/.test(chain.root.name);
  const inner = wrapped && last.kind === 'call' ? last.args[0] : undefined;
  return operand(c, inner ?? ref);
};

/** A table, an alias of one, a subquery or a CTE. */
export const sourceOf = (c: Context, ref: Ref, span: Span): From => {
  const chain = c.flow.chain(ref);
  const source = sourceIn(c, chain);
  if (source?.kind === 'table') return tableRef(c, source, span);
  const query = source === undefined ? queryOf(c, chain) : queryOf(c, source.query);
  if (query !== undefined)
    return { kind: 'derived', query, ...(source === undefined ? {} : { alias: source.alias }), lateral: false, span };
  const text = c.flow.print(ref);
  c.notes.add(`table ${text}`);
  return { kind: 'opaque-from', why: `the table ${text} comes from elsewhere`, span };
};

/** `select({ id: t.id, n: count() })`; all columns where nothing is named. */
const itemsOf = (c: Context, first: CallStep, span: Span): readonly SelectItem[] => {
  const fields = first.args[first.name === 'selectDistinctOn' ? 1 : 0];
  if (fields === undefined) return [star(span)];
  const items = c.flow.shapes(fields).flatMap((shape) =>
    shape.kind !== 'object'
      ? []
      : shape.entries.flatMap(({ key, value }): readonly SelectItem[] => {
          const expr = itemOf(c, value);
          return [{ expr, ...(key === undefined ? {} : { alias: key }) }];
        }),
  );
  return items.length === 0 ? [star(span)] : items;
};

const aggregates: ReadonlySet<string> = new Set([
  'count',
  'countDistinct',
  'sum',
  'sumDistinct',
  'avg',
  'avgDistinct',
  'min',
  'max',
]);

const itemOf = (c: Context, ref: Ref): Expr => {
  const span = spanIn(c, ref);
  const chain = c.flow.chain(ref);
  const call = chain.steps.find((step): step is CallStep => step.kind === 'call');
  const name =
    call === undefined ? '' : call.name !== '' ? call.name : chain.root.kind === 'package' ? chain.root.name : '';
  if (call !== undefined && aggregates.has(name)) {
    const [arg] = call.args;
    const args: readonly Expr[] = arg === undefined ? [{ kind: 'star', qualifier: [], span }] : [operand(c, arg)];
    return {
      kind: 'call',
      name: name.replace('Distinct', ''),
      args,
      aggregate: true,
      ...(name.endsWith('Distinct') ? { distinct: true } : {}),
      span,
    };
  }
  const tag = chain.steps.find((step) => step.kind === 'tag');
  const text =
    tag?.kind === 'tag' ? tag.template.parts.map((part) => (part.kind === 'text' ? part.text : '?')).join('') : '';
  const counted = /^\s*(count|sum|avg|min|max)\s*\(/i.exec(text)?.[1];
  const whole = tag?.kind === 'tag' ? { ...ref, value: tag.template } : ref;
  if (counted !== undefined && !/\bover\b/i.test(text))
    return { kind: 'call', name: counted.toLowerCase(), args: [operand(c, whole)], aggregate: true, span };
  return tag?.kind === 'tag' ? operand(c, { ...tag.ref }) : operand(c, ref);
};

/** A filter that is left out or not. */
export const whereOf = (c: Context, ref: Ref | undefined, span: Span): Expr =>
  ref === undefined || c.flow.shapes(ref).every(isNothing) ? truth(span) : and([condition(c, ref)], span);
