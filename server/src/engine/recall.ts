/**
 * What is kept of a check between runs: the answer as a whole, and what each file adds to it. The answer holds as long as
 * every text that had a part in it is the same: a file that no library reads and nobody imports may say what it likes.
 * Otherwise what a file adds holds as long as all that it was read from is the same.
 */
import { exportsKey } from '../flow/exportList';
import { answeredBy } from '../flow/modules';
import { generatedKey } from '../flow/project';
import { hostOf } from '../hosts';
import { orms } from '../orms';
import type { Orm } from '../orms/orm';
import type { Contribution } from './contribution';
import type { Files } from './files';
import type { Checked } from './finding';
import type { ModelReader } from './models';
import { mayBeIn, type Said, saidBy } from './said';
import type { Gate } from './units/gate';
import type { UnitPart } from './units/units';
import type { Workspace } from './workspace';

/** Where records lie, and how texts are told apart. `load` gives what `save` was handed, or undefined; neither throws. */
export interface Memory {
  hash(text: string): string;
  load(part: Part): unknown;
  save(part: Part, record: unknown): void;
}

/** `files` is read only where the answer does not hold any more. */
export type Part = 'answer' | 'files';

/** One check, and what it is about. */
export interface Scope {
  readonly memory: Memory;
  readonly files: Files;
  /** What was asked, and all that maps say: texts of maps and declarations among it. */
  readonly question: string;
  /** Of all texts, in the order of the listing; empty for what cannot be read. */
  readonly hashes: ReadonlyMap<string, string>;
  /** Whether a map depends on the file. */
  isDeclaration(path: string): boolean;
  /** Of what the models were read from. */
  digest(models: ModelReader): string;
}

export async function scopeOf(memory: Memory, workspace: Workspace, asked: readonly string[]): Promise<Scope> {
  const { files, loadedMaps } = workspace;
  const read = loadedMaps.flatMap(({ file, readFiles }) => [file, ...readFiles]);
  const texts = read.map((path) => files.known(path) ?? '');
  const hashes = new Map<string, string>();
  const hashOf = (text: string | undefined): string => (text === undefined ? '' : memory.hash(text));
  for (const path of files.paths) hashes.set(path, hashOf(await files.text(path)));
  const textOf = (path: string): string => hashes.get(path) ?? hashOf(files.known(path));
  return {
    memory,
    files,
    question: memory.hash(JSON.stringify([asked, read, texts])),
    hashes,
    isDeclaration: (path) => workspace.isDeclaration(path),
    digest: (models) => memory.hash(JSON.stringify(models.evidence(textOf))),
  };
}

type Kept = Omit<Checked, 'text'>;

interface Answer {
  readonly format: typeof format;
  readonly question: string;
  readonly live: readonly string[];
  readonly texts: ReadonlyMap<string, { readonly hash: string; readonly matters: boolean }>;
  /** Files matter by what they import. */
  readonly byImports: boolean;
  readonly checked: Kept;
}

const format = 9;

/** The whole answer, where it still holds. */
export async function recall(scope: Scope): Promise<Kept | undefined> {
  const record = scope.memory.load('answer') as Partial<Answer> | undefined;
  const { texts, live, checked, byImports = true } = record ?? {};
  if (record?.format !== format || record.question !== scope.question || !texts || !live || !checked) return undefined;
  if (texts.size !== scope.hashes.size) return undefined;
  const used = orms.filter(({ id }) => live.includes(id));
  for (const [path, hash] of scope.hashes) {
    const before = texts.get(path);
    if (before?.hash === hash) continue;
    const text = await scope.files.text(path);
    if (!before || before.matters || byImports || text === undefined) return undefined;
    if (matters(scope, path, text, used)) return undefined;
  }
  return checked;
}

/** Whatever else a file is, its text has a part in the answer. */
function matters({ isDeclaration }: Scope, path: string, text: string, live: readonly Orm[]): boolean {
  const host = hostOf(path);
  if (host === undefined || host.id === 'sql' || isDeclaration(path)) return true;
  const { names, declares } = saidBy(text);
  return names.length > 0 || declares.length > 0 || mayBeIn(text, live).length > 0;
}

export function remember(scope: Scope, workspace: Workspace, chosen: readonly string[], kept: Kept): void {
  const { memory, question, hashes } = scope;
  const { live, models, gate, parts } = workspace.remembered();
  const read = new Set(models.reads);
  const files = new Map<string, KeptFile>();
  for (const [path, hash] of hashes) {
    const { contribution, unit } = parts.get(path) ?? { contribution: undefined, unit: {} };
    for (const reads of [contribution?.reads, unit.share?.reads, unit.steps?.reads, unit.entry?.reads])
      for (const one of reads ?? []) read.add(one);
    if (unit.share) read.add(path);
    const exports = workspace.files.exportsOf(path);
    const { names = [], declares = [] } = models.saidOf(path) ?? {};
    files.set(path, {
      hash,
      names: names.map(({ id }) => id),
      declares: declares.map(({ id }) => id),
      ...(exports === undefined ? {} : { exports }),
      contribution,
      unit,
    });
  }
  const isRead = (path: string): boolean => read.has(path) || read.has(exportsKey(path));
  const texts = new Map<string, { readonly hash: string; readonly matters: boolean }>();
  for (const [path, hash] of hashes) {
    const text = scope.files.known(path);
    texts.set(path, { hash, matters: text === undefined || isRead(path) || matters(scope, path, text, live) });
  }
  const { findings, inventory, coverage } = kept;
  const answer: Answer = {
    format,
    question,
    live: live.map(({ id }) => id),
    texts,
    byImports: gate?.replicas === true || gate?.messages === true,
    checked: { findings, inventory, coverage },
  };
  memory.save('answer', answer);
  // Files beyond those that were asked for have a part in it: which ones depends on what is asked.
  const asked = new Set(chosen);
  const record: KeptFiles = { format, question, models: scope.digest(models), gate, files };
  if (chosen.length > 0 && [...parts.keys()].every((path) => asked.has(path))) memory.save('files', record);
}

