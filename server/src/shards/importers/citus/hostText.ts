/**
 * Calls in migrations that are written in a host language: raw SQL inside strings (Django `RunSQL`, Knex `raw`, TypeORM
 * `query`, Rails `execute`), and the helpers that Ruby's gems add (`create_distributed_table :orders, :tenant_id`).
 * A look at the text, not a reading of the language: what the program computes is unknown.
 */

import { lex } from '../../../sql/lexer';
import type { Lexical } from '../../../sql/lexical';
import type { Location } from '../../../text/span';
import { type CallArg, type CitusCall, citusFunctions, type Places, readCalls, shifted } from './calls';

const call = new RegExp(`\\b(${citusFunctions.join('|')})(\\s*\\(|[ \\t]+(?=[:'"]))`, 'g');

/** Longest call that is looked at. */
const reach = 600;

export function readHostCalls(text: string, lexical: Lexical, places: Places): readonly CitusCall[] {
  const up = withoutDown(text);
  return [...up.matchAll(call)].flatMap((found) => {
    const [all, name = '', open = ''] = found;
    const start = found.index;
    const end = open.endsWith('(') ? closing(up, start + all.length) : lineEnd(up, start);
    const written = up.slice(start, end);
    const inner = written.slice(all.length, open.endsWith('(') ? -1 : undefined);
    if (/^\s*(?::|["']?\w+["']?\s*,\s*:)/.test(inner)) {
      return rubyCall(name, inner, start + all.length, places({ start, end }), places);
    }
    // A host's escaped quotes are SQL's quotes, and so are double ones inside a single-quoted string: places stay.
    const sql = written
      .replaceAll("\\'", " '")
      .replaceAll('\\"', ' "')
      .replace(/[#$]\{[^}]*\}/g, unknownText);
    return readCalls(sql, lex(sql, lexical), lexical, shifted(places, start));
  });
}

/** An interpolation is a value nobody knows: as SQL, an operator expression of the same length. */
const unknownText = (hole: string): string =>
  hole.length < 3 ? hole : `'||${' '.repeat(Math.max(0, hole.length - 6))}||'`.slice(0, hole.length);

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
  // Knex, TypeORM, node-pg-migrate, MikroORM.
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
