/** The files of a workspace as the engine holds them: texts once read, host files once parsed, open buffers over both. */
import { openLinker } from '../flow/createFlow';
import { exportListOf } from '../flow/exportList';
import { type Linker, restLinker } from '../flow/linker';
import { lockFiles } from '../flow/lockfiles';
import { openProject, type Project } from '../flow/project';
import { hostOf } from '../hosts';
import { type EditedFile, editedFile, isEdited, type ReadFile } from '../hosts/editedFile';
import type { HostFile, HostReader } from '../hosts/host';
import { orms } from '../orms';
import type { Platform } from '../platform/platform';
import { reachesOn } from '../sql/directive';
import { type Generated, generatedModule, takesNamesFromObjects } from './generated';

/** Files that the engine reads. Configuration of the host language says how names are resolved. */
export const sourceGlobs: readonly string[] = [
  '**/*.{ts,tsx,mts,cts,js,jsx,mjs,cjs,sql}',
  '**/{tsconfig,jsconfig}*.json',
  '**/package.json',
  '**/meta/_journal.json',
  ...Object.keys(lockFiles).map((name) => `**/${name}`),
  ...orms.flatMap(({ models }) => (models?.kind === 'files' ? models.files : [])),
];

/** The file that somebody types in, as it was read last. */
interface Typed {
  readonly whole: ReadFile;
  readonly now: string | undefined;
  readonly last: ReadFile | EditedFile;
  readonly made?: EditedFile | undefined;
}

export class Files {
  /** The files of the last listing: one array for each, which others remember what they found by. */
  paths: readonly string[] = [];
  private listed: ReadonlySet<string> = new Set();
  /** Among the listed. */
  private manifests: readonly string[] = [];
  private readonly texts = new Map<string, string | undefined>();
  private readonly facts = new Map<string, ReadFile>();
  private typed: Typed | undefined;
  /** Lists of exports that were said to be as they were, of files in which somebody types. */
  private readonly unproved = new Map<string, string>();
  private readonly buffers = new Map<string, string>();
  private readonly readers = new Map<string, HostReader>();
  private recalledExports = new Map<string, string>();
  private missing = new Set<string>();
  private generated: { readonly made: Generated; readonly file: HostFile } | undefined;
  private linked: { readonly project: Project; readonly linker: Linker } | undefined;

  constructor(
    private readonly platform: Platform,
    private readonly root: string,
    private readonly exclude: readonly string[] = [],
  ) {}

  async list(cancelled?: () => boolean): Promise<readonly string[]> {
    const paths = await this.platform.listFiles(this.root, {
      include: sourceGlobs,
      exclude: this.exclude,
      ...(cancelled ? { cancelled } : {}),
    });
    this.paths = paths;
    this.listed = new Set(paths);
    this.manifests = paths.filter((path) => path.endsWith('/package.json'));
    this.linked = undefined;
    this.generated = undefined;
    return paths;
  }

  isListed(path: string): boolean {
    return this.listed.has(path);
  }

  /** An editor's text stands before what is on disk; undefined takes it away. */
  setBuffer(path: string, text: string | undefined): void {
    if (text === undefined) this.buffers.delete(path);
    else this.buffers.set(path, text);
    this.forget(path);
  }

  /** An open document's text. */
  buffer(path: string): string | undefined {
    return this.buffers.get(path);
  }

  /** The file has changed on disk. */
  forget(path: string): void {
    this.texts.delete(path);
    this.recalledExports.delete(path);
    this.linked = undefined;
    if (path.endsWith('.sql') || path.endsWith('/package.json')) this.generated = undefined;
  }

  async text(path: string): Promise<string | undefined> {
    const buffer = this.buffers.get(path);
    if (buffer !== undefined) return buffer;
    if (!this.texts.has(path)) this.texts.set(path, await this.platform.readFile(path));
    return this.texts.get(path);
  }

  /** The text where it is at hand or can be had without waiting. */
  textNow(path: string): string | undefined {
    const buffer = this.buffers.get(path);
    if (buffer !== undefined) return buffer;
    const { readNow } = this.platform;
    if (readNow && !this.texts.has(path) && this.listed.has(path)) this.texts.set(path, readNow(path));
    return this.texts.get(path);
  }

  /** What was read already; undefined otherwise. */
  known(path: string): string | undefined {
    return this.buffers.get(path) ?? this.texts.get(path);
  }

  async host(path: string): Promise<HostFile | undefined> {
    const host = hostOf(path);
    const text = await this.text(path);
    if (!host || text === undefined) return undefined;
    if (!this.readers.has(host.id)) this.readers.set(host.id, await host.load(this.platform));
    return this.hostNow(path, text);
  }

  /** Undefined where the language's parser is not loaded yet. */
  private hostNow(path: string, text: string): HostFile | undefined {
    const known = this.facts.get(path);
    if (known && known.text === text) return known.file;
    const file = this.readers.get(hostOf(path)?.id ?? '')?.read(path, text);
    if (file) this.facts.set(path, { text, file });
    return file;
  }

  /** What the file exports, as it was read last; undefined where nobody has. See `exportListOf`. */
  exportsOf(path: string): string | undefined {
    const file = this.facts.get(path)?.file;
    return file ? exportListOf(file) : this.recalledExports.get(path);
  }

