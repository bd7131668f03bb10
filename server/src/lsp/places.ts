/** Between offsets of a text and positions of the protocol, in the encoding that was agreed on. */
import type { Location, Position, Range } from 'vscode-languageserver';
import { type ColumnUnit, type LineIndex, lineIndex, offsetAt, positionAt } from '../text/lineIndex';
import type { Span } from '../text/span';
import { uriOf } from './uris';

const textsKept = 4;

export interface Places {
  position(text: string, offset: number): Position;
  range(text: string, span: Span): Range;
  offset(text: string, position: Position): number;
  location(file: string, text: string, span: Span): Location;
}

export function placesIn(unit: ColumnUnit): Places {
  // The same few texts are asked for again and again within one answer, in turns.
  let latest: readonly LineIndex[] = [];
  const index = (text: string): LineIndex => {
    if (latest[0]?.text === text) return latest[0];
    const known = latest.find((one) => one.text === text);
    // Two texts that say the same, as after an undo, are compared letter by letter: from now on it is this one that is kept.
    const made = known ? { text, starts: known.starts } : lineIndex(text);
    latest = [made, ...latest.filter((one) => one !== known).slice(0, textsKept - 1)];
    return made;
  };
  const position = (text: string, offset: number): Position => {
    const { line, column } = positionAt(index(text), offset, unit);
    return { line, character: column };
  };
  const range = (text: string, { start, end }: Span): Range => ({
    start: position(text, start),
    end: position(text, end),
  });
  return {
    position,
    range,
    offset: (text, { line, character }) => offsetAt(index(text), { line, column: character }, unit),
    location: (file, text, span) => ({ uri: uriOf(file), range: range(text, span) }),
  };
}
