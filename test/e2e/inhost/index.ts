import fs from 'node:fs';
import path from 'node:path';
import { revertAll } from './editor';
import { extensionTests } from './extension';
import { findingTests } from './findings';
import { lifeTests } from './life';
import { mapTests } from './map';
import { runAll } from './suite';

/** The editor calls this in its extension host; the results lie beside the bundle, after each test. */
export function run(): Promise<void> {
  return runAll([...extensionTests, ...findingTests, ...mapTests, ...lifeTests], async (results) => {
    fs.writeFileSync(path.join(__dirname, 'results.json'), JSON.stringify(results, null, 2));
    await revertAll();
  });
}
