/** Another revision's files, read from git's own store: no checkout, nothing written. */
import { spawn, spawnSync } from 'node:child_process';
import { memoryPlatform } from '../platform/memory';
import { limits, type Platform } from '../platform/platform';
import { oneLine } from '../report/printable';
import { UsageError } from './shell';

export interface Revision {
  readonly platform: Platform;
  close(): void;
}

export function openRevision(root: string, revision: string, outside: Platform): Revision {
  if (git(root, ['rev-parse', '--show-toplevel']) === undefined) {
    throw new UsageError('--since needs git, and a folder in a repository');
  }
  const commit = git(root, ['rev-parse', '--verify', '--quiet', '--end-of-options', `${revision}^{commit}`]);
  if (commit === undefined) throw new UsageError(`git knows no revision ${oneLine(revision)}`);
  const prefix = git(root, ['rev-parse', '--show-prefix'])?.trimEnd() ?? '';
  const listed = git(root, ['ls-tree', '-r', '-z', '--full-tree', '--long', commit.trim()]) ?? '';
  const store = openStore(root);
  const files = new Map(
    listed.split('\0').flatMap((line) => {
      const blob = blobOf(line, prefix);
      return blob ? [[`${root}/${blob.path}`, () => store.read(blob.object)] as const] : [];
    }),
  );
  const platform = memoryPlatform(files, {
    wasm: (name) => outside.wasm(name),
    log: (level, message) => outside.log(level, message),
  });
  return { platform, close: store.close };
}

/**
 * A repository's own configuration names programs: what fetches missing objects is one, and is not run. Nothing that we
 * ask for runs hooks, filters, pagers or file system monitors.
 */
const gitEnv = { ...process.env, GIT_ALLOW_PROTOCOL: 'none', GIT_NO_LAZY_FETCH: '1', GIT_OPTIONAL_LOCKS: '0' };

function git(root: string, args: readonly string[]): string | undefined {
  const run = spawnSync('git', args, {
    cwd: root,
    env: gitEnv,
    encoding: 'utf8',
    maxBuffer: 1 << 29,
    windowsHide: true,
  });
  return run.status === 0 ? run.stdout : undefined;
}

/** `<mode> blob <object> <size>\t<path>`; only files of a readable size below the root, named relative to it. */
function blobOf(line: string, prefix: string): { readonly path: string; readonly object: string } | undefined {
  const [, object, size, path] = /^100\d+ blob ([0-9a-f]+) +(\d+)\t([\s\S]+)$/.exec(line) ?? [];
  if (!object || !path?.startsWith(prefix) || Number(size) > limits.fileBytes) return undefined;
  return { path: path.slice(prefix.length), object };
}

/** One `git cat-file --batch` for all files; answers come in the order of the questions. */
function openStore(root: string) {
  const child = spawn('git', ['cat-file', '--batch'], {
    cwd: root,
    env: gitEnv,
    stdio: ['pipe', 'pipe', 'ignore'],
    windowsHide: true,
  });
  const waiting: ((text: string | undefined) => void)[] = [];
  let bytes = Buffer.alloc(0);
  let open = true;
  const giveUp = () => {
    open = false;
    for (const answer of waiting.splice(0)) answer(undefined);
  };
  child.on('error', giveUp).on('close', giveUp);
  child.stdin.on('error', () => {});
  child.stdout.on('data', (chunk: Buffer) => {
    bytes = Buffer.concat([bytes, chunk]);
    for (let answer = answerIn(bytes); answer; answer = answerIn(bytes)) {
      bytes = bytes.subarray(answer.length);
      waiting.shift()?.(answer.text);
    }
  });
  return {
    read: (object: string): Promise<string | undefined> =>
      new Promise((resolve) => {
        if (!open) return resolve(undefined);
        waiting.push(resolve);
        child.stdin.write(`${object}\n`);
      }),
    close: (): void => void child.stdin.end(),
  };
}

/** `<object> blob <size>\n<content>\n`, or `<object> missing\n`. */
function answerIn(bytes: Buffer): { readonly length: number; readonly text: string | undefined } | undefined {
  const head = bytes.indexOf(10);
  if (head < 0) return undefined;
  const size = / blob (\d+)$/.exec(bytes.toString('latin1', 0, head))?.[1];
  if (size === undefined) return { length: head + 1, text: undefined };
  const end = head + 1 + Number(size);
  if (bytes.length <= end) return undefined;
  const body = bytes.subarray(head + 1, end);
  return { length: end + 1, text: body.includes(0) ? undefined : body.toString('utf8').replace(/^\ufeff/, '') };
}
