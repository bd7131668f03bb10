/** The engine in this process. */
import { explainSql } from '../engine/explainSql';
import { dialectFor } from '../engine/parsers';
import { proposals } from '../engine/proposals';
import { Workspace } from '../engine/workspace';
import type { Platform } from '../platform/platform';
import { rules } from '../rules';
import { type LoadedMap, type LoadOptions, loadInlineMap } from '../shards/load';
import type { CheckRequest, CheckResult, Engine, ExplainResult, MapChoice } from './engine';
import { UsageError } from './shell';

export function localEngine(): Engine {
  return {
    rules: new Map(rules.map(({ id, meta }) => [id, meta])),
    check,
    explain,
    proposals,
  };
}

async function check({ platform, root, paths, configFile, progress, memory }: CheckRequest): Promise<CheckResult> {
  const workspace = new Workspace(platform, root, {
    ...(configFile === undefined ? {} : { configFile, allowOutside: true }),
    ...(memory ? { memory } : {}),
  });
  const checked = await workspace.check({ paths, ...(progress ? { progress } : {}) });
  return { ...checked, maps: workspace.mapFiles };
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

const optionsFor = (platform: Platform, root: string): LoadOptions => ({
  root,
  parserFor: (dialect) => dialectFor(platform, dialect),
});

async function mapOf(against: MapChoice): Promise<LoadedMap> {
  const { platform } = against;
  if ('inline' in against) return loadInlineMap(platform, against.inline, optionsFor(platform, '/'));
  const workspace = new Workspace(
    platform,
    against.root,
    against.configFile === undefined ? {} : { configFile: against.configFile, allowOutside: true },
  );
  await workspace.open();
  const map = workspace.mapOf(`${against.root}/query.sql`) ?? workspace.loadedMaps[0];
  if (!map)
    throw new UsageError('no shard map here; `shardlint init` writes a first one, --config FILE names one elsewhere');
  return map;
}
