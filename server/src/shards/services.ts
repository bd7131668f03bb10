/** Who owns what: services and their tables, read models and their projectors. Globs are relative to the map's folder. */
import { globMatcher } from '../platform/globs';
import { folderOf, relativeTo } from '../platform/paths';
import type { ReadModel, ShardMap } from './model';

type Matcher = (path: string) => boolean;

const matchers = new WeakMap<object, Matcher>();

/** The service that a file belongs to; the first of several. */
export const serviceOf = (map: ShardMap, file: string): string | undefined =>
  map.services.find((service) => fits(map, service, service.files, file))?.name;

/** The service that owns a table, named as in the map: with or without its schema. */
export const ownerOf = (map: ShardMap, table: string): string | undefined =>
  map.services.find(({ owns }) => owns.some((owned) => sameTable(owned, table)))?.name;

export const readModelOf = (map: ShardMap, table: string): ReadModel | undefined =>
  map.readModels.find((model) => sameTable(model.table, table));

/** Whether a file is one of those that keep the read model up to date. */
export const projectsInto = (map: ShardMap, model: ReadModel, file: string): boolean =>
  fits(map, model, model.projector, file);

const sameTable = (a: string, b: string): boolean => {
  const [x, y] = [a.toLowerCase(), b.toLowerCase()];
  return x === y || x.endsWith(`.${y}`) || y.endsWith(`.${x}`);
};

function fits(map: ShardMap, owner: object, globs: readonly string[], file: string): boolean {
  const matcher = matchers.get(owner) ?? globMatcher(globs);
  matchers.set(owner, matcher);
  return matcher(relativeTo(folderOf(map.file), file) ?? file);
}
