import fs from 'node:fs';
import path from 'node:path';
import type { Page } from '../advice/page';
import type { Slice } from '../engine/slice';
import { pageMarkdown, pageText } from '../report/page';
import { oneLine } from '../report/printable';
import { places } from '../report/report';
import type { CheckRequest, CheckResult, Engine, SurveyResult } from './engine';
import { type Shell, UsageError } from './shell';

export interface Where {
  /** The workspace folder. */
  readonly root: string;
  /** What was asked for. */
  readonly paths: readonly string[];
  /** The folder that files in machine formats are relative to: the one that was asked for, else the current one. */
  readonly scanned: string;
  readonly configFile?: string;
  /** The map as the person wrote it. */
  readonly config?: string;
  /** Of a check that several machines share. */
  readonly slice?: Slice;
}

const mapNames = ['shardlint.yaml', 'shardlint.yml', 'shardlint.json'];

/** Absolute paths of what the command line names; what does not exist is said at once. */
export function whereOf({ cwd }: Shell, args: readonly string[], config: string | undefined): Where {
  const paths = args.map((arg) => existing(cwd, arg));
  const [only] = paths;
  const scanned = paths.length === 1 && only && fs.statSync(only).isDirectory() ? only : cwd;
  const inside = paths.every((file) => isBelow(cwd, file));
  const root = !inside ? commonFolder(paths) : (only && projectBelow(cwd, scanned)) || folderOfMapAbove(cwd);
  return {
    root,
    paths: paths.length === 0 && root !== cwd ? [cwd] : paths,
    scanned,
    ...(config === undefined ? {} : { config: config.replaceAll('\\', '/'), configFile: existing(cwd, config) }),
  };
}

function existing(cwd: string, arg: string): string {
  const file = path.resolve(cwd, arg).replaceAll('\\', '/');
  if (!fs.existsSync(file)) throw new UsageError(`no such file or folder: ${oneLine(arg)}`);
  return file;
}

const isBelow = (folder: string, file: string): boolean =>
  file === folder || file.startsWith(folder.endsWith('/') ? folder : `${folder}/`);

/** The workspace is where its map lies; looked for up to the root of the repository. */
function folderOfMapAbove(cwd: string): string {
  for (let folder = cwd; ; folder = path.posix.dirname(folder)) {
    if (mapNames.some((name) => fs.existsSync(`${folder}/${name}`))) return folder;
    if (fs.existsSync(`${folder}/.git`) || path.posix.dirname(folder) === folder) return cwd;
  }
}

/** What lies at the top of a project, whatever it is written in. */
const projectFiles = ['package.json', 'go.mod', 'pom.xml', 'pyproject.toml', 'Gemfile', 'composer.json', '.gitignore'];

/**
 * The folder that was asked for, where it is a project of its own and the current folder only holds it: a repository, or a
 * project in what is none. A folder of many check-outs is no workspace.
 */
function projectBelow(cwd: string, folder: string): string | undefined {
  const has = (at: string, ...names: readonly string[]): boolean =>
    names.some((name) => fs.existsSync(path.posix.join(at, name)));
  if (folder === cwd || has(folderOfMapAbove(cwd), ...mapNames)) return undefined;
  const held = has(folder, '.git') || (has(folder, ...projectFiles) && !has(cwd, '.git', ...projectFiles));
  return held ? folder : undefined;
}

function commonFolder(paths: readonly string[]): string {
  const folders = paths.map((file) => (fs.statSync(file).isDirectory() ? file : path.posix.dirname(file)));
  return folders.reduce((common, folder) => {
    let shared = common;
    while (!isBelow(shared, folder)) shared = path.posix.dirname(shared);
    return shared;
  });
}

/** Runs the engine over the workspace; a missing or broken map ends the command. */
export async function checkWhere(
  shell: Shell,
  engine: Engine,
  where: Where,
  platform = shell.platform,
): Promise<CheckResult> {
  const { root, paths, config, configFile, slice } = where;
  const request: CheckRequest = {
    platform,
    root,
    paths,
    ...(configFile === undefined ? {} : { configFile }),
    ...(slice === undefined ? {} : { slice }),
    // Another revision's files are not those of the folder.
    ...(shell.memory && platform === shell.platform
      ? { memory: shell.memory([root, configFile ?? '', ...(slice ? [`${slice.part}/${slice.of}`] : []), ...paths]) }
      : {}),
    progress: (done, of) => shell.progress(`reading ${done} of ${of} files`),
  };
  const checked = await engine.check(request);
  const result = configFile && config ? { ...checked, given: new Map([[configFile, config]]) } : checked;
  shell.progress('');
  refuseBrokenMaps(shell, result);
  return result;
}

/** A check with surveys; without a map it goes on with a plan where the command can use one. */
export async function surveyWhere(
  shell: Shell,
  engine: Engine,
  { root, paths, configFile }: Where,
  plan = false,
): Promise<SurveyResult> {
  const result = await engine.survey({
    platform: shell.platform,
    root,
    paths,
    plan,
    ...(configFile === undefined ? {} : { configFile }),
    progress: (done, of) => shell.progress(`reading ${done} of ${of} files`),
  });
  shell.progress('');
  refuseBrokenMaps(shell, result, plan);
  return result;
}

function refuseBrokenMaps(shell: Shell, result: CheckResult, plan = false): void {
  const broken = result.problems.filter(({ severity }) => severity === 'error');
  const { path: nameOf, range } = places(result, shell.cwd);
  for (const { at, severity, code, message } of result.problems) {
    const { line, column } = range(at.file, at.span).start;
    shell.err(`${oneLine(nameOf(at.file))}:${line}:${column}: ${severity}[${code}]: ${oneLine(message)}\n`);
  }
  if (broken.length > 0) throw new UsageError('the shard map cannot be used until this is mended');
  if (result.maps.length === 0 && !plan) {
    throw new UsageError('no shard map here; `shardlint init` writes a first one, --config FILE names one elsewhere');
  }
}

/** A page for people, or as Markdown with links that are relative to the folder. */
export function printPage(
  shell: Shell,
  page: Page,
  result: Pick<CheckResult, 'text'>,
  { scanned }: Where,
  format: 'pretty' | 'md',
): void {
  const { path: nameOf, range } = places(result, format === 'md' ? scanned : shell.cwd);
  const print = format === 'md' ? pageMarkdown : pageText;
  shell.out(
    print(page, ({ file, span }) => {
      const { line } = range(file, span).start;
      return { text: `${nameOf(file)}:${line}`, url: `${nameOf(file)}#L${line}` };
    }),
  );
}
