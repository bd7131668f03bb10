/** The parts of package.json that follow from modules: the files by whose names the extension wakes up. */
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { importers } from '../../src/shards/importers/index.ts';
import { mapFileNames } from '../../src/shards/native/read.ts';
import type { Generator } from './index.mts';

const manifestFile = path.join(path.dirname(fileURLToPath(import.meta.url)), '..', '..', '..', 'package.json');

/** Maps, and declarations that are known by name. Others are found by Create Configuration. */
const names = [...mapFileNames.map((name) => `**/${name}`), ...importers.flatMap(({ wakes = [] }) => wakes)];

export const manifest: Generator = () => {
  const manifest = JSON.parse(fs.readFileSync(manifestFile, 'utf8'));
  const others = manifest.activationEvents.filter((event: string) => !event.startsWith('workspaceContains:'));
  const activationEvents = [...names.map((name) => `workspaceContains:${name}`), ...others];
  return [{ path: 'package.json', text: `${JSON.stringify({ ...manifest, activationEvents }, null, 2)}\n` }];
};
