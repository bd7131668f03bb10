/** The engine in this process. */
import { readCapacity } from '../engine/capacity/read';
import { explainSql } from '../engine/explainSql';
import { dialectFor } from '../engine/parsers';
import { proposals } from '../engine/proposals';
import { readersOf } from '../engine/readers';
import { checkWhatIf } from '../engine/whatIf';
import { Workspace, type WorkspaceOptions } from '../engine/workspace';
import type { Platform } from '../platform/platform';
import { rules } from '../rules';
import { type Effective, type LoadedMap, type LoadOptions, loadInlineMap } from '../shards/load';
import type {
  CapacityRequest,
  CapacityResult,
  CheckRequest,
  CheckResult,
  Engine,
  ExplainResult,
  MapChoice,
  SurveyRequest,
  SurveyResult,
} from './engine';
import { boundHeap } from './heap';
import { UsageError } from './shell';

export function localEngine(): Engine {
  return {
    rules: new Map(rules.map(({ id, meta }) => [id, meta])),
    check,
    survey,
    whatIf: ({ platform, root, changes, configFile, progress }) =>
      checkWhatIf(platform, root, changes, {
        ...(configFile === undefined ? {} : { configFile, allowOutside: true }),
        ...(progress && { progress }),
      }),
    explain,
    effective,
    capacity,
    proposals,
  };
}

async function check(request: CheckRequest): Promise<CheckResult> {
  const { memory } = request;
  return (await checked(request, memory ? { memory } : {})).result;
}

async function survey({ plan, ...request }: SurveyRequest): Promise<SurveyResult> {
  const { workspace, result } = await checked(request, plan ? { plan } : {});
  return { ...result, surveys: workspace.surveys() };
}

async function checked(
  { platform, root, paths, configFile, slice, progress }: CheckRequest,
  options: WorkspaceOptions,
): Promise<{ readonly workspace: Workspace; readonly result: CheckResult }> {
  const workspace = new Workspace(platform, root, {
    ...options,
    ...(configFile === undefined ? {} : { configFile, allowOutside: true }),
  });
  const found = await workspace.check({
    paths,
    unlessBroken: true,
    ...(slice ? { slice } : {}),
    progress: (done, of) => {
      boundHeap();
      progress?.(done, of);
    },
  });
  return { workspace, result: { ...found, maps: workspace.mapFiles } };
}

async function explain(sql: string, against: MapChoice): Promise<ExplainResult> {
  const map = await mapOf(against);
  const broken = map.problems.find(({ severity }) => severity === 'error');
  if (broken) return { statements: [], error: `the map cannot be used: ${broken.message}` };
  const dialect =
    (await dialectFor(against.platform, map.map.dialect)) ?? (await dialectFor(against.platform, 'postgresql'));
  if (!dialect) return { statements: [], error: `no module reads the dialect ${map.map.dialect}` };
  const statements = explainSql(sql, map, dialect);
  return statements.length > 0 ? { statements } : { statements, error: 'no statement that can be read' };
}

/** With what models declare: tables that only they know may be sharded by the map's default key. */
async function effective(against: MapChoice): Promise<Effective> {
  const { loaded, workspace } = await openedMap(against);
  const broken = loaded.problems.find(({ severity }) => severity === 'error');
  if (broken) throw new UsageError(`the map cannot be used: ${broken.message}`);
  return workspace ? workspace.withModels(loaded) : loaded;
}

async function capacity({ paths, progress, ...against }: CapacityRequest): Promise<CapacityResult> {
  const facts = await readCapacity(against.platform, against.root, paths, progress);
  try {
    const { loaded } = await openedMap(against);
    return loaded.problems.some(({ severity }) => severity === 'error') ? { facts } : { facts, map: loaded.map };
  } catch (error) {
    if (error instanceof UsageError) return { facts };
    throw error;
  }
}

const optionsFor = (platform: Platform, root: string): LoadOptions => ({
  root,
  readers: readersOf(platform),
});

const mapOf = async (against: MapChoice): Promise<LoadedMap> => (await openedMap(against)).loaded;

interface OpenedMap {
  readonly loaded: LoadedMap;
  readonly workspace?: Workspace;
}

async function openedMap(against: MapChoice): Promise<OpenedMap> {
  const { platform } = against;
  if ('inline' in against) return { loaded: await loadInlineMap(platform, against.inline, optionsFor(platform, '/')) };
  const workspace = new Workspace(
    platform,
    against.root,
    against.configFile === undefined ? {} : { configFile: against.configFile, allowOutside: true },
  );
  await workspace.open();
  const loaded = workspace.mapOf(`${against.root}/query.sql`) ?? workspace.loadedMaps[0];
  if (!loaded)
    throw new UsageError('no shard map here; `shardlint init` writes a first one, --config FILE names one elsewhere');
  return { loaded, workspace };
}
