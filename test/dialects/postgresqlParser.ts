/** The PostgreSQL parser for tests, its binary read from the package. */
import { readFileSync } from 'node:fs';
import type { SqlParser, StandIns } from '../../server/src/dialects/dialect';
import { postgresql } from '../../server/src/dialects/postgresql';
import type { Query } from '../../server/src/query/model';

export const loadParser = (): Promise<SqlParser> =>
  postgresql.load({
    readFile: async () => undefined,
    listFiles: async () => [],
    exists: async () => false,
    log: () => undefined,
    wasm: async (name) => new Uint8Array(readFileSync(`node_modules/libpg-query/wasm/${name}`)),
  });

export const readWith =
  (parser: () => SqlParser) =>
  (sql: string, stand: StandIns = new Map()): Query => {
    const parsed = parser().parse(sql, stand);
    if (!parsed.ok) throw new Error(`${parsed.why}: ${sql}`);
    return parsed.query;
  };
