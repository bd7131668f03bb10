/** The settings as the editor hands them out: whatever is missing or of a wrong shape is the default. */
import type { Settings } from '../protocol';

export const defaultSettings: Settings = {
  enable: true,
  configFile: '',
  baseline: 'shardlint-baseline.json',
  run: 'onType',
  minConfidence: 'likely',
  exclude: [],
  scope: 'openFiles',
  hover: true,
  codeLens: false,
};

export function readSettings(value: unknown): Settings {
  const given = isRecord(value) ? value : {};
  const flag = (key: 'enable' | 'hover' | 'codeLens'): boolean => {
    const own = given[key];
    return typeof own === 'boolean' ? own : defaultSettings[key];
  };
  const text = (key: 'configFile' | 'baseline'): string => {
    const own = given[key];
    return typeof own === 'string' ? own.trim() : defaultSettings[key];
  };
  const choice = <T extends string>(key: string, values: readonly T[], otherwise: T): T =>
    values.find((one) => one === given[key]) ?? otherwise;
  return {
    enable: flag('enable'),
    configFile: text('configFile'),
    baseline: text('baseline'),
    run: choice('run', ['onType', 'onSave'], defaultSettings.run),
    minConfidence: choice('minConfidence', ['certain', 'likely', 'guess'], defaultSettings.minConfidence),
    exclude: Array.isArray(given.exclude) ? given.exclude.filter((one): one is string => typeof one === 'string') : [],
    scope: choice('scope', ['openFiles', 'workspace'], defaultSettings.scope),
    hover: flag('hover'),
    codeLens: flag('codeLens'),
  };
}

/** `{ shardlint: { … } }`, as clients without `workspace/configuration` send it, or the settings themselves. */
export const sectionOf = (value: unknown): unknown =>
  isRecord(value) && isRecord(value.shardlint) ? value.shardlint : value;

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
