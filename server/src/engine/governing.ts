/** The maps of a workspace as they were read: which of them governs a file, and which files they depend on. */
import { relativeTo } from '../platform/paths';
import { mapFor } from '../shards/discover';
import type { LoadedMap } from '../shards/load';
import type { MapProblem } from '../shards/model';
import { isMapName, mayStandAlone } from './declarations';
import type { Maps } from './loadMaps';
import { hasRead } from './mapReads';

export const noMaps: Maps = { maps: new Map(), problems: [], planned: undefined };

export class Governing {
  readonly loaded: readonly LoadedMap[];
  readonly problems: readonly MapProblem[];
  private readonly named: readonly string[];

  constructor(
    private readonly root: string,
    private readonly read: Maps,
    /** The map that a person named. */
    private readonly configFile: string | undefined,
  ) {
    this.loaded = [...read.maps.values()];
    this.problems = [...read.problems, ...this.loaded.flatMap(({ problems }) => problems)];
    this.named = [...read.maps.keys()].filter(isMapName);
  }

  get planned(): Maps['planned'] {
    return this.read.planned;
  }

  /** Files on disk: a plan has none. */
  get files(): readonly string[] {
    return this.planned ? [] : [...this.read.maps.keys()];
  }

  /** A map given by name, or a declaration that stands alone, governs all. */
  of(path: string): LoadedMap | undefined {
    if (this.configFile || this.named.length === 0) return this.loaded[0];
    const file = mapFor(this.named, path);
    return file === undefined ? undefined : this.read.maps.get(file);
  }

  /** Whether a map depends on the file, or may when it has come or gone. */
  isDeclaration(path: string, kind: 'changed' | 'created' | 'deleted'): boolean {
    if (isMapName(path) || path === this.configFile || this.read.maps.has(path)) return true;
    const relative = relativeTo(this.root, path);
    if (relative === undefined) return this.loaded.some(({ readFiles }) => readFiles.includes(path));
    if (this.loaded.some((one) => hasRead(one, path))) return true;
    return this.named.length === 0 && kind !== 'changed' && mayStandAlone(relative);
  }
}
