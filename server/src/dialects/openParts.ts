/**
 * What a stand-in leaves open beyond the expression that it stands for: rows, assignments and clauses that the host
 * supplies. Dialects read the stand-ins as ordinary SQL; this says afterwards, for all of them, what is not known.
 */
import type { Assignment, Expr, Insert, Opaque, Query, Update } from '../query/model';
import type { StandIn, StandInKind, StandIns } from '../sql/standIns';
import type { Span } from '../text/span';

type Place = readonly [number, StandIn];

const open = (why: string, [start, { length }]: Place): Opaque => ({
  kind: 'opaque',
  why,
  span: { start, end: start + length },
});

const isSpan = (value: object): value is Span => 'start' in value && 'end' in value;

const and = (where: Expr | undefined, opaque: readonly Opaque[]): Expr | undefined => {
  const args = where === undefined ? opaque : [where, ...opaque];
  const [first] = args;
  return first === undefined || args.length === 1 ? first : { kind: 'and', args, span: where?.span ?? first.span };
};

const standsAt = (stand: StandIns, kind: StandInKind, expr: Expr): boolean => stand.get(expr.span.start)?.kind === kind;

/** The rows are nothing but a stand-in for rows. */
const openRows = (source: Insert['source'], stand: StandIns): Opaque | undefined => {
  if (source === 'default' || source.kind === 'opaque') return undefined;
  const exprs =
    source.kind === 'values'
      ? source.rows.flat()
      : source.kind === 'select' && source.from.length === 0
        ? source.items.map(({ expr }) => expr)
        : [];
  const rows = exprs.find((expr) => standsAt(stand, 'rows', expr));
  return rows === undefined ? undefined : { kind: 'opaque', why: 'rows that the caller supplies', span: rows.span };
};

const openSet = (query: Update, stand: StandIns): Update => {
  const isOpen = ({ value }: Assignment): boolean => standsAt(stand, 'assignments', value);
  if (!query.set.some(isOpen)) return query;
  return { ...query, set: query.set.filter((assignment) => !isOpen(assignment)), openSet: true };
};

/** The query that a clause belongs to: the innermost one that holds its keyword. */
const ownerOf = (queries: readonly Query[], [offset, { owner = offset }]: Place): Query | undefined => {
  const holding = queries.filter(({ span }) => span.start <= owner && (owner < span.end || span.start === owner));
  const innermost = holding.reduce<Query | undefined>(
    (best, query) => (best === undefined || query.span.start >= best.span.start ? query : best),
    undefined,
  );
  return innermost ?? queries[0];
};

const isFiltered = (value: object): value is Query =>
  'kind' in value && (value.kind === 'select' || value.kind === 'update' || value.kind === 'delete');

const queriesIn = (root: Query): readonly Query[] => {
  const found: Query[] = [];
  const seen = new Set<object>();
  const visit = (value: unknown): void => {
    if (typeof value !== 'object' || value === null || seen.has(value)) return;
    seen.add(value);
    if (isFiltered(value)) found.push(value);
    for (const item of Object.values(value)) visit(item);
  };
  visit(root);
  return found;
};

/** Spans of the query and offsets of the stand-ins are in the same text. Objects that were one stay one. */
export const openParts = (query: Query, stand: StandIns): Query => {
  const places = [...stand];
  if (!places.some(([, { kind }]) => kind === 'rows' || kind === 'assignments' || kind === 'clause')) return query;
  const queries = queriesIn(query);
  const clauses = new Map<Query, Opaque[]>();
  for (const place of places.filter(([, { kind }]) => kind === 'clause')) {
    const owner = ownerOf(queries, place);
    if (owner !== undefined)
      clauses.set(owner, [...(clauses.get(owner) ?? []), open('a clause from elsewhere', place)]);
  }
  const copies = new Map<object, unknown>();
  const rewrite = (value: unknown): unknown => {
    if (typeof value !== 'object' || value === null || isSpan(value)) return value;
    const known = copies.get(value);
    if (known !== undefined) return known;
    if (Array.isArray(value)) return value.map(rewrite);
    const copy = Object.fromEntries(Object.entries(value).map(([key, item]) => [key, rewrite(item)])) as unknown;
    const result = opened(copy as Query, clauses.get(value as Query) ?? []);
    copies.set(value, result);
    return result;
  };
  const opened = (node: Query, added: readonly Opaque[]): Query => {
    switch (node.kind) {
      case 'insert': {
        const source = openRows(node.source, stand);
        return source === undefined ? node : { ...node, source };
      }
      case 'select':
      case 'delete':
        return added.length === 0 ? node : { ...node, where: and(node.where, added) };
      case 'update': {
        const set = openSet(node, stand);
        return added.length === 0 ? set : { ...set, openSet: true, where: and(set.where, added) };
      }
      default:
        return node;
    }
  };
  return rewrite(query) as Query;
};
