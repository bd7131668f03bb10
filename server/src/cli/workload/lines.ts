/** A log as pieces of bounded size, however long it or its lines are. */
import fs from 'node:fs';
import { createGunzip } from 'node:zlib';

/** Longer lines are cut: nobody routes a megabyte of SQL. */
const longest = 1_000_000;

/** The text of a file in pieces; `.gz` is unpacked on the way. Throws what the file system throws. */
export async function* chunksOf(file: string): AsyncGenerator<string> {
  const raw = fs.createReadStream(file);
  const stream = file.endsWith('.gz') ? raw.pipe(createGunzip()) : raw;
  raw.on('error', (error) => stream.destroy(error));
  const decoder = new TextDecoder();
  for await (const chunk of stream) yield decoder.decode(chunk as Buffer, { stream: true });
}

export interface Line {
  /** 1-based. */
  readonly number: number;
  readonly text: string;
  readonly cut: boolean;
}

export async function* linesOf(chunks: AsyncIterable<string>): AsyncGenerator<Line> {
  let number = 0;
  let rest = '';
  let cut = false;
  for await (const chunk of chunks) {
    const parts = chunk.split('\n');
    for (const [i, part] of parts.entries()) {
      if (rest.length < longest) rest += part.slice(0, longest - rest.length);
      else cut ||= part !== '';
      if (i === parts.length - 1) break;
      yield { number: ++number, text: rest.replace(/\r$/, ''), cut };
      rest = '';
      cut = false;
    }
  }
  if (rest !== '') yield { number: ++number, text: rest.replace(/\r$/, ''), cut };
}

/** The first piece of a file, and then all of it. */
export async function peeked(
  chunks: AsyncGenerator<string>,
): Promise<{ readonly head: string; readonly all: AsyncIterable<string> }> {
  const { value, done } = await chunks.next();
  const head = done ? '' : value;
  return {
    head,
    all: (async function* () {
      yield head;
      yield* chunks;
    })(),
  };
}
