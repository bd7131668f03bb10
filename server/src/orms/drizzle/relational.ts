/** `db.query.users.findMany({ where, with, orderBy, limit })`: callbacks and operators, or the objects of version 2. */

import type { ObjectShape, Ref } from '../../flow/flow';
import type { Pattern } from '../../hosts/host';
import type { Expr, From, Query, TableRef } from '../../query/model';
import { own } from '../../text/own';
import type { Span } from '../../text/span';
import { aliasOf } from '../build/build';
import { chosenColumns } from '../build/chosen';
import { conjunction } from '../build/conditional';
import {
  and,
  choice,
  column,
  compare,
  equals,
  falsity,
  isNull,
  like,
  not,
  opaque,
  operation,
  or,
  truth,
} from '../build/expr';
import type { Model } from '../build/model';
import { joined, related } from '../build/related';
import { select } from '../build/statements';
import { isNothing, isUndefined, listExpr, spanIn, valueExpr } from '../build/value';
import { condition } from './condition';
import type { Context } from './context';
import type { DrizzleTable } from './models';

export const relationalQuery = (
  c: Context,
  table: DrizzleTable,
  options: Ref | undefined,
  method: string,
  at: Span,
): Query => {
  const shape = options === undefined ? undefined : objectIn(c, options);
  const where = shape === undefined ? undefined : entryOf(shape, 'where');
  const span = where === undefined ? at : spanIn(c, where);
  const ref = c.table(table.model.table, where === undefined ? at : keyOf(c, shape, 'where', span));
  const unknown = options !== undefined && shape === undefined && !c.flow.shapes(options).every(isNothing);
  const filter =
    unknown || (shape?.open === true && where === undefined)
      ? opaque('the options come from elsewhere', at)
      : filterOf(c, table, where, aliasOf(ref), span);
  const from = loaded(c, table, shape, ref, 0);
  const limited = method === 'findFirst' || (shape !== undefined && entryOf(shape, 'limit') !== undefined);
  const chosen = chosenColumns(c.flow, shape, 'columns', table.model, aliasOf(ref), at);
  return select([from], c.site.value.span, {
    ...(chosen === undefined ? {} : { items: chosen }),
    where: filter,
    ...(limited ? { limit: { kind: 'const', type: 'number', value: 1, span: at } } : {}),
  });
};

const keyOf = (c: Context, shape: ObjectShape | undefined, key: string, otherwise: Span): Span => {
  const entry = shape?.entries.findLast((one) => one.key === key);
  return entry !== undefined && entry.file === c.site.file ? entry.keySpan : otherwise;
};

const objectIn = (c: Context, ref: Ref): ObjectShape | undefined =>
  c.flow.shapes(ref).flatMap((shape) => (shape.kind === 'object' ? [shape] : []))[0];

const entryOf = (shape: ObjectShape, key: string): Ref | undefined =>
  shape.entries.findLast((one) => one.key === key)?.value;

/** `eq(…)`, `(table, { eq }) => eq(…)` or `{ id: 1, OR: […] }`. */
const filterOf = (c: Context, table: DrizzleTable, where: Ref | undefined, alias: string, span: Span): Expr => {
  if (where === undefined) return truth(span);
  const named: Context = { ...c, aliases: new Map(c.aliases).set(table.model.name, alias) };
  return choice(
    c.flow.shapes(where).flatMap((shape): readonly Expr[] => {
      if (isNothing(shape)) return [truth(span)];
      if (shape.kind === 'function')
        return c.flow
          .callback(shape.function, [table.ref])
          .returns.map(({ value }) =>
            condition({ ...named, operators: renamed(shape.function.function.params[1]?.pattern) }, value),
          );
      return [
        shape.kind === 'object' ? objectFilter(named, table.model, shape, alias, span) : condition(named, shape.ref),
      ];
    }),
    span,
  );
};

const renamed = (pattern: Pattern | undefined): ReadonlyMap<string, string> =>
  new Map(
    pattern?.kind === 'object'
      ? pattern.entries.flatMap(({ key, pattern: at }) => (at.kind === 'name' ? [[at.name, key] as const] : []))
      : [],
  );

// ── version 2 ───────────────────────────────────────────────────────────────────────────────────────────────────

