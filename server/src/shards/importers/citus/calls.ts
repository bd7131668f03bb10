/** Calls of Citus's functions, read from tokens: they look the same in SELECT, PERFORM, CALL and in a DO block. */
import { unquoted } from '../../../schema/settings';
import { lex } from '../../../sql/lexer';
import type { Lexical } from '../../../sql/lexical';
import { isTrivia, keywordOf, type Token, textOf } from '../../../sql/token';
import type { Location, Span } from '../../../text/span';
import { boundRows, type RowSource } from './rows';

export interface CitusCall {
  readonly name: CitusFunction;
  readonly args: readonly CallArg[];
  /** Of the whole call. */
  readonly at: Location;
}

/** Where a part of the text that is read stands in a file. */
export type Places = (span: Span) => Location;

export interface CallArg {
  /** Undefined: by position. */
  readonly name?: string;
  readonly value: ArgValue;
  readonly at: Location;
}

export type ArgValue =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'number'; readonly number: number }
  | { readonly kind: 'boolean'; readonly boolean: boolean }
  | { readonly kind: 'null' }
  | { readonly kind: 'list'; readonly items: readonly string[] }
  /** An expression whose value only the database knows. `word`: a variable. */
  | { readonly kind: 'unknown'; readonly word?: string };

export const citusFunctions = [
  'create_distributed_table',
  'create_distributed_table_concurrently',
  'create_reference_table',
  'citus_add_local_table_to_metadata',
  'create_citus_local_table',
  'undistribute_table',
  'alter_distributed_table',
  'update_distributed_table_colocation',
  'mark_tables_colocated',
  'citus_schema_distribute',
  'citus_schema_undistribute',
] as const;

export type CitusFunction = (typeof citusFunctions)[number];

const known: ReadonlySet<string> = new Set(citusFunctions);
const isCitusFunction = (name: string): name is CitusFunction => known.has(name);

/** Any of the calls, however it is written in a host language. */
export const mentionsCitus = new RegExp(`\\b(?:${citusFunctions.join('|')})\\b`);

/** `tokens`: one statement's. */
export function readCalls(
  text: string,
  tokens: readonly Token[],
  lexical: Lexical,
  places: Places,
): readonly CitusCall[] {
  const words = tokens.filter((token) => !isTrivia(token));
  const defines = keywordOf(text, words[0]) === 'CREATE';
  // A routine's body runs when it is called, not when it is made.
  if (defines && words.slice(1, 4).some((token) => /^(?:FUNCTION|PROCEDURE)$/.test(keywordOf(text, token)))) return [];
  const rows = boundRows(text, words);
  return words.flatMap((token, index) => {
    if (token.kind === 'word' && isCitusFunction(textOf(text, token).toLowerCase())) {
      return expanded(text, words, index, rows, places);
    }
    return token.kind === 'dollar' || token.kind === 'string' ? inside(text, token, lexical, places) : [];
  });
}

/** DO bodies, and strings that EXECUTE runs: `''` inside a string reads as one quote and a blank, so that places stay. */
function inside(text: string, token: Token, lexical: Lexical, places: Places): readonly CitusCall[] {
  const written = textOf(text, token);
  if (!mentionsCitus.test(written)) return [];
  const tag = token.kind === 'dollar' ? (/^\$\w*\$/.exec(written)?.[0] ?? '') : "'";
  const skipped = token.kind === 'dollar' ? tag.length : written.indexOf("'") + 1;
  const end = token.open || written.length < skipped + tag.length ? written.length : written.length - tag.length;
  const body = written.slice(skipped, end);
  const plain = token.kind === 'dollar' ? body : body.replaceAll("''", "' ");
  return readCalls(plain, lex(plain, lexical), lexical, shifted(places, token.start + skipped));
}

/** Places in a part of the text, which begins at `offset`. */
export const shifted =
  (places: Places, offset: number): Places =>
  ({ start, end }) =>
    places({ start: start + offset, end: end + offset });

