/** PostgreSQL's type names, as the neutral models write them. */
import type { Node, TypeName } from '../engines/libpgQuery';
import { as, lastString, stringOf } from './lowering';
import type { Source } from './source';

const aliases: ReadonlyMap<string, string> = new Map([
  ['int2', 'smallint'],
  ['int4', 'integer'],
  ['int', 'integer'],
  ['int8', 'bigint'],
  ['bool', 'boolean'],
  ['float4', 'real'],
  ['float8', 'double precision'],
  ['bpchar', 'char'],
  ['decimal', 'numeric'],
]);

/** Column types that are an integer with a sequence behind it. */
export const serialTypes: ReadonlyMap<string, string> = new Map([
  ['smallserial', 'smallint'],
  ['serial2', 'smallint'],
  ['serial', 'integer'],
  ['serial4', 'integer'],
  ['bigserial', 'bigint'],
  ['serial8', 'bigint'],
]);

/** `pg_catalog.int4` → `integer`, `_text` stays, `uuid[]` for arrays, schemas other than pg_catalog are kept. */
export const typeName = (type: TypeName | undefined): string => {
  const names = type?.names ?? [];
  const last = lastString(names);
  const schema = names.length > 1 ? stringOf(names[names.length - 2]) : '';
  const base = schema === '' || schema === 'pg_catalog' ? (aliases.get(last) ?? last) : `${schema}.${last}`;
  return base + '[]'.repeat(type?.arrayBounds?.length ?? 0);
};

export const typeModifiers = (type: TypeName | undefined): string[] =>
  lastString(type?.names) === 'interval' ? [] : (type?.typmods ?? []).map(modifier);

const modifier = (node: Node): string => {
  const constant = as(node, 'A_Const');
  if (constant === undefined) return as(node, 'ColumnRef')?.fields?.map(stringOf).join('.') ?? '';
  if (constant.ival !== undefined) return String(constant.ival.ival ?? 0);
  return constant.fval?.fval ?? constant.sval?.sval ?? '';
};

const moreWords: ReadonlyMap<string, RegExp> = new Map([
  ['varchar', /^varying$/i],
  ['varbit', /^varying$/i],
  ['float8', /^precision$/i],
  ['timestamp', /^(without|time|zone)$/i],
  ['time', /^(without|time|zone)$/i],
  ['timestamptz', /^(with|time|zone)$/i],
  ['timetz', /^(with|time|zone)$/i],
  ['interval', /^(year|month|day|hour|minute|second|to)$/i],
]);

/** One past a type name that starts at `start`: its words, modifiers and brackets. */
export const typeEnd = (source: Source, type: TypeName, start: number): number => {
  const { text } = source;
  const more = moreWords.get(lastString(type.names));
  let end = source.tokenEnd(start);
  for (;;) {
    const next = source.skip(end);
    const char = text[next];
    if (char === '.') end = source.tokenEnd(source.skip(next + 1));
    else if (char === '(' && (type.typmods?.length ?? 0) > 0) end = Math.max(next, source.closeOf(next)) + 1;
    else if (char === '[' && (type.arrayBounds?.length ?? 0) > 0) end = text.indexOf(']', next) + 1 || text.length;
    else {
      const word = source.tokenEnd(next);
      if (more === undefined || !more.test(text.slice(next, word))) return end;
      end = word;
    }
  }
};
