/** Which dialect a map speaks. */
import { importers } from '../importers';
import { child, entriesOf, itemsOf, type MapNode, textOf } from '../positioned/node';
import { routerChoice } from './build';

/** What people run below a router when the map does not say. */
export const dialectOf = (router: string): string =>
  router === 'mongodb'
    ? 'mongodb'
    : router === 'vitess' || router === 'shardingsphere' || router === 'tidb'
      ? 'mysql'
      : 'postgresql';

/** The dialect of SQL files that the map imports: as it says, or as its router and its other declarations imply. */
export function dialectSaid(node: MapNode, fallback = 'postgresql'): string {
  const said = textOf(child(node, 'dialect'));
  if (said !== undefined) return said.toLowerCase();
  const router = routerChoice(child(node, 'router'))?.name;
  if (router !== undefined) return dialectOf(router);
  const named = itemsOf(child(node, 'import')).flatMap((item) => entriesOf(item).map(({ key }) => key));
  return importers.findLast(({ id, implies }) => implies && named.includes(id))?.implies?.dialect ?? fallback;
}
