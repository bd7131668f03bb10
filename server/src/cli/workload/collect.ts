/** Entries of logs → statements with their calls, in bounded memory. */
import type { Lexical } from '../../sql/lexical';
import { normalized } from '../../sql/normalized';
import type { Entry, Item, Unread } from './entry';

export interface Collected {
  /** Most called first. */
  readonly statements: readonly Counted[];
  /** Entries that are no statements on tables: SET, COMMIT, SHOW … */
  readonly others: number;
  /** Calls of statements beyond the number that is kept. */
  readonly beyond: number;
  readonly unread: number;
  /** The first of them. */
  readonly examples: readonly (Unread & { readonly file: string })[];
  /** From the first to the last entry, where the logs have times. */
  readonly seconds?: number;
}

export interface Counted {
  readonly sql: string;
  readonly calls: number;
  readonly milliseconds?: number;
}

export interface Collector {
  add(item: Item, file: string, lexical: Lexical): void;
  result(): Collected;
}

const mostKept = 50_000;
const mostExamples = 5;
/** Logs repeat themselves: their texts are remembered, to a point. */
const mostRemembered = 5000;

const onTables = /^\(*(?:select|insert|update|delete|replace|with|merge|values|table)$/;

export function collector(): Collector {
  const byKey = new Map<string, { text: string; apart: string; calls: number; milliseconds: number | undefined }>();
  const remembered = new Map<string, ReturnType<typeof normalized>>();
  const examples: (Unread & { readonly file: string })[] = [];
  let [others, beyond, unread] = [0, 0, 0];
  let [first, last] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];

  const reject = (line: number, why: string, file: string): void => {
    unread++;
    if (examples.length < mostExamples) examples.push({ line, why, file });
  };
  const normal = (sql: string, lexical: Lexical): ReturnType<typeof normalized> => {
    if (remembered.has(sql)) return remembered.get(sql);
    const made = normalized(sql, lexical);
    if (remembered.size >= mostRemembered) remembered.clear();
    if (sql.length < 10_000) remembered.set(sql, made);
    return made;
  };
  const count = ({ sql, calls, milliseconds, at, line }: Entry, file: string, lexical: Lexical): void => {
    if (at !== undefined) {
      first = Math.min(first, at);
      last = Math.max(last, at);
    }
    const one = normal(sql, lexical);
    if (!one) {
      if (/\w/.test(sql)) reject(line, 'the statement is cut, or is none', file);
      return;
    }
    if (!onTables.test(one.key.replaceAll('( ', '(').split(' ', 1)[0] ?? '')) {
      others += calls;
      return;
    }
    const known = byKey.get(one.key);
    if (!known) {
      if (byKey.size >= mostKept) beyond += calls;
      else byKey.set(one.key, { text: one.text, apart: one.apart, calls, milliseconds });
      return;
    }
    known.calls += calls;
    if (milliseconds !== undefined) known.milliseconds = (known.milliseconds ?? 0) + milliseconds;
    // Longer lists are worse for routing, and values that were equal once need not be so again.
    if (known.text !== one.text) {
      const longer = one.apart.length > known.apart.length ? one.apart : known.apart;
      known.text = longer;
      known.apart = longer;
    }
  };
  return {
    add(item, file, lexical) {
      if ('unread' in item) reject(item.unread.line, item.unread.why, file);
      else count(item.entry, file, lexical);
    },
    result: () => ({
      statements: [...byKey.values()]
        .map(({ text, calls, milliseconds }) => ({
          sql: text,
          calls,
          ...(milliseconds !== undefined && { milliseconds: Math.round(milliseconds) }),
        }))
        .sort((a, b) => b.calls - a.calls || (a.sql < b.sql ? -1 : 1)),
      others,
      beyond,
      unread,
      examples,
      ...(last - first >= 1000 && { seconds: Math.round((last - first) / 1000) }),
    }),
  };
}
