/** Which calls and tags of which packages send SQL text, and where the text and its values stand among the arguments. */
import type { Chain, Flow, Step } from '../../flow/flow';
import type { Value } from '../../hosts/host';
import { own } from '../../text/own';

/** How values are named in the text: `$1` and `$<name>`; `?`, `??` and `:name`; or not at all. */
export type Placeholders = 'dollar' | 'question' | 'none';

export interface Driver {
  readonly id: string;
  readonly modules: RegExp;
  readonly placeholders: Placeholders;
  /** Methods whose first argument is the text, by the place of their values (`rest`: all further arguments). */
  readonly calls?: Readonly<Record<string, number | 'rest' | 'none'>>;
  /** The tag itself sends when it is awaited; otherwise it makes text that a call sends. */
  readonly tag?: 'sends' | 'makes';
  /** Names under which an object argument has text and values. */
  readonly text?: readonly string[];
  readonly values?: readonly string[];
  /** Calls whose callback runs in one transaction. */
  readonly transactions: readonly string[];
  /** Calls that take a connection on which a transaction can be begun, and is not yet. */
  readonly taking?: readonly string[];
  /** Members of the library that send on their own what looks like a call above (`knex.raw`) only when awaited. */
  readonly lazy?: boolean;
  /** Calls that open a query builder, whose own calls have the same names as those above. */
  readonly builders?: readonly string[];
}

const one = { text: ['text', 'sql', 'query'], values: ['values', 'params', 'parameters'] } as const;

const pgPromise = [
  'none',
  'one',
  'many',
  'any',
  'oneOrNone',
  'manyOrNone',
  'query',
  'result',
  'multi',
  'multiResult',
  'each',
  'map',
];
const slonikCalls = [
  'any',
  'anyFirst',
  'exists',
  'many',
  'manyFirst',
  'maybeOne',
  'maybeOneFirst',
  'one',
  'oneFirst',
  'query',
  'stream',
];

export const drivers: readonly Driver[] = [
  {
    id: 'pg',
    modules: /^(?:pg|pg-pool|pg-native|@types\/pg|pg-cursor|pg-query-stream|@neondatabase\/serverless)$/,
    placeholders: 'dollar',
    calls: { query: 1 },
    transactions: [],
    ...one,
  },
  {
    id: 'neon',
    modules: /^@neondatabase\/serverless$/,
    placeholders: 'dollar',
    calls: { query: 1, unsafe: 1, '': 1 },
    tag: 'sends',
    transactions: ['transaction'],
  },
  {
    id: 'vercel-postgres',
    modules: /^@vercel\/postgres$/,
    placeholders: 'dollar',
    calls: { query: 1 },
    tag: 'sends',
    transactions: [],
    ...one,
  },
  {
    id: 'postgres',
    modules: /^(?:postgres|bun)$/,
    placeholders: 'dollar',
    calls: { unsafe: 1 },
    tag: 'sends',
    transactions: ['begin', 'savepoint', 'transaction'],
  },
  {
    id: 'mysql2',
    modules:
      /^(?:mysql2?(?:\/promise)?|promise-mysql|mariadb|serverless-mysql|@planetscale\/database|@tidbcloud\/serverless)$/,
    placeholders: 'question',
    calls: { query: 1, execute: 1, batch: 1 },
    transactions: ['transaction'],
    text: ['sql'],
    values: ['values'],
  },
  {
    id: 'pg-promise',
    modules: /^pg-promise$/,
    placeholders: 'dollar',
    calls: Object.fromEntries(pgPromise.map((name) => [name, 1])),
    transactions: ['tx', 'txIf'],
    ...one,
  },
  {
    id: 'slonik',
    modules: /(?:^|\/)slonik$/,
    placeholders: 'none',
    calls: Object.fromEntries(slonikCalls.map((name) => [name, 'none'])),
    tag: 'makes',
    transactions: ['transaction'],
  },
  {
    id: 'prisma',
    modules: /prisma/i,
    placeholders: 'dollar',
    calls: { $queryRaw: 'none', $executeRaw: 'none', $queryRawUnsafe: 'rest', $executeRawUnsafe: 'rest' },
    tag: 'sends',
    transactions: ['$transaction'],
  },
  {
    id: 'drizzle',
    modules: /^drizzle-orm(?:\/|$)/,
    placeholders: 'none',
    calls: { execute: 'none', all: 'none', get: 'none', run: 'none' },
    tag: 'makes',
    transactions: ['transaction'],
    builders: ['prepare'],
  },
  {
    id: 'knex',
    modules: /^(?:knex|bookshelf)$/,
    placeholders: 'question',
    calls: { raw: 1 },
    transactions: ['transaction', 'transactionProvider'],
    lazy: true,
  },
  {
    id: 'typeorm',
    modules: /^(?:@[\w.-]+\/)?typeorm$/,
    placeholders: 'dollar',
    calls: { query: 1 },
    transactions: ['transaction'],
    taking: ['createQueryRunner'],
  },
  {
    id: 'sequelize',
    modules: /^(?:sequelize|sequelize-typescript|@sequelize\/core)$/,
    placeholders: 'question',
    calls: { query: 1 },
    text: ['query'],
    values: ['values'],
    transactions: ['transaction'],
  },
  {
    id: 'kysely',
    modules: /^kysely$/,
    placeholders: 'none',
    calls: { executeQuery: 'none' },
    tag: 'makes',
    transactions: ['execute'],
  },
  {
    id: 'mikroorm',
    modules: /^@mikro-orm\//,
    placeholders: 'question',
    calls: { execute: 1 },
    transactions: ['transactional'],
    builders: ['createQueryBuilder', 'qb'],
  },
];

