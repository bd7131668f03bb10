/** What methods of models and documents send. */
import type { Entry, Ref, Shape } from '../../flow/flow';
import type { Expr, Query } from '../../query/model';
import type { Span } from '../../text/span';
import { aliasOf, another, type Build } from '../build/build';
import { conjunction } from '../build/conditional';
import { and, column, equals, isTruth, param } from '../build/expr';
import { type HostRow, insertRows, rowOf, rowsOf } from '../build/rows';
import { remove, update } from '../build/statements';
import { type Context, objectIn, type Sent, siteSpan } from '../mongodb/context';
import { changeOf, placeField } from '../mongodb/documents';
import { columnsOf } from '../mongodb/filter';
import { collectionStatement, methods as driverMethods, identified } from '../mongodb/statements';
import type { Asked } from './asked';
import type { MongooseData, MongooseModel } from './models';
import { populate, populateAutomatically, populateLater } from './populate';
import type { Receiver } from './receiver';

export const fresh = (c: Context): Context => ({
  ...another(c),
  many: c.many,
  casts: c.casts,
  collectionOf: c.collectionOf,
});

export const modelStatements = (
  c: Context,
  data: MongooseData,
  model: MongooseModel,
  asked: Asked,
  at: Span,
): readonly Sent[] => {
  const { method } = asked;
  const again = (): Context => fresh(c);
  const table = [model.collection];
  const operation = method.operation ?? driverMethods.get(method.as)?.operation ?? 'other';
  if (method.as === 'insertMany') return [inserted(c, asked.document, model, at)];
  if (method.as === 'bulkWrite' || method.as === 'aggregate') {
    const first =
      method.as === 'aggregate' ? conjunction(asked.parts(c, columnsOf(model.collection), at), at) : undefined;
    const more = first === undefined || isTruth(first) ? {} : { more: () => first };
    return collectionStatement(c, method.as, [asked.document], { table, ...more }, at, again);
  }
  const driver = driverMethods.get(method.as);
  const options = asked.options[0];
  const args: (Ref | undefined)[] = [];
  if (driver?.change !== undefined) args[driver.change] = asked.change;
  if (method.as === 'distinct') args[0] = asked.field;
  if (driver !== undefined) args[driver.options] = options;
  const reads = operation === 'select' || operation === 'count';
  const sent = collectionStatement(
    c,
    method.as,
    args,
    {
      table,
      more: (paths) => conjunction(asked.parts(c, paths, at), at),
      ...(reads
        ? {
            joins: (sources) => {
              populateAutomatically(c, data, sources, model, sources.alias, at);
              for (const { args: wanted, when } of populatesOf(c, asked))
                populate(c, data, sources, model, sources.alias, wanted, when.length > 0, at);
            },
          }
        : {}),
    },
    at,
    again,
  );
  const later = reads ? [] : asked.populates.flatMap(({ args: wanted }) => populateLater(c, data, model, wanted, at));
  return sent.map((one, i) => ({
    ...one,
    operation: one.operation === 'upsert' ? one.operation : operation,
    ...(i === 0 && later.length > 0 ? { also: [...(one.also ?? []), ...later] } : {}),
  }));
};

/** By methods of the query, and by `{ populate }` among its options. */
const populatesOf = (c: Context, asked: Asked): Asked['populates'] => [
  ...asked.populates,
  ...asked.options.flatMap((ref) =>
    (objectIn(c.flow, ref)?.entries ?? []).flatMap(({ key, value, when }) =>
      key === 'populate' ? [{ args: [value], when }] : [],
    ),
  ),
];

// ── documents ───────────────────────────────────────────────────────────────────────────────────────────────────

/** `new User({ … })` as what it was made of, with what was set since. */
const unpacked = (
  build: Build,
  shape: Shape,
): { readonly entries: readonly Entry[]; readonly open: boolean } | undefined => {
  if (shape.kind !== 'chain') return undefined;
  const made = shape.chain.steps.at(-1);
  if (made?.kind !== 'new') return undefined;
  const [source] = made.args;
  const set = shape.set ?? [];
  if (source === undefined) return { entries: set, open: false };
  const given = build.flow.shapes(source).find((one) => one.kind === 'object');
  return given?.kind === 'object' ? { entries: [...given.entries, ...set], open: given.open } : undefined;
};

const inserted = (c: Context, ref: Ref | undefined, model: MongooseModel, at: Span): Sent => {
  const rows = ref === undefined ? [] : rowsOf(c, ref, placeField, unpacked);
  const query: Query = insertRows(c, c.table([model.collection], at), rows, ref, at, identified([model.collection]));
  return { operation: 'insert', query };
};

/** Documents are changed by `_id`; a schema with a shard key adds its fields. https://mongoosejs.com/docs/guide.html#shardKey */
const own = (
  c: Context,
  row: Ref,
  model: MongooseModel,
  alias: string,
  many: boolean,
  keyed: boolean,
  at: Span,
): Expr => {
  const id = c.flow.valueId(row);
  const names = ['_id', ...(keyed ? (model.schema?.shardKey ?? []).map(({ name }) => name) : [])];
  return and(
    names.map((name) => equals(column(alias, name, at), param(`${id}.${name}`, at, many), at)),
    at,
  );
};

export const rowStatement = (
  c: Context,
  data: MongooseData,
  method: string,
  args: readonly Ref[],
  receiver: Receiver & { readonly kind: 'row' },
  model: MongooseModel,
  row: Ref,
  at: Span,
): readonly Sent[] => {
  const span = siteSpan(c);
  if (method === 'populate') {
    const queries = populateLater(c, data, model, args, at);
    const [first, ...also] = queries;
    return first === undefined ? [] : [{ operation: 'select', query: first, also }];
  }
  if (method === 'save' && receiver.origin === 'new') return [{ operation: 'insert', query: saved(c, row, model, at) }];
  const table = c.table([model.collection], at);
  const where = own(c, row, model, aliasOf(table), receiver.many, method !== 'updateOne' && method !== 'update', at);
  const one = receiver.many ? {} : { limit: { kind: 'const', type: 'number', value: 1, span } as const };
  if (method === 'deleteOne' || method === 'remove')
    return [{ operation: 'delete', query: remove(table, where, span, one) }];
  if (method === 'delete') return [{ operation: 'delete', query: update(table, where, span, one) }];
  if (method === 'save') {
    const set = c.flow.shapes(row).flatMap((shape) => (shape.kind === 'chain' ? (shape.set ?? []) : []));
    const cells = rowOf(c, set, false, placeField).cells;
    return [
      {
        operation: 'update',
        query: update(table, where, span, {
          ...one,
          set: cells.map(({ column: name, span: place, value }) => ({
            column: name,
            qualifier: [],
            value,
            span: place,
          })),
        }),
      },
    ];
  }
  return [{ operation: 'update', query: update(table, where, span, { ...changeOf(c, args[0]), ...one }) }];
};

const saved = (c: Context, row: Ref, model: MongooseModel, at: Span): Query => {
  // A model that is one of two things makes one document.
  const seen = new Set<unknown>();
  const rows = c.flow.shapes(row).flatMap((shape): readonly (HostRow | undefined)[] => {
    const last = shape.kind === 'chain' ? shape.chain.steps.at(-1) : undefined;
    if (last?.kind === 'new') {
      if (seen.has(last.call)) return [];
      seen.add(last.call);
    }
    const made = unpacked(c, shape);
    return [made === undefined ? undefined : rowOf(c, made.entries, made.open, placeField)];
  });
  return insertRows(c, c.table([model.collection], at), rows, row, at, identified([model.collection]));
};
