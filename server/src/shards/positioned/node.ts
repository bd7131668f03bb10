/** YAML, JSON and plain objects as one tree in which every key and value knows its place. */
import { type Location, noSpan } from '../../text/span';
import type { MapProblem } from '../model';

export type Node = MapNode | ListNode | ScalarNode;

export interface MapNode {
  readonly kind: 'map';
  readonly entries: readonly Entry[];
  /** Some of its entries were wrong, were reported and are left out: what is missing need not be reported again. */
  readonly damaged?: boolean;
  readonly at: Location;
}

export interface Entry {
  readonly key: string;
  readonly keyAt: Location;
  readonly value: Node;
}

export interface ListNode {
  readonly kind: 'list';
  readonly items: readonly Node[];
  readonly at: Location;
}

export type Scalar = string | number | bigint | boolean | null;

export interface ScalarNode {
  readonly kind: 'scalar';
  readonly value: Scalar;
  readonly at: Location;
}

/** What a reader makes of a text: as much of the tree as can be read, and every mistake at its place. */
export interface Positioned {
  readonly node: Node;
  readonly problems: readonly MapProblem[];
}

export const emptyMap = (file: string): MapNode => ({ kind: 'map', entries: [], at: { file, span: noSpan } });

export const entryOf = (node: Node | undefined, key: string): Entry | undefined =>
  node?.kind === 'map' ? node.entries.find((entry) => entry.key === key) : undefined;

export const child = (node: Node | undefined, key: string): Node | undefined => entryOf(node, key)?.value;

export const entriesOf = (node: Node | undefined): readonly Entry[] => (node?.kind === 'map' ? node.entries : []);

/** A list's items; a single value counts as a list of one, nothing as none. */
export const itemsOf = (node: Node | undefined): readonly Node[] =>
  node === undefined ? [] : node.kind === 'list' ? node.items : [node];

export const scalarOf = (node: Node | undefined): Scalar | undefined =>
  node?.kind === 'scalar' ? node.value : undefined;

export function textOf(node: Node | undefined): string | undefined {
  const value = scalarOf(node);
  return value === undefined || value === null ? undefined : String(value);
}

export const textsOf = (node: Node | undefined): readonly string[] =>
  itemsOf(node).flatMap((item) => textOf(item) ?? []);

export function numberOf(node: Node | undefined): number | undefined {
  const value = scalarOf(node);
  return typeof value === 'number' ? value : undefined;
}

export function flagOf(node: Node | undefined): boolean | undefined {
  const value = scalarOf(node);
  return typeof value === 'boolean' ? value : undefined;
}

/** Integers as numbers where a double holds them exactly. */
export const narrow = (value: bigint): number | bigint =>
  value >= BigInt(Number.MIN_SAFE_INTEGER) && value <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(value) : value;
