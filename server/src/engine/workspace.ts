/** A workspace folder under analysis: maps, files, results by file. Editor and CLI are thin shells over it. */
import type { Survey } from '../advice/survey';
import { exportsKey } from '../flow/exportList';
import { answeredBy } from '../flow/modules';
import { generatedKey } from '../flow/project';
import { hostOf } from '../hosts';
import { globMatcher } from '../platform/globs';
import { isWithin, relativeTo } from '../platform/paths';
import type { Platform } from '../platform/platform';
import type { FileKind } from '../rules/rule';
import type { Effective, LoadedMap } from '../shards/load';
import type { MapProblem } from '../shards/model';
import { analyzeFile, analyzeStretch, type FileResult } from './analyzeFile';
import { type CheckedWorkspace, check, type ScanOptions } from './check';
import { type Contribution, contributionOf, type Evidence, evidenceOf } from './contribution';
import { fileKind } from './fileKind';
import { FileResults } from './fileResults';
import { Files } from './files';
import type { Finding } from './finding';
import { Governing, noMaps } from './governing';
import { loadMaps, type MapChoices } from './loadMaps';
import { mapFindings } from './mapFindings';
import { ModelReader, type Models } from './models';
import { Dialects } from './parsers';
import { placingFor } from './placing';
import { readersOf } from './readers';
import type { Memory, Recalled, Scope } from './recall';
import { surveyOf } from './survey';
import { Typing } from './typing';
import { type UnitPart, Units } from './units/units';
import { unsuppressedOnMap } from './unsuppressedOnMap';

export interface WorkspaceOptions extends MapChoices {
  readonly exclude?: readonly string[];
  /** Keeps whole checks between runs. */
  readonly memory?: Memory;
  /** Called between files wherever many are read: an editor answers other questions meanwhile. */
  readonly pause?: () => Promise<void>;
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
  private readonly dialects: Dialects;
  private readonly units: Units;
  private maps: Governing;
  private readonly results = new FileResults((path) => this.kindOf(path));
  private readonly typing = new Typing();
  private changes = 0;
  private linkedWith: Models | undefined;
  private readonly running = new Map<string, Running>();
  private opened: Promise<void> | undefined;
  private loads = 0;
  private readonly reading: Platform;
  private readonly excluded: (path: string) => boolean;

