/** All that is generated: one entry a file. `npm run generate` writes them, `test/generated.test.ts` proves them current. */
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { barrelFiles } from './barrels.mts';
import { importerPages } from './importerPages.mts';
import { manifest } from './manifest.mts';
import { mapSchema } from './mapSchema.mts';
import { rulePages } from './rulePages.mts';

const root = path.join(path.dirname(fileURLToPath(import.meta.url)), '..', '..', '..');

export interface Generated {
  /** Path in the repository. */
  readonly path: string;
  readonly text: string;
}

/** A generator may write several files: one page a rule. */
export type Generator = () => readonly Generated[] | Promise<readonly Generated[]>;

const generators: readonly Generator[] = [barrelFiles, manifest, mapSchema, rulePages, importerPages];

export async function generateAll(): Promise<readonly Generated[]> {
  const files: Generated[] = [];
  for (const generator of generators) files.push(...(await generator()));
  return files;
}

/** Pages of what exists no longer. */
export function stale(current: readonly Generated[]): readonly string[] {
  const written = new Set(current.map((file) => file.path));
  return ['server/docs/rules', 'server/docs/importers'].flatMap((folder) => {
    const there = path.join(root, folder);
    const names = fs.existsSync(there) ? fs.readdirSync(there) : [];
    return names.map((name) => `${folder}/${name}`).filter((name) => !written.has(name));
  });
}