/** What is known of one file. */
export interface KeptFile {
  readonly hash: string;
  /** Ids of the libraries that its text names, and whose models it may declare. */
  readonly names: readonly string[];
  readonly declares: readonly string[];
  /** See `exportListOf`; absent where nobody has read it. */
  readonly exports?: string;
  /** Absent for what is no source, and where no map governs. */
  readonly contribution: Contribution | undefined;
  readonly unit: UnitPart;
}

interface KeptFiles {
  readonly format: typeof format;
  readonly question: string;
  /** What models were read from. */
  readonly models: string;
  readonly gate: Gate | undefined;
  readonly files: ReadonlyMap<string, KeptFile>;
}

/** What still holds where the models do. `said` holds for more files than `contributions`. */
export interface Recalled extends Pick<KeptFiles, 'models' | 'gate'> {
  readonly said: ReadonlyMap<string, Said>;
  readonly exports: ReadonlyMap<string, string>;
  readonly contributions: ReadonlyMap<string, Contribution>;
  readonly units: ReadonlyMap<string, UnitPart>;
}

/** What each file adds, where that still holds. */
export async function recallFiles(scope: Scope): Promise<Recalled | undefined> {
  const record = scope.memory.load('files') as Partial<KeptFiles> | undefined;
  const { files, models, gate } = record ?? {};
  if (record?.format !== format || record.question !== scope.question || !files || models === undefined)
    return undefined;
  const changed = await changedSince(files, scope);
  if (!changed) return undefined;
  const holds = (reads: ReadonlySet<string>, without: ReadonlySet<string> = changed): boolean =>
    !anyOf(reads, (one) => without.has(one));
  const contributions = new Map<string, Contribution>();
  const gone = new Set(changed);
  const said = new Map<string, Said>();
  const lists = new Map<string, string>();
  for (const [path, { contribution, names, declares, exports }] of files) {
    const text = changed.has(path) ? undefined : scope.files.known(path);
    if (text === undefined) continue;
    said.set(path, { text, names: byId(names), declares: byId(declares) });
    if (exports !== undefined) lists.set(path, exports);
    if (!contribution) continue;
    if (holds(contribution.reads)) contributions.set(path, contribution);
    else gone.add(path);
  }
  const units = new Map<string, UnitPart>();
  for (const path of contributions.keys()) {
    const { share, steps, imports, entry } = files.get(path)?.unit ?? {};
    units.set(path, {
      ...(share && holds(share.reads) && { share }),
      ...(steps && holds(steps.reads, gone) && { steps }),
      ...(imports && holds(imports.reads) && { imports }),
      ...(entry && holds(entry.reads, gone) && { entry }),
    });
  }
  return { said, exports: lists, contributions, units, models, gate };
}

/** Paths that changed, came or went, with the keys of what they answer; undefined where no file can be looked at alone. */
async function changedSince(files: KeptFiles['files'], scope: Scope): Promise<ReadonlySet<string> | undefined> {
  const changed = new Set<string>();
  const note = (path: string, came: boolean): void => {
    changed.add(path);
    changed.add(exportsKey(path));
    if (path.endsWith('.sql')) changed.add(generatedKey);
    if (came) for (const key of answeredBy(path)) changed.add(key);
  };
  for (const [path, hash] of scope.hashes) {
    const before = files.get(path);
    if (before?.hash !== hash) note(path, before === undefined);
  }
  for (const path of files.keys()) if (!scope.hashes.has(path)) note(path, true);
  // Configuration of the language says how names are resolved in every file below it.
  const reachesAll = (path: string): boolean => path.endsWith('.json') || scope.isDeclaration(path);
  if (anyOf(changed, reachesAll)) return undefined;
  for (const [path, { exports }] of files) {
    if (exports === undefined || !changed.has(path) || !scope.hashes.has(path)) continue;
    await scope.files.host(path);
    if (scope.files.exportsOf(path) === exports) changed.delete(exportsKey(path));
  }
  return changed;
}

const byId = (ids: readonly string[]): readonly Orm[] =>
  ids.length === 0 ? [] : orms.filter(({ id }) => ids.includes(id));

function anyOf(all: Iterable<string>, test: (one: string) => boolean): boolean {
  for (const one of all) if (test(one)) return true;
  return false;
}
