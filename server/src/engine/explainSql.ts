/** The route of each statement in a text, against one map: `explain`, `explain --batch`, hover. */
import type { Query } from '../query/model';
import { operationOf } from '../query/operation';
import { tablesDefined, tablesOf } from '../query/tables';
import type { Route } from '../routing/route';
import { routeStatement } from '../routing/routeStatement';
import type { Effective } from '../shards/load';
import { tableIndex } from '../shards/resolve';
import type { LoadedDialect } from './parsers';
import { readSql } from './readSql';

export interface Explained {
  readonly kind: string;
  /** Physical names as the map declares them. */
  readonly tables: readonly string[];
  readonly route: Route;
  readonly sql: string;
}

/** Statements that no engine reads are left out. */
export function explainSql(sql: string, { map, schema }: Effective, dialect: LoadedDialect): readonly Explained[] {
  return readSql(sql, dialect).statements.flatMap(({ span, parsed, hints }): readonly Explained[] => {
    if (!parsed.ok) return [];
    const route = routeStatement(parsed.query, { map, schema, pins: [], hints, fixed: true, shallow: parsed.shallow });
    return [
      {
        kind: operationOf(parsed.query),
        tables: physicalTables(parsed.query, { map, schema }),
        route,
        sql: sql.slice(span.start, span.end),
      },
    ];
  });
}

export function physicalTables(query: Query, { map, schema }: Effective): readonly string[] {
  const index = tableIndex(map, schema);
  const names = [...tablesOf(query).map((ref) => ref.name), ...tablesDefined(query)];
  return [...new Set(names.map(({ parts }) => (index.find(parts)?.name ?? parts).join('.')))];
}
