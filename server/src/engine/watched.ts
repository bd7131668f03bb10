/** What an editor watches for the engine, whatever the maps say. */

import { importers } from '../shards/importers';
import { mapFileNames } from '../shards/native/read';
import { sourceGlobs } from './files';

/** Relative to a workspace folder. */
export const watchedGlobs: readonly string[] = [
  ...mapFileNames.map((name) => `**/${name}`),
  ...sourceGlobs,
  ...new Set(importers.filter((one) => one.standsAlone).flatMap(({ files }) => files)),
];
