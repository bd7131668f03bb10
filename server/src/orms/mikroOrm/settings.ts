/** What the configuration says of all statements: names, how relations are loaded, filters, replicas. */
import type { Flow, ObjectShape, Ref } from '../../flow/flow';
import type { HostFile } from '../../hosts/host';
import { isLiteral, objectIn, optionIn, textsIn } from '../build/options';
import { type Filter, filterIn } from './filter';
import { isMikro } from './identity';
import { entityCaseNaming, mongoNaming, type Naming, underscoreNaming } from './naming';
import { strategyNamed } from './property';

export interface Settings {
  readonly naming: Naming;
  /** Joins for all, separate statements for all, or joins to single rows alone. */
  readonly strategy: 'joined' | 'select-in' | 'balanced';
  readonly mongo: boolean;
  /** `undefined` in a filter asks for nothing; otherwise it is NULL. */
  readonly ignoresUndefined: boolean;
  readonly filters: readonly Filter[];
  /** Reads go to a replica unless they say otherwise; undefined where there is none. */
  readonly reads: 'replica' | 'primary' | undefined;
  /** `create` makes a row that the next flush inserts. */
  readonly persistsCreated: boolean;
  readonly joinsInverseOnes: boolean;
  readonly joinsFiltered: boolean;
}

type Version = 5 | 6 | 7;

const usesMikro = ({ imports }: HostFile): boolean => imports.some(({ module }) => isMikro(module));

export const readSettings = (files: readonly HostFile[], flowFor: (file: HostFile) => Flow | undefined): Settings => {
  const version = versionOf(files, flowFor);
  const modules = new Set(files.flatMap((file) => file.imports.map(({ module }) => module)));
  const mongo =
    modules.has('@mikro-orm/mongodb') &&
    !['postgresql', 'mysql', 'mariadb', 'sqlite', 'mssql'].some((name) => modules.has(`@mikro-orm/${name}`));
  const found = files.flatMap((file) => {
    const flow = flowFor(file);
    return flow === undefined ? [] : configs(flow, file).map((shape) => ({ flow, shape }));
  });
  const first = <T>(read: (flow: Flow, shape: ObjectShape) => T | undefined): T | undefined => {
    for (const { flow, shape } of found) {
      const value = read(flow, shape);
      if (value !== undefined) return value;
    }
    return undefined;
  };
  const is = (key: string, value: boolean): boolean =>
    found.some(({ flow, shape }) => isLiteral(flow, optionIn(shape, key), value));
  const said = first((flow, shape) => strategyNamed(flow, optionIn(shape, 'loadStrategy')));
  const usual = version === 7 ? 'balanced' : version === 6 && !mongo ? 'joined' : 'select-in';
  const replicas = first((_, shape) => optionIn(shape, 'replicas')) !== undefined;
  return {
    naming:
      first((flow, shape) => namingOf(flow, optionIn(shape, 'namingStrategy'))) ??
      (mongo ? mongoNaming : underscoreNaming),
    strategy: said === 'joined' || said === 'select-in' || said === 'balanced' ? said : usual,
    mongo,
    ignoresUndefined: is('ignoreUndefinedInQuery', true),
    filters: found.flatMap(({ flow, shape }) => globalFilters(flow, optionIn(shape, 'filters'))),
    reads: !replicas ? undefined : is('preferReadReplicas', false) ? 'primary' : 'replica',
    persistsCreated: version >= 6 ? !is('persistOnCreate', false) : is('persistOnCreate', true),
    joinsInverseOnes: !mongo && !is('autoJoinOneToOneOwner', false),
    joinsFiltered: !mongo && version >= 6 && !is('autoJoinRefsForFilters', false) && !is('filtersOnRelations', false),
  };
};

/** Names that only one of the versions exports. */
/** As it is installed or locked; otherwise by what is imported of it. */
const versionOf = (files: readonly HostFile[], flowFor: (file: HostFile) => Flow | undefined): Version => {
  for (const file of files) {
    const known = usesMikro(file) ? flowFor(file)?.version('@mikro-orm/core') : undefined;
    if (known !== undefined) return known.major >= 7 ? 7 : known.major === 6 ? 6 : 5;
  }
  const imports = files.flatMap((file) => file.imports.filter(({ module }) => isMikro(module)));
  if (imports.some(({ module }) => /^@mikro-orm\/(?:decorators|sql)(?:\/|$)/.test(module))) return 7;
  const old = new Set(['IdentifiedReference', 'ReferenceType', 'UseRequestContext', 'expr', 'Subscriber']);
  return imports.some(({ imported }) => old.has(imported)) ? 5 : 6;
};

const configured = new Set(['defineConfig', 'MikroORM', 'MikroOrmModule']);
const configTypes = /^(?:Options|MikroOrmModuleOptions|MikroOrmModuleSyncOptions|Configuration)$/;

const configs = (flow: Flow, file: HostFile): readonly ObjectShape[] => {
  const [module] = file.functions;
  if (module === undefined) return [];
  const called = flow.actions({ file, function: module }).flatMap(({ ref }): readonly (Ref | undefined)[] => {
    const { value } = ref;
    if (value.kind !== 'call' || value.args.length === 0) return [];
    const { root, steps } = flow.call(value);
    if (root.kind !== 'package' || !isMikro(root.module) || !configured.has(root.name)) return [];
    const step = steps.at(-1);
    const made = step?.kind === 'new' || (step?.kind === 'call' && /^(?:|init|initSync|forRoot)$/.test(step.name));
    return made ? [step.args[0]] : [];
  });
  const typed = module.body.flatMap((statement) =>
    statement.kind === 'declare' && statement.value !== undefined && configTypes.test(statement.type?.name ?? '')
      ? [flow.ref(statement.value)]
      : [],
  );
  return [...called, ...typed].flatMap((ref) => objectIn(flow, [ref]) ?? []);
};

const namingOf = (flow: Flow, ref: Ref | undefined): Naming | undefined => {
  if (ref === undefined) return undefined;
  const owner = flow.classOf(ref);
  const chains = owner === undefined ? flow.chains(ref) : flow.heritage(owner);
  const names = chains.map((one) => ('root' in one && one.root.kind === 'package' ? one.root.name : ''));
  if (names.includes('EntityCaseNamingStrategy')) return entityCaseNaming;
  return names.includes('MongoNamingStrategy') ? mongoNaming : undefined;
};

/** On by default unless they say otherwise. */
const globalFilters = (flow: Flow, ref: Ref | undefined): readonly Filter[] =>
  (objectIn(flow, [ref])?.entries ?? []).flatMap(({ key, value }) => {
    const filter = filterIn(flow, value, key);
    if (filter === undefined) return [];
    const options = objectIn(flow, [value]);
    const entities = entityNames(flow, optionIn(options, 'entity'));
    const isDefault = !isLiteral(flow, optionIn(options, 'default'), false);
    return [{ ...filter, isDefault, ...(entities.length === 0 ? {} : { entities }) }];
  });

const entityNames = (flow: Flow, ref: Ref | undefined): readonly string[] => {
  if (ref === undefined) return [];
  const items = flow.shapes(ref).flatMap((shape) => (shape.kind === 'list' ? shape.items.map((i) => i.value) : [ref]));
  return items.flatMap((item) => flow.classOf(item)?.class.name ?? textsIn(flow, item));
};
