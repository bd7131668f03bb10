/** A workspace folder under analysis: maps, files, results by file. Editor and CLI are thin shells over it. */
import type { Survey } from '../advice/survey';
import { indexOf } from '../flow/linker';
import { hostOf } from '../hosts';
import type { HostFile } from '../hosts/host';
import { globMatcher } from '../platform/globs';
import { isWithin, relativeTo } from '../platform/paths';
import type { Platform } from '../platform/platform';
import type { FileKind } from '../rules/rule';
import { mapFor } from '../shards/discover';
import { importers } from '../shards/importers';
import type { Effective, LoadedMap } from '../shards/load';
import type { MapProblem } from '../shards/model';
import { analyzeFile, type FileResult } from './analyzeFile';
import { fileKind } from './fileKind';
import { Files } from './files';
import type { Checked, Finding } from './finding';
import { loadMaps, type MapChoices } from './loadMaps';
import { hasRead } from './mapReads';
import { ModelReader, type Models } from './models';
import { dialectFor, type LoadedDialect } from './parsers';
import { type Memory, recall, remember, scopeOf } from './recall';
import { checkMap } from './runRules';
import type { Statement } from './statement';
import { summary } from './summary';
import { surveyOf } from './survey';
import { Units } from './units/units';
import { unsuppressedOnMap } from './unsuppressedOnMap';

export interface WorkspaceOptions extends MapChoices {
  readonly exclude?: readonly string[];
  /** Keeps whole checks between runs. */
  readonly memory?: Memory;
  /** Called between files wherever many are read: an editor answers other questions meanwhile. */
  readonly pause?: () => Promise<void>;
}

export interface ScanOptions {
  readonly paths?: readonly string[];
  readonly progress?: (done: number, of: number) => void;
  readonly cancelled?: () => boolean;
}

export interface FileChange {
  readonly path: string;
  readonly kind: 'changed' | 'created' | 'deleted';
}

/** A file that is being analysed, and what has changed since it began. */
interface Running {
  readonly touched: Set<string>;
  readonly result: Promise<FileResult | undefined>;
}

/** How often one file is read again because it changed meanwhile, before the answer is given as it is. */
const rounds = 5;

export class Workspace {
  readonly files: Files;
  private readonly models: ModelReader;
  private readonly units: Units;
  private maps: ReadonlyMap<string, LoadedMap> = new Map();
  private results = new Map<string, FileResult>();
  private changes = 0;
  private linkedWith: Models | undefined;
  private readonly running = new Map<string, Running>();
  private opened: Promise<void> | undefined;
  private planned = false;
  private mapProblems: readonly MapProblem[] = [];
  private loads = 0;
  private readonly reading: Platform;
  private readonly excluded: (path: string) => boolean;

  constructor(
    readonly platform: Platform,
    readonly root: string,
    private readonly options: WorkspaceOptions = {},
  ) {
    this.files = new Files(platform, root, options.exclude);
    this.models = new ModelReader(this.files, root, options.pause);
    this.units = new Units({
      files: this.files,
      result: (path) => this.results.get(path),
      analyse: (path) => this.file(path),
      effective: (path) => {
        const declared = this.excluded(path) ? undefined : this.mapOf(path)?.forFile(path);
        return declared && this.linkedWith?.over(declared);
      },
      kindOf: (path) => this.kindOf(path),
      replicated: () => this.loadedMaps.some(({ map }) => /^(?:semi-|a)sync$/.test(map.replication.mode ?? '')),
      fault: (rule, error) => this.platform.log('error', `rule ${rule} failed: ${String(error)}`),
      ...(options.pause ? { pause: options.pause } : {}),
    });
    const excluded = globMatcher(options.exclude ?? []);
    this.excluded = (path) => excluded(relativeTo(root, path) ?? path);
    // Maps and declarations that are open in an editor are read as they stand there.
    this.reading = { ...platform, readFile: async (path) => this.files.buffer(path) ?? platform.readFile(path) };
  }

