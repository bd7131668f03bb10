/** The models that ORMs declare over a workspace, read before any call is; read again only where a text has changed. */
import { flowOf } from '../flow/createFlow';
import { exportsPath } from '../flow/exportList';
import { hostOf } from '../hosts';
import type { HostFile } from '../hosts/host';
import { orms } from '../orms';
import type { Declared, Orm, SourceText } from '../orms/orm';
import { globMatcher } from '../platform/globs';
import { relativeTo } from '../platform/paths';
import { emptySchema, type Schema } from '../schema/model';
import { withoutMeasured, withStatistics } from '../schema/statistics';
import { withModels } from '../schema/withModels';
import { withSchema } from '../shards/enrich';
import type { Effective } from '../shards/load';
import type { Files } from './files';
import { type Said, saidBy } from './said';

export interface Models {
  readonly schema: Schema;
  /** The libraries that the workspace uses: no call can be one of another's. */
  readonly live: readonly Orm[];
  dataOf(orm: Orm): unknown;
  /** The map with the columns and keys that models declare; DDL and the map itself stand before them. */
  over(effective: Effective): Effective;
}

interface Known {
  /** Texts of the files that were read for it: those that declare models, and what those import. */
  readonly texts: ReadonlyMap<string, string | undefined>;
  /** What else the answer depends on, as keys. */
  readonly looked: ReadonlySet<string>;
  readonly sources: readonly string[];
  readonly declared: Declared<unknown>;
}

export class ModelReader {
  private readonly known = new Map<Orm, Known>();
  private readonly said = new Map<string, Said>();
  private readonly fits = new Map<Orm, (path: string) => boolean>();
  private latest: Promise<Models> | undefined;
  /** How many readings are under way: what they have looked for is not known yet. */
  private loading = 0;
  private last: { readonly models: Models; readonly declared: ReadonlyMap<Orm, Declared<unknown>> } | undefined;

  constructor(
    private readonly files: Files,
    private readonly root: string,
    private readonly pause?: () => Promise<void>,
  ) {}

  /** The file has changed, come or gone; or a file has that answers what that key asks. */
  touch(path: string): void {
    let isLooked = this.loading > 0;
    for (const [orm, { looked }] of this.known) if (looked.has(path)) isLooked = this.known.delete(orm);
    if (isKey(path)) {
      if (isLooked) this.latest = undefined;
      return;
    }
    if (this.isSource(path) || (namesLibraries(path) && !this.namesSame(path))) this.latest = undefined;
  }

  private namesSame(path: string): boolean {
    const text = this.files.known(path);
    return text !== undefined && sameNames(this.said.get(path), saidBy(text));
  }

  /** Configuration of the language has changed: names in models may lead elsewhere. */
  forget(): void {
    this.latest = undefined;
    for (const [orm] of this.known) if (orm.models?.kind === 'code') this.known.delete(orm);
  }

  /** What the models were read from, `textOf` standing for each text: where it is the same, so are the models. */
  evidence(textOf: (path: string) => string): readonly string[] {
    const live = this.last?.models.live ?? [];
    return live.flatMap((orm) => {
      const { sources, texts, looked = [] } = this.known.get(orm) ?? { sources: [], texts: new Map() };
      const lists = [...looked].flatMap((key) => {
        const path = exportsPath(key);
        return path === undefined ? [] : [path, this.files.exportsOf(path) ?? ''];
      });
      return [orm.id, ...sources, '', ...[...texts.keys()].flatMap((path) => [path, textOf(path)]), '', ...lists, ''];
    });
  }

  /** Paths of all texts that the models were read from. */
  get reads(): readonly string[] {
    return [...this.known.values()].flatMap(({ texts }) => [...texts.keys()]);
  }

  /** What was found in texts before, so that they need not be searched again. */
  recall(path: string, said: Said): void {
    this.said.set(path, said);
  }

  saidOf(path: string): Said | undefined {
    return this.said.get(path);
  }

  /** Whether models are, were or may be declared there. */
  isSource(path: string): boolean {
    const text = this.files.known(path);
    return orms.some((orm) => {
      const { models } = orm;
      if (!models) return false;
      if (this.known.get(orm)?.texts.has(path)) return true;
      return models.kind === 'files'
        ? this.isModelFile(orm, models.files, path)
        : isCode(path) && (text === undefined || models.marker.test(text));
    });
  }

  /** The same object until models, or the libraries in use, are others. */
  read(): Promise<Models> {
    this.latest ??= this.loaded();
    return this.latest;
  }

  private async loaded(): Promise<Models> {
    this.loading += 1;
    try {
      return await this.load();
    } finally {
      this.loading -= 1;
    }
  }

