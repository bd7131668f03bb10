/** Query logs over a workspace: how often its statements are called, and what only the logs know. */
import type { OnlyLogged } from '../advice/survey';
import { type Logged, type Weighable, type Weights, weights } from '../advice/weights';
import type { SqlStatement } from '../orms/orm';
import { operationOf } from '../query/operation';
import { shapeOf } from '../query/shape';
import { routeStatement } from '../routing/routeStatement';
import type { Effective } from '../shards/load';
import type { LoggedStatement } from '../shards/model';
import type { Lexical } from '../sql/lexical';
import { normalized } from '../sql/normalized';
import { physicalTables } from './explainSql';
import type { LoadedDialect } from './parsers';
import { type ReadStatement, readSql } from './readSql';
import type { Statement } from './statement';

interface LoggedRead extends Logged {
  readonly statement: LoggedStatement;
  readonly read: ReadStatement | undefined;
}

export interface Weighed {
  readonly weights: Weights<Weighable & { readonly of: Statement }, LoggedRead>;
  readonly onlyLogged: readonly OnlyLogged[];
  /** Statements of the logs that no engine reads. */
  readonly unreadLogged: number;
}

export function weighed(statements: readonly Statement[], effective: Effective, dialect: LoadedDialect): Weighed {
  const logged = (effective.map.workload ?? []).flatMap((one) => loggedRead(one, dialect));
  const found = weights(
    statements.map((one) => ({ of: one, ...weighable(one, dialect.dialect.lexical) })),
    logged,
  );
  const onlyLogged = found.foreign.flatMap((one) => routed(one, effective));
  return { weights: found, onlyLogged, unreadLogged: found.foreign.length - onlyLogged.length };
}

const remembered = new WeakMap<LoggedStatement, LoggedRead | null>();

function loggedRead(statement: LoggedStatement, dialect: LoadedDialect): readonly LoggedRead[] {
  const known = remembered.get(statement);
  if (known !== undefined) return known ? [known] : [];
  const { lexical } = dialect.dialect;
  const key = normalized(statement.sql, lexical)?.key;
  const read = readSql(statement.sql, dialect).statements[0];
  const made: LoggedRead | null =
    key === undefined
      ? null
      : {
          statement,
          read,
          key,
          calls: statement.calls,
          ...(read?.parsed.ok && { shape: shapeOf(read.parsed.query) }),
          ...(statement.milliseconds !== undefined && { milliseconds: statement.milliseconds }),
          ...(statement.rate !== undefined && { rate: statement.rate }),
        };
  remembered.set(statement, made);
  return made ? [made] : [];
}

function weighable({ found, sql, query }: Statement, lexical: Lexical): Weighable {
  const all = found ? [found.statement, ...found.variants, ...(found.also ?? [])] : [];
  const texts = all.filter((one): one is SqlStatement => one.kind === 'sql');
  const models = all.flatMap((one) => (one.kind === 'model' ? [one.query] : []));
  const keys = found
    ? texts.flatMap((one) => keyOf(one, all.length === 1 ? sql : one.text, lexical) ?? [])
    : [normalized(sql, lexical)?.key ?? ''];
  const shapes = [...new Set([...models, ...(found && texts.length === 0 && query ? [query] : [])])].map(shapeOf);
  return { keys: keys.filter((key) => key !== ''), shapes };
}

/** The key of a text, or of the part of it that is one statement of several. */
function keyOf({ text, holes }: SqlStatement, part: string, lexical: Lexical): string | undefined {
  const start = Math.max(0, text.indexOf(part));
  const end = start + part.length;
  const inside = holes
    .filter(({ span }) => span.start >= start && span.end <= end)
    .map((hole) => ({ ...hole, span: { start: hole.span.start - start, end: hole.span.end - start } }));
  return normalized(text.slice(start, end), lexical, inside)?.key;
}

function routed({ statement, read }: LoggedRead, effective: Effective): readonly OnlyLogged[] {
  if (!read?.parsed.ok) return [];
  const { query, shallow } = { query: read.parsed.query, shallow: read.parsed.shallow };
  const { hints } = read;
  const under: OnlyLogged['under'] = ({ map, schema }) =>
    routeStatement(query, { map, schema, pins: [], hints, fixed: true, shallow });
  return [
    {
      sql: statement.sql,
      calls: statement.calls,
      ...(statement.milliseconds !== undefined && { milliseconds: statement.milliseconds }),
      ...(statement.rate !== undefined && { rate: statement.rate }),
      operation: operationOf(query),
      tables: physicalTables(query, effective),
      query,
      route: under(effective),
      at: statement.at,
      under,
    },
  ];
}
