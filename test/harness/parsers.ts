/** Parsers for tests, loaded once, their WASM straight from the packages. */
import { readFileSync } from 'node:fs';
import type { SqlParser } from '../../server/src/dialects/dialect';
import { findDialect } from '../../server/src/dialects/index';
import type { Platform } from '../../server/src/platform/platform';

const platform: Platform = {
  readFile: async () => undefined,
  listFiles: async () => [],
  exists: async () => false,
  log: () => undefined,
  wasm: async (name) => new Uint8Array(readFileSync(`node_modules/libpg-query/wasm/${name}`)),
};

const loaded = new Map<string, Promise<SqlParser>>();

export function parserFor(id: string): Promise<SqlParser> {
  const dialect = findDialect(id);
  if (dialect === undefined) throw new Error(`no dialect ${id}`);
  const parser = loaded.get(dialect.id) ?? dialect.load(platform);
  loaded.set(dialect.id, parser);
  return parser;
}
