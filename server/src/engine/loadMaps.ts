/** The maps of a workspace: the one that was named, those that lie in it, or what stands in for one. */
import type { Platform } from '../platform/platform';
import { discover } from '../shards/discover';
import {
  type Effective,
  type LoadedMap,
  type LoadOptions,
  loadDeclaration,
  loadShardMap,
  type Written,
} from '../shards/load';
import type { MapProblem } from '../shards/model';
import { type PlanImport, planFor } from './plan';

export interface MapChoices {
  readonly configFile?: string;
  /** The person typed the path: it may point elsewhere. */
  readonly allowOutside?: boolean;
  /** Without any map: read what is declared, as a map in which nothing else is sharded. */
  readonly plan?: boolean;
  /** Another map in the place of the one that was read: what if? */
  readonly amend?: (effective: Effective) => Effective;
}

export interface Maps {
  /** By file, which for a plan is none on disk. */
  readonly maps: ReadonlyMap<string, LoadedMap>;
  readonly problems: readonly MapProblem[];
  /** What the plan was made of, where there is no map. */
  readonly planned: readonly PlanImport[] | undefined;
}

export async function loadMaps(
  platform: Platform,
  root: string,
  choices: MapChoices & Pick<LoadOptions, 'readers'>,
): Promise<Maps> {
  const found = await read(platform, root, choices);
  const { amend } = choices;
  return amend ? { ...found, maps: new Map([...found.maps].map(([file, map]) => [file, amended(map, amend)])) } : found;
}

/** The same object for the same overrides, as before. */
function amended(loaded: LoadedMap, amend: (effective: Effective) => Effective): LoadedMap {
  const known = new Map<Written, Written>();
  const over = (written: Written): Written => {
    const made = known.get(written) ?? { ...written, ...amend(written) };
    known.set(written, made);
    return made;
  };
  return {
    ...loaded,
    ...amend(loaded),
    forFile: (path) => over(loaded.forFile(path)),
    overrides: loaded.overrides.map(over),
  };
}

async function read(
  platform: Platform,
  root: string,
  { configFile, allowOutside, plan, readers }: MapChoices & Pick<LoadOptions, 'readers'>,
): Promise<Maps> {
  const loading: LoadOptions = { root, ...(readers && { readers }), ...(allowOutside ? { allowOutside } : {}) };
  const load = (file: string): Promise<LoadedMap> => loadShardMap(platform, file, loading);
  if (configFile) return { maps: new Map([[configFile, await load(configFile)]]), problems: [], planned: undefined };
  const { maps: files, problems, implicit } = await discover(platform, root);
  const maps = new Map<string, LoadedMap>();
  for (const file of files) maps.set(file, await load(file));
  const [alone] = implicit?.files ?? [];
  const text = alone === undefined ? undefined : await platform.readFile(alone);
  if (implicit && alone !== undefined && text !== undefined)
    maps.set(alone, await loadDeclaration(platform, implicit.importer, { path: alone, text }, loading));
  if (maps.size > 0 || !plan) return { maps, problems, planned: undefined };
  const { loaded, imports } = await planFor(platform, root);
  return { maps: new Map([[loaded.file, loaded]]), problems, planned: imports };
}
