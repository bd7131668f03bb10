/** Pools that TypeScript and JavaScript code opens. */
import type { Known, Pool } from '../../advice/capacity/model';
import type { Chain, Flow, Ref, Step } from '../../flow/flow';
import { namesReplica } from '../../flow/replicaNames';
import { evidenceAt, type Source } from './placed';
import { type PoolLibrary, packageOf, poolLibraries } from './poolLibraries';
import { entryAt, sizeOf } from './sizes';

export interface FoundPool extends Omit<Pool, 'package' | 'max'> {
  /** Undefined: the library's default. */
  readonly max: Known | undefined;
  readonly npm: string;
  readonly fixed: number | undefined;
  /** Read replicas only: nothing of it reaches a primary. */
  readonly replicaOnly: boolean;
  /** Made in a loop: one for each of something, shards most often. */
  readonly each: boolean;
  /** All its options are seen: what is not among them is the default. */
  readonly seen: boolean;
  /** What it is kept in, '' where that is not seen. */
  readonly name: string;
}

export function poolAt(source: Source, flow: Flow, chain: Chain): FoundPool | undefined {
  const { root, steps } = chain;
  const last = steps.at(-1);
  if (root.kind !== 'package' || (last?.kind !== 'new' && last?.kind !== 'call')) return undefined;
  // What is known by its type alone is a pool already, and calls of it are queries.
  const before = steps.slice(0, -1);
  if (before.some(({ kind }) => kind !== 'member')) return undefined;
  const made = [
    ...(['default', '*', '='].includes(root.name) ? [] : [root.name]),
    ...before.flatMap((step) => (step.kind === 'member' ? [step.name] : [])),
    ...(last.kind === 'call' && last.name !== '' ? [last.name] : []),
  ].join('.');
  const library = poolLibraries.find(({ module, make }) => module.test(root.module) && make.includes(made));
  if (!library || (library.own && handsOver(flow, last.args[0]))) return undefined;
  // With an adapter it is the adapter's pool that counts.
  if (library.name === 'Prisma' && last.args[0] && entryAt(flow, last.args[0], ['adapter'])) return undefined;
  return found(source, flow, library, root.module, last);
}

/** A pool or client of somebody else's in the place of options. */
function handsOver(flow: Flow, first: Ref | undefined): boolean {
  if (!first) return true;
  const shapes = flow.shapes(first);
  if (shapes.every(({ kind }) => kind === 'chain')) {
    // `process.env.DATABASE_URL` is a URL.
    return !shapes.some((shape) => shape.kind === 'chain' && shape.chain.root.kind === 'global');
  }
  return entryAt(flow, first, ['client']) !== undefined;
}

function found(
  source: Source,
  flow: Flow,
  library: PoolLibrary,
  module: string,
  last: Extract<Step, { kind: 'new' | 'call' }>,
): FoundPool | undefined {
  const options = last.args.flatMap((arg) => [arg, ...made(flow, arg)]);
  const find = (paths: readonly (readonly string[])[] = []) =>
    paths.flatMap((path) => options.flatMap((option) => entryAt(flow, option, path) ?? []))[0];
  const size = find(library.sizes);
  const said = size && sizeOf(flow, size.value);
  const kind = find(library.kinds);
  if (isOther(flow, kind?.value)) return undefined;
  const replicas = find(library.replicas);
  const before = source.text.slice(Math.max(0, last.span.start - 300), last.span.start);
  const name = /([\w$]+)\s*(?::[^=;]{0,80})?=\s*(?:await\s+)?(?:new\s+)?[\w$.]*$/.exec(before)?.[1] ?? '';
  const text = size ? `\`${size.key ?? 'max'}\`` : '';
  return {
    library: library.name,
    npm: packageOf(module),
    fixed: library.default,
    at: source.place(last.nameSpan.start),
    max:
      size && said?.value !== undefined && size.file === flow.file
        ? { value: said.value, evidence: evidenceAt(source, size.keySpan.start, text) }
        : undefined,
    ...(said?.variable !== undefined && { variable: said.variable }),
    ...urlVariable(flow, options),
    database: databaseOf(flow, kind?.value) ?? (/mysql|mariadb/.test(module) ? 'mysql' : library.database),
    ...(replicas && { replicas: lengthOf(flow, replicas.value) }),
    name,
    seen: size === undefined && last.args.every((arg) => isSeen(flow, arg)),
    replicaOnly: namesReplica(name),
    each: /(?:\bfor\s*\(|\.(?:map|forEach|flatMap)\()[^;]{0,250}$/.test(before),
  };
}

/** What a factory returns: `TypeOrmModule.forRootAsync({ useFactory: () => ({ … }) })`. */
function made(flow: Flow, ref: Ref): readonly Ref[] {
  const factory = entryAt(flow, ref, ['useFactory']);
  if (!factory) return [];
  return flow
    .shapes(factory.value)
    .flatMap((shape) =>
      shape.kind === 'function' ? flow.callback(shape.function).returns.map(({ value }) => value) : [],
    );
}

function databaseOf(flow: Flow, ref: Ref | undefined): Pool['database'] | undefined {
  const shape = ref && flow.shapes(ref)[0];
  if (shape?.kind !== 'literal' || typeof shape.value !== 'string') return undefined;
  if (/mysql|mariadb/i.test(shape.value)) return 'mysql';
  return /^(?:pg|postgres|cockroach|aurora-postgres|better-pg)/i.test(shape.value) ? 'postgresql' : undefined;
}

/** Nothing unknown is spread into it, and it comes from no caller; a URL says no size. */
const isSeen = (flow: Flow, ref: Ref): boolean =>
  flow.shapes(ref).every((shape) => {
    if (shape.kind === 'object') return !shape.open && shape.entries.every(({ key }) => key !== 'useFactory');
    return shape.kind === 'literal' || shape.kind === 'text' || sizeOf(flow, ref).variable !== undefined;
  });

/** Files, and databases without SQL: no connections to a server of ours. */
function isOther(flow: Flow, ref: Ref | undefined): boolean {
  const shape = ref && flow.shapes(ref)[0];
  return shape?.kind === 'literal' && /sqlite|sqljs|mongo|expo|cordova|mssql|oracle|sap/i.test(String(shape.value));
}

function lengthOf(flow: Flow, ref: Ref): number {
  const shape = flow.shapes(ref)[0];
  return shape?.kind === 'list' ? Math.max(1, shape.items.length) : 1;
}

/** `process.env.DATABASE_URL`, wherever it stands in the options. */
function urlVariable(flow: Flow, options: readonly Ref[]): { readonly urlVariable?: string } {
  const paths = [
    ['connectionString'],
    ['url'],
    ['uri'],
    ['datasourceUrl'],
    ['datasources', 'db', 'url'],
    ['connection'],
  ];
  const values = [
    ...options,
    ...paths.flatMap((path) => options.flatMap((one) => entryAt(flow, one, path)?.value ?? [])),
  ];
  for (const value of values) {
    const { variable } = sizeOf(flow, value);
    if (variable !== undefined && /UR[LI]|DSN|CONNECTION/.test(variable)) return { urlVariable: variable };
  }
  return {};
}
