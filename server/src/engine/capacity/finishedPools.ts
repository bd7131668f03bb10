/** Sizes of pools that code alone does not say: from URLs, from files of variables, from the library's version. */
import type { EnvironmentValue, Known, Package, Pool } from '../../advice/capacity/model';
import { connectionLimit, prismaSource } from './packages';
import type { Source } from './placed';
import { evidenceAt } from './placed';
import type { FoundPool } from './pools';

export interface PrismaSchema {
  readonly file: string;
  readonly variable?: string;
  readonly limit?: Known;
  readonly database: string;
}

export function prismaSchema(source: Source): PrismaSchema {
  const { variable, limit, database } = prismaSource(source.text);
  const offset = Math.max(0, source.text.search(/connection_limit/));
  return {
    file: source.file,
    database,
    ...(variable !== undefined && { variable }),
    ...(limit !== undefined && {
      limit: { value: limit, evidence: evidenceAt(source, offset, '`connection_limit`') },
    }),
  };
}

interface Surroundings {
  readonly packages: readonly Package[];
  readonly variables: readonly EnvironmentValue[];
  readonly prisma: readonly PrismaSchema[];
}

export function finishedPools(
  found: readonly (FoundPool & { readonly package: string })[],
  around: Surroundings,
): readonly Pool[] {
  return found
    .filter(({ replicaOnly }) => !replicaOnly)
    .map(({ npm, fixed, max, replicaOnly: _, each, name: _name, seen, ...pool }): Pool => {
      const version = majorOf(npm, pool.package, around.packages);
      const library = `${pool.library}${version === undefined ? '' : ` ${version}`}`;
      const schema = pool.library === 'Prisma' ? nearest(around.prisma, pool.package) : undefined;
      const urlVariable = pool.urlVariable ?? schema?.variable;
      const byUrl = schema?.limit ?? (pool.library === 'Prisma' ? limitIn(around.variables, urlVariable) : undefined);
      const database = pool.database === 'unknown' && schema ? databaseOf(schema.database) : pool.database;
      return {
        ...pool,
        database,
        ...(urlVariable !== undefined && { urlVariable }),
        ...(each && { each: true }),
        ...(!max && !byUrl && isByCores(pool.library, version) && { byCores: true }),
        max: max ?? byUrl ?? defaultOf(library, fixed, version, seen),
      };
    });
}

/** Prisma's own engine counts cores; since 7 the driver decides. */
const isByCores = (name: string, version: number | undefined): boolean => name === 'Prisma' && (version ?? 0) < 7;

function defaultOf(library: string, fixed: number | undefined, version: number | undefined, seen: boolean): Known {
  if (fixed !== undefined && !seen)
    return {
      value: fixed,
      evidence: { kind: 'assumed', text: `default of ${library}, for a pool whose size is not seen in the code` },
    };
  if (fixed !== undefined) return { value: fixed, evidence: { kind: 'default', text: `default of ${library}` } };
  if (!isByCores('Prisma', version))
    return { value: 10, evidence: { kind: 'default', text: `default of the driver of ${library}` } };
  const text = `default of ${library}: cores × 2 + 1, with 4 cores assumed (--cores says how many)`;
  return { value: 9, evidence: { kind: 'assumed', text } };
}

const databaseOf = (provider: string): Pool['database'] =>
  provider === 'mysql' ? 'mysql' : /^(?:postgresql|postgres|cockroachdb)$/.test(provider) ? 'postgresql' : 'unknown';

/** The schema that lies deepest in the package, or the only one. */
function nearest(schemas: readonly PrismaSchema[], folder: string): PrismaSchema | undefined {
  const inside = schemas.filter(({ file }) => folder === '' || file.startsWith(`${folder}/`));
  return inside[0] ?? (schemas.length === 1 ? schemas[0] : undefined);
}

function limitIn(variables: readonly EnvironmentValue[], name: string | undefined): Known | undefined {
  for (const { name: each, value = '', at } of variables) {
    const limit = each === (name ?? 'DATABASE_URL') ? connectionLimit(value) : undefined;
    if (limit !== undefined)
      return { value: limit, evidence: { kind: 'place', at, text: `\`connection_limit\` of \`${each}\`` } };
  }
  return undefined;
}

/** As the package, or one around it, asks for it: `^8.11.0` → 8, `~0.3.20` → 0.3. */
function majorOf(npm: string, folder: string, packages: readonly Package[]): number | undefined {
  const around = packages
    .filter((one) => one.folder === '' || one.folder === folder || folder.startsWith(`${one.folder}/`))
    .sort((a, b) => b.folder.length - a.folder.length);
  for (const { dependencies } of around) {
    const [, major, minor] = /(\d+)(?:\.(\d+))?/.exec(dependencies.get(npm) ?? '') ?? [];
    if (major !== undefined) return major === '0' ? Number(`0.${minor ?? 0}`) : Number(major);
  }
  return undefined;
}
