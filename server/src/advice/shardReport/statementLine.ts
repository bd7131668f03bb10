/** Statements as lines of the report, and which of them cost the most. */
import { classOf, type RouteClass } from '../../routing/routeClass';
import type { Span } from '../../text/span';
import type { Surveyed } from '../survey';
import type { StatementLine } from './model';

/** Both ends 1-based, columns in UTF-16 units. */
export interface Range {
  readonly start: { readonly line: number; readonly column: number };
  readonly end: { readonly line: number; readonly column: number };
}

/** A finding as far as the report needs it. */
export interface Noted {
  readonly rule: string;
  readonly file: string;
  readonly span: Span;
}

/** What surrounds a statement. */
export interface Around {
  /** As it is printed. */
  nameOf(file: string): string;
  rangeOf(file: string, span: Span): Range;
  ownersOf(file: string): readonly string[];
  serviceOf(file: string): string | undefined;
  notedIn(file: string, span: Span): readonly Noted[];
}

const longestSql = 240;
/** Line ends, and what is not drawn or turns the direction of writing. */
const unseen = /[\s\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu;

export function statementLine(one: Surveyed, around: Around): StatementLine {
  const { file, route, at } = one;
  const sql = one.sql.replace(unseen, ' ').trim();
  const { count, of } = route.shards;
  return {
    file: around.nameOf(file),
    ...around.rangeOf(file, one.name).start,
    endLine: around.rangeOf(file, at).end.line,
    endColumn: around.rangeOf(file, at).end.column,
    function: one.function ?? null,
    operation: one.operation,
    tables: one.tables,
    class: classOf(route),
    shards: { ...(count !== undefined && { count }), ...(of !== undefined && { of }) },
    refused: route.refused?.because ?? null,
    confidence: route.confidence,
    rate: one.rate ?? null,
    why: [...new Set(route.reasons.map(({ text }) => text))],
    rules: [...new Set(around.notedIn(file, at).map(({ rule }) => rule))],
    owners: around.ownersOf(file),
    service: around.serviceOf(file) ?? null,
    sql: sql.length > longestSql ? `${sql.slice(0, longestSql - 1)}…` : sql,
  };
}

const cost: Readonly<Record<RouteClass, number>> = {
  'cross-shard-join': 3,
  scatter: 2,
  subset: 1,
  single: 0,
  reference: 0,
  unsharded: 0,
  'unknown-dynamic': 0,
};

/** What may stand in a list of the worst. */
export const isBad = ({ route }: Surveyed): boolean => cost[classOf(route)] > 0 || route.refused !== null;

/**
 * The most expensive first: what is refused, then by shards asked a second where rates are known, then by class, by the
 * number of shards, and by place.
 */
export function worstFirst(statements: readonly Surveyed[]): readonly Surveyed[] {
  const asked = ({ route }: Surveyed): number => route.shards.count ?? route.shards.of ?? 1;
  return statements
    .filter(isBad)
    .toSorted(
      (a, b) =>
        Number(b.route.refused !== null) - Number(a.route.refused !== null) ||
        (b.rate ?? 0) * asked(b) - (a.rate ?? 0) * asked(a) ||
        cost[classOf(b.route)] - cost[classOf(a.route)] ||
        asked(b) - asked(a) ||
        (a.file < b.file ? -1 : a.file > b.file ? 1 : a.name.start - b.name.start),
    );
}
