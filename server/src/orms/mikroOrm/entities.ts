/** Entities of a workspace, whatever declares them, with their physical names. */
import type { Flow } from '../../flow/flow';
import type { HostFile } from '../../hosts/host';
import type { Schema } from '../../schema/model';
import type { Location } from '../../text/span';
import type { Model } from '../build/model';
import { schemaOf } from '../build/schema';
import { decoratedEntities } from './decorated';
import type { Filter } from './filter';
import type { Property } from './property';
import { linkEntities } from './relations';
import { schemaEntities } from './schemas';
import { readSettings, type Settings } from './settings';

export interface Entity extends Model {
  /** The class's or schema's name. */
  readonly label: string;
  readonly keyColumns: readonly string[];
  /** Relations that every finder loads along. */
  readonly eager: ReadonlySet<string>;
  /** Strategies that are set on a relation. */
  readonly strategies: ReadonlyMap<string, string>;
  /** Inverse sides of one-to-one relations: finders join the other side to learn its key. */
  readonly inverseOnes: readonly string[];
  readonly filters: readonly Filter[];
}

export interface MikroData {
  /** By class or schema. */
  readonly byKey: ReadonlyMap<string, Entity>;
  readonly byName: ReadonlyMap<string, Entity>;
  /** By the name that relations use. */
  readonly models: ReadonlyMap<string, Entity>;
  readonly settings: Settings;
}

/** An entity, an embeddable or an abstract base as it is written. */
export interface Declared {
  readonly keys: readonly string[];
  readonly label: string;
  readonly kind: 'table' | 'view' | 'embeddable' | 'abstract';
  readonly table: string | undefined;
  readonly schema: string | undefined;
  readonly properties: readonly Property[];
  /** Keys of what it extends, nearest first, as far as `properties` do not hold it already. */
  readonly extends: readonly string[];
  /** Key of the entity above it that shares its table. */
  readonly root?: string;
  readonly filters: readonly Filter[];
  readonly at: Location;
}

export const noData: MikroData = {
  byKey: new Map(),
  byName: new Map(),
  models: new Map(),
  settings: readSettings([], () => undefined),
};

export const readEntities = (
  files: readonly HostFile[],
  flowFor: (file: HostFile) => Flow,
): { readonly data: MikroData; readonly schema: Schema } => {
  const settings = readSettings(files, flowFor);
  const declared = files.flatMap((file): readonly Declared[] => {
    const flow = flowFor(file);
    return [...decoratedEntities(flow, file), ...schemaEntities(flow, file)];
  });
  const linked = linkEntities(merged(declared), settings.naming);
  const byKey = new Map<string, Entity>();
  const byName = new Map<string, Entity>();
  for (const { entity, keys } of linked) {
    for (const key of keys) byKey.set(key, entity);
    if (!byName.has(entity.label)) byName.set(entity.label, entity);
  }
  const entities = linked.map(({ entity }) => entity);
  const models = new Map(entities.map((entity) => [entity.name, entity]));
  // Several classes of one table, and collections of MongoDB, are no tables to declare twice.
  return { data: { byKey, byName, models, settings }, schema: schemaOf(entities) };
};

/** A class and the schema that is bound to it are one entity. */
const merged = (all: readonly Declared[]): readonly Declared[] => {
  const kept: Declared[] = [];
  for (const one of all) {
    const at = kept.findIndex((other) => one.keys.some((key) => other.keys.includes(key)));
    const before = kept[at];
    if (before === undefined) kept.push(one);
    else
      kept[at] = {
        ...(before.properties.length >= one.properties.length ? before : one),
        keys: [...new Set([...before.keys, ...one.keys])],
      };
  }
  return kept;
};