  private async load(): Promise<Models> {
    const sources = new Map<Orm, SourceText[]>(orms.map((orm) => [orm, []]));
    const named = new Set<Orm>();
    const own = orms.filter(({ models }) => models?.kind === 'files');
    for (const path of this.files.paths) {
      const declares = own.filter(
        (orm) => orm.models?.kind === 'files' && this.isModelFile(orm, orm.models.files, path),
      );
      const names = namesLibraries(path);
      if (declares.length === 0 && !names && hostOf(path) === undefined) continue;
      // Names of tables are made up of the DDL, which must be at hand by then.
      const text = await this.files.text(path);
      await this.pause?.();
      if (text === undefined || (declares.length === 0 && !names)) continue;
      const said = this.saidIn(path, text);
      for (const orm of said.names) named.add(orm);
      for (const orm of [...declares, ...(isCode(path) ? said.declares : [])]) sources.get(orm)?.push({ path, text });
    }
    const live = orms.filter(
      (orm) => orm.always || named.has(orm) || (orm.models?.kind === 'files' && sources.get(orm)?.length),
    );
    const declared = new Map<Orm, Declared<unknown>>();
    for (const orm of live)
      if (orm.models) declared.set(orm, await this.declaredBy(orm, orm.models, sources.get(orm) ?? []));
    const { last } = this;
    if (last && sameLists(last.models.live, live) && live.every((orm) => last.declared.get(orm) === declared.get(orm)))
      return last.models;
    const models = modelsOf(live, declared);
    this.last = { models, declared };
    return models;
  }

  private saidIn(path: string, text: string): Said {
    const known = this.said.get(path);
    if (known?.text === text) return known;
    const said = saidBy(text);
    this.said.set(path, said);
    return said;
  }

  private isModelFile(orm: Orm, globs: readonly string[], path: string): boolean {
    const fits = this.fits.get(orm) ?? globMatcher(globs);
    this.fits.set(orm, fits);
    return fits(relativeTo(this.root, path) ?? path);
  }

  private async declaredBy(
    orm: Orm,
    models: NonNullable<Orm['models']>,
    sources: readonly SourceText[],
  ): Promise<Declared<unknown>> {
    const paths = sources.map(({ path }) => path);
    const before = this.known.get(orm);
    if (before && sameLists(before.sources, paths) && (await this.areCurrent(before.texts))) return before.declared;
    const texts = new Map<string, string | undefined>(sources.map(({ path, text }) => [path, text]));
    const read =
      models.kind === 'files' ? { declared: models.read(sources), reads: [] } : await this.inCode(models, paths);
    const reads = [...read.reads];
    for (const path of reads) if (!isKey(path) && !texts.has(path)) texts.set(path, this.files.known(path));
    this.known.set(orm, { texts, looked: new Set(reads.filter(isKey)), sources: paths, declared: read.declared });
    return read.declared;
  }

  private async areCurrent(texts: ReadonlyMap<string, string | undefined>): Promise<boolean> {
    for (const [path, text] of texts) if ((await this.files.text(path)) !== text) return false;
    return true;
  }

  private async inCode(
    models: Extract<NonNullable<Orm['models']>, { kind: 'code' }>,
    paths: readonly string[],
  ): Promise<{ readonly declared: Declared<unknown>; readonly reads: Iterable<string> }> {
    const hosts: HostFile[] = [];
    for (const path of paths) {
      const host = await this.files.host(path);
      await this.pause?.();
      if (host) hosts.push(host);
    }
    for (let round = 0; ; round++) {
      const { linker, project } = this.files.linker();
      project.takeReads();
      const declared = models.read(hosts, (file) => flowOf(linker, file));
      if (round >= 12 || !(await this.files.loadMissing())) return { declared, reads: project.takeReads() };
    }
  }
}

/** SQL itself uses no library and declares no models, whatever its comments say. */
const isCode = (path: string): boolean => (hostOf(path)?.id ?? 'sql') !== 'sql';

const namesLibraries = (path: string): boolean => isCode(path) || path.endsWith('/package.json');

/** Not a path: see `Project.takeReads`. */
const isKey = (read: string): boolean => read.startsWith('?');

const sameLists = (a: readonly unknown[], b: readonly unknown[]): boolean =>
  a.length === b.length && a.every((one, i) => one === b[i]);

const sameNames = (a: Said | undefined, b: Said): boolean => a !== undefined && sameLists(a.names, b.names);

function modelsOf(live: readonly Orm[], declared: ReadonlyMap<Orm, Declared<unknown>>): Models {
  const schema = merged([...declared.values()].map((one) => one.schema));
  const laid = new WeakMap<Effective, Effective>();
  return {
    schema,
    live,
    dataOf: (orm) => declared.get(orm)?.data,
    over: (effective) => {
      const known = laid.get(effective);
      if (known) return known;
      const made = schema.tables.size === 0 ? effective : overlaid(effective, schema);
      laid.set(effective, made);
      return made;
    },
  };
}

function overlaid(effective: Effective, schema: Schema): Effective {
  const { map } = effective;
  const ddl = withoutMeasured(effective.schema);
  const tables = new Map([...schema.tables].filter(([key]) => !ddl.tables.has(key)));
  const missing = { ...schema, tables };
  const declared = merged([withModels(ddl, schema, map.searchPath), missing]);
  return { map: withSchema(map, missing), schema: withStatistics(declared, map.statistics ?? [], map.searchPath) };
}

/** The first declaration of a table stays. */
const merged = (schemas: readonly Schema[]): Schema => {
  const tables = new Map(emptySchema.tables);
  const enums = new Map(emptySchema.enums);
  for (const schema of schemas) {
    for (const [key, table] of schema.tables) if (!tables.has(key)) tables.set(key, table);
    for (const [name, values] of schema.enums) if (!enums.has(name)) enums.set(name, values);
  }
  return { tables, enums };
};
