/** What the methods of a collection send; Mongoose's models have most of them under the same names. */
import type { ObjectShape, Ref } from '../../flow/flow';
import type { Ddl } from '../../query/ddl';
import type { Expr, Query, Update } from '../../query/model';
import type { Span } from '../../text/span';
import { aliasOf } from '../build/build';
import { and, column } from '../build/expr';
import { insertRows, rowsOf, type Supplied } from '../build/rows';
import { openSources, type Sources } from '../build/sources';
import { countStar, remove, select, star, update } from '../build/statements';
import type { Operation } from '../orm';
import { bulk } from './bulk';
import { type Context, isTrue, objectIn, optionIn, type Sent, siteSpan } from './context';
import { changeOf, placeField } from './documents';
import { columnsOf, filterExpr, type PathColumn } from './filter';
import { pipelines } from './pipeline';

/** Where a method takes its filter, its document or update, and its options. */
interface Taken {
  readonly operation: Operation;
  readonly filter?: number;
  readonly change?: number;
  readonly options: number;
  /** Exactly one document is changed. */
  readonly one?: boolean;
}

const read = (options = 1): Taken => ({ operation: 'select', filter: 0, options });
const write = (operation: Operation, one: boolean): Taken => ({ operation, filter: 0, change: 1, options: 2, one });
const gone = (one: boolean): Taken => ({ operation: 'delete', filter: 0, options: 1, one });

export const methods: ReadonlyMap<string, Taken> = new Map<string, Taken>([
  ['find', read()],
  ['findOne', read()],
  ['distinct', { operation: 'select', filter: 1, options: 2 }],
  ['countDocuments', { operation: 'count', filter: 0, options: 1 }],
  ['count', { operation: 'count', filter: 0, options: 1 }],
  ['estimatedDocumentCount', { operation: 'count', options: 0 }],
  ['aggregate', { operation: 'aggregate', options: 1 }],
  ['insertOne', { operation: 'insert', change: 0, options: 1 }],
  ['insertMany', { operation: 'insert', change: 0, options: 1 }],
  ['updateOne', write('update', true)],
  ['updateMany', write('update', false)],
  ['replaceOne', write('update', true)],
  ['findOneAndUpdate', write('update', true)],
  ['findOneAndReplace', write('update', true)],
  ['findOneAndDelete', gone(true)],
  ['deleteOne', gone(true)],
  ['deleteMany', gone(false)],
  ['bulkWrite', { operation: 'update', options: 1 }],
  ['createIndex', { operation: 'ddl', options: 1 }],
  ['createIndexes', { operation: 'ddl', options: 1 }],
  ['dropIndex', { operation: 'ddl', options: 1 }],
  ['dropIndexes', { operation: 'ddl', options: 0 }],
  ['drop', { operation: 'ddl', options: 0 }],
]);

/** What has been asked for beside the method's own arguments. */
export interface Asked {
  readonly table: readonly string[];
  /** Further filters: `.where('a').equals(x)`. */
  readonly more?: (paths: PathColumn) => Expr | undefined;
  readonly upsert?: boolean;
  /** What is joined on to a read. */
  readonly joins?: (sources: Sources) => void;
}

export const optionsOf = (c: Context, method: string, args: readonly (Ref | undefined)[]): ObjectShape | undefined => {
  const taken = methods.get(method);
  return taken === undefined ? undefined : objectIn(c.flow, args[taken.options]);
};

export const collectionStatement = (
  c: Context,
  method: string,
  args: readonly (Ref | undefined)[],
  asked: Asked,
  at: Span,
  fresh: () => Context,
): readonly Sent[] => {
  const taken = methods.get(method);
  if (taken === undefined) return [];
  const { operation } = taken;
  const span = siteSpan(c);
  if (method === 'aggregate')
    return pipelines(c, asked.table, args[0], at, fresh, asked.more?.(columnsOf(asked.table.at(-1) ?? ''))).map(
      (one) => ({
        operation,
        ...one,
      }),
    );
  if (method === 'bulkWrite') return bulk(c, args[0], asked.table, at, fresh);
  const upsert = asked.upsert === true || isTrue(c.flow, optionIn(objectIn(c.flow, args[taken.options]), 'upsert'));
  if (operation === 'insert') return [inserted(c, args[0], asked.table, at)];
  if (operation === 'ddl') return [{ operation, query: definition(method, asked.table, span, at) }];
  const table = c.table(asked.table, at);
  const paths = columnsOf(aliasOf(table));
  const own = taken.filter === undefined ? undefined : filterExpr(c, args[taken.filter], paths, at);
  const more = asked.more?.(paths);
  const where = and(
    [own, more].flatMap((one) => one ?? []),
    at,
  );
  const given = method.startsWith('findOneAnd') ? { returning: [star(span)] } : {};
  if (operation === 'delete')
    return [{ operation, query: remove(table, where, span, { ...single(taken, span), ...given }) }];
  if (operation === 'update') {
    const query: Update = update(table, where, span, {
      ...changeOf(c, args[taken.change ?? 1]),
      ...single(taken, span),
      ...(upsert ? { upsert } : {}),
      ...given,
    });
    return [{ operation: upsert ? 'upsert' : operation, query }];
  }
  const parts =
    operation === 'count'
      ? { items: [countStar(span)] }
      : method === 'findOne'
        ? single({ ...taken, one: true }, span)
        : method === 'distinct'
          ? { distinct: true, items: distinctItems(c, args[0], aliasOf(table), at) }
          : {};
  const sources = openSources(c, table);
  asked.joins?.(sources);
  return [{ operation, query: select([sources.from()], span, { where, ...parts }) }];
};

/** Commands that make or drop a collection's indexes, or the collection. */
const definition = (method: string, parts: readonly string[], span: Span, at: Span): Query => {
  const table = { parts, span: at };
  const dropped = { kind: 'drop', names: [table], ifExists: true, span } as const;
  const ddl: Ddl =
    method === 'drop'
      ? { ...dropped, object: 'table' }
      : method.startsWith('drop')
        ? { ...dropped, object: 'index', names: [], table }
        : { kind: 'create-index', table, unique: false, columns: [], span };
  return { kind: 'other', what: 'ddl', tables: [], ddl, span };
};

const single = ({ one }: Taken, span: Span): { readonly limit?: Expr } =>
  one === true ? { limit: { kind: 'const', type: 'number', value: 1, span } } : {};

const distinctItems = (c: Context, ref: Ref | undefined, alias: string, at: Span) => {
  const [shape] = ref === undefined ? [] : c.flow.shapes(ref);
  const name = shape?.kind === 'literal' ? String(shape.value) : '?';
  return [{ expr: column(alias, name, at) }];
};

/** The driver gives each new document an `_id` of its own. https://www.mongodb.com/docs/manual/core/document/#the-_id-field */
export const identified = (table: readonly string[]): Supplied => ({ name: table.at(-1) ?? '', columns: ['_id'] });

export const inserted = (c: Context, ref: Ref | undefined, table: readonly string[], at: Span): Sent => {
  const rows = ref === undefined ? [] : rowsOf(c, ref, placeField);
  const query: Query = insertRows(c, c.table(table, at), rows, ref, at, identified(table));
  return { operation: 'insert', query };
};