function expanded(
  text: string,
  words: readonly Token[],
  index: number,
  sources: readonly RowSource[],
  places: Places,
): readonly CitusCall[] {
  const call = callAt(text, words, index, places);
  if (call === undefined) return [];
  const unknown = call.args.flatMap(({ value }) => (value.kind === 'unknown' ? [value.word ?? ''] : []));
  const source = sources.find(({ names }) => unknown.some((word) => names.includes(word)));
  if (source === undefined) return [call];
  return source.rows.map((row) => ({
    ...call,
    args: call.args.map((arg) => {
      const value = arg.value.kind === 'unknown' ? row[source.names.indexOf(arg.value.word ?? '')] : undefined;
      if (value === undefined) return arg;
      return { ...arg, value: { kind: 'text', text: value.text } as const, at: places(value.span) };
    }),
  }));
}

function callAt(text: string, words: readonly Token[], index: number, places: Places): CitusCall | undefined {
  const [name, open] = [words[index], words[index + 1]];
  if (name === undefined || open === undefined || textOf(text, open) !== '(') return undefined;
  const called = textOf(text, name).toLowerCase();
  if (!isCitusFunction(called)) return undefined;
  const args: CallArg[] = [];
  let depth = 0;
  let current: Token[] = [];
  let end = open.end;
  for (const token of words.slice(index + 1)) {
    const written = textOf(text, token);
    end = token.end;
    if (/^[([]$/.test(written) && depth++ === 0) continue;
    if (/^[)\]]$/.test(written) && --depth === 0) break;
    if (written === ',' && depth === 1) {
      args.push(argument(text, current, places));
      current = [];
    } else current.push(token);
  }
  if (current.length > 0) args.push(argument(text, current, places));
  return { name: called, args, at: places({ start: name.start, end }) };
}

function argument(text: string, tokens: readonly Token[], places: Places): CallArg {
  const [first, sign] = tokens;
  // `=>` and `:=` may come as one token or as two.
  const arrow = sign === undefined ? '' : text.slice(sign.start, sign.start + 2);
  const isNamed = first !== undefined && (arrow === '=>' || arrow === ':=');
  const valueFrom = isNamed && sign !== undefined ? sign.start + 2 : 0;
  const rest = isNamed ? tokens.filter((token) => token.start >= valueFrom) : tokens;
  const [start, end] = [rest[0], rest.at(-1)];
  return {
    ...(isNamed && { name: unquoted(text, first) }),
    value: argValue(text, rest),
    at: places({ start: start?.start ?? 0, end: end?.end ?? 0 }),
  };
}

/** A literal, with or without a cast behind it. */
function argValue(text: string, tokens: readonly Token[]): ArgValue {
  const [first, second] = tokens;
  if (first === undefined) return { kind: 'unknown' };
  if (keywordOf(text, first) === 'ARRAY') {
    const items = tokens.filter(({ kind }) => kind === 'string').map((token) => unquoted(text, token).trim());
    return { kind: 'list', items };
  }
  const cast = second === undefined || textOf(text, second).startsWith(':');
  if (first.kind === 'word') {
    switch (keywordOf(text, first)) {
      case 'NULL':
        return { kind: 'null' };
      case 'TRUE':
        return { kind: 'boolean', boolean: true };
      case 'FALSE':
        return { kind: 'boolean', boolean: false };
    }
    // `t`, `t::regclass` and `r.t` are the variable t.
    const field = second !== undefined && textOf(text, second) === '.' ? tokens[2] : undefined;
    return cast || field !== undefined
      ? { kind: 'unknown', word: unquoted(text, field ?? first) }
      : { kind: 'unknown' };
  }
  if (!cast) return { kind: 'unknown' };
  if (first.kind === 'number') return { kind: 'number', number: Number(textOf(text, first)) };
  if (first.kind !== 'string' && first.kind !== 'dollar') return { kind: 'unknown' };
  const written = unquoted(text, first).trim();
  const list = /^\{(.*)\}$/.exec(written);
  if (list !== null) return { kind: 'list', items: (list[1] ?? '').split(',').map((item) => item.trim()) };
  return first.holed ? { kind: 'unknown' } : { kind: 'text', text: written };
}
