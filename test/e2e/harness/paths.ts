import path from 'node:path';

export const repository = path.join(import.meta.dirname, '..', '..', '..');
/** Everything that a run leaves behind: screenshots, logs, bundles. */
export const out = path.join(repository, 'test', 'e2e', '.out');
export const vsix = path.join(repository, 'shardlint.vsix');
export const samples = path.join(repository, 'samples');
