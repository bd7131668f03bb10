/** Query logs over a workspace: how often its statements are called, and what only the logs know. */
import type { Askable, OnlyLogged } from '../advice/survey';
import { type Logged, type Weighable, type Weights, weights } from '../advice/weights';
import type { SqlStatement } from '../orms/orm';
import type { Query } from '../query/model';
import { operationOf } from '../query/operation';
import { shapeOf } from '../query/shape';
import { visitNodes } from '../query/walk';
import { routeStatement } from '../routing/routeStatement';
import type { Effective } from '../shards/load';
import type { LoggedStatement } from '../shards/model';
import type { Lexical } from '../sql/lexical';
import { normalized } from '../sql/normalized';
import { requoted } from '../sql/quoting';
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
  const texts = all.flatMap((one) => (one.kind === 'sql' ? [asWritten(one, lexical)] : []));
  const models = all.flatMap((one) => (one.kind === 'model' ? [one.query] : []));
  const keys = found
    ? texts.flatMap((one) => keyOf(one, all.length === 1 ? sql : one.text, lexical) ?? [])
    : [normalized(sql, lexical)?.key ?? ''];
  const shapes = [...new Set([...models, ...(found && texts.length === 0 && query ? [query] : [])])].map(shapeOf);
  return { keys: keys.filter((key) => key !== ''), shapes };
}

const asWritten = ({ text, holes, names = [] }: SqlStatement, lexical: Lexical): Text => ({
  text: requoted(text, names, lexical),
  holes,
});

type Text = Pick<SqlStatement, 'text' | 'holes'>;

function keyOf(statement: Text, part: string, lexical: Lexical): string | undefined {
  const { text, holes } = partOf(statement, part);
  return normalized(text, lexical, holes)?.key;
}

/** A text, or the part of it that is one statement of several. */
function partOf({ text, holes }: Text, part: string): Text {
  const start = Math.max(0, text.indexOf(part));
  const end = start + part.length;
  const inside = holes
    .filter(({ span }) => span.start >= start && span.end <= end)
    .map((hole) => ({ ...hole, span: { start: hole.span.start - start, end: hole.span.end - start } }));
  return { text: text.slice(start, end), holes: inside };
}

/** The text of a statement as a server can be asked about it. */
export function askableOf(
  { found, sql, query: written }: Statement,
  effective: Effective,
  dialect: LoadedDialect | undefined,
): Askable | undefined {
  if (!dialect || (found && (found.statement.kind !== 'sql' || found.variants.length > 0 || found.also?.length)))
    return undefined;
  if (!written || isOpen(written)) return undefined;
  const { lexical } = dialect.dialect;
  const source = found?.statement.kind === 'sql' ? asWritten(found.statement, lexical) : { text: sql, holes: [] };
  const { text, holes } = partOf(source, sql);
  if (holes.some(({ kind }) => kind === 'fragment' || kind === 'identifier')) return undefined;
  const plain = normalized(text, lexical, holes)?.text;
  const read = plain === undefined ? undefined : readSql(plain, dialect).statements;
  const [one, ...others] = read ?? [];
  if (plain === undefined || !one?.parsed.ok || others.length > 0) return undefined;
  const { query, shallow } = { query: one.parsed.query, shallow: one.parsed.shallow };
  return shallow
    ? undefined
    : {
        sql: plain,
        query,
        route: routeStatement(query, { ...effective, pins: [], hints: one.hints, fixed: true, shallow }),
      };
}

/** Some of it is decided when it runs: a fragment, a name, columns that a caller supplies. */
function isOpen(query: Query): boolean {
  let open = false;
  visitNodes(query, (node) => {
    open ||= /^(?:opaque|opaque-from|choice)$/.test(String(node.kind)) || 'openSet' in node || 'openColumns' in node;
  });
  return open;
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
