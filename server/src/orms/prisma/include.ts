/** `include` and `select` of relations, and orders by related columns: what is joined or loaded along. */
import type { ObjectShape, Ref } from '../../flow/flow';
import type { From, TableRef } from '../../query/model';
import { aliasOf } from '../build/build';
import type { Model } from '../build/model';
import { joined } from '../build/related';
import { isNothing } from '../build/value';
import { asks, type Context, entriesOf, keySpan, shapesOf, targetOf } from './context';
import { whereExpr } from './where';

const depthCap = 12;

/** `options` may hold `include`, `select` and `orderBy`. */
export const withRelations = (
  c: Context,
  options: ObjectShape | undefined,
  model: Model,
  table: TableRef,
  depth = 0,
): From => {
  let from: From = table;
  if (options === undefined || depth > depthCap) return from;
  for (const key of ['include', 'select']) {
    for (const entry of entriesOf(options, key))
      from = selected(c, entry.value, model, table, from, entry.when.length > 0, depth);
  }
  for (const { value, when } of entriesOf(options, 'orderBy'))
    from = ordered(c, value, model, table, from, when.length > 0);
  return from;
};

const selected = (
  c: Context,
  ref: Ref,
  model: Model,
  table: TableRef,
  base: From,
  conditional: boolean,
  depth: number,
): From => {
  let from = base;
  const shapes = shapesOf(c, ref);
  const unsure = conditional || shapes.length > 1;
  const seen = new Set<string>();
  for (const shape of shapes) {
    if (shape.kind !== 'object') {
      if (!isNothing(shape)) c.notes.add(`include ${c.flow.print(shape.ref)}`);
      continue;
    }
    for (const entry of shape.entries) {
      const { key, value, when } = entry;
      if (key === undefined || asks(c, value) === 'never') continue;
      const optional = unsure || when.length > 0 || asks(c, value) === 'maybe';
      if (key === '_count') {
        from = counted(c, value, model, table, from, optional);
        continue;
      }
      const relation = model.relations.get(key);
      if (relation === undefined || seen.has(key)) continue;
      seen.add(key);
      const target = targetOf(c, relation.target);
      const [inner] = shapesOf(c, value).flatMap((one) => (one.kind === 'object' ? [one] : []));
      from = joined(c, from, aliasOf(table), relation, target, {
        span: keySpan(c, entry),
        optional,
        apart: c.schema?.joins !== true,
        nested: (own) => withRelations(c, inner, target, own, depth + 1),
        ...whereIn(c, inner, target),
      });
    }
  }
  return from;
};

const whereIn = (
  c: Context,
  options: ObjectShape | undefined,
  target: Model,
): { readonly where?: (alias: string) => ReturnType<typeof whereExpr> } => {
  const entry = options === undefined ? undefined : entriesOf(options, 'where').at(-1);
  return entry === undefined || entry.when.length > 0
    ? {}
    : { where: (alias) => whereExpr(c, entry.value, target, alias) };
};

/** `_count: { select: { posts: true } }`, or `true` for all lists. */
const counted = (c: Context, ref: Ref, model: Model, table: TableRef, base: From, optional: boolean): From => {
  let from = base;
  const [shape] = shapesOf(c, ref);
  const select = shape?.kind === 'object' ? entriesOf(shape, 'select').at(-1) : undefined;
  const lists = [...model.relations.values()].filter((relation) => relation.many);
  const names =
    select === undefined
      ? lists.map((relation) => ({ name: relation.name, options: undefined, maybe: false }))
      : shapesOf(c, select.value).flatMap((one) =>
          one.kind !== 'object'
            ? []
            : one.entries
                .filter((entry) => asks(c, entry.value) !== 'never')
                .map((entry) => {
                  const [inner] = shapesOf(c, entry.value).flatMap((s) => (s.kind === 'object' ? [s] : []));
                  return {
                    name: entry.key ?? '',
                    options: inner,
                    maybe: entry.when.length > 0 || asks(c, entry.value) === 'maybe',
                  };
                }),
        );
  for (const { name, options, maybe } of names) {
    const relation = model.relations.get(name);
    if (relation === undefined) continue;
    const target = targetOf(c, relation.target);
    const span = select === undefined ? ref.value.span : keySpan(c, select);
    from = joined(c, from, aliasOf(table), relation, target, {
      span,
      optional: optional || maybe,
      ...whereIn(c, options, target),
    });
  }
  return from;
};

/** `orderBy: { author: { name: 'asc' } }`. */
const ordered = (c: Context, ref: Ref, model: Model, table: TableRef, base: From, optional: boolean): From => {
  let from = base;
  for (const shape of shapesOf(c, ref)) {
    const items = shape.kind === 'list' ? shape.items.flatMap((item) => shapesOf(c, item.value)) : [shape];
    for (const item of items) {
      if (item.kind !== 'object') continue;
      for (const entry of item.entries) {
        const relation = model.relations.get(entry.key ?? '');
        if (relation === undefined) continue;
        const target = targetOf(c, relation.target);
        from = joined(c, from, aliasOf(table), relation, target, {
          span: keySpan(c, entry),
          optional: optional || entry.when.length > 0,
          nested: (own) => ordered(c, entry.value, target, own, own, false),
        });
      }
    }
  }
  return from;
};
