/** A workspace folder under analysis: maps, files, results by file. Editor and CLI are thin shells over it. */
import { isWithin, relativeTo } from '../platform/paths';
import type { Platform } from '../platform/platform';
import { discover, mapFor } from '../shards/discover';
import { type LoadedMap, loadDeclaration, loadShardMap } from '../shards/load';
import type { MapProblem } from '../shards/model';
import { analyzeFile, type FileResult } from './analyzeFile';
import { fileKind } from './fileKind';
import { Files } from './files';
import type { Checked, Coverage, Finding, InventoryItem } from './finding';
import { dialectFor, type LoadedDialect } from './parsers';
import { checkMap } from './runRules';
import type { Statement } from './statement';
import { operationOf } from './tables';

export interface WorkspaceOptions {
  readonly configFile?: string;
  /** The person typed the path: it may point elsewhere. */
  readonly allowOutside?: boolean;
  readonly exclude?: readonly string[];
}

export interface ScanOptions {
  readonly paths?: readonly string[];
  readonly progress?: (done: number, of: number) => void;
  readonly cancelled?: () => boolean;
}

export class Workspace {
  readonly files: Files;
  private maps = new Map<string, LoadedMap>();
  private results = new Map<string, FileResult>();
  private opened: Promise<void> | undefined;
  private mapProblems: MapProblem[] = [];

  constructor(
    readonly platform: Platform,
    readonly root: string,
    private readonly options: WorkspaceOptions = {},
  ) {
    this.files = new Files(platform, root, options.exclude);
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
    const { platform, root, options } = this;
    const loading = {
      root,
      parserFor: (name: string) => dialectFor(platform, name),
      ...(options.allowOutside ? { allowOutside: true } : {}),
    };
    const maps = new Map<string, LoadedMap>();
    this.mapProblems = [];
    if (options.configFile) {
      maps.set(options.configFile, await loadShardMap(platform, options.configFile, loading));
    } else {
      const found = await discover(platform, root);
      this.mapProblems.push(...found.problems);
      for (const file of found.maps) maps.set(file, await loadShardMap(platform, file, loading));
      const alone = found.implicit?.files[0];
      const text = alone === undefined ? undefined : await platform.readFile(alone);
      if (found.implicit && alone !== undefined && text !== undefined)
        maps.set(alone, await loadDeclaration(platform, found.implicit.importer, { path: alone, text }, loading));
    }
    // Findings point into maps and declarations: their texts are needed for line numbers.
    for (const { file, readFiles } of maps.values())
      for (const path of [file, ...readFiles]) if (!path.includes('*')) await this.files.text(path);
    this.maps = maps;
    this.results = new Map();
    if (maps.size > 0) await this.files.list();
  }

  get mapFiles(): readonly string[] {
    return [...this.maps.keys()];
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
    const native = [...this.maps.keys()].filter((file) => /shardlint\.(ya?ml|json)$/.test(file));
    if (this.options.configFile || native.length === 0) return [...this.maps.values()][0];
    const file = mapFor(native, path);
    return file === undefined ? undefined : this.maps.get(file);
  }

  setBuffer(path: string, text: string | undefined): void {
    this.files.setBuffer(path, text);
    this.drop(path);
  }

  changed(path: string): void {
    this.files.forget(path);
    this.drop(path);
  }

  private drop(path: string): void {
    for (const [file, result] of this.results) if (file === path || result.reads.has(path)) this.results.delete(file);
  }

  /** Undefined where no map governs the file, or it cannot be read. */
  async file(path: string): Promise<FileResult | undefined> {
    await this.open();
    const known = this.results.get(path);
    if (known) return known;
    const effective = this.mapOf(path)?.forFile(path);
    const dialect = effective && (await this.dialect(effective.map.dialect));
    if (!effective || !dialect) return undefined;
    const result = await analyzeFile(path, relativeTo(this.root, path) ?? path, this.files, effective, dialect);
    if (result) this.results.set(path, result);
    return result;
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
    await this.open();
    const listed = this.maps.size > 0 ? (await this.files.list(cancelled)).filter(isSource) : [];
    const chosen =
      paths.length === 0
        ? listed
        : listed.filter((file) => paths.some((path) => file === path || isWithin(path, file)));
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
    }
    progress?.(chosen.length, chosen.length);
    const findings = [...results.flatMap((one) => one.findings), ...this.mapFindings(results, paths)];
    return {
      ...summary(results, findings),
      problems: this.problems,
      cancelled: stopped,
      text: (file) => results.find((one) => one.file === file)?.text ?? this.files.known(file),
    };
  }

  /** Findings about the maps themselves, which need all statements: where only paths are asked for, of the maps in them. */
  mapFindings(results: readonly FileResult[], paths: readonly string[] = []): readonly Finding[] {
    const kindOf = (file: string) => fileKind(relativeTo(this.root, file) ?? file);
    const wanted = ({ file }: LoadedMap): boolean =>
      paths.length === 0 || paths.some((path) => path !== file && isWithin(path, file));
    return this.loadedMaps.filter(wanted).flatMap((loaded) => {
      const own = results.flatMap((one) => one.statements).filter((one) => this.mapOf(one.file) === loaded);
      return checkMap(loaded.map, loaded.schema, own, kindOf).findings;
    });
  }
}

const isSource = (path: string): boolean => !path.endsWith('.json') && !path.endsWith('.d.ts');

export function summary(results: readonly FileResult[], findings: readonly Finding[]): Omit<Checked, 'text'> {
  const statements = results.flatMap((one) => one.statements);
  const unread = statements.filter((one) => !one.query);
  const unknown = statements.filter((one) => one.query && one.route.reach === 'unknown');
  const coverage: Coverage = {
    statements: statements.length,
    understood: statements.length - unread.length - unknown.length,
    unknown: unknown.length + unread.length,
    unread: unread.map((one) => ({ location: { file: one.file, span: one.span }, why: one.why ?? 'unsupported' })),
  };
  return { findings, inventory: statements.map(inventoryItem), coverage };
}

export function inventoryItem(one: Statement): InventoryItem {
  return {
    file: one.file,
    span: one.span,
    nameSpan: one.nameSpan,
    orm: one.orm,
    operation: one.found?.operation ?? (one.query ? operationOf(one.query) : 'other'),
    tables: one.tables,
    route: one.route,
    target: one.found?.target ?? 'unknown',
    transaction: one.found?.transaction ?? null,
    confidence: one.route.confidence,
    sql: one.sql,
    unknown: [...(one.found?.unknown ?? []), ...(one.why ? [one.why] : [])],
  };
}
