/** What a file is for, by its path: findings weigh less where nobody waits for the answer. */
import type { FileKind } from '../rules/rule';

const tests =
  /(^|\/)(tests?|__tests__|__mocks__|spec|specs|e2e|fixtures?|cypress|playwright|testing)\/|[._-](test|spec|e2e)\.[cm]?[jt]sx?$|\.stories\.[jt]sx?$/i;
const migrations =
  /(^|\/)(migrations?|migrate|seeds?|seeders?|scripts?|backfills?|bin|tools)\/|(^|\/|[._-])(seed|migration|backfill)\.[cm]?[jt]sx?$/i;
const sqlMigrations =
  /(^|\/)(migrations?|migrate|schema|ddl|db|sql|supabase|flyway|sqitch|deploy)\/|(^|\/)(structure|schema|init|V\d+.*__.*|R__.*|\d+.*)\.sql$/i;

export function fileKind(path: string): FileKind {
  if (path.endsWith('.sql')) return tests.test(path) ? 'test' : sqlMigrations.test(path) ? 'sql-migration' : 'source';
  if (tests.test(path)) return 'test';
  return migrations.test(path) ? 'migration' : 'source';
}
