/** Which files are maps, or stand in for one. */
import { globMatcher } from '../platform/globs';
import { importers } from '../shards/importers';

export const isMapName = (path: string): boolean => /(^|\/)shardlint\.(ya?ml|json)$/.test(path);

/** What declares shards by itself may take the place of a map. */
export const mayStandAlone = globMatcher(importers.filter((one) => one.standsAlone).flatMap(({ files }) => files));
