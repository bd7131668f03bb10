import type { QueryConfig } from 'pg';
import type { Driver, Row } from './connection';

const seconds = 1000;

/** In the extended protocol the server itself refuses two statements in one message; the types do not know the setting yet. */
const alone = (text: string, values: readonly unknown[]): QueryConfig => {
  const query: QueryConfig & { readonly queryMode: 'extended' } = { text, values: [...values], queryMode: 'extended' };
  return query;
};

/** PostgreSQL and what speaks its protocol. The whole session is read-only, and no statement runs long. */
export const postgresql: Driver = {
  async open({ host, port, user, password, database }, tls) {
    const { Client } = await import('pg');
    const client = new Client({
      host,
      port,
      user,
      database,
      // A function: a value that is empty would be looked for in PGPASSWORD and in ~/.pgpass.
      password: () => password,
      ssl: tls ?? false,
      application_name: 'shardlint',
      connectionTimeoutMillis: 10 * seconds,
      query_timeout: 60 * seconds,
    });
    // Without a listener a connection that breaks later would end the process.
    client.on('error', () => {});
    try {
      await client.connect();
      const rows = async (sql: string, values: readonly unknown[]): Promise<readonly Row[]> =>
        (await client.query<Row>(alone(sql, values))).rows;
      await rows('SET default_transaction_read_only = on', []);
      await rows(`SET statement_timeout = ${30 * seconds}`, []);
      const [said] = await rows("SELECT current_setting('server_version') AS version", []);
      const version = /^[\w.-]+/.exec(String(said?.version ?? ''))?.[0] ?? '';
      return { kind: 'postgresql', version, query: rows, close: () => client.end() };
    } catch (error) {
      client.end().catch(() => {});
      throw error;
    }
  },
};