  /** Reads the maps and lists the files; once, until `reopen`. */
  open(): Promise<void> {
    this.opened ??= this.load();
    return this.opened;
  }

  /** A map, or something that it imports, has changed; or files came and went. */
  async reopen(): Promise<void> {
    this.opened = this.load();
    await this.opened;
  }

  private async load(): Promise<void> {
    this.loads += 1;
    const load = this.loads;
    const { maps, problems, planned } = await loadMaps(this.reading, this.root, {
      ...this.options,
      parserFor: (name) => dialectFor(this.platform, name),
    });
    // Findings point into maps and declarations: their texts are needed for line numbers.
    for (const { file, readFiles } of maps.values())
      for (const path of [file, ...readFiles]) if (!path.includes('*')) await this.files.text(path);
    if (maps.size > 0) await this.files.list();
    if (load !== this.loads) return; // a later one has begun
    this.maps = maps;
    this.planned = planned;
    this.mapProblems = problems;
    this.models.forget();
    this.clear();
  }

  /** Files on disk: a plan has none. */
  get mapFiles(): readonly string[] {
    return this.planned ? [] : [...this.maps.keys()];
  }

  get loadedMaps(): readonly LoadedMap[] {
    return [...this.maps.values()];
  }

  get problems(): readonly MapProblem[] {
    return [...this.mapProblems, ...this.loadedMaps.flatMap(({ problems }) => problems)];
  }

  /** The map that governs a file. A map given by name, or a declaration that stands alone, governs all. */
  mapOf(path: string): LoadedMap | undefined {
    if (this.maps.size === 0) return undefined;
    const native = [...this.maps.keys()].filter(isMapName);
    if (this.options.configFile || native.length === 0) return [...this.maps.values()][0];
    const file = mapFor(native, path);
    return file === undefined ? undefined : this.maps.get(file);
  }

  /** Takes an editor's text for a file, or what is on disk again. A map or a declaration wants `reopen` after it. */
  setBuffer(path: string, text: string | undefined): void {
    this.files.setBuffer(path, text);
    this.drop(path);
  }

  changed(path: string): void {
    this.files.forget(path);
    this.drop(path);
  }

  /** What has changed on disk. Answers whether maps or models were read again, so that all may be different. */
  async apply(changes: readonly FileChange[]): Promise<boolean> {
    for (const { path } of changes) this.changed(path);
    if (changes.some(({ path, kind }) => this.isDeclaration(path, kind))) {
      await this.reopen();
      return true;
    }
    const modelled = changes.some(({ path }) => this.models.isSource(path));
    // Configuration of the language resolves names for every file below it, whoever was the first to ask.
    const listed = changes.filter(
      ({ path, kind }) =>
        path.endsWith('.json') || (kind !== 'changed' && (hostOf(path) !== undefined || this.models.isSource(path))),
    );
    if (listed.length === 0 || this.maps.size === 0) return modelled;
    await this.files.list();
    // A name that led to no file may lead to one now.
    if (listed.some(({ path }) => !path.endsWith('.sql'))) {
      this.models.forget();
      for (const path of [...this.results.keys()]) this.drop(path);
    }
    return modelled;
  }

  /** Whether a map depends on the file, or may when it has come or gone. */
  isDeclaration(path: string, kind: FileChange['kind'] = 'changed'): boolean {
    if (isMapName(path) || path === this.options.configFile) return true;
    if (this.maps.has(path)) return true;
    const relative = relativeTo(this.root, path);
    if (relative === undefined) return this.loadedMaps.some(({ readFiles }) => readFiles.includes(path));
    if (this.loadedMaps.some((one) => hasRead(one, path))) return true;
    const implicit = ![...this.maps.keys()].some(isMapName);
    return implicit && kind !== 'changed' && standingAlone(relative);
  }

