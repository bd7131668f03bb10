/** Dialects and their engines, loaded when first asked for and kept. */

import { findDialect } from '../dialects';
import type { Dialect, SqlParser } from '../dialects/dialect';
import type { Platform } from '../platform/platform';

export interface LoadedDialect {
  readonly dialect: Dialect;
  readonly parser: SqlParser;
}

const loaded = new WeakMap<Platform, Map<string, Promise<LoadedDialect>>>();

/** Undefined where no module reads that dialect. */
export async function dialectFor(platform: Platform, name: string): Promise<LoadedDialect | undefined> {
  const dialect = findDialect(name);
  if (!dialect) return undefined;
  const known = loaded.get(platform) ?? new Map<string, Promise<LoadedDialect>>();
  loaded.set(platform, known);
  const loading =
    known.get(dialect.id) ?? dialect.load(platform).then((parser) => ({ dialect, parser: remembering(parser) }));
  known.set(dialect.id, loading);
  return loading;
}

/** The dialects that the maps of a workspace speak. */
export class Dialects {
  private readonly known = new Map<string, LoadedDialect>();

  constructor(private readonly platform: Platform) {}

  /** Text of a dialect that no module reads is read as the shared SQL of PostgreSQL's grammar. */
  async load(name: string): Promise<LoadedDialect | undefined> {
    const loaded = (await dialectFor(this.platform, name)) ?? (await dialectFor(this.platform, 'postgresql'));
    if (loaded) this.known.set(name, loaded);
    return loaded;
  }

  loaded(name: string): LoadedDialect | undefined {
    return this.known.get(name);
  }
}

/** Statements repeat, between keystrokes and between files: the same text is read once. */
function remembering(parser: SqlParser): SqlParser {
  const most = 4096;
  const read = new Map<string, ReturnType<SqlParser['parse']>>();
  return {
    parse(text, stand) {
      if (text.length > 20_000) return parser.parse(text, stand);
      const key =
        stand.size === 0
          ? text
          : `${text}\u0000${[...stand].map(([at, one]) => `${at}${one.kind}${one.id}`).join('\u0001')}`;
      const known = read.get(key);
      if (known) return known;
      const parsed = parser.parse(text, stand);
      if (read.size >= most) read.clear();
      read.set(key, parsed);
      return parsed;
    },
  };
}
