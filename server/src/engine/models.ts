/** The models that ORMs declare over a workspace, read before any call is; read again only where a text has changed. */
import { flowOf } from '../flow/createFlow';
import { hostOf } from '../hosts';
import type { HostFile } from '../hosts/host';
import { orms } from '../orms';
import type { Declared, Orm } from '../orms/orm';
import { globMatcher } from '../platform/globs';
import { relativeTo } from '../platform/paths';
import { emptySchema, type Schema } from '../schema/model';
import { withSchema } from '../shards/enrich';
import type { Effective } from '../shards/load';
import type { Files } from './files';

export interface Models {
  readonly schema: Schema;
  dataOf(orm: Orm): unknown;
  /** The map with the columns and keys that models declare; DDL and the map itself stand before them. */
  over(effective: Effective): Effective;
}

interface Known {
  readonly paths: ReadonlySet<string>;
  readonly texts: readonly string[];
  readonly declared: Declared<unknown>;
}

export class ModelReader {
  private readonly known = new Map<Orm, Known>();
  private latest: Promise<Models> | undefined;

  constructor(
    private readonly files: Files,
    private readonly root: string,
    private readonly pause?: () => Promise<void>,
  ) {}

  /** The file has changed, come or gone. */
  touch(path: string): void {
    if (this.isSource(path)) this.latest = undefined;
  }

  /** Files are listed anew. */
  forget(): void {
    this.latest = undefined;
  }

  /** Whether models are, were or may be declared there. */
  isSource(path: string): boolean {
    const text = this.files.known(path);
    return orms.some((orm) => {
      const { models } = orm;
      if (!models) return false;
      if (this.known.get(orm)?.paths.has(path)) return true;
      return models.kind === 'files' ? this.fits(models.files, path) : text === undefined || models.marker.test(text);
    });
  }

  /** The same object until a source of models is touched. */
  read(): Promise<Models> {
    this.latest ??= this.load();
    return this.latest;
  }

  private async load(): Promise<Models> {
    const declared = new Map<Orm, Declared<unknown>>();
    for (const orm of orms) {
      const one = orm.models && (await this.declaredBy(orm, orm.models, this.files.paths));
      if (one) declared.set(orm, one);
    }
    const schema = merged([...declared.values()].map((one) => one.schema));
    const laid = new WeakMap<Effective, Effective>();
    return {
      schema,
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

  private fits(globs: readonly string[], path: string): boolean {
    return globMatcher(globs)(relativeTo(this.root, path) ?? path);
  }

  private async declaredBy(
    orm: Orm,
    models: NonNullable<Orm['models']>,
    paths: readonly string[],
  ): Promise<Declared<unknown>> {
    const fits = models.kind === 'files' ? globMatcher(models.files) : undefined;
    const sources: { path: string; text: string }[] = [];
    for (const path of paths) {
      if (fits ? !fits(relativeTo(this.root, path) ?? path) : !hostOf(path)) continue;
      const text = await this.files.text(path);
      await this.pause?.();
      if (text !== undefined && (models.kind === 'files' || models.marker.test(text))) sources.push({ path, text });
    }
    const texts = sources.flatMap(({ path, text }) => [path, text]);
    const before = this.known.get(orm);
    if (before && before.texts.length === texts.length && before.texts.every((text, i) => text === texts[i]))
      return before.declared;
    const declared =
      models.kind === 'files'
        ? models.read(sources)
        : await this.inCode(
            models,
            sources.map(({ path }) => path),
          );
    this.known.set(orm, { paths: new Set(sources.map(({ path }) => path)), texts, declared });
    return declared;
  }

  private async inCode(
    models: Extract<NonNullable<Orm['models']>, { kind: 'code' }>,
    paths: readonly string[],
  ): Promise<Declared<unknown>> {
    const hosts: HostFile[] = [];
    for (const path of paths) {
      const host = await this.files.host(path);
      await this.pause?.();
      if (host) hosts.push(host);
    }
    for (let round = 0; ; round++) {
      const { linker } = this.files.linker();
      const declared = models.read(hosts, (file) => flowOf(linker, file));
      if (round >= 12 || !(await this.files.loadMissing())) return declared;
    }
  }
}

function overlaid(effective: Effective, schema: Schema): Effective {
  const tables = new Map([...schema.tables].filter(([key]) => !effective.schema.tables.has(key)));
  const missing = { ...schema, tables };
  return { map: withSchema(effective.map, missing), schema: merged([effective.schema, missing]) };
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