/** Packages whose tag makes text for any driver. */
export const textTags =
  /^(?:sql-template-tag|sql-template-strings|@nearform\/sql|@databases\/(?:pg|mysql|sql)|(?:.*\/)?slonik|drizzle-orm(?:\/.*)?|kysely|.*prisma.*)$/;

/** Names of so many other calls that only text in place makes them worth a look. */
export const usualNames: ReadonlySet<string> = new Set(['all', 'get', 'run']);

/** Names that make a call worth a look. */
export const callNames: ReadonlySet<string> = new Set(
  drivers.flatMap((driver) => Object.keys(driver.calls ?? {}).filter((name) => !usualNames.has(name))),
);

export const driversOf = (module: string): readonly Driver[] => drivers.filter((driver) => driver.modules.test(module));

/** The one whose call of that name sends. */
export const driverFor = (module: string, name: string): Driver | undefined =>
  driversOf(module).find((driver) => driver.calls?.[name] !== undefined);

/** The package that a chain begins in, by its root or by the class that its root extends. */
export const moduleOf = (chain: Chain): string | undefined =>
  chain.root.kind === 'package' ? chain.root.module : undefined;

export const lastStep = (chain: Chain): Step | undefined => chain.steps[chain.steps.length - 1];

/** Whose client `db.$client` is, by the part of Drizzle that was made for it. */
const drizzleClients: Readonly<Record<string, string>> = {
  'node-postgres': 'pg',
  'postgres-js': 'postgres',
  'neon-http': '@neondatabase/serverless',
  'neon-serverless': '@neondatabase/serverless',
  'vercel-postgres': '@vercel/postgres',
  'bun-sql': 'bun',
  mysql2: 'mysql2',
  'planetscale-serverless': '@planetscale/database',
  'tidb-serverless': '@tidbcloud/serverless',
};

/** The package that proves a receiver: its root, or what the root's class extends. */
export const provenBy = (flow: Flow, chain: Chain): string | undefined => {
  if (chain.root.kind === 'package') {
    const { module } = chain.root;
    const below = chain.steps.some((step) => 'name' in step && step.name === '$client');
    return below ? (own(drizzleClients, module.replace(/^drizzle-orm\//, '')) ?? module) : module;
  }
  if (chain.root.kind !== 'class') return undefined;
  const outside = flow.heritage(chain.root.class).findLast((parent): parent is Chain => 'root' in parent);
  const module = outside?.root.kind === 'package' ? outside.root.module : undefined;
  // `Order.knex().raw(…)` of an Objection model.
  const bound = module === 'objection' && chain.steps.some((step) => step.kind === 'call' && step.name === 'knex');
  return bound ? 'knex' : module;
};

/** `sql`, `this.sql`, `db.sql`: a tag by its name, of which nothing is known that says otherwise. */
export const isNamedSql = (chain: Chain, callee: Value | undefined): boolean => {
  const name = callee?.kind === 'name' ? callee.name : callee?.kind === 'member' ? callee.property : undefined;
  if (typeof name !== 'string' || !/^sql$/i.test(name)) return false;
  const module = moduleOf(chain);
  return module === undefined || (!textTags.test(module) && driversOf(module).length === 0);
};
