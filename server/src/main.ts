/** The language server's process: transport, files, and what else only Node knows. */
import fs from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import v8 from 'node:v8';
import { createConnection, ProposedFeatures } from 'vscode-languageserver/node';
import { version } from '../../package.json';
import { cacheFolder } from './cli/memory';
import { localAnalysis } from './engine/localAnalysis';
import { heartbeat } from './heartbeat';
import { startServer } from './lsp/server';
import { nodePlatform } from './platform/node';

// What runs for days is to carry little garbage along: by itself V8 lets a heap grow to four times of what is alive.
v8.setFlagsFromString('--heap-growing-percent=150');

/** Editors name a transport; who starts the server by hand wants its standard streams. */
const transports = ['--node-ipc', '--stdio', '--socket', '--pipe'];
if (!process.argv.some((argument) => transports.some((one) => argument.startsWith(one)))) process.argv.push('--stdio');

const connection = createConnection(ProposedFeatures.all);
const pages = path.join(__dirname, '..', 'server', 'docs', 'rules');
const pageUris = new Map<string, string | undefined>();
const platform = nodePlatform({
  assets: __dirname,
  log: (level, message) => {
    if (level === 'debug') return;
    connection.console[level](message);
  },
});

// A bug that nobody has caught: said once, and the server goes on.
const said = new Set<string>();
const report = (error: unknown): void => {
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  if (said.has(text)) return;
  said.add(text);
  try {
    connection.console.error(text);
  } catch {
    // The connection is gone, and with it whoever would read this.
  }
};
process.on('uncaughtException', report);
process.on('unhandledRejection', report);

const watched = heartbeat({
  watchdog: path.join(__dirname, 'watchdog.js'),
  folder: cacheFolder(process.env, process.platform),
  say: (message) => void process.stderr.write(`shardlint: ${message}\n`),
});

startServer(connection, {
  version,
  analysis: (root, options) => watched(localAnalysis(platform, root, options)),
  pageOf: (rule) => {
    if (!pageUris.has(rule)) {
      const file = path.join(pages, `${rule}.md`);
      pageUris.set(rule, fs.existsSync(file) ? pathToFileURL(file).href : undefined);
    }
    return pageUris.get(rule);
  },
});
