/** `$extends({ query: { … } })`: what an extended client adds to the filters and rows of each call. */
import type { Chain, ObjectShape, Ref } from '../../flow/flow';
import type { Expr, Query } from '../../query/model';
import type { Span } from '../../text/span';
import { and, column, isTruth } from '../build/expr';
import type { Model } from '../build/model';
import { type Context, lastOf, shapesOf } from './context';
import { fieldExpr } from './where';

/** Options that extensions put around those of the call: `query({ ...args, where: { ...args.where, tenantId } })`. */
const extensionsOf = (c: Context, chain: Chain, method: string, model: Model): readonly ObjectShape[] =>
  chain.steps.flatMap((step): readonly ObjectShape[] => {
    const [given] = step.kind === 'call' && step.name === '$extends' ? step.args : [];
    if (given === undefined) return [];
    const delegate = model.name.charAt(0).toLowerCase() + model.name.slice(1);
    const queries = objects(c, unwrapped(c, given)).flatMap((shape) => inside(c, shape, ['query']));
    const hooks = queries
      .flatMap((shape) => inside(c, shape, [delegate, '$allModels']))
      .flatMap((shape) =>
        [lastOf(shape, method)?.value ?? lastOf(shape, '$allOperations')?.value].filter((ref) => ref !== undefined),
      );
    return hooks.flatMap((hook) =>
      shapesOf(c, hook).flatMap((shape) =>
        shape.kind !== 'function'
          ? []
          : c.flow.callback(shape.function).returns.flatMap(({ value, when }) => {
              const made = c.flow.chain(value).steps.at(-1);
              const passed = made?.kind === 'call' ? made.args[0] : undefined;
              return passed === undefined || when.length > 0 ? [] : objects(c, passed);
            }),
      ),
    );
  });

/** `Prisma.defineExtension({ … })`. */
const unwrapped = (c: Context, ref: Ref): Ref => {
  const last = c.flow.chain(ref).steps.at(-1);
  return last?.kind === 'call' && last.name === 'defineExtension' && last.args[0] !== undefined ? last.args[0] : ref;
};

const objects = (c: Context, ref: Ref): readonly ObjectShape[] =>
  shapesOf(c, ref).flatMap((shape) => (shape.kind === 'object' ? [shape] : []));

const inside = (c: Context, shape: ObjectShape, keys: readonly string[]): readonly ObjectShape[] =>
  keys.flatMap((key) => {
    const entry = lastOf(shape, key);
    return entry === undefined ? [] : objects(c, entry.value);
  });

/** The columns that extensions bind for sure; what they pass on of the call's own filter is read where it is written. */
const addedFilter = (c: Context, extensions: readonly ObjectShape[], model: Model, alias: string, span: Span): Expr =>
  and(
    extensions.flatMap((shape) =>
      inside(c, shape, ['where']).flatMap((where) =>
        where.entries.flatMap((entry) => {
          const field = entry.when.length > 0 ? undefined : model.fields.get(entry.key ?? '');
          return field === undefined ? [] : [fieldExpr(c, column(alias, field.column, span), entry.value, span)];
        }),
      ),
    ),
    span,
  );

/** The statement as the extended client sends it. */
export const extended = (c: Context, chain: Chain, method: string, model: Model, query: Query, span: Span): Query => {
  if (query.kind !== 'select' && query.kind !== 'update' && query.kind !== 'delete') return query;
  const extensions = extensionsOf(c, chain, method, model);
  if (extensions.length === 0) return query;
  const added = addedFilter(c, extensions, model, model.table.at(-1) ?? '', span);
  return isTruth(added)
    ? query
    : { ...query, where: query.where === undefined ? added : and([added, query.where], span) };
};
