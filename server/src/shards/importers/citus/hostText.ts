/**
 * Calls in migrations that are written in a host language: raw SQL inside strings (Django `RunSQL`, Knex `raw`, TypeORM
 * `query`, Rails `execute`), and the helpers that Ruby's gems add (`create_distributed_table :orders, :tenant_id`).
 * A look at the text, not a reading of the language: what the program computes is unknown.
 */

import { lex } from '../../../sql/lexer';
import type { Lexical } from '../../../sql/lexical';
import type { Location } from '../../../text/span';
import { type CallArg, type CitusCall, citusFunctions, type Places, readCalls, shifted } from './calls';
import { holesIn, literalsOf } from './hostNames';

const call = new RegExp(`\\b(${citusFunctions.join('|')})(\\s*\\(|[ \\t]+(?=[:'"]))`, 'g');

/** Longest call that is looked at. */
const reach = 600;

export function readHostCalls(file: string, text: string, lexical: Lexical): readonly CitusCall[] {
  const places: Places = (span) => ({ file, span });
  const up = withoutDown(text);
  return [...up.matchAll(call)].flatMap((found) => {
    const [all, name = '', open = ''] = found;
    const start = found.index;
    const end = open.endsWith('(') ? closing(up, start + all.length) : lineEnd(up, start);
    const written = up.slice(start, end);
    const inner = written.slice(all.length, open.endsWith('(') ? -1 : undefined);
    if (/^\s*(?::|["']?\w+["']?\s*,\s*:)/.test(inner)) {
      // Elsewhere a colon and a name are a placeholder.
      return file.endsWith('.rb') ? rubyCall(name, inner, start + all.length, places({ start, end }), places) : [];
    }
    // A host's escaped quotes are SQL's quotes, and so are double ones inside a single-quoted string: places stay.
    const sql = written
      .replaceAll("\\'", " '")
      .replaceAll('\\"', ' "')
      .replace(/[#$]\{[^}]*\}/g, unknownText);
    return readCalls(sql, lex(sql, lexical), lexical, shifted(places, start)).flatMap((one) => filled(one, up));
  });
}

/** A call for each text that a name in it stands for; the arguments are unknown where the file does not say. */
function filled(one: CitusCall, text: string): readonly CitusCall[] {
  const written = ({ at }: CallArg): string => text.slice(at.span.start, at.span.end);
  const args = one.args.map((arg) => {
    const found = holesIn(written(arg), text);
    return found.length === 0 ? arg : { ...arg, value: { kind: 'unknown' } as const };
  });
  const names = new Set(one.args.flatMap((arg) => holesIn(written(arg), text).map(({ name }) => name)));
  const [name] = names;
  const values = names.size === 1 && name !== undefined ? literalsOf(name, text) : undefined;
  if (!values) return [{ ...one, args }];
  return values.map((value) => ({
    ...one,
    args: one.args.map((arg) => {
      const [hole, more] = holesIn(written(arg), text);
      if (!hole || more) return hole ? { ...arg, value: { kind: 'unknown' } as const } : arg;
      const whole = `${written(arg).slice(0, hole.start)}${value.text}${written(arg).slice(hole.end)}`;
      const [, inside] = /^\\?["'`]?\s*([\w.]+)\\?["'`]?$/.exec(whole.trim()) ?? [];
      return inside === undefined
        ? { ...arg, value: { kind: 'unknown' } as const }
        : { ...arg, value: { kind: 'text', text: inside } as const, at: { ...arg.at, span: value.span } };
    }),
  }));
}

/** An interpolation is a value nobody knows: as SQL, an operator expression of the same length. */
const unknownText = (hole: string): string => (hole.length < 4 ? hole : `'||${' '.repeat(hole.length - 4)}'`);

/** `:orders, :tenant_id, colocate_with: :tenants, shard_count: 64` */
function rubyCall(name: string, inner: string, from: number, at: Location, places: Places): readonly CitusCall[] {
  const args: CallArg[] = [];
  for (const part of inner.matchAll(/[^,]+/g)) {
    const found =
      /^\s*(?:(\w+):\s+|:(\w+)\s*=>\s*)?(?::"?([\w.]+)"?|(["'])([\w.]+)\4|(\d+)|(nil)|(true|false))\s*$/.exec(part[0]);
    const start = from + part.index + (part[0].length - part[0].trimStart().length);
    const span = { start, end: from + part.index + part[0].trimEnd().length };
    const keyword = found?.[1] ?? found?.[2];
    const written = found?.[3] ?? found?.[5];
    const value =
      written !== undefined
        ? ({ kind: 'text', text: written } as const)
        : found?.[6] !== undefined
          ? ({ kind: 'number', number: Number(found[6]) } as const)
          : found?.[7] !== undefined
            ? ({ kind: 'null' } as const)
            : found?.[8] !== undefined
              ? ({ kind: 'boolean', boolean: found[8] === 'true' } as const)
              : ({ kind: 'unknown' } as const);
    args.push({ ...(keyword !== undefined && { name: keyword }), value, at: places(span) });
  }
  const known = citusFunctions.find((one) => one === name);
  return known === undefined ? [] : [{ name: known, args, at }];
}

function closing(text: string, from: number): number {
  let depth = 1;
  for (let at = from; at < Math.min(text.length, from + reach); at++) {
    if (text[at] === '(') depth++;
    if (text[at] === ')' && --depth === 0) return at + 1;
  }
  return Math.min(text.length, from + reach);
}

const lineEnd = (text: string, from: number): number => {
  const end = text.slice(from).search(/[\r\n;#]|\bif\b|\bdo\b/);
  return end < 0 ? text.length : from + end;
};

const downs: readonly (readonly [RegExp, RegExp])[] = [
  // Ruby: to the next method of the class.
  [/^[ \t]*def (?:self\.)?down\b/gm, /^[ \t]*def (?!(?:self\.)?down\b)/m],
  // Entity Framework.
  [/\bvoid[ \t]+Down[ \t]*\(/g, /\bvoid[ \t]+Up[ \t]*\(/],
  // Knex, TypeORM, node-pg-migrate, MikroORM, Laravel, Doctrine.
  [
    /\bexports\.down\b|\b(?:async[ \t]+)?(?:function[ \t]+)?down[ \t]*[(=:]/g,
    /\bexports\.up\b|\b(?:async[ \t]+)?(?:function[ \t]+)?up[ \t]*[(=:]/,
  ],
  // Django: the keyword's own string or list; Alembic's function.
  [/\breverse_sql[ \t]*=/g, /^[ \t]*(?:migrations\.|[)\]],?[ \t]*$)/m],
  [/^def downgrade\b/gm, /^def (?!downgrade\b)/m],
];

/** Blanks out what undoes the migration; lines stay lines. */
function withoutDown(text: string): string {
  let result = text;
  for (const [from, to] of downs) {
    for (const found of result.matchAll(from)) {
      const begin = found.index + found[0].length;
      const next = result.slice(begin).search(to);
      const end = next < 0 ? result.length : begin + next;
      result = result.slice(0, begin) + result.slice(begin, end).replace(/[^\r\n]/g, ' ') + result.slice(end);
    }
  }
  // Comments of the host: a call in one places nothing.
  return result.replace(/^[ \t]*(?:#(?!\{)|\/\/)[^\n]*/gm, (line) => line.replace(/[^\r\n]/g, ' '));
}
