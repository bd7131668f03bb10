/** A connection on which only reading is possible, whatever the database. Drivers are loaded when one is opened. */
import fs from 'node:fs';
import { UsageError } from '../shell';
import { masked } from './masked';
import type { DatabaseUrl, Tls } from './url';

export type Row = Readonly<Record<string, unknown>>;

export interface Connection {
  readonly kind: 'postgresql' | 'mysql' | 'mariadb';
  /** As the server says it: `17.2`, `8.0.30-Vitess`. */
  readonly version: string;
  /** One statement; throws a `DatabaseError`. */
  query(sql: string, values?: readonly (string | number | readonly string[])[]): Promise<readonly Row[]>;
  close(): Promise<void>;
}

/** What a driver is asked for; it throws what it likes. */
export interface Driver {
  open(
    url: DatabaseUrl,
    tls: { readonly rejectUnauthorized: boolean; readonly ca?: string } | undefined,
  ): Promise<Session>;
}

export interface Session {
  readonly kind: Connection['kind'];
  readonly version: string;
  query(sql: string, values: readonly unknown[]): Promise<readonly Row[]>;
  close(): Promise<void>;
}

/** What the server answered to one statement, fit to be shown. */
export class DatabaseError extends Error {
  constructor(
    readonly code: string,
    message: string,
  ) {
    super(message);
  }
}

const driverOf = async (kind: DatabaseUrl['kind']): Promise<Driver> =>
  kind === 'postgresql' ? (await import('./postgresql')).postgresql : (await import('./mysql')).mysql;

/** Throws a `UsageError` in our own words: what a server says before it knows who asks is not repeated. */
export async function connect(url: DatabaseUrl): Promise<Connection> {
  const driver = await driverOf(url.kind);
  const session = await opened(driver, url);
  return {
    kind: session.kind,
    version: session.version,
    query: async (sql, values = []) => {
      try {
        return await session.query(sql, values);
      } catch (error) {
        throw new DatabaseError(codeOf(error), masked(error instanceof Error ? error.message : String(error), url));
      }
    },
    close: async () => {
      try {
        await session.close();
      } catch {
        // It is gone already: that is all that was wanted.
      }
    },
  };
}

async function opened(driver: Driver, url: DatabaseUrl): Promise<Session> {
  const ca = url.authority === undefined ? undefined : authorityIn(url);
  const tls = { rejectUnauthorized: url.tls === 'verify', ...(ca !== undefined && { ca }) };
  try {
    return await driver.open(url, url.tls === 'off' ? undefined : tls);
  } catch (error) {
    if (url.tls === 'prefer' && hasNoTls(error)) return opened(driver, { ...url, tls: 'off' });
    throw new UsageError(`cannot connect to the database of ${url.variable}: ${reason(codeOf(error), url.tls)}`);
  }
}

function authorityIn({ authority = '', variable }: DatabaseUrl): string {
  try {
    return fs.readFileSync(authority, 'utf8');
  } catch {
    throw new UsageError(`the certificate file that the URL in ${variable} names cannot be read`);
  }
}

const hasNoTls = (error: unknown): boolean =>
  codeOf(error) === 'HANDSHAKE_NO_SSL_SUPPORT' ||
  (error instanceof Error && error.message === 'The server does not support SSL connections');

function codeOf(error: unknown): string {
  const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
  return typeof code === 'string' && /^[A-Z0-9_]{1,60}$/.test(code) ? code : 'unknown';
}

function reason(code: string, tls: Tls): string {
  switch (code) {
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return 'no such host';
    case 'ECONNREFUSED':
      return 'nothing answers at that host and port';
    case 'ENOENT':
      return 'there is no such socket';
    case 'ETIMEDOUT':
    case 'EHOSTUNREACH':
    case 'ENETUNREACH':
      return 'the host does not answer';
    case 'ECONNRESET':
    case 'EPIPE':
    case 'PROTOCOL_CONNECTION_LOST':
      return 'the connection was closed by the other side';
    case '28P01':
    case '28000':
    case 'ER_ACCESS_DENIED_ERROR':
    case 'ER_ACCESS_DENIED_NO_PASSWORD_ERROR':
      return 'user or password is wrong, or may not come from here';
    case '3D000':
    case 'ER_BAD_DB_ERROR':
      return 'there is no such database';
    case 'ER_DBACCESS_DENIED_ERROR':
    case '42501':
      return 'the user may not use that database';
    case '53300':
    case 'ER_CON_COUNT_ERROR':
      return 'it has no connection left';
    case 'HANDSHAKE_NO_SSL_SUPPORT':
      return 'it has no TLS, which the URL asks for';
    default:
      if (/CERT|TLS|SSL|SELF_SIGNED|ISSUER/.test(code)) return `its certificate does not pass (${code})`;
      return tls === 'off' || tls === 'prefer'
        ? `it failed (${code})`
        : `it failed (${code}); the URL asks for TLS, which the server may not have`;
  }
}
