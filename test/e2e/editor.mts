// `npm run editor`: the samples in a real VS Code, in your browser, with the extension packed from the sources. Another
// folder: `npm run editor -- path/to/folder`. The editor keeps nothing; changes to the samples are real.
import path from 'node:path';
import { remoteUri, startCodeServer } from './harness/codeServer.ts';
import { packageExtension } from './harness/globalSetup.ts';
import { samples, vsix } from './harness/paths.ts';
import { installHost } from './host/install.mjs';

try {
  installHost({ browser: false });
  packageExtension();
  const folder = path.resolve(process.argv[2] ?? samples);
  const server = await startCodeServer({ vsix });
  const first = path.join(samples, 'citus', 'src', 'orders', 'fulfilment.ts');
  const opened = folder === samples ? ([['openFile', remoteUri(server.port, first)]] as const) : undefined;
  console.log(`\n  Open  ${server.url(folder, opened)}\n\n  Ctrl+C ends the editor.`);
  // npm passes Ctrl+C on once more: the second one must not interrupt the tidying up.
  let ending = false;
  const end = async () => {
    if (ending) return;
    ending = true;
    await server.stop();
    process.exit(0);
  };
  process.on('SIGINT', end).on('SIGTERM', end);
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error));
  process.exit(1);
}
