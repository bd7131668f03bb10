/** Positioned trees with lines: what readers of manifests and settings share. */
import type { Evidence, Known, Place } from '../../advice/capacity/model';
import { child, type Node, scalarOf } from '../../shards/positioned/node';
import { lineIndex, positionAt } from '../../text/lineIndex';

/** A file that is read: its name relative to the root, and where an offset stands. */
export interface Source {
  readonly file: string;
  readonly text: string;
  place(offset: number): Place;
}

export function sourceOf(file: string, text: string): Source {
  const index = lineIndex(text);
  return { file, text, place: (offset) => ({ file, line: positionAt(index, offset).line + 1 }) };
}

export const placeOf = (source: Source, node: Node): Place => source.place(node.at.span.start);

export const evidenceAt = (source: Source, offset: number, text: string): Evidence => ({
  kind: 'place',
  at: source.place(offset),
  text,
});

/** A whole number from 0 on, also one that is written as text. */
export function countOf(node: Node | undefined): number | undefined {
  const value = scalarOf(node);
  const number = typeof value === 'number' ? value : typeof value === 'string' ? wholeNumber(value) : undefined;
  return number !== undefined && Number.isSafeInteger(number) && number >= 0 ? number : undefined;
}

export const wholeNumber = (text: string): number | undefined =>
  /^\s*["']?\d{1,9}["']?\s*$/.test(text) ? Number(text.replace(/["'\s]/g, '')) : undefined;

export function knownAt(source: Source, node: Node | undefined, text: string): Known | undefined {
  const value = countOf(node);
  return node === undefined || value === undefined
    ? undefined
    : { value, evidence: evidenceAt(source, node.at.span.start, text) };
}

export const at = (node: Node | undefined, ...path: readonly string[]): Node | undefined =>
  path.reduce<Node | undefined>((inner, key) => child(inner, key), node);
