/** The libraries whose calls are executed; the shapes stand in `shapes/<id>.ts`. */
export interface Library {
  readonly id: string;
  readonly title: string;
  /** The npm package whose version is named. */
  readonly package: string;
  /** What it speaks to; an embedded PostgreSQL where left out. */
  readonly server?: ServerKind;
  /** Executed on a MariaDB, too: the same shapes, and those of `shapes/mysql/<id>.ts`. */
  readonly mysql?: true;
  /** It needs versions of its own of what others use: `versions/<id>/<version>`. */
  readonly apart?: true;
}

export type ServerKind = 'postgresql' | 'mysql' | 'mongodb';

export const libraries: readonly Library[] = [
  { id: 'bookshelf', title: 'Bookshelf', package: 'bookshelf', apart: true },
  { id: 'drizzle', title: 'Drizzle', package: 'drizzle-orm', mysql: true },
  { id: 'knex', title: 'Knex', package: 'knex', mysql: true },
  { id: 'kysely', title: 'Kysely', package: 'kysely', mysql: true },
  { id: 'mikroorm', title: 'MikroORM', package: '@mikro-orm/postgresql', mysql: true },
  { id: 'mongodb', title: 'MongoDB driver', package: 'mongodb', server: 'mongodb' },
  { id: 'mongoose', title: 'Mongoose', package: 'mongoose', server: 'mongodb' },
  { id: 'objection', title: 'Objection', package: 'objection', mysql: true },
  { id: 'prisma', title: 'Prisma', package: '@prisma/client', mysql: true },
  { id: 'sequelize', title: 'Sequelize', package: 'sequelize', mysql: true },
  { id: 'slonik', title: 'Slonik', package: 'slonik' },
  { id: 'typeorm', title: 'TypeORM', package: 'typeorm', mysql: true },
];
