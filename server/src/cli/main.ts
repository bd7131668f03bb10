import { version } from '../../../package.json';
import { lsp } from './lsp';
import { nodeShell } from './nodeShell';
import { run } from './run';

const shell = nodeShell({
  assets: __dirname,
  version,
  bundle: __filename,
  engine: async () => (await import('./localEngine')).localEngine(),
});

run(process.argv.slice(2), shell, () => lsp(__dirname)).then((status) => {
  process.exitCode = status;
});