const objectFilter = (c: Context, model: Model, shape: ObjectShape, alias: string, span: Span): Expr => {
  const inner = (ref: Ref): readonly Expr[] =>
    c.flow.shapes(ref).flatMap((one): readonly Expr[] => {
      if (one.kind === 'object') return [objectFilter(c, model, one, alias, span)];
      if (one.kind === 'list') return one.items.flatMap((item) => inner(item.value));
      return isNothing(one) ? [] : [opaque('a filter that comes from elsewhere', span)];
    });
  const parts = shape.entries.map(({ key, value, when }) => {
    const expr = (): Expr => {
      if (key === 'AND') return and(inner(value), span);
      if (key === 'OR') {
        const options = inner(value);
        return options.length === 0 ? truth(span) : or(options, span);
      }
      if (key === 'NOT') return not(or(inner(value), span), span);
      if (key === 'RAW') {
        const table = c.data.byKey.get(model.name);
        return table === undefined ? opaque('SQL text', span) : filterOf(c, table, value, alias, span);
      }
      const field = key === undefined ? undefined : model.fields.get(key);
      if (field !== undefined) return fieldFilter(c, column(alias, field.column, span), value, span);
      const relation = key === undefined ? undefined : model.relations.get(key);
      const target = relation === undefined ? undefined : c.data.byKey.get(relation.target);
      if (relation === undefined || target === undefined) return opaque('a filter that is not read', span);
      const own = objectIn(c, value);
      const negated = c.flow.shapes(value).every((one) => one.kind === 'literal' && one.value === false);
      return related(
        c,
        alias,
        relation,
        target.model,
        span,
        (other) => (own === undefined ? truth(span) : objectFilter(c, target.model, own, other, span)),
        negated,
      );
    };
    return { when, expr: expr() };
  });
  if (shape.open) parts.push({ when: [], expr: opaque('a filter that comes from elsewhere', span) });
  return conjunction(parts, span);
};

const comparisons: Readonly<Record<string, '<>' | '<' | '<=' | '>' | '>='>> = {
  ne: '<>',
  lt: '<',
  lte: '<=',
  gt: '>',
  gte: '>=',
};

const fieldFilter = (c: Context, left: Expr, ref: Ref, span: Span): Expr => {
  const shapes = c.flow.shapes(ref);
  const options = shapes.flatMap((shape): readonly Expr[] => {
    if (isUndefined(shape)) return [truth(span)];
    if (shape.kind !== 'object') return [];
    const tests = shape.entries.map(({ key, value, when }) => {
      const test = (): Expr => {
        const compared = own(comparisons, key ?? '');
        if (compared !== undefined) return compare(compared, left, valueExpr(c, value), span);
        if (key === 'eq') return equals(left, valueExpr(c, value), span);
        if (key === 'in' || key === 'notIn') return listExpr(c, left, value, span, key === 'notIn');
        if (key === 'isNull' || key === 'isNotNull') return isNull(left, span, key === 'isNotNull');
        if (key === 'like' || key === 'ilike') return like(left, valueExpr(c, value), span, key === 'ilike');
        if (key === 'OR')
          return or(
            c.flow
              .shapes(value)
              .flatMap((s) =>
                s.kind === 'list' ? s.items.map((i) => fieldFilter(c, left, i.value, span)) : [falsity(span)],
              ),
            span,
          );
        if (key === 'NOT') return not(fieldFilter(c, left, value, span), span);
        return operation(key ?? 'test', [left], span);
      };
      return { when, expr: test() };
    });
    return [conjunction(tests, span)];
  });
  const plain = shapes.some((shape) => shape.kind !== 'object' && !isUndefined(shape));
  return choice(plain ? [equals(left, valueExpr(c, ref), span), ...options] : options, span);
};

// ── `with` ──────────────────────────────────────────────────────────────────────────────────────────────────────

const depthCap = 10;

const loaded = (
  c: Context,
  table: DrizzleTable,
  options: ObjectShape | undefined,
  ref: TableRef,
  depth: number,
): From => {
  let from: From = ref;
  const entries = options?.entries.filter((entry) => entry.key === 'with') ?? [];
  if (depth > depthCap) return from;
  for (const entry of entries) {
    const shapes = c.flow.shapes(entry.value);
    const unsure = entry.when.length > 0 || shapes.length > 1;
    const seen = new Set<string>();
    for (const shape of shapes) {
      if (shape.kind !== 'object') {
        if (!isNothing(shape)) c.notes.add(`with ${c.flow.print(shape.ref)}`);
        continue;
      }
      for (const { key, value, when, keySpan, file } of shape.entries) {
        const relation = key === undefined ? undefined : table.model.relations.get(key);
        const target = relation === undefined ? undefined : c.data.byKey.get(relation.target);
        const asked = c.flow.shapes(value);
        const no = asked.filter((one) => isNothing(one) || (one.kind === 'literal' && one.value === false));
        if (relation === undefined || target === undefined || no.length === asked.length || seen.has(relation.name))
          continue;
        seen.add(relation.name);
        const span = file === c.site.file ? keySpan : c.site.value.span;
        const inner = objectIn(c, value);
        const where = inner === undefined ? undefined : entryOf(inner, 'where');
        from = joined(c, from, aliasOf(ref), relation, target.model, {
          span,
          optional:
            unsure ||
            when.length > 0 ||
            no.length > 0 ||
            asked.some((one) => one.kind === 'unknown' || one.kind === 'operator'),
          nested: (own) => loaded(c, target, inner, own, depth + 1),
          ...(where === undefined ? {} : { where: (alias: string) => filterOf(c, target, where, alias, span) }),
        });
      }
    }
  }
  return from;
};