  private drop(path: string): void {
    this.models.touch(path);
    for (const [file, result] of this.results) {
      if (file !== path && !result.reads.has(path)) continue;
      this.results.delete(file);
      this.units.touch(file);
    }
    this.units.touch(path);
    this.changes += 1;
    for (const { touched } of this.running.values()) touched.add(path);
  }

  /** Undefined where no map governs the file, or it cannot be read. */
  file(path: string): Promise<FileResult | undefined> {
    const running = this.running.get(path);
    if (running) return running.result;
    const touched = new Set<string>();
    const result = this.analysed(path, touched).finally(() => this.running.delete(path));
    this.running.set(path, { touched, result });
    return result;
  }

  private async analysed(path: string, touched: Set<string>): Promise<FileResult | undefined> {
    for (let round = 1; ; round++) {
      await this.open();
      const { maps } = this;
      const declared = this.excluded(path) ? undefined : this.mapOf(path)?.forFile(path);
      const dialect = declared && (await this.dialect(declared.map.dialect));
      if (!declared || !dialect) return undefined;
      const models = await this.currentModels();
      const known = this.results.get(path);
      if (known) return known;
      touched.clear();
      const name = relativeTo(this.root, path) ?? path;
      const result = await analyzeFile(path, name, this.files, models.over(declared), dialect, models);
      const same = maps === this.maps && models === (await this.currentModels());
      const current = same && !touched.has(path) && ![...touched].some((one) => result?.reads.has(one));
      if (current && result) {
        this.results.set(path, result);
        this.changes += 1;
      }
      if (current || round === rounds) return result;
    }
  }

  /** Models reach into every file: where one of their sources has changed, all is linked anew. */
  private async currentModels(): Promise<Models> {
    const models = await this.models.read();
    if (models !== this.linkedWith) this.clear();
    this.linkedWith = models;
    return models;
  }

  /** A map with the columns and tables that models declare. */
  async withModels(loaded: Effective): Promise<Effective> {
    await this.open();
    return (await this.currentModels()).over(loaded);
  }

  private clear(): void {
    this.results = new Map();
    this.units.forget();
    this.changes += 1;
  }

  /** Another number whenever maps or results are others. */
  get revision(): number {
    return this.changes;
  }

  private kindOf(path: string): FileKind {
    return fileKind(relativeTo(this.root, path) ?? path);
  }

  /** What is known of the files that were asked for since the maps were read; in one order, whoever asked first. */
  get known(): readonly FileResult[] {
    return [...this.results.values()].sort((a, b) => (a.file < b.file ? -1 : 1));
  }

  /** The files that a scan reads. */
  async sources(cancelled?: () => boolean): Promise<readonly string[]> {
    await this.open();
    return this.maps.size > 0 ? (await this.files.list(cancelled)).filter(isSource) : [];
  }

  /** Text of a dialect that no module reads is read as the shared SQL of PostgreSQL's grammar. */
  private async dialect(name: string): Promise<LoadedDialect | undefined> {
    return (await dialectFor(this.platform, name)) ?? (await dialectFor(this.platform, 'postgresql'));
  }

