import fs from 'node:fs';
import path from 'node:path';
import { extensionTests } from './extension';
import { runAll } from './suite';

/** The editor calls this in its extension host; the results lie beside the bundle. */
export async function run(): Promise<void> {
  const results = await runAll(extensionTests);
  fs.writeFileSync(path.join(__dirname, 'results.json'), JSON.stringify(results, null, 2));
}
