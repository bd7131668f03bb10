/** TOML as a positioned tree: values from the parser, places from a look at the lines. A broken section is left out. */
import { parse, TomlDate, TomlError } from 'smol-toml';
import type { Location, Span } from '../../text/span';
import type { MapProblem } from '../model';
import { emptyMap, type Node, narrow, type Positioned } from './node';

const mostBroken = 8;
const deepest = 60;

export function readToml(file: string, source: string): Positioned {
  const problems: MapProblem[] = [];
  let text = source.replace(/^\uFEFF/, ' ');
  const places = placesIn(text);
  for (let round = 0; round < mostBroken; round++) {
    try {
      const whole = { file, span: { start: 0, end: source.length } };
      return { node: convert(parse(text, { integersAsBigInt: 'asNeeded' }), '', whole, places, 0), problems };
    } catch (error) {
      if (!(error instanceof TomlError)) break;
      const start = offsetOf(text, error.line, error.column);
      problems.push({
        at: { file, span: lineAround(text, start) },
        severity: 'error',
        code: 'syntax',
        message: 'This is no valid TOML: its section is not read.',
      });
      text = withoutSection(text, start);
    }
  }
  return { node: emptyMap(file), problems };
}

interface Place {
  readonly key: Span;
  readonly value: Span;
}

function convert(
  value: unknown,
  path: string,
  outer: Location,
  places: ReadonlyMap<string, Place>,
  depth: number,
): Node {
  const { file } = outer;
  const place = places.get(path);
  const at = place ? { file, span: place.value } : outer;
  if (depth > deepest) return { kind: 'scalar', value: null, at };
  if (Array.isArray(value)) {
    return { kind: 'list', items: value.map((item, i) => convert(item, `${path}[${i}]`, at, places, depth + 1)), at };
  }
  if (value instanceof TomlDate) return { kind: 'scalar', value: value.toISOString(), at };
  if (typeof value === 'object' && value !== null) {
    const entries = Object.entries(value).map(([key, each]) => {
      const inner = path === '' ? key : `${path}.${key}`;
      const keyAt = { file, span: places.get(inner)?.key ?? at.span };
      return { key, keyAt, value: convert(each, inner, at, places, depth + 1) };
    });
    return { kind: 'map', entries, at };
  }
  if (typeof value === 'bigint') return { kind: 'scalar', value: narrow(value), at };
  const plain = typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
  return { kind: 'scalar', value: plain ? value : null, at };
}

/** Sections and keys by their paths: `databases[1].name`. Elements of inline values have the place of the whole value. */
function placesIn(text: string): ReadonlyMap<string, Place> {
  const places = new Map<string, Place>();
  const counts = new Map<string, number>();
  let section = '';
  for (const line of text.matchAll(
    /^[ \t]*(?:(\[{1,2})([^\]\n]+)\]|((?:[\w-]+|"[^"\n]*"|'[^'\n]*')(?:[ \t]*\.[ \t]*(?:[\w-]+|"[^"\n]*"))*)[ \t]*=[ \t]*)/gm,
  )) {
    const [all, brackets, header, key = ''] = line;
    const end = line.index + all.length;
    if (header !== undefined) {
      const start = line.index + all.indexOf(header);
      const names = parts(header);
      const named = { start, end: start + header.trimEnd().length };
      const last = names.length - 1;
      let path = '';
      for (const [i, name] of names.entries()) {
        path = path === '' ? name : `${path}.${name}`;
        if (i === last && brackets === '[[') {
          const count = (counts.get(path) ?? -1) + 1;
          counts.set(path, count);
          if (count === 0) places.set(path, { key: named, value: named });
          path += `[${count}]`;
        } else if (counts.has(path)) path += `[${counts.get(path)}]`;
        if (!places.has(path)) places.set(path, { key: named, value: named });
      }
      section = path;
      places.set(path, { key: named, value: named });
    } else {
      const start = line.index + all.indexOf(key);
      const path = [section, ...parts(key)].filter((part) => part !== '').join('.');
      places.set(path, { key: { start, end: start + key.length }, value: valueAt(text, end) });
    }
  }
  return places;
}

const parts = (written: string): readonly string[] =>
  (written.match(/"[^"]*"|'[^']*'|[^.\s]+/g) ?? []).map((part) => part.replace(/^(["'])(.*)\1$/, '$2'));

/** To the end of the line, without a comment. */
function valueAt(text: string, start: number): Span {
  const line = /^(?:"(?:[^"\\\n]|\\.)*"|'[^'\n]*'|[^#"'\r\n]|["'])*/.exec(text.slice(start, start + 2000))?.[0] ?? '';
  return { start, end: Math.min(text.length, start + Math.max(1, line.trimEnd().length)) };
}

function offsetOf(text: string, line: number, column: number): number {
  let start = 0;
  for (let i = 1; i < line; i++) {
    const next = text.indexOf('\n', start);
    if (next < 0) break;
    start = next + 1;
  }
  return Math.max(0, Math.min(start + Math.max(0, column - 1), text.trimEnd().length - 1));
}

/** A parser stumbles behind a mistake, often at a line's end: the whole line is shown. */
function lineAround(text: string, offset: number): Span {
  const from = text.lastIndexOf('\n', Math.max(0, offset - 1)) + 1;
  const next = text.indexOf('\n', Math.max(from, offset));
  const line = text.slice(from, next < 0 ? undefined : next);
  const start = from + (line.length - line.trimStart().length);
  return { start, end: Math.min(text.length, Math.max(start + 1, from + line.trimEnd().length)) };
}

/** The section that holds an offset, blanked: everything behind it keeps its place. */
function withoutSection(text: string, offset: number): string {
  const before = text.lastIndexOf('\n[', offset);
  const start = text.startsWith('[', offset) ? offset : before < 0 ? 0 : before + 1;
  const next = text.indexOf('\n[', Math.max(offset, start + 1));
  const end = next < 0 ? text.length : next;
  return text.slice(0, start) + text.slice(start, end).replace(/[^\n]/g, ' ') + text.slice(end);
}
