/** Comma-separated values as RFC 4180 has them, a piece of text at a time: quoted fields may hold line ends and doubled quotes. */
import type { Span } from './span';

export interface CsvCell {
  /** Without its quotes; cut where it is longer than any field should be. */
  readonly text: string;
  /** In all that was written so far, quotes included. */
  readonly span: Span;
}

export type CsvRow = readonly CsvCell[];

export interface CsvParser {
  /** The rows that are complete with this. */
  write(chunk: string): readonly CsvRow[];
  end(): readonly CsvRow[];
}

/** Empty lines are no rows. */
export function csvParser(delimiter = ',', longest = 1_000_000): CsvParser {
  let at = 0;
  let cell = '';
  let start = 0;
  let row: CsvCell[] = [];
  /** `closed`: behind a quote that may be the first of two. */
  let state: 'plain' | 'quoted' | 'closed' = 'plain';
  let rows: CsvRow[] = [];

  const add = (text: string): void => {
    if (cell.length < longest) cell += text.slice(0, longest - cell.length);
  };
  const endCell = (end: number): void => {
    row.push({ text: cell, span: { start, end } });
    cell = '';
    start = at + 1;
    state = 'plain';
  };
  const endRow = (end: number): void => {
    const empty = row.length === 0 && cell === '' && start >= end;
    if (!empty) {
      endCell(end);
      rows.push(row);
    }
    row = [];
    start = at + 1;
  };
  const taken = (): readonly CsvRow[] => {
    const done = rows;
    rows = [];
    return done;
  };
  return {
    write(chunk) {
      for (let i = 0; i < chunk.length; i++, at++) {
        const char = chunk[i] ?? '';
        if (state === 'quoted') {
          if (char === '"') state = 'closed';
          else {
            // Long fields are taken in stretches.
            const next = chunk.indexOf('"', i);
            const end = next < 0 ? chunk.length : next;
            add(chunk.slice(i, end));
            at += end - i - 1;
            i = end - 1;
          }
        } else if (char === '"' && state === 'closed') {
          add('"');
          state = 'quoted';
        } else if (char === '"' && at === start) state = 'quoted';
        else if (char === delimiter) endCell(at);
        else if (char === '\n') endRow(at);
        else if (char === '\r') continue;
        else if (at > 0 || char !== '\ufeff') add(char);
        else start = 1;
      }
      return taken();
    },
    end() {
      endRow(at);
      return taken();
    },
  };
}
