/** Related rows: joins for eager loads, EXISTS for filters. */
import type { Expr, From, TableRef } from '../../query/model';
import type { Span } from '../../text/span';
import { aliasOf, type Build } from './build';
import { and, column, equals, exists, not } from './expr';
import type { Model, Pair, Relation } from './model';
import { select } from './statements';

export const pairsOn = (pairs: readonly Pair[], own: string, other: string, span: Span): Expr =>
  and(
    pairs.map((pair) => equals(column(other, pair.other, span), column(own, pair.own, span), span)),
    span,
  );

/** An eager load: the base with the related rows joined on; `nested` puts further joins around the target. */
export const joined = (
  build: Build,
  base: From,
  alias: string,
  relation: Relation,
  target: Model,
  options: {
    readonly span: Span;
    readonly optional: boolean;
    readonly type?: 'left' | 'inner';
    /** As in `Join`. */
    readonly apart?: boolean;
    readonly nested?: (table: TableRef) => From;
    readonly where?: (alias: string) => Expr;
  },
): From => {
  const { span, optional, apart, type = 'left' } = options;
  const mark = { ...(optional ? { optional } : {}), ...(apart ? { apart } : {}) };
  let left = base;
  let from = alias;
  let pairs = relation.on;
  if (relation.through !== undefined) {
    const link = build.table(relation.through.table, span);
    const on = pairsOn(relation.on, alias, aliasOf(link), span);
    left = { kind: 'join', type, left, right: link, on, ...mark, span };
    from = aliasOf(link);
    pairs = relation.through.on;
  }
  const table = build.table(target.table, span);
  const on = and(
    [pairsOn(pairs, from, aliasOf(table), span), ...(options.where ? [options.where(aliasOf(table))] : [])],
    span,
  );
  const right = options.nested === undefined ? table : options.nested(table);
  return { kind: 'join', type, left, right, on, ...mark, span };
};

/** Rows that have (or have not) related rows for which `where` holds. */
export const related = (
  build: Build,
  alias: string,
  relation: Relation,
  target: Model,
  span: Span,
  where: (alias: string) => Expr,
  negated = false,
): Expr => {
  const table = build.table(target.table, span);
  const own = aliasOf(table);
  let inside: Expr;
  let from: readonly From[];
  if (relation.through === undefined) {
    from = [table];
    inside = and([pairsOn(relation.on, alias, own, span), where(own)], span);
  } else {
    const link = build.table(relation.through.table, span);
    const on = pairsOn(relation.through.on, aliasOf(link), own, span);
    from = [{ kind: 'join', type: 'inner', left: link, right: table, on, span }];
    inside = and([pairsOn(relation.on, alias, aliasOf(link), span), where(own)], span);
  }
  const found = exists(select(from, span, { where: inside }), span);
  return negated ? not(found, span) : found;
};
