/** Libraries that open pools: the call that makes one, where its size stands in the options, and what it is by default. */

export interface PoolLibrary {
  /** As people write it. */
  readonly name: string;
  readonly module: RegExp;
  /** `new Pool`, `createPool`; `''`: the module itself is called. */
  readonly make: readonly string[];
  /** Paths of the size in any of the arguments that is an object. */
  readonly sizes: readonly (readonly string[])[];
  /** Paths of the list of replicas. */
  readonly replicas?: readonly (readonly string[])[];
  /** Undefined: it depends on the machine. */
  readonly default: number | undefined;
  readonly database: 'postgresql' | 'mysql' | 'unknown';
  /** Paths of a text that names the database. */
  readonly kinds?: readonly (readonly string[])[];
  /** The first argument must be options or a URL: with a pool in its place that pool is the one. */
  readonly own?: true;
}

export const poolLibraries: readonly PoolLibrary[] = [
  {
    name: 'pg',
    module: /^(?:pg|pg-pool)$/,
    make: ['Pool', 'native.Pool'],
    sizes: [['max'], ['poolSize']],
    default: 10,
    database: 'postgresql',
  },
  {
    name: 'mysql2',
    module: /^(?:mysql2(?:\/promise)?|mysql|promise-mysql)$/,
    make: ['createPool'],
    sizes: [['connectionLimit']],
    default: 10,
    database: 'mysql',
  },
  {
    name: 'mariadb',
    module: /^mariadb$/,
    make: ['createPool'],
    sizes: [['connectionLimit']],
    default: 10,
    database: 'mysql',
  },
  {
    name: 'postgres.js',
    module: /^postgres$/,
    make: [''],
    sizes: [['max']],
    default: 10,
    database: 'postgresql',
  },
  {
    name: 'Slonik',
    module: /^slonik$/,
    make: ['createPool'],
    sizes: [['maximumPoolSize']],
    default: 10,
    database: 'postgresql',
  },
  {
    name: 'Sequelize',
    module: /^(?:sequelize|@sequelize\/core|sequelize-typescript)$/,
    make: ['Sequelize', ''],
    sizes: [['pool', 'max']],
    replicas: [['replication', 'read']],
    default: 5,
    database: 'unknown',
    kinds: [['dialect']],
  },
  {
    name: 'TypeORM',
    module: /^(?:typeorm|@nestjs\/typeorm)$/,
    make: ['DataSource', 'createConnection', 'TypeOrmModule.forRoot', 'TypeOrmModule.forRootAsync'],
    sizes: [['poolSize'], ['extra', 'max'], ['extra', 'connectionLimit'], ['extra', 'poolSize']],
    replicas: [['replication', 'slaves']],
    default: 10,
    database: 'unknown',
    kinds: [['type']],
  },
  {
    name: 'Knex',
    module: /^knex$/,
    make: ['', 'knex', 'Knex'],
    sizes: [['pool', 'max']],
    default: 10,
    database: 'unknown',
    kinds: [['client']],
  },
  {
    name: 'MikroORM',
    module: /^@mikro-orm\/(?:core|postgresql|mysql|mariadb|nestjs|knex|sql)$/,
    make: ['MikroORM.init', 'MikroORM', 'defineConfig', 'MikroOrmModule.forRoot'],
    sizes: [['pool', 'max']],
    default: 10,
    database: 'unknown',
    kinds: [['type']],
  },
  {
    name: 'Drizzle on pg',
    module: /^drizzle-orm\/node-postgres$/,
    make: ['drizzle'],
    sizes: [['connection', 'max']],
    default: 10,
    database: 'postgresql',
    own: true,
  },
  {
    name: 'Drizzle on postgres.js',
    module: /^drizzle-orm\/postgres-js$/,
    make: ['drizzle'],
    sizes: [['connection', 'max']],
    default: 10,
    database: 'postgresql',
    own: true,
  },
  {
    name: 'Drizzle on mysql2',
    module: /^drizzle-orm\/mysql2$/,
    make: ['drizzle'],
    sizes: [['connection', 'connectionLimit']],
    default: 10,
    database: 'mysql',
    own: true,
  },
  {
    name: 'Prisma on pg',
    module: /^@prisma\/adapter-pg$/,
    make: ['PrismaPg'],
    sizes: [['max']],
    default: 10,
    database: 'postgresql',
    own: true,
  },
  {
    name: 'Prisma on mariadb',
    module: /^@prisma\/adapter-mariadb$/,
    make: ['PrismaMariaDb'],
    sizes: [['connectionLimit']],
    default: 10,
    database: 'mysql',
    own: true,
  },
  {
    name: 'Prisma',
    module: /^(?:@prisma\/client|.*\/generated\/.*|\.prisma\/client)$/,
    make: ['PrismaClient'],
    sizes: [],
    default: undefined,
    database: 'unknown',
  },
];

/** A file without any of these opens no pool. */
export const poolMarker =
  /\b(?:pg|pg-pool|mysql2?|promise-mysql|mariadb|postgres|slonik|sequelize|sequelize-typescript|typeorm|knex|drizzle-orm|PrismaClient|mikro-orm|adapter-pg|adapter-mariadb)\b/;

/** Named by its package, so that the default can say its version. */
export const packageOf = (module: string): string =>
  module.startsWith('@') ? module.split('/').slice(0, 2).join('/') : (module.split('/')[0] ?? module);
