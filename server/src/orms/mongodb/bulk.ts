/** `bulkWrite`: one call, many writes. */
import type { Item, ObjectShape, Ref } from '../../flow/flow';
import type { Query } from '../../query/model';
import type { Span } from '../../text/span';
import { opaque } from '../build/expr';
import { update } from '../build/statements';
import type { Operation } from '../orm';
import { type Context, objectIn, optionIn, type Sent, siteSpan, unknownFilter } from './context';
import { collectionStatement } from './statements';

const writes: ReadonlyMap<string, readonly string[]> = new Map([
  ['insertOne', ['document']],
  ['updateOne', ['filter', 'update']],
  ['updateMany', ['filter', 'update']],
  ['replaceOne', ['filter', 'replacement']],
  ['deleteOne', ['filter']],
  ['deleteMany', ['filter']],
]);

/** The worst of the writes stands for all; what is pushed elsewhere is not known. */
export const bulk = (
  c: Context,
  ref: Ref | undefined,
  table: readonly string[],
  at: Span,
  fresh: () => Context,
): readonly Sent[] => {
  const shapes = ref === undefined ? [] : c.flow.shapes(ref);
  const lists = shapes.flatMap((shape) => (shape.kind === 'list' ? [shape] : []));
  const sent = lists.flatMap((list) => list.items.flatMap((item) => written(fresh(), item, table, at, fresh)));
  const known =
    lists.length > 0 && lists.length === shapes.length && lists.every(({ open }) => !open) && sent.length > 0;
  if (!known && ref !== undefined) {
    const own = fresh();
    sent.push({
      operation: 'update',
      query: update(own.table(table, at), unknownFilter(own, ref, at), siteSpan(own), { openSet: true }),
    });
  }
  const [first, ...others] = sent;
  if (first === undefined) return [];
  const operations = new Set(sent.map((one) => one.operation));
  const operation: Operation = operations.size === 1 ? first.operation : 'update';
  return [{ operation, query: first.query, also: others.map((one): Query => one.query) }];
};

const written = (c: Context, item: Item, table: readonly string[], at: Span, fresh: () => Context): readonly Sent[] =>
  c.flow.shapes(item.value).flatMap((shape): readonly Sent[] => {
    const [entry] = shape.kind === 'object' ? shape.entries : [];
    const names = writes.get(entry?.key ?? '');
    const own: Context = item.many ? { ...fresh(), many: true } : fresh();
    if (entry?.key === undefined || names === undefined) return [dynamic(own, item.value, table, at)];
    const given = objectIn(c.flow, entry.value);
    if (given === undefined) return [dynamic(own, entry.value, table, at)];
    const args = names.flatMap((name) => optionIn(given, name) ?? []);
    if (args.length < names.length) return [dynamic(own, entry.value, table, at)];
    const upsert = isUpsert(c, given);
    return collectionStatement(own, entry.key, args, { table, upsert }, at, fresh);
  });

const isUpsert = (c: Context, given: ObjectShape): boolean => {
  const ref = optionIn(given, 'upsert');
  return ref !== undefined && c.flow.shapes(ref).some((one) => one.kind === 'literal' && one.value === true);
};

const dynamic = (c: Context, ref: Ref, table: readonly string[], at: Span): Sent => ({
  operation: 'update',
  query: update(c.table(table, at), opaque(`the write ${c.flow.print(ref)} comes from elsewhere`, at), siteSpan(c), {
    openSet: true,
  }),
});
