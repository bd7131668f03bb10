/** The URL of a database, as an environment variable holds it. Nothing of it is ever printed: a password may stand in any part of one that is written wrongly. */
import { UsageError } from '../shell';

export interface DatabaseUrl {
  /** The environment variable: what messages call the database. */
  readonly variable: string;
  readonly kind: 'postgresql' | 'mysql';
  /** A name, an address, or the folder or path of a socket. */
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password: string;
  readonly database: string;
  readonly tls: Tls;
  /** A file with the authorities that are trusted instead of the usual ones. */
  readonly authority?: string;
}

/** As libpq's `sslmode`: `prefer` does without where the server has none, `verify` checks who answers. */
export type Tls = 'off' | 'prefer' | 'require' | 'verify';

const kinds: Readonly<Record<string, DatabaseUrl['kind']>> = {
  'postgres:': 'postgresql',
  'postgresql:': 'postgresql',
  'mysql:': 'mysql',
  'mariadb:': 'mysql',
};

const ports = { postgresql: 5432, mysql: 3306 } as const;

/** Throws a `UsageError` that names the variable and nothing that stands in it. */
export function databaseUrl(variable: string, value: string | undefined): DatabaseUrl {
  if (value === undefined || value.trim() === '') {
    throw new UsageError(`the environment variable ${variable} is not set; --url-env names the one that holds the URL`);
  }
  const url = parsed(value.trim());
  const kind = url && kinds[url.protocol];
  if (!url || !kind) throw new UsageError(`${variable} holds no postgres:// or mysql:// URL`);
  const database = decoded(url.pathname.replace(/^\//, ''));
  const [user, password] = [decoded(url.username), decoded(url.password)];
  if (
    url.hash !== '' ||
    database === undefined ||
    /[/@]/.test(database) ||
    user === undefined ||
    password === undefined
  ) {
    throw new UsageError(
      `the URL in ${variable} cannot be taken apart: in user, password and database, characters such as # @ / % are written percent-encoded`,
    );
  }
  const option = (name: string): string | undefined => url.searchParams.get(name) ?? undefined;
  const socket = option('socket') ?? option('socketPath') ?? option('host');
  const host = socket?.startsWith('/') ? socket : url.hostname.replace(/^\[(.*)\]$/, '$1') || 'localhost';
  const authority = option('sslrootcert') ?? option('ssl-ca');
  return {
    variable,
    kind,
    host: decoded(host) ?? host,
    port: url.port === '' ? ports[kind] : Number(url.port),
    user: user || (kind === 'postgresql' ? 'postgres' : 'root'),
    password,
    database: database || (kind === 'postgresql' ? user : ''),
    tls: tlsOf(url.searchParams, host),
    ...(authority !== undefined && { authority }),
  };
}

function parsed(value: string): URL | undefined {
  try {
    return new URL(value);
  } catch {
    return undefined;
  }
}

function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}

function tlsOf(options: URLSearchParams, host: string): Tls {
  const said = (options.get('sslmode') ?? options.get('ssl-mode') ?? options.get('sslaccept') ?? '').toLowerCase();
  if (/^disabled?$/.test(said)) return 'off';
  if (/^(?:verify|strict)/.test(said) || options.has('sslrootcert') || options.has('ssl-ca')) return 'verify';
  if (/^(?:required?|no-verify|accept_invalid_certs)$/.test(said)) return 'require';
  if (said === '' && /^(?:1|true)$/.test(options.get('ssl') ?? '')) return 'verify';
  return host.startsWith('/') || /^(?:localhost|127\.|::1$)/.test(host) ? 'off' : 'prefer';
}