  async check({
    paths = [],
    progress,
    cancelled,
  }: ScanOptions = {}): Promise<Checked & { readonly problems: readonly MapProblem[]; readonly cancelled: boolean }> {
    const listed = await this.sources(cancelled);
    const chosen =
      paths.length === 0
        ? listed
        : listed.filter((file) => paths.some((path) => file === path || isWithin(path, file)));
    const { memory } = this.options;
    const asked = [this.root, this.options.configFile ?? '', ...(this.options.exclude ?? []), '', ...paths];
    const scope = scopeOf(this.files, asked, this.loadedMaps, (path) => this.isDeclaration(path));
    const kept = memory && this.maps.size > 0 ? await recall(memory, scope) : undefined;
    if (kept) return { ...kept, problems: this.problems, cancelled: false, text: (file) => this.files.known(file) };
    const results: FileResult[] = [];
    let stopped = false;
    for (const [done, path] of chosen.entries()) {
      if (cancelled?.()) {
        stopped = true;
        break;
      }
      const result = await this.file(path);
      if (result) results.push(result);
      if (done % 50 === 0) progress?.(done, chosen.length);
      await this.options.pause?.();
    }
    progress?.(chosen.length, chosen.length);
    // A folder without code has models too.
    if (chosen.length === 0 && this.maps.size > 0) await this.currentModels();
    const findings = [
      ...results.flatMap((one) => one.findings),
      ...(await this.unitFindings(results)),
      ...this.mapFindings(results, paths),
    ];
    const checked = summary(results, findings);
    if (memory && this.maps.size > 0 && !stopped) await remember(memory, scope, this.linkedWith?.live ?? [], checked);
    return {
      ...checked,
      problems: this.problems,
      cancelled: stopped,
      text: (file) => results.find((one) => one.file === file)?.text ?? this.files.known(file),
    };
  }

  /** What advice is made from, one survey a map, over the files that were asked for since the maps were read. */
  surveys(): readonly Survey[] {
    const { linker } = this.files.linker();
    const around = { kindOf: (file: string) => this.kindOf(file), indexOf: (host: HostFile) => indexOf(linker, host) };
    return this.loadedMaps.map((loaded) => {
      const results = this.known.filter(({ file }) => this.mapOf(file) === loaded);
      const effective = this.linkedWith?.over(loaded) ?? loaded;
      return surveyOf({ loaded, effective, planned: this.planned }, results, around);
    });
  }

  /** Findings about what functions do in order, in these files. */
  async unitFindings(results: readonly FileResult[]): Promise<readonly Finding[]> {
    const all = await this.units.findings(() => this.known);
    const files = new Map(results.map((one) => [one.file, one] as const));
    return unsuppressedOnMap(
      all.filter(({ file }) => files.has(file)),
      files,
    );
  }

  /** Findings about the maps themselves, which need all statements: where only paths are asked for, of the maps in them. */
  mapFindings(results: readonly FileResult[], paths: readonly string[] = []): readonly Finding[] {
    const wanted = ({ file }: LoadedMap): boolean =>
      paths.length === 0 || paths.some((path) => path !== file && isWithin(path, file));
    return this.loadedMaps.filter(wanted).flatMap((loaded) => {
      const own = results.flatMap((one) => one.statements).filter((one) => this.mapOf(one.file) === loaded);
      // The map itself, its overrides, and every mix of them that holds for some file, with the statements it holds for.
      const statements = new Map<Effective, Statement[]>([loaded, ...loaded.overrides].map((part) => [part, []]));
      for (const one of own) {
        const part = loaded.forFile(one.file);
        const at = part.map === loaded.map ? loaded : part;
        statements.set(at, [...(statements.get(at) ?? []), one]);
      }
      const findings = [...statements].flatMap(([part, its]) => {
        const known = this.linkedWith?.over(part) ?? part;
        return checkMap(part, known, its, (file) => this.kindOf(file)).findings;
      });
      return unsuppressedOnMap(
        eachOnce(findings),
        new Map([...this.results, ...results.map((one) => [one.file, one] as const)]),
      );
    });
  }
}

/** Overrides leave most of a map as it is: what is wrong there is said once. */
const eachOnce = (findings: readonly Finding[]): readonly Finding[] => [
  ...new Map(
    findings.map((one) => [`${one.rule} ${one.file} ${one.span.start} ${one.span.end} ${one.message}`, one] as const),
  ).values(),
];

export const isMapName = (path: string): boolean => /(^|\/)shardlint\.(ya?ml|json)$/.test(path);

const standingAlone = globMatcher(importers.filter((one) => one.standsAlone).flatMap(({ files }) => files));

const isSource = (path: string): boolean =>
  path.toLowerCase().endsWith('.sql') || (hostOf(path) !== undefined && !path.endsWith('.d.ts'));
