/** Session and database settings as scripts make them: `SET`, `RESET`, `set_config`, `ALTER DATABASE … SET`, `USE`. */
import { isTrivia, keywordOf, type Token, textOf } from '../sql/token';

export interface Setting {
  /** Lower case: `search_path`, `citus.shard_count`. MySQL's USE is `search_path` too. */
  readonly name: string;
  /** Without quotes; empty: back to the default. */
  readonly values: readonly string[];
  /** `database`: it outlives the session that made it. */
  readonly scope: 'session' | 'database';
}

/** `tokens`: one statement's. */
export function readSetting(text: string, tokens: readonly Token[]): Setting | undefined {
  const words = tokens.filter((token) => !isTrivia(token));
  switch (keywordOf(text, words[0])) {
    case 'SET': {
      const from = ['SESSION', 'LOCAL'].includes(keywordOf(text, words[1])) ? 2 : 1;
      return assignment(text, words.slice(from), 'session');
    }
    case 'RESET':
      return { name: settingName(text, words.slice(1)).name, values: [], scope: 'session' };
    case 'ALTER': {
      if (!['DATABASE', 'ROLE', 'USER', 'SYSTEM'].includes(keywordOf(text, words[1]))) return undefined;
      const set = words.findIndex((token) => keywordOf(text, token) === 'SET');
      return set < 0 ? undefined : assignment(text, words.slice(set + 1), 'database');
    }
    case 'USE': {
      const name = words[1];
      return name === undefined ? undefined : { name: 'search_path', values: [unquoted(text, name)], scope: 'session' };
    }
    case 'SELECT':
      return configCall(text, words);
    default:
      return undefined;
  }
}

function assignment(text: string, words: readonly Token[], scope: Setting['scope']): Setting | undefined {
  const { name, next } = settingName(text, words);
  const sign = words[next];
  if (sign === undefined || !(keywordOf(text, sign) === 'TO' || textOf(text, sign) === '=')) return undefined;
  const values = words.slice(next + 1).filter((token) => textOf(text, token) !== ',');
  const standard = values.length === 1 && keywordOf(text, values[0]) === 'DEFAULT';
  return { name, values: standard ? [] : values.map((token) => unquoted(text, token)), scope };
}

/** `citus.shard_count` is three tokens. */
function settingName(text: string, words: readonly Token[]): { readonly name: string; readonly next: number } {
  let next = 1;
  let name = words[0] === undefined ? '' : unquoted(text, words[0]);
  while (words[next] !== undefined && textOf(text, words[next] as Token) === '.') {
    const part = words[next + 1];
    name += `.${part === undefined ? '' : unquoted(text, part)}`;
    next += 2;
  }
  return { name: name.toLowerCase(), next };
}

/** `SELECT pg_catalog.set_config('search_path', '', false)` opens every pg_dump. */
function configCall(text: string, words: readonly Token[]): Setting | undefined {
  const call = words.findIndex((token) => keywordOf(text, token) === 'SET_CONFIG');
  if (call < 1 || call > 3) return undefined;
  const [name, value] = words.slice(call + 1).filter(({ kind }) => kind === 'string');
  if (name === undefined || value === undefined) return undefined;
  const values = unquoted(text, value)
    .split(',')
    .map((part) => part.trim().replace(/^"(.*)"$/, '$1'))
    .filter((part) => part !== '');
  return { name: unquoted(text, name).toLowerCase(), values, scope: 'session' };
}

/** The content of a string or quoted name, a folded word, anything else as written. */
export function unquoted(text: string, token: Token): string {
  const written = textOf(text, token);
  if (token.kind === 'word') return written.toLowerCase();
  if (token.kind === 'quoted') return written.slice(1, -1).replaceAll(written.slice(-1).repeat(2), written.slice(-1));
  if (token.kind === 'dollar') return written.replace(/^\$\w*\$|\$\w*\$$/g, '');
  if (token.kind !== 'string') return written;
  const open = written.search(/['"]/);
  const quote = written[open] ?? "'";
  return written.slice(open + 1, token.open ? undefined : -1).replaceAll(quote + quote, quote);
}
