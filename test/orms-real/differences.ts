/** Where the source does not say what is sent: each was looked at, and says why. */
import { type Beside, type Version, versions } from './harness/differential';

export interface Difference {
  readonly library: string;
  /** The exported function. */
  readonly shape: string;
  /** Left out where all versions differ. */
  readonly versions?: readonly Version[];
  /** Left out where it is so with the shapes of every dialect, whichever they are executed on. */
  readonly beside?: Beside | 'not-mysql';
  /** A sentence for `server/docs/orms.md`. */
  readonly because: string;
}

const readBack =
  'Without RETURNING the row that is written is read back by its id, in the same transaction: the inventory names the write.';

const raw = (library: string, shape: string, because: string): Difference => ({
  library,
  shape,
  beside: 'raw',
  because,
});

const summed = 'That the statement counts is said in SQL text alone: the inventory names a select.';
const within =
  'A subquery in the text is read as a condition that binds nothing; the inventory does not name its tables.';
const below = 'The driver or builder below is asked; nothing is read of it.';
const joinText = 'A join in SQL text is not read: the statement is counted as unknown.';

export const differences: readonly Difference[] = [
  raw(
    'drizzle',
    'appended',
    'What is appended to a query object is not followed: the statement is counted as unknown.',
  ),
  raw('drizzle', 'ofQuery', 'A builder in the text is read as a statement of its own.'),
  raw('knex', 'fromOfRaw', 'A query in SQL text as the table: the statement is counted as unknown.'),
  raw('knex', 'havingRaw', summed),
  raw('knex', 'joinRaw', joinText),
  raw('knex', 'orderByRaw', summed),
  raw('knex', 'whereRawSubquery', within),
  raw('knex', 'withRaw', 'A common table in SQL text: the statement is counted as unknown.'),
  raw('mikroorm', 'builderSelect', summed),
  raw('mikroorm', 'knexBuilder', below),
  raw('mikroorm', 'knexRaw', below),
  raw('objection', 'joinRaw', joinText),
  raw('objection', 'orderByRaw', summed),
  raw('objection', 'selectedRaw', summed),
  raw('objection', 'whereOfRaw', 'A condition made by `raw` is not read: the statement is counted as unknown.'),
  raw('sequelize', 'literalSubquery', within),
  ...['withRelatedOffKey', 'withRelatedParent'].map((shape) => ({
    library: 'bookshelf',
    shape,
    because:
      'What `withRelated` reads by a second statement is shown as the join that it amounts to: the rows lie on other shards than those that refer to them.',
  })),
  {
    library: 'knex',
    shape: 'operationLater',
    because:
      'One builder is deleted with in one branch and updated with in the other: the inventory names one operation a builder.',
  },
  {
    library: 'knex',
    shape: 'optionalTransaction',
    because: 'Whether a transaction is handed in is up to the caller; the statement is shown as part of it.',
  },
  {
    library: 'mongoose',
    shape: 'populated',
    because:
      'What `populate` reads by a second find is shown as the join that it amounts to: the documents lie on other shards than those that refer to them.',
  },
  ...['fetched', 'fetchedParent'].map((shape) => ({
    library: 'objection',
    shape,
    because:
      'What `withGraphFetched` reads by a second statement is shown as the join that it amounts to: the rows lie on other shards than those that refer to them.',
  })),
  {
    library: 'prisma',
    shape: 'connected',
    because:
      'Prisma looks for the rows that are connected and reads the new row back, each by its id: the inventory names the insert.',
  },
  {
    library: 'prisma',
    shape: 'createNested',
    because: 'Prisma reads the new row back by its id: the inventory names the inserts.',
  },
  ...['included', 'includedParent', 'nestedSelect'].map((shape) => ({
    library: 'prisma',
    shape,
    because:
      'What `include` reads by a second statement is shown as the join that it amounts to: the rows lie on other shards than those that refer to them.',
  })),
  ...['create', 'createdAndRead', 'interactive', 'updateByCompound', 'updateWithKey', 'upsert'].map((shape) => ({
    library: 'prisma',
    shape,
    beside: 'mysql' as const,
    because: readBack,
  })),
  {
    library: 'sequelize',
    shape: 'findOrCreatedNew',
    beside: 'not-mysql',
    because:
      'On PostgreSQL the insert stands in the body of a function that is made for it; the source is read as the insert.',
  },
  {
    library: 'sequelize',
    shape: 'softDestroyed',
    because: 'A paranoid model updates `deletedAt`; the inventory names the operation that is meant, a delete.',
  },
  ...['inTransaction', 'savedAndRead', 'savedCascade', 'savedNew', 'upserted'].map((shape) => ({
    library: 'typeorm',
    shape,
    beside: 'mysql' as const,
    because: readBack,
  })),
];

export const differencesOf = (library: string, beside: Beside | undefined, version: Version): readonly Difference[] =>
  differences.filter(
    (one) =>
      one.library === library &&
      (one.versions ?? versions).includes(version) &&
      (one.beside === undefined || one.beside === 'not-mysql'
        ? beside === undefined || (beside === 'mysql' && one.beside === undefined)
        : one.beside === beside),
  );
