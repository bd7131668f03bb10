/** All that is generated: one entry a file. `npm run generate` writes them, `test/generated.test.ts` proves them current. */
import { barrelFiles } from './barrels.mts';
import { mapSchema } from './mapSchema.mts';
import { rulePages } from './rulePages.mts';

export interface Generated {
  /** Path in the repository. */
  readonly path: string;
  readonly text: string;
}

/** A generator may write several files: one page a rule. */
export type Generator = () => readonly Generated[] | Promise<readonly Generated[]>;

const generators: readonly Generator[] = [barrelFiles, mapSchema, rulePages];

export async function generateAll(): Promise<readonly Generated[]> {
  const files: Generated[] = [];
  for (const generator of generators) files.push(...(await generator()));
  return files;
}
