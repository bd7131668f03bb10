/** Citus: its function calls in migrations, replayed together with the DDL around them. */
import { postgresql } from '../../dialects/postgresql';
import { orderMigrations } from '../../schema/migrations';
import { tableKey } from '../../schema/model';
import { startReplay } from '../../schema/replay';
import { type ScriptStatement, scriptStatements } from '../../schema/script';
import { lex } from '../../sql/lexer';
import type { Lexical } from '../../sql/lexical';
import { isTrivia, keywordOf } from '../../sql/token';
import { defineImporter, type ImportContext, type Imported, type SourceText } from '../importer';
import type { RouterChoice } from '../model';
import { placeOf, type SentSql } from '../sentSql';
import { bindArguments, identifiers } from './citus/arguments';
import { type CitusCall, mentionsCitus, readCalls } from './citus/calls';
import { readHostCalls } from './citus/hostText';
import { Placements, type Session } from './citus/placements';
import { shardTables } from './citus/tables';

const shardCount = 'citus.shard_count';
const schemaBased = 'citus.enable_schema_based_sharding';

export default defineImporter({
  id: 'citus',
  title: 'Citus functions in migrations',
  page: {
    notRead:
      'Calls whose arguments a program computes (constants, functions of the migrations and loops over lists are followed in TypeScript and JavaScript; constants and loops of the same file elsewhere). What undoes a migration. What was changed on the cluster by hand: moved shards, isolated tenants.',
    sources: ['https://docs.citusdata.com/en/stable/develop/api_udf.html'],
  },
  files: [
    '**/{migrations,Migrations,migration,migrate,deploy,drizzle,sql,schema,db,database}/**/*.{sql,psql,pgsql,rb,py,ts,js,mjs,cjs,cs,php,exs,java,kt,go}',
    '**/*.{sql,psql,pgsql}',
  ],
  accepts: ({ text }) => mentionsCitus.test(text),
  implies: { dialect: 'postgresql', router: 'citus' },
  sends: mentionsCitus,
  parses: 'postgresql',
  import: importCitus,
});

function importCitus(files: readonly SourceText[], context: ImportContext): Imported {
  const lexical = context.dialect?.dialect.lexical ?? postgresql.lexical;
  const reader = { lexical, parser: context.dialect?.parser };
  const replay = startReplay();
  const placements = new Placements(replay);
  /** What `ALTER DATABASE … SET` leaves behind for the sessions after it. */
  const lasting = new Map<string, string>();
  const late: { readonly call: CitusCall; readonly session: Session }[] = [];
  let statements = 0;
  let unread = 0;

  for (const { file, superseded } of orderMigrations(files)) {
    const settings = new Map(lasting);
    const run = (calls: readonly CitusCall[]): void => {
      const session = { shardCount: Number(settings.get(shardCount) ?? 32) || 32, superseded };
      for (const call of calls) if (placements.apply(call, session, false)) late.push({ call, session });
    };
    if (!/\.(?:sql|ddl|psql|pgsql)$/i.test(file.path)) {
      run(hostCalls(file, context.sent?.get(file.path), lexical));
      continue;
    }
    replay.apply({ searchPath: undefined });
    for (const script of scriptStatements(file, superseded ? { lexical } : reader)) {
      statements++;
      if (script.unread) {
        unread++;
        const made = tableMade(script);
        if (made !== undefined) placements.unread.add(tableKey(made));
      }
      const { setting } = script;
      if (setting?.name === 'search_path') {
        replay.apply({ searchPath: setting.values.length === 0 ? undefined : setting.values });
      } else if (setting !== undefined) {
        const [value] = setting.values;
        for (const into of setting.scope === 'database' ? [settings, lasting] : [settings]) {
          if (value === undefined) into.delete(setting.name);
          else into.set(setting.name, value);
        }
      }
      const { ddl } = script;
      const at = { file: file.path, span: script.statement.span };
      const schema = schemaMade(script);
      if (schema !== undefined && isOn(settings.get(schemaBased))) placements.schemas.set(schema, at);
      if (ddl !== undefined) {
        const change = { ddl, file: file.path, offset: script.statement.span.start };
        for (const effect of replay.apply(change)) placements.follow(effect);
      }
      if (mentionsCitus.test(script.text.slice(at.span.start, at.span.end))) {
        run(readCalls(script.text, script.statement.tokens, lexical, (span) => ({ file: file.path, span })));
      }
    }
  }
  // Files that have no order of their own may place a table before the file that makes it.
  for (const { call, session } of late) placements.apply(call, session, true);

  const schema = replay.schema();
  const router = routerChoice(lasting);
  return {
    tables: shardTables(schema, placements),
    databases: [],
    routingRules: [],
    ...(router !== undefined && { router }),
    schema,
    problems: placements.problems,
    coverage: { statements, unread },
  };
}

/** As the program sends them where that can be read; else, and where it led nowhere, as they are written. */
function hostCalls(
  { path, text }: SourceText,
  sent: readonly SentSql[] | undefined,
  lexical: Lexical,
): readonly CitusCall[] {
  const asked = (sent ?? []).flatMap((one) =>
    readCalls(one.text, lex(one.text, lexical), lexical, (span) => placeOf(one, span)),
  );
  if (asked.length > 0) return asked;
  const written = readHostCalls(path, text, lexical);
  // What a function of the file does is said where it is called.
  return sent === undefined ? written : written.filter((call) => bindArguments(call) !== undefined);
}

/** `CREATE SCHEMA [IF NOT EXISTS] name`. */
function schemaMade({ text, statement, keyword }: ScriptStatement): string | undefined {
  if (keyword !== 'CREATE') return undefined;
  const words = statement.tokens.filter((token) => !isTrivia(token));
  if (keywordOf(text, words[1]) !== 'SCHEMA') return undefined;
  const name = words[keywordOf(text, words[2]) === 'IF' ? 5 : 2];
  if (name === undefined || keywordOf(text, name) === 'AUTHORIZATION') return undefined;
  return name.kind === 'quoted'
    ? text.slice(name.start + 1, name.end - 1)
    : text.slice(name.start, name.end).toLowerCase();
}

/** The table of a CREATE TABLE statement that could not be read as a whole. */
function tableMade({ text, statement }: ScriptStatement): readonly string[] | undefined {
  const head =
    /^create\s+(?:\w+\s+){0,2}?table\s+(?:if\s+not\s+exists\s+)?((?:"[^"]+"|[\w$]+)(?:\.(?:"[^"]+"|[\w$]+))*)/i;
  const { start, end } = statement.span;
  const name = head.exec(text.slice(start, Math.min(end, start + 400)))?.[1];
  return name === undefined ? undefined : identifiers(name);
}

const isOn = (value: string | undefined): boolean => /^(?:on|true|yes|1)$/i.test(value ?? '');

/** Planner settings that the migrations make lasting decide what the router refuses. */
function routerChoice(lasting: ReadonlyMap<string, string>): RouterChoice | undefined {
  const settings = Object.fromEntries(
    [...lasting]
      .filter(([name]) => name.startsWith('citus.') && name !== shardCount)
      .map(([name, value]) => [name.slice('citus.'.length), value]),
  );
  return Object.keys(settings).length === 0 ? undefined : { name: 'citus', settings };
}
