/** The row sources of one statement while tables are joined on to them, each path once. */
import type { Expr, From, TableRef } from '../../query/model';
import type { Span } from '../../text/span';
import { aliasOf, type Build } from './build';
import { and } from './expr';
import type { Model, Relation } from './model';
import { pairsOn } from './related';

export interface JoinOptions {
  readonly span: Span;
  readonly optional: boolean;
  readonly type?: 'left' | 'inner';
  /** As in `Join`. */
  readonly apart?: boolean;
  /** The alias that the host gives it. */
  readonly as?: string | undefined;
  /** More that the joined rows must fulfil. */
  readonly where?: (alias: string) => Expr;
}

export interface Sources {
  readonly table: TableRef;
  readonly alias: string;
  /** All that has been joined so far. */
  from(): From;
  /** Answers the alias of the related table; a path that is always joined is joined once. */
  join(alias: string, relation: Relation, target: Model, options: JoinOptions): string;
  /** A join that is put together elsewhere. */
  add(right: From, on: Expr, options: JoinOptions): void;
}

export const openSources = (build: Build, table: TableRef): Sources => {
  let from: From = table;
  const known = new Map<string, string>();
  const add = (right: From, on: Expr, { span, optional, apart, type = 'left' }: JoinOptions): void => {
    const mark = { ...(optional ? { optional } : {}), ...(apart ? { apart } : {}) };
    from = { kind: 'join', type, left: from, right, on, ...mark, span };
  };
  return {
    table,
    alias: aliasOf(table),
    from: () => from,
    add,
    join: (alias, relation, target, options) => {
      const { span, as, where } = options;
      const path = `${alias}.${relation.name}`;
      const before = known.get(path);
      if (before !== undefined && as === undefined) return before;
      let own = alias;
      let pairs = relation.on;
      if (relation.through !== undefined) {
        const link = build.table(relation.through.table, span);
        add(link, pairsOn(relation.on, alias, aliasOf(link), span), options);
        own = aliasOf(link);
        pairs = relation.through.on;
      }
      const joined = build.table(target.table, span);
      const right = as === undefined ? joined : { ...joined, alias: as };
      const on = pairsOn(pairs, own, aliasOf(right), span);
      add(right, where === undefined ? on : and([on, where(aliasOf(right))], span), options);
      if (!options.optional) known.set(path, aliasOf(right));
      return aliasOf(right);
    },
  };
};
