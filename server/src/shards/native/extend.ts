/** Follows `extends`: what a map builds on lies below it, the map itself on top. */
import type { SourceText } from '../importer';
import { child, itemsOf, type MapNode, textOf } from '../positioned/node';
import { pathOf, readOne, type Sources } from '../sources';
import { mergeMaps } from './merge';
import { type NativeMap, readNative } from './read';

export async function readWithBases(sources: Sources, file: SourceText): Promise<MapNode> {
  return withBases(sources, readNative(file), [file.path]);
}

/** `chain`: the maps that are being read, outermost first. */
export async function withBases(sources: Sources, map: NativeMap, chain: readonly string[]): Promise<MapNode> {
  map.problems.forEach(sources.fault);
  let below: MapNode | undefined;
  for (const item of itemsOf(child(map.node, 'extends'))) {
    const path = pathOf(sources, item);
    if (path === undefined) continue;
    if (chain.includes(path)) {
      const message = `\`${textOf(item)}\` extends this map in turn: a circle.`;
      sources.fault({ at: item.at, severity: 'error', code: 'cycle', message });
      continue;
    }
    const text = await readOne(sources, item, path);
    if (!text) continue;
    const base = await withBases(sources, readNative(text), [...chain, path]);
    below = below ? mergeMaps(below, base) : base;
  }
  return below ? mergeMaps(below, map.node) : map.node;
}