  constructor(
    readonly platform: Platform,
    readonly root: string,
    readonly options: WorkspaceOptions = {},
  ) {
    this.dialects = new Dialects(platform);
    this.maps = new Governing(root, noMaps, options.configFile);
    this.files = new Files(platform, root, options.exclude);
    this.models = new ModelReader(this.files, root, options.pause);
    this.units = new Units({
      files: this.files,
      result: (path) => this.results.get(path),
      isKnown: (path) => this.results.isKnown(path),
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
    const read = await loadMaps(this.reading, this.root, {
      ...this.options,
      readers: readersOf(this.platform),
    });
    const maps = new Governing(this.root, read, this.options.configFile);
    // Findings point into maps and declarations: their texts are needed for line numbers.
    for (const { file, readFiles } of maps.loaded)
      for (const path of [file, ...readFiles]) if (!path.includes('*')) await this.files.text(path);
    if (maps.loaded.length > 0) await this.files.list();
    if (load !== this.loads) return; // a later one has begun
    this.maps = maps;
    this.models.forget();
    this.clear();
  }

  get mapFiles(): readonly string[] {
    return this.maps.files;
  }

  get loadedMaps(): readonly LoadedMap[] {
    return this.maps.loaded;
  }

  get problems(): readonly MapProblem[] {
    return this.maps.problems;
  }

  /** The map that governs a file. */
  mapOf(path: string): LoadedMap | undefined {
    return this.maps.of(path);
  }

  /** Takes an editor's text for a file, or what is on disk again. A map or a declaration wants `reopen` after it. */
  setBuffer(path: string, text: string | undefined): void {
    if (text === undefined) this.typing.forget(path);
    this.change(path, () => this.files.setBuffer(path, text));
    // A document that lies nowhere yet may be what somebody has looked for.
    if (!this.files.isListed(path)) this.come(path);
    else if (path.endsWith('.json')) this.reconfigured();
    if (path.endsWith('.sql')) this.drop(generatedKey);
  }

  changed(path: string): void {
    this.change(path, () => this.files.forget(path));
    if (path.endsWith('.sql')) this.drop(generatedKey);
  }

  private change(path: string, make: () => void): void {
    const before = this.files.exportsOf(path);
    make();
    this.drop(path);
    if (before === undefined || this.files.exportsNow(path) !== before) this.drop(exportsKey(path));
  }

  /** What led nowhere may lead there now, or the other way round. */
  private come(path: string): void {
    for (const key of answeredBy(path)) this.drop(key);
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
    if (listed.length === 0 || this.loadedMaps.length === 0) return modelled;
    await this.files.list();
    if (listed.some(({ path }) => path.endsWith('.json'))) this.reconfigured();
    else for (const { path } of listed) this.come(path);
    return modelled;
  }

  /** Names lead elsewhere, whoever was the first to ask. */
  private reconfigured(): void {
    this.models.forget();
    for (const path of this.results.paths) this.drop(path);
    this.typing.clear();
  }

  /** Whether a map depends on the file, or may when it has come or gone. */
  isDeclaration(path: string, kind: FileChange['kind'] = 'changed'): boolean {
    return this.maps.isDeclaration(path, kind);
  }

  /** Also by the key of what a file answers: see `Project.takeReads`. */
  private drop(path: string): void {
    this.models.touch(path);
    for (const file of [...this.results.drop(path), path]) this.units.touch(file);
    this.typing.drop(path);
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
      const dialect = declared && (await this.dialects.load(declared.map.dialect));
      if (!declared || !dialect) return undefined;
      const models = await this.currentModels();
      const known = this.results.get(path);
      if (known) return known;
      touched.clear();
      const name = relativeTo(this.root, path) ?? path;
      const result = await analyzeFile(path, name, this.files, models.over(declared), dialect, models);
      const same = maps === this.maps && models === (await this.currentModels());
      const current = same && !touched.has(path) && ![...touched].some((one) => result?.reads.has(one));
      for (const relisted of this.files.takeRelisted()) this.drop(exportsKey(relisted));
      if (current && result) this.take(path, result);
      if (current || round === rounds) return result;
    }
  }

  private take(path: string, result: FileResult): void {
    this.results.set(path, result);
    this.changes += 1;
    if (result.host && this.files.buffer(path) !== undefined) this.typing.take(result);
  }

  /**
   * What is found in an open document while somebody types within some functions of it, as far as it can be had without
   * reading all of it; undefined where it cannot. What others take of these functions is not followed: `file` does, when the
   * editor rests.
   */
  async whileTyping(path: string): Promise<Pick<FileResult, 'text' | 'findings' | 'faults'> | undefined> {
    await this.open();
    const models = await this.currentModels();
    const [whole, text] = [this.typing.whole(path), this.files.buffer(path)];
    const declared = this.mapOf(path)?.forFile(path);
    const dialect = declared && (await this.dialects.load(declared.map.dialect));
    if (!whole || text === undefined || !dialect || this.results.get(path)) return undefined;
    if (text === whole.text) {
      this.take(path, whole);
      return whole;
    }
    const edited = this.files.edited(path);
    if (!edited) return undefined;
    const name = relativeTo(this.root, path) ?? path;
    const said = await this.typing.said(whole, edited, (one) =>
      analyzeStretch(path, name, one, this.files, models.over(declared), dialect, models),
    );
    return said && { text, ...said };
  }

  /** Models reach into every file: where one of their sources has changed, all is linked anew. */
  async currentModels(): Promise<Models> {
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
    this.results.clear();
    this.typing.clear();
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
    return this.results.known;
  }

  /** The files that a scan reads. */
  async sources(cancelled?: () => boolean): Promise<readonly string[]> {
    await this.open();
    return this.loadedMaps.length > 0 ? (await this.files.list(cancelled)).filter(isSource) : [];
  }

  check(options: ScanOptions = {}): Promise<CheckedWorkspace> {
    return check(this, options);
  }

  /** What a file adds to a check: as it was recalled, else as it is analysed now. */
  async contribution(path: string): Promise<Contribution | undefined> {
    const recalled = this.results.recalled(path);
    if (recalled) return recalled;
    const result = await this.file(path);
    return result && contributionOf(result, (file) => this.kindOf(file));
  }

  /** Takes what an earlier run has found out, if it was found with the models of today. */
  async recall(recalled: Recalled, digest: Scope['digest']): Promise<void> {
    const { said, exports, contributions, units, models, gate } = recalled;
    for (const [path, one] of said) this.models.recall(path, one);
    this.files.recallExports(exports);
    await this.currentModels();
    if (digest(this.models) !== models) return;
    this.results.recall(contributions);
    this.units.recall(units, gate);
  }

  /** What a later run may recall. */
  remembered() {
    const parts = new Map<string, { readonly contribution: Contribution; readonly unit: UnitPart }>();
    for (const [path, contribution] of this.results.contributions)
      parts.set(path, { contribution, unit: this.units.part(path) });
    return { live: this.linkedWith?.live ?? [], models: this.models, gate: this.units.lastGate, parts };
  }

  /** What advice is made from, one survey a map, over the files that were asked for since the maps were read. */
  surveys(): readonly Survey[] {
    const { linker } = this.files.linker();
    const around = { kindOf: (file: string) => this.kindOf(file), linker };
    return this.loadedMaps.map((loaded) => {
      const results = this.known.filter(({ file }) => this.mapOf(file) === loaded);
      const effective = this.linkedWith?.over(loaded) ?? loaded;
      const reading = { ...around, dialect: this.dialects.loaded(effective.map.dialect) };
      return surveyOf({ loaded, effective, planned: this.maps.planned }, results, reading);
    });
  }

  /** Whoever asks for the units of many files says of each that it was read: what they need of it is at hand then. */
  prepareUnits(path: string): void {
    this.units.prepare(path);
  }

  /** Findings about what functions do in order, in these files. */
  async unitFindings(evidence: readonly Evidence[]): Promise<readonly Finding[]> {
    const all = await this.units.findings(() => this.results.hosted);
    const files = new Map(evidence.map((one) => [one.file, one] as const));
    return unsuppressedOnMap(
      all.filter(({ file }) => files.has(file)),
      files,
    );
  }

  /** What rules on maps and workspaces see of the files that are known. */
  get evidence(): readonly Evidence[] {
    return this.known.map((one) => evidenceOf(one, (file) => this.kindOf(file)));
  }

  /**
   * Findings about the maps themselves, which need all statements. Where only paths are asked for: of the maps in them, and
   * of the one that was named for a folder, wherever it lies.
   */
  mapFindings(evidence: readonly Evidence[], paths: readonly string[] = []): readonly Finding[] {
    const named = paths.some((path) => !this.files.isListed(path)) ? this.options.configFile : undefined;
    const wanted = ({ file }: LoadedMap): boolean =>
      paths.length === 0 || file === named || paths.some((path) => path !== file && isWithin(path, file));
    const suppressing = new Map([...this.evidence, ...evidence].map((one) => [one.file, one] as const));
    return this.loadedMaps.filter(wanted).flatMap((loaded) => {
      const own = evidence.filter(({ file }) => this.mapOf(file) === loaded).flatMap(({ placed }) => placed);
      const over = (part: Effective): Effective => this.linkedWith?.over(part) ?? part;
      return unsuppressedOnMap(mapFindings(loaded, own, over, placingFor(loaded.map, this.files)), suppressing);
    });
  }
}

const isSource = (path: string): boolean =>
  path.toLowerCase().endsWith('.sql') || (hostOf(path) !== undefined && !path.endsWith('.d.ts'));
