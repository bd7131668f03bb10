/** What may stand in a VSchema: protobuf JSON, in which every key may be snake_case or camelCase. */
import type { Location } from '../../../text/span';
import type { Severity } from '../../model';
import { child, type Entry, entriesOf, type MapNode, type Node } from '../../positioned/node';

export type Report = (at: Location, severity: Severity, code: string, message: string) => void;

export const keyspaceKeys = [
  'sharded',
  'vindexes',
  'tables',
  'views',
  'require_explicit_routing',
  'foreign_key_mode',
  'multi_tenant_spec',
  'draft',
] as const;

export const topKeys = [
  'keyspaces',
  'routing_rules',
  'shard_routing_rules',
  'keyspace_routing_rules',
  'mirror_rules',
] as const;

export const tableKeys = [
  'type',
  'column_vindexes',
  'auto_increment',
  'columns',
  'pinned',
  'column_list_authoritative',
  'source',
] as const;

export const snake = (key: string): string => key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

const camel = (key: string): string => key.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());

/** A field by its snake_case name. */
export const field = (node: Node | undefined, key: string): Node | undefined =>
  child(node, key) ?? child(node, camel(key));

export interface Keyspace {
  readonly name: string;
  readonly node: MapNode;
  readonly at: Entry['keyAt'];
}

/** The keyspaces of a file: the map of all of them, or one alone, whose name the file or the shard map says. */
export function keyspacesOf(root: MapNode, aloneName: string): readonly Keyspace[] {
  const several = child(root, 'keyspaces');
  if (several?.kind === 'map') {
    return entriesOf(several).flatMap(({ key, keyAt, value }) =>
      value.kind === 'map' ? [{ name: key, node: value, at: keyAt }] : [],
    );
  }
  const isOne = root.entries.some(({ key }) => (keyspaceKeys as readonly string[]).includes(snake(key)));
  return isOne ? [{ name: aloneName, node: root, at: root.entries[0]?.keyAt ?? root.at }] : [];
}
