/** How the shapes of every dialect are spelled for MySQL: what is connected to, and what is imported from a dialect's own module. */
type Spelling = readonly [string | RegExp, string];

const spellings: Readonly<Record<string, readonly Spelling[]>> = {
  drizzle: [
    ['drizzle-orm/node-postgres', 'drizzle-orm/mysql2'],
    ['drizzle-orm/pg-core', 'drizzle-orm/mysql-core'],
    [/\binteger\b/g, 'int'],
    [/\bpgTable\b/g, 'mysqlTable'],
    ['{ schema }', "{ schema, mode: 'default' }"],
  ],
  knex: [["client: 'pg'", "client: 'mysql2'"]],
  kysely: [
    ["import pg from 'pg'", "import { createPool } from 'mysql2'"],
    ['kysely/helpers/postgres', 'kysely/helpers/mysql'],
    [/\bPostgresDialect\b/g, 'MysqlDialect'],
    [/new pg\.Pool\(\{ connectionString: (\S+), max: 2 \}\)/, "createPool($1 ?? '')"],
  ],
  mikroorm: [['@mikro-orm/postgresql', '@mikro-orm/mysql']],
  objection: [["client: 'pg'", "client: 'mysql2'"]],
  prisma: [
    ["{ PrismaPg } from '@prisma/adapter-pg'", "{ PrismaMariaDb } from '@prisma/adapter-mariadb'"],
    [
      'new PrismaPg({ connectionString: process.env.DATABASE_URL })',
      "new PrismaMariaDb((process.env.DATABASE_URL ?? '').replace('mysql:', 'mariadb:'))",
    ],
  ],
  typeorm: [["type: 'postgres'", "type: 'mysql'"]],
};

/** The text of a library's shapes, spelled for MySQL. */
export const inMysql = (id: string, text: string): string =>
  (spellings[id] ?? []).reduce((spelled, [from, to]) => {
    const next = spelled.replace(from, to);
    if (next === spelled) throw new Error(`${id}: nothing is spelled ${from}`);
    return next;
  }, text);
