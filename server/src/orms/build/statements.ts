/** Whole statements with the parts that ORM modules do not use left at their defaults. */
import type { Delete, Expr, From, Insert, OpaqueFrom, Select, SelectItem, TableRef, Update } from '../../query/model';
import type { Span } from '../../text/span';
import { isTruth } from './expr';

const asked = (where: Expr | undefined): { readonly where?: Expr } =>
  where === undefined || isTruth(where) ? {} : { where };

export type SelectParts = Partial<Omit<Select, 'kind' | 'from' | 'span' | 'where'>> & {
  readonly where?: Expr | undefined;
};

export const star = (span: Span): SelectItem => ({ expr: { kind: 'star', qualifier: [], span } });

export const countStar = (span: Span): SelectItem => ({
  expr: { kind: 'call', name: 'count', args: [{ kind: 'star', qualifier: [], span }], aggregate: true, span },
});

export const select = (from: readonly From[], span: Span, { where, ...parts }: SelectParts = {}): Select => ({
  kind: 'select',
  distinct: false,
  items: [star(span)],
  from,
  groupBy: [],
  orderBy: [],
  ...parts,
  ...asked(where),
  span,
});

/** Rows of a table that is not known, and why. `at`: where the call says what it does. */
export const selectOfUnknown = (why: string, at: Span, span: Span): Select =>
  select([{ kind: 'opaque-from', why, span: at }], span, { items: [] });

export const insert = (
  table: TableRef | OpaqueFrom,
  source: Insert['source'],
  span: Span,
  parts: Partial<Insert> = {},
): Insert => ({
  kind: 'insert',
  table,
  source,
  ...parts,
  span,
});

/** `more`: tables beside the target. */
export const update = (
  target: TableRef | OpaqueFrom,
  where: Expr | undefined,
  span: Span,
  parts: Partial<Omit<Update, 'kind' | 'where' | 'span'>> = {},
): Update => ({
  kind: 'update',
  targets: [target],
  from: [target],
  set: [],
  orderBy: [],
  ...parts,
  ...asked(where),
  span,
});

export const remove = (
  target: TableRef | OpaqueFrom,
  where: Expr | undefined,
  span: Span,
  parts: Partial<Omit<Delete, 'kind' | 'where' | 'span'>> = {},
): Delete => ({
  kind: 'delete',
  targets: [target],
  from: [target],
  orderBy: [],
  ...parts,
  ...asked(where),
  span,
});
