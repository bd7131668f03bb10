import type { Driver, Row } from './connection';

const seconds = 1000;

/** MySQL, MariaDB and vtgate. One statement a message, no local files, read-only transactions where the server has them. */
export const mysql: Driver = {
  async open({ host, port, user, password, database }, tls) {
    const { createConnection } = await import('mysql2/promise');
    const connection = await createConnection({
      ...(host.startsWith('/') ? { socketPath: host } : { host, port }),
      user,
      password,
      ...(database !== '' && { database }),
      ...(tls && { ssl: tls }),
      multipleStatements: false,
      disableEval: true,
      connectTimeout: 10 * seconds,
      supportBigNumbers: true,
      bigNumberStrings: false,
      decimalNumbers: false,
      dateStrings: true,
    });
    connection.on('error', () => {});
    const rows = async (sql: string, values: readonly unknown[]): Promise<readonly Row[]> => {
      const [found] = await connection.query({ sql, timeout: 60 * seconds }, [...values]);
      return Array.isArray(found) ? (found as readonly Row[]) : [];
    };
    try {
      const [said] = await rows('SELECT version() AS version', []);
      const whole = String(said?.version ?? '');
      const version = /^[\w.-]+/.exec(whole)?.[0] ?? '';
      const kind = /mariadb/i.test(whole) ? 'mariadb' : 'mysql';
      // vtgate has neither setting; what it is asked for plans, and reads nothing.
      if (!/vitess/i.test(whole)) {
        await rows('SET SESSION TRANSACTION READ ONLY', []);
        const limit = kind === 'mariadb' ? 'max_statement_time = 30' : `max_execution_time = ${30 * seconds}`;
        await rows(`SET SESSION ${limit}`, []);
      }
      return { kind, version, query: rows, close: () => connection.end() };
    } catch (error) {
      connection.destroy();
      throw error;
    }
  },
};
