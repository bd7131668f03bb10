/** Lays one map over another: maps key by key, collections of rules and imports one after the other, all else replaced. */
import { child, type Entry, entryOf, type MapNode } from '../positioned/node';

/** Lists that add up; every other list is a value of its own (`searchPath`, `shardKey`). */
const additive = new Set(['import', 'statistics', 'workload', 'receivers', 'overrides']);
/** Maps whose entries are merged key by key, however deep. */
const dictionaries = new Set([
  'databases',
  'tables',
  'defaults',
  'services',
  'readModels',
  'traffic',
  'rules',
  'budgets',
]);
/** What belongs to the file that says it. */
const own = new Set(['version', 'extends', 'files']);

export function mergeMaps(base: MapNode, over: MapNode): MapNode {
  const entries = new Map(base.entries.filter(({ key }) => !own.has(key)).map((entry) => [entry.key, entry]));
  for (const entry of over.entries) {
    const below = entries.get(entry.key);
    entries.set(entry.key, below ? mergeEntry(below, entry) : entry);
  }
  return { kind: 'map', entries: [...entries.values()], at: over.at };
}

function mergeEntry(below: Entry, entry: Entry): Entry {
  const { key, value } = entry;
  if (additive.has(key)) {
    const items = [below.value, value].flatMap((node) => (node.kind === 'list' ? node.items : [node]));
    return { ...entry, value: { kind: 'list', items, at: value.at } };
  }
  if (!dictionaries.has(key) || value.kind !== 'map' || below.value.kind !== 'map') return entry;
  const merged = new Map(below.value.entries.map((each) => [each.key, each]));
  for (const each of value.entries) {
    const old = merged.get(each.key);
    const both = old?.value.kind === 'map' && each.value.kind === 'map';
    merged.set(each.key, both ? { ...each, value: mergeTable(old.value as MapNode, each.value as MapNode) } : each);
  }
  return { ...entry, value: { kind: 'map', entries: [...merged.values()], at: value.at } };
}

/** An entry that gives a key makes a sharded table of it, whatever it was before. */
function mergeTable(below: MapNode, over: MapNode): MapNode {
  const sharded = !child(over, 'kind') && (child(over, 'shardKey') ?? child(over, 'levels'));
  const kept = below.entries.filter(({ key }) => !entryOf(over, key) && !(sharded && key === 'kind'));
  return { ...over, entries: [...kept, ...over.entries] };
}
