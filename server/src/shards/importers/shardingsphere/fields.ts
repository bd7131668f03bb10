/** One shape for ShardingSphere's spellings: `actualDataNodes` in YAML, `actual-data-nodes` below Spring. */
import { type Entry, entriesOf, type Node } from '../../positioned/node';

export const plain = (key: string): string => key.replace(/[-_]/g, '').toLowerCase();

export const fieldEntry = (node: Node | undefined, key: string): Entry | undefined =>
  entriesOf(node).find((entry) => plain(entry.key) === plain(key));

export const field = (node: Node | undefined, ...path: readonly string[]): Node | undefined =>
  path.reduce<Node | undefined>((at, key) => fieldEntry(at, key)?.value, node);
