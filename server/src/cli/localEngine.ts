/** The engine in this process. */
import { explainSql } from '../engine/explainSql';
import { dialectFor } from '../engine/parsers';
import type { Platform } from '../platform/platform';
import type { RuleText } from '../report/report';
import { type LoadedMap, type LoadOptions, loadInlineMap, loadShardMap } from '../shards/load';
import type { Engine, ExplainResult, MapChoice } from './engine';
import { UsageError } from './shell';

export function localEngine(): Engine {
  return {
    rules: new Map<string, RuleText>(),
    check: async () => {
      throw new UsageError('check is not part of this build');
    },
    explain,
    proposals: async () => [],
  };
}

const optionsFor = (platform: Platform, root: string): LoadOptions => ({
  root,
  parserFor: (dialect) => dialectFor(platform, dialect),
});

async function explain(sql: string, against: MapChoice): Promise<ExplainResult> {
  const map = await mapOf(against);
  const broken = map.problems.find(({ severity }) => severity === 'error');
  if (broken) return { statements: [], error: `the map cannot be used: ${broken.message}` };
  const dialect = await dialectFor(against.platform, map.map.dialect);
  if (!dialect) return { statements: [], error: `no module reads the dialect ${map.map.dialect}` };
  const statements = explainSql(sql, map, dialect);
  return statements.length > 0 ? { statements } : { statements, error: 'no statement that can be read' };
}

async function mapOf(against: MapChoice): Promise<LoadedMap> {
  const { platform } = against;
  if ('inline' in against) return loadInlineMap(platform, against.inline, optionsFor(platform, '/'));
  if (against.configFile === undefined) throw new UsageError('explain needs --config FILE here');
  return loadShardMap(platform, against.configFile, optionsFor(platform, against.root));
}
