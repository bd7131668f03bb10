import fs from 'node:fs';
import readline from 'node:readline';
import { nodePlatform, slashed } from '../platform/node';
import { oneLine } from '../report/printable';
import type { Engine } from './engine';
import { cacheFolder, fileMemory, programKey } from './memory';
import type { Shell } from './shell';

export interface ShellOptions {
  /** Holds the WASM binaries. */
  readonly assets: string;
  readonly version: string;
  /** The file that runs. */
  readonly bundle: string;
  readonly engine: () => Promise<Engine>;
}

const narrowest = 60;
const widest = 160;

export function nodeShell({ assets, version, bundle, engine }: ShellOptions): Shell {
  const { stdout, stderr, stdin, env } = process;
  // `shardlint check | head`: who no longer reads is no error.
  stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 2));
  const verbose = env.SHARDLINT_LOG === 'debug';
  let shown = false;
  return {
    cwd: slashed(fs.realpathSync(process.cwd())),
    platform: nodePlatform({
      assets,
      log: (level, message) => {
        if (verbose || level === 'error' || level === 'warn')
          stderr.write(`shardlint: ${level}: ${oneLine(message)}\n`);
      },
    }),
    engine,
    memory: (question) => fileMemory(cacheFolder(env, process.platform), question, programKey(version, bundle)),
    color: wantsColor(env, stdout.isTTY === true),
    width: Math.min(Math.max(stdout.columns ?? 120, narrowest), widest),
    terminal: stdout.isTTY === true,
    version,
    out: (text) => void stdout.write(text),
    err: (text) => void stderr.write(text),
    progress(text) {
      if (!stderr.isTTY || (text === '' && !shown)) return;
      stderr.write(`\r\x1b[K${text}`);
      shown = text !== '';
    },
    env: (name) => env[name],
    input: () => readline.createInterface({ input: stdin, crlfDelay: Number.POSITIVE_INFINITY }),
  };
}

/** See no-color.org and force-color.org. */
const wantsColor = (env: NodeJS.ProcessEnv, terminal: boolean): boolean =>
  env.NO_COLOR ? false : env.FORCE_COLOR ? env.FORCE_COLOR !== '0' : terminal && env.TERM !== 'dumb';
