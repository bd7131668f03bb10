import fs from 'node:fs';
import path from 'node:path';
import * as vscode from 'vscode';
import { revertAll } from './editor';
import { extensionTests } from './extension';
import { findingTests } from './findings';
import { lifeTests } from './life';
import { mapTests } from './map';
import { type InHostTest, runAll } from './suite';
import { undeclaredTests } from './undeclared';

/** The tests of each workspace, by its folder's name. */
const suites: Readonly<Record<string, readonly InHostTest[]>> = {
  mapped: [...extensionTests, ...findingTests, ...mapTests, ...lifeTests],
  undeclared: undeclaredTests,
};

/** The editor calls this in its extension host; the results lie beside the bundle, after each test. */
export function run(): Promise<void> {
  const workspace = vscode.workspace.name ?? '';
  return runAll(suites[workspace] ?? [], async (results) => {
    fs.writeFileSync(path.join(__dirname, `${workspace}.json`), JSON.stringify(results, null, 2));
    await revertAll();
  });
}
