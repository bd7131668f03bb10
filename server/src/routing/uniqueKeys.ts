/** Unique keys of sharded tables that no shard can check alone. */
import type { Expr } from '../query/model';
import { type ColumnFacts, findColumn, type Table, type UniqueKey } from '../schema/model';
import type { RouterChoice, ShardTable } from '../shards/model';
import { wordsOf } from '../text/english';
import type { Location } from '../text/span';
import { ddlSupport } from './ddlSupport';
import { sameColumn } from './declaredTables';

export interface KeyWithoutShardKey {
  /** "The primary key", to begin a sentence. */
  readonly what: string;
  readonly key: Pick<UniqueKey, 'columns' | 'at' | 'written'>;
  /** The constraint, or what an index lists. */
  readonly at: Location;
  /** Parts of the shard key that it does not have as plain columns. */
  readonly missing: readonly string[];
  /**
   * Why its values may still be unique: they are random, or ids that the application makes (`random`), given out by one sequence over all shards
   * (`sequence`), or counted on each shard, which is a matter of its own (`counted`).
   */
  readonly made: 'random' | 'sequence' | 'counted' | undefined;
}

export function keysWithoutShardKey(
  table: ShardTable,
  ddl: Table,
  router: RouterChoice,
): readonly KeyWithoutShardKey[] {
  const counted = ddlSupport(router, 'sequence-per-shard') !== 'fine';
  return uniqueKeys(ddl).flatMap(({ what, key, at }): readonly KeyWithoutShardKey[] => {
    const missing = table.shardKey.filter((column) => !key.columns.some((part) => sameColumn(part, column)));
    if (missing.length === 0 || hasLookup(table, key.columns)) return [];
    const columns = key.columns.flatMap((column) => (column === undefined ? [] : (findColumn(ddl, column) ?? [])));
    const sequence = columns.some(({ name }) => isGivenOut(table, name, router));
    const made = sequence
      ? 'sequence'
      : columns.some(isRandom) || (what === thePrimaryKey && isMade(columns))
        ? 'random'
        : counted && columns.some(isCounted)
          ? 'counted'
          : undefined;
    return [{ what, key, at: at ?? key.at, missing, made }];
  });
}

const thePrimaryKey = 'The primary key';

/** An id in letters that the database does not fill in: the application makes it, at random or with a part that is. */
const isMade = ([column, more]: readonly ColumnFacts[]): boolean =>
  column !== undefined &&
  more === undefined &&
  column.default === undefined &&
  /^(?:text|citext|string|(?:n?var)?char|character(?: varying)?|bpchar)$/.test(column.type) &&
  wordsOf(column.name).at(-1) === 'id';

interface NamedKey {
  readonly what: string;
  readonly key: Pick<UniqueKey, 'columns' | 'at' | 'written'>;
  readonly at?: Location | undefined;
}

export function uniqueKeys(ddl: Table): readonly NamedKey[] {
  const listed = ({ columns }: Pick<UniqueKey, 'columns'>): string => columns.map((column) => column ?? '…').join(', ');
  return [
    ...(ddl.primaryKey ? [{ what: thePrimaryKey, key: ddl.primaryKey }] : []),
    ...ddl.uniques.map((key) => ({ what: `The unique key (${listed(key)})`, key })),
    ...ddl.indexes
      .filter(({ unique }) => unique)
      .map((key) => ({ what: `The unique index (${listed(key)})`, key, at: key.written?.list })),
    ...ddl.exclusions.map(({ parts, at }) => ({
      // Only an equal key makes rows of one shard of those that exclude each other.
      what: 'The exclusion constraint',
      key: { columns: parts.map(({ column, operator }) => (operator === '=' ? column : undefined)), at },
    })),
  ];
}

/** Vitess: a unique lookup vindex checks its columns over all shards. */
const hasLookup = ({ vindexes = [] }: ShardTable, columns: UniqueKey['columns']): boolean =>
  vindexes.some(
    (vindex) =>
      vindex.unique &&
      vindex.lookup &&
      vindex.columns.every((column) => columns.some((part) => sameColumn(part, column))),
  );

/** Where imports read defaults out of DDL, `generated` says nothing about who counts; elsewhere somebody said it. */
export const isGivenOut = (table: ShardTable, column: string, { name }: RouterChoice): boolean =>
  name !== 'citus' && table.generated.some((each) => sameColumn(each, column));

const randomFunctions = /(?:^|\.)(?:gen_random_uuid|uuid_generate_v4|uuid|newid|uuidv4|uuidv7|uuid_v4|ulid)$/i;

const isRandom = ({ type, default: standard }: ColumnFacts): boolean =>
  type === 'uuid' || (standard !== undefined && callName(standard, randomFunctions));

/** The database counts it up: serial, identity, AUTO_INCREMENT, or a sequence by default. */
export const isCounted = ({ identity, default: standard }: ColumnFacts): boolean =>
  (identity !== undefined && identity !== 'auto-random') ||
  (standard !== undefined && callName(standard, /(?:^|\.)nextval$/i));

const callName = (expr: Expr, names: RegExp): boolean => expr.kind === 'call' && names.test(expr.name);