  /** The open document, over its text as it was read last as a whole; undefined where it is to be read so again. */
  edited(path: string): EditedFile | undefined {
    const [now, whole] = [this.buffers.get(path), this.facts.get(path)];
    if (now === undefined || whole === undefined || whole.text === now) return undefined;
    // What is read anew stands behind all of them.
    if (whole.file.comments.some(({ text }) => reachesOn(text))) return undefined;
    const reader = this.readers.get(whole.file.host);
    const known: Typed = this.typed?.whole === whole ? this.typed : { whole, now: undefined, last: whole };
    if (!reader || known.now === now) return known.made;
    const last = editedFile(reader, known.last, now);
    const made = last && isEdited(last) ? last : undefined;
    this.typed = { whole, now, last: last ?? whole, made };
    return made;
  }

  /** Files whose exports turned out to be others than `exportsNow` had said while somebody typed in them. */
  takeRelisted(): readonly string[] {
    const relisted: string[] = [];
    for (const [path, list] of this.unproved) {
      const { file, text } = this.facts.get(path) ?? {};
      if (text !== this.known(path)) continue;
      this.unproved.delete(path);
      if (!file || exportListOf(file) !== list) relisted.push(path);
    }
    return relisted;
  }

  /** What it exports as it is; undefined where that cannot be had without waiting. */
  exportsNow(path: string): string | undefined {
    const list = this.edited(path) && this.exportsOf(path);
    if (list !== undefined) {
      this.unproved.set(path, list);
      return list;
    }
    const text = this.textNow(path);
    const file = text === undefined || !hostOf(path) ? undefined : this.hostNow(path, text);
    return file && exportListOf(file);
  }

  /** Of files that are as they were in an earlier run. */
  recallExports(lists: ReadonlyMap<string, string>): void {
    this.recalledExports = new Map(lists);
  }

  /** Names are resolved across files; what is not loaded yet is noted, and `loadMissing` brings it. */
  linker(): { readonly project: Project; readonly linker: Linker } {
    if (this.linked) {
      restLinker(this.linked.linker);
      return this.linked;
    }
    const project = this.projectWith(undefined);
    this.linked = { project, linker: openLinker(project) };
    return this.linked;
  }

  /** As `linker`, with one file as it is given. */
  linkerWith(file: HostFile): { readonly project: Project; readonly linker: Linker } {
    const project = this.projectWith(file);
    return { project, linker: openLinker(project) };
  }

  private projectWith(given: HostFile | undefined): Project {
    return openProject({
      has: (path) => this.listed.has(path) || this.buffers.has(path),
      text: (path) => this.noting(path, this.textNow(path)),
      packages: () => this.manifests,
      file: (path) => {
        if (path === given?.path) return given;
        const text = this.textNow(path);
        return this.noting(path, text === undefined ? undefined : this.hostNow(path, text));
      },
      installed: (path) => this.installedNow(path),
      generated: (name) => this.generatedFor(name),
    });
  }

  /** Not listed, so that it is looked for only when something depends on it. */
  private installedNow(path: string): string | undefined {
    if (!this.texts.has(path)) {
      const { readNow } = this.platform;
      if (readNow) this.texts.set(path, readNow(path));
      else this.missing.add(path);
    }
    return this.texts.get(path);
  }

  private generatedFor(name: string): { readonly file: HostFile; readonly from: string } | undefined {
    this.generated ??= this.readGenerated();
    const from = this.generated?.made.from.get(name);
    return from === undefined || this.generated === undefined ? undefined : { file: this.generated.file, from };
  }

  /** Undefined where nothing has use for it, or where texts are not loaded yet. */
  private readGenerated(): Files['generated'] {
    const of = (ending: string): readonly string[] => [...this.listed].filter((path) => path.endsWith(ending));
    const textOf = (path: string): string | undefined => this.noting(path, this.textNow(path));
    if (!this.manifests.some((path) => takesNamesFromObjects.test(textOf(path) ?? ''))) return undefined;
    const texts = of('.sql').map((path) => [path, textOf(path)] as const);
    const made = generatedModule(texts.flatMap(([path, text]) => (text === undefined ? [] : [[path, text] as const])));
    const file = this.readers.get('typescript')?.read('generated:tables.ts', made.text);
    return file === undefined || texts.some(([, text]) => text === undefined) ? undefined : { made, file };
  }

  /** Answers whether anything was missing and is there now: what was linked without it must be linked again. */
  async loadMissing(): Promise<boolean> {
    const paths = [...this.missing];
    this.missing = new Set();
    let loaded = false;
    for (const path of paths) {
      const text = await this.text(path);
      if (text === undefined) continue;
      if (hostOf(path)) await this.host(path);
      // Configuration says how every name is resolved; of files, only what was read without them is not kept.
      else this.linked = undefined;
      loaded = true;
    }
    return loaded;
  }

  private noting<T>(path: string, value: T | undefined): T | undefined {
    if (value === undefined && this.listed.has(path) && !this.texts.has(path)) this.missing.add(path);
    else if (value === undefined && this.listed.has(path) && hostOf(path) && this.texts.get(path) !== undefined)
      this.missing.add(path);
    return value;
  }
}
