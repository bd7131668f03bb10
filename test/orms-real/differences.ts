/** Where the source does not say what is sent: each was looked at, and says why. */
import { type Version, versions } from './harness/differential';
import type { ServerKind } from './libraries';

export interface Difference {
  readonly library: string;
  /** The exported function. */
  readonly shape: string;
  /** Left out where all versions differ. */
  readonly versions?: readonly Version[];
  /** Left out where it is so on every server. */
  readonly server?: ServerKind;
  /** A sentence for `server/docs/orms.md`. */
  readonly because: string;
}

const readBack =
  'Without RETURNING the row that is written is read back by its id, in the same transaction: the inventory names the write.';

export const differences: readonly Difference[] = [
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
    server: 'mysql' as const,
    because: readBack,
  })),
  {
    library: 'sequelize',
    shape: 'findOrCreatedNew',
    server: 'postgresql',
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
    server: 'mysql' as const,
    because: readBack,
  })),
];

export const differencesOf = (library: string, server: ServerKind, version: Version): readonly Difference[] =>
  differences.filter(
    (one) =>
      one.library === library &&
      (one.versions ?? versions).includes(version) &&
      (one.server === undefined || one.server === server),
  );
