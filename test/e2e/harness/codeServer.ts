import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { host } from '../host/install.mjs';

/** A running editor server, with a home, settings and extensions of its own. */
export interface CodeServer {
  readonly port: number;
  /** The address that opens a folder; `payload` as the workbench reads it from the URL. */
  url(folder: string, payload?: readonly (readonly [string, string])[]): string;
  /** What the server wrote so far. */
  log(): string;
  stop(): Promise<void>;
}

export interface CodeServerOptions {
  readonly vsix: string;
  readonly port?: number;
  readonly settings?: Readonly<Record<string, unknown>>;
  /** Lets a test suite run in the extension host, as the URL's payload asks. */
  readonly inHostTests?: boolean;
}

/** A quiet window: no welcome page, no assistant, no network. */
const quiet = {
  'chat.disableAIFeatures': true,
  'extensions.autoCheckUpdates': false,
  'extensions.autoUpdate': false,
  'extensions.ignoreRecommendations': true,
  // In a browser the editor saves by itself, which tests that take edits back cannot have.
  'files.autoSave': 'off',
  'git.enabled': false,
  'security.workspace.trust.enabled': false,
  'telemetry.telemetryLevel': 'off',
  // The samples' dependencies are not installed: their imports would be red.
  'typescript.validate.enable': false,
  'javascript.validate.enable': false,
  'update.showReleaseNotes': false,
  'window.commandCenter': false,
  'workbench.colorTheme': 'Default Dark Modern',
  'workbench.layoutControl.enabled': false,
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'workbench.startupEditor': 'none',
  'workbench.tips.enabled': false,
};

/** Starts the server on 127.0.0.1 with the VSIX installed. Throws where the installation or the start fails. */
export async function startCodeServer(options: CodeServerOptions): Promise<CodeServer> {
  const home = fs.mkdtempSync(path.join(os.tmpdir(), 'shardlint-editor-'));
  const userData = path.join(home, 'user-data');
  const extensions = path.join(home, 'extensions');
  const config = path.join(home, 'config.yaml');
  fs.mkdirSync(path.join(userData, 'User'), { recursive: true });
  fs.writeFileSync(path.join(userData, 'User', 'settings.json'), JSON.stringify({ ...quiet, ...options.settings }));
  fs.writeFileSync(config, '');
  const env = environment(home);
  const folders = ['--config', config, '--user-data-dir', userData, '--extensions-dir', extensions];
  const install = spawnSync(host.node, [host.entry, ...folders, '--install-extension', options.vsix], {
    env,
    encoding: 'utf8',
  });
  if (install.status !== 0) throw new Error(`The extension was not installed:\n${install.stdout}${install.stderr}`);

  const port = options.port ?? (await freePort());
  const flags = [
    ...['--auth', 'none', '--bind-addr', `127.0.0.1:${port}`, '--ignore-last-opened', '--disable-update-check'],
    ...['--disable-telemetry', '--disable-proxy', '--disable-workspace-trust'],
    ...(options.inHostTests ? ['--vscode-option', 'enable-smoke-test-driver'] : []),
  ];
  const child = spawn(host.node, [host.entry, ...folders, ...flags], { env, detached: true });
  let log = '';
  child.stdout.on('data', (data) => (log += data));
  child.stderr.on('data', (data) => (log += data));
  await healthy(port, child, () => log);
  return {
    port,
    log: () => log,
    url(folder, payload) {
      const query = new URLSearchParams({ folder });
      if (payload) query.set('payload', JSON.stringify(payload));
      return `http://127.0.0.1:${port}/?${query}`;
    },
    async stop() {
      await endGroup(child);
      fs.rmSync(home, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
    },
  };
}

/** How a path of this machine is named inside the workbench. */
export function remoteUri(port: number, file: string): string {
  return `vscode-remote://127.0.0.1:${port}${pathToFileURL(file).pathname}`;
}

/** Our own environment without what would steer the editor: a surrounding VS Code, npm, a port. */
function environment(home: string): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(([name]) => !/^(VSCODE_|npm_|NODE_|VITEST|PORT$|XDG_)/i.test(name));
  return { ...Object.fromEntries(kept), HOME: home, EXTENSIONS_GALLERY: '{}' };
}

async function healthy(port: number, child: ChildProcess, log: () => string): Promise<void> {
  for (let attempt = 0; attempt < 300; attempt += 1) {
    if (child.exitCode !== null) throw new Error(`The editor server ended:\n${log()}`);
    const answer = await fetch(`http://127.0.0.1:${port}/healthz`).catch(() => undefined);
    if (answer?.ok) return;
    await delay(100);
  }
  throw new Error(`The editor server did not answer within 30 s:\n${log()}`);
}

/** Ends the server and all that it started: it leads a process group of its own. */
async function endGroup(child: ChildProcess): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null) return;
  const ended = new Promise((resolve) => child.once('exit', resolve));
  process.kill(-child.pid, 'SIGTERM');
  await Promise.race([ended, delay(3000)]);
  try {
    process.kill(-child.pid, 'SIGKILL');
  } catch {
    // Nothing of the group is left.
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = net.createServer().once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() =>
        address && typeof address === 'object' ? resolve(address.port) : reject(new Error('no port')),
      );
    });
  });
}
