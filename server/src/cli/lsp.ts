import { createRequire } from 'node:module';
import path from 'node:path';

/** The language server lies beside this bundle; it takes its transport from the arguments. */
export function lsp(bundleFolder: string): void {
  createRequire(path.join(bundleFolder, 'cli.js'))('./server.js');
}
