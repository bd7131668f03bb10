/** The libraries whose calls are executed; the shapes stand in `shapes/<id>.ts`. */
export interface Library {
  readonly id: string;
  readonly title: string;
  /** The npm package whose version is named. */
  readonly package: string;
  /** What it speaks to; an embedded PostgreSQL where left out. */
  readonly server?: ServerKind;
}

export type ServerKind = 'postgresql' | 'mongodb';

export const libraries: readonly Library[] = [
  { id: 'drizzle', title: 'Drizzle', package: 'drizzle-orm' },
  { id: 'knex', title: 'Knex', package: 'knex' },
  { id: 'kysely', title: 'Kysely', package: 'kysely' },
  { id: 'mikroorm', title: 'MikroORM', package: '@mikro-orm/postgresql' },
  { id: 'mongodb', title: 'MongoDB driver', package: 'mongodb', server: 'mongodb' },
  { id: 'mongoose', title: 'Mongoose', package: 'mongoose', server: 'mongodb' },
  { id: 'objection', title: 'Objection', package: 'objection' },
  { id: 'prisma', title: 'Prisma', package: '@prisma/client' },
  { id: 'sequelize', title: 'Sequelize', package: 'sequelize' },
  { id: 'slonik', title: 'Slonik', package: 'slonik' },
  { id: 'typeorm', title: 'TypeORM', package: 'typeorm' },
];
