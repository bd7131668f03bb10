/** What vtgate turns down wherever it stands, unless one unsharded keyspace gets the whole statement as it is. */
import type { Expr, Query } from '../../../query/model';
import type { Span } from '../../../text/span';
import type { Scope } from '../../scope';
import type { Planning } from './context';
import { Refusal } from './plan';

const lockFunctions = new Set(['get_lock', 'release_lock', 'release_all_locks', 'is_free_lock', 'is_used_lock']);

/** Nodes of the model, whatever they are: only kind, name and place count here. */
interface Part {
  readonly kind?: string;
  readonly name?: unknown;
  readonly op?: unknown;
  readonly call?: { readonly name?: unknown };
  readonly span?: Span;
}

export function refuseEverywhere(query: Query, planning: Planning): void {
  const readsTables = planning.universe.rels.length > 0;
  const seen = new Set<object>();
  const visit = (value: unknown): void => {
    if (typeof value !== 'object' || value === null || seen.has(value)) return;
    seen.add(value);
    const part = value as Part;
    if (part.kind === 'call' && readsTables && lockFunctions.has(String(part.name).toLowerCase()))
      throw new Refusal('lock-function', 'lock functions work in a SELECT without tables only', part.span);
    if (part.kind === 'operation' && part.op === ':=')
      throw new Refusal(
        'assignment',
        'vtgate does not plan assignments to user variables inside of expressions',
        part.span,
      );
    if (part.kind === 'function' && String(part.call?.name).toLowerCase() === 'json_table')
      throw new Refusal('json-table', 'vtgate does not plan JSON_TABLE', part.span);
    for (const [key, one] of Object.entries(value)) if (key !== 'span') visit(one);
  };
  visit(query);
  if (query.kind === 'select' && query.into)
    throw new Refusal('select-into', 'SELECT … INTO works in unsharded keyspaces only', query.span);
  for (const { ref } of planning.universe.rels) {
    const [keyspace = ''] = ref.name.parts.slice(-2, -1);
    if (/[[:]/.test(keyspace) && (query.kind === 'select' || query.kind === 'insert'))
      throw new Refusal('target-in-name', 'a table of named shards can be updated or deleted from only', ref.name.span);
  }
}

const isStar = (expr: Expr): boolean => expr.kind === 'star';

/** How many columns a block has, where that is known. */
export function width(scope: Scope): number | undefined {
  const { query } = scope;
  if (query.kind === 'set-operation') {
    const [first] = scope.children.filter((child) => child.link === 'branch');
    return first && width(first);
  }
  if (query.kind !== 'select' || query.items.some((item) => isStar(item.expr))) return undefined;
  return query.items.length;
}

/** Branches of a set operation have equally many columns. */
export function refuseUnevenBranches(scope: Scope): void {
  const widths = scope.children.filter((child) => child.link === 'branch').map(width);
  const known = new Set(widths.filter((one) => one !== undefined));
  if (known.size > 1)
    throw new Refusal('column-count', 'the SELECTs of the UNION have different numbers of columns', scope.query.span);
}

/**
 * A `*` over tables whose columns nobody has declared. Vtgate can pass it on, but not work with its columns, unless it
 * tracks the schema itself: then it knows more than the files do.
 */
export const hasOpenStar = (scope: Scope): boolean => {
  const { query } = scope;
  if (query.kind === 'set-operation')
    return scope.children.some((child) => child.link === 'branch' && hasOpenStar(child));
  return query.kind === 'select' && query.items.some((item) => isStar(item.expr)) && !scope.outputsComplete;
};

export const openStar = (span: Span | undefined): Refusal =>
  new Refusal(
    'columns-unknown',
    'vtgate needs the names of the columns behind `*` here: declare them (`column_list_authoritative`), or let it track the schema',
    span,
    true,
  );
