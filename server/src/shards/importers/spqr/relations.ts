/** Relations as SPQR's console spells them: `DISTRIBUTION KEY a HASH FUNCTION murmur`, `(a HASH murmur)`, `(murmur [a int, b int])`. */
import type { Span } from '../../../text/span';
import { closing, commaParts, find, follows, nameAt, type Word } from '../words';

export interface Attached {
  readonly name: readonly string[];
  /** Columns in order, those of a routing expression one by one. */
  readonly key: readonly string[];
  /** Entries of the key: an expression over several columns is one. */
  readonly parts: number;
  readonly hash?: string;
  readonly generated: readonly string[];
  readonly span: Span;
}

/** From the word RELATION or TABLE on; several may be attached at once. */
export function relationsIn(words: readonly Word[], from: number): readonly Attached[] {
  const starts: number[] = [];
  for (let at = from; at >= 0; at = find(words, 'RELATION|TABLE', at + 1)) starts.push(at);
  return starts.flatMap((start, i) => relation(words.slice(start + 1, starts[i + 1])) ?? []);
}

function relation(words: readonly Word[]): Attached | undefined {
  const name = nameAt(words, 0);
  if (!name) return undefined;
  const open = words[name.next]?.text === '(' ? name.next : -1;
  const key = find(words, 'DISTRIBUTION KEY', name.next);
  const body = open >= 0 ? words.slice(open + 1, closing(words, open)) : key >= 0 ? words.slice(key + 2) : [];
  const ends = ['IN', 'FOR DISTRIBUTION', 'AUTO INCREMENT', 'SCHEMA'].map((phrase) => find(body, phrase));
  const end = Math.min(...ends.filter((at) => at >= 0), body.length);
  const entries = commaParts(body.slice(0, end)).filter((entry) => columnsOf(entry).length > 0);
  const counted = find(body, 'AUTO INCREMENT');
  const schema = find(words, 'SCHEMA', name.next);
  const prefix = schema >= 0 && name.name.length === 1 ? [words[schema + 1]?.text ?? ''] : [];
  const hash = entries.map(hashOf).find((each) => each !== undefined && each !== 'identity');
  return {
    name: [...prefix, ...name.name],
    key: entries.flatMap(columnsOf),
    parts: entries.length,
    generated: counted < 0 ? [] : commaParts(body.slice(counted + 2)).flatMap(([column]) => column?.text ?? []),
    span: { start: name.start, end: name.end },
    ...(hash !== undefined && { hash }),
  };
}

const isExpression = (entry: readonly Word[]): boolean => entry[1]?.text === '[';

function columnsOf(entry: readonly Word[]): readonly string[] {
  if (!isExpression(entry)) return nameAt(entry, 0)?.name.slice(-1) ?? [];
  return commaParts(entry.slice(2).filter(({ text }) => text !== ']')).flatMap(([column]) => column?.text ?? []);
}

function hashOf(entry: readonly Word[]): string | undefined {
  if (isExpression(entry)) return entry[0]?.text.toLowerCase();
  const at = find(entry, 'HASH', 1);
  if (at < 0) return undefined;
  return entry[at + (follows(entry, at + 1, 'FUNCTION') ? 2 : 1)]?.text.toLowerCase();
}
