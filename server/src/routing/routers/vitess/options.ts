/** The ways that predicates offer to find a table's shards: one option a vindex and predicate, the cheapest wins. */
import type { Expr, Row } from '../../../query/model';
import type { Vindex } from '../../../shards/model';
import type { Span } from '../../../text/span';
import type { Universe } from '../../build';
import { keyValueOf } from '../../keyValue';
import { resolveColumn } from '../../names';
import { type Rel, relNode, type Scope } from '../../scope';
import { isOuter, namesOf, nodesOf, type Predicate } from './columns';
import { isComputable } from './computable';
import { keyspaceOf } from './context';

/** In the order of preference: one shard, the shards of a lookup, of a list, of a prefix, all. */
export const operations = ['unique', 'equal', 'list', 'between', 'rows', 'prefix', 'scatter'] as const;
export type Operation = (typeof operations)[number];

export interface Option {
  readonly rel: Rel;
  readonly vindex: Pick<Vindex, 'name' | 'unique' | 'cost' | 'columns' | 'assumed'> & { readonly keyspace: string };
  readonly operation: Operation;
  readonly ids: readonly string[];
  readonly span: Span | undefined;
  /** A value is a column of the enclosing query: gone once the two queries are sent as one. */
  readonly outer: boolean;
}

/** What one predicate says of one column. */
interface Binding {
  readonly how: 'equal' | 'list' | 'rows' | 'like' | 'null' | 'between';
  readonly ids: readonly string[];
  readonly outer: boolean;
  readonly span: Span;
}

const sessionValues = new Set(['last_insert_id', 'found_rows', 'row_count']);
/** Computed once before the statement is sent, to another value each time. */
const freshValues = new Set(['uuid', 'sysdate']);

const isMulti = (vindex: Vindex): boolean => !vindex.lookup && vindex.columns.length > 1;

export function optionsOf(rel: Rel, predicates: readonly Predicate[], universe: Universe): readonly Option[] {
  const { table } = rel;
  if (!table) return [];
  const keyspace = keyspaceOf(table);
  if (table.kind === 'single-shard') {
    // Each pinned table has a vindex of its own making: two of them never count as the same place.
    const vindex = { name: `pin ${rel.id}`, unique: true, cost: 0, columns: [], keyspace };
    return [{ rel, vindex, operation: 'unique', ids: [table.pinned ?? ''], span: undefined, outer: false }];
  }
  const own = predicates.filter((one) => isOwn(one, rel, universe));
  const plain = vindexOptions(
    rel,
    own.filter((one) => !one.rewritten),
    universe,
  );
  return plain.length > 0 ? plain : vindexOptions(rel, own, universe);
}

function vindexOptions(rel: Rel, own: readonly Predicate[], universe: Universe): readonly Option[] {
  const { table } = rel;
  if (!table) return [];
  const keyspace = keyspaceOf(table);
  const equal = sameColumns(rel, own);
  const bindings = (column: string): readonly Binding[] =>
    own.flatMap((one) => bindingOf(one, equal(column), rel, universe) ?? []);
  return (table.vindexes ?? []).flatMap((vindex): readonly Option[] => {
    // While a lookup is being filled it must not be read.
    if (vindex.writeOnly) return [];
    const at = { ...vindex, keyspace };
    if (isMulti(vindex)) return multi(vindex, bindings).map((found) => ({ rel, vindex: at, ...found }));
    return bindings(vindex.columns[0] ?? '').flatMap(({ how, ids, outer, span }): readonly Option[] => {
      const operation = operationOf(how, vindex);
      return operation ? [{ rel, vindex: at, operation, ids, span, outer }] : [];
    });
  });
}

function operationOf(how: Binding['how'], vindex: Vindex): Operation | undefined {
  switch (how) {
    case 'equal':
      return vindex.unique ? 'unique' : 'equal';
    case 'list':
      return 'list';
    case 'rows':
      return 'rows';
    case 'null':
      return vindex.lookup ? undefined : vindex.unique ? 'unique' : 'equal';
    case 'like':
      return vindex.type === 'cfc' ? 'equal' : undefined;
    case 'between':
      return vindex.type === 'binary' || vindex.type === 'numeric' ? 'between' : undefined;
  }
}

/** All columns of a multi-column vindex give its shards, a prefix of them a range of shards, but for `region_json`. */
function multi(
  vindex: Vindex,
  bindings: (column: string) => readonly Binding[],
): readonly Omit<Option, 'rel' | 'vindex'>[] {
  const best = vindex.columns.map((column) => {
    const found = bindings(column).filter(({ how }) => how !== 'like' && how !== 'between');
    return found.find(({ how }) => how === 'equal' || how === 'null') ?? found[0];
  });
  const gap = best.indexOf(undefined);
  const bound = (gap < 0 ? best : best.slice(0, gap)).filter((one) => one !== undefined);
  if (bound.length === 0 || (gap >= 0 && vindex.type === 'region_json')) return [];
  const ids = bound.flatMap((one) => one.ids);
  const hows = bound.map(({ how }) => how);
  const operation: Operation = hows.includes('rows')
    ? 'rows'
    : hows.includes('list')
      ? 'list'
      : gap >= 0
        ? 'prefix'
        : vindex.unique
          ? 'unique'
          : 'equal';
  return [{ operation, ids, span: bound[0]?.span, outer: bound.some((one) => one.outer) }];
}

const isNull = (expr: Expr): boolean => expr.kind === 'const' && expr.type === 'null';

/** Reads no other table than this one; columns of an enclosing query count as values. */
function isOwn({ expr, scope }: Predicate, rel: Rel, universe: Universe): boolean {
  let touches = false;
  for (const node of nodesOf(expr, scope)) {
    if (node === undefined) return false;
    if (node.startsWith(`${rel.id}.`) || isBranchName(node, rel)) touches = true;
    else if (!isOuter(node, rel.scope, universe)) return false;
  }
  return touches;
}

const isBranchName = (node: string, rel: Rel): boolean => {
  if (!node.startsWith('#')) return false;
  const [scope, index] = node.slice(1).split('.').map(Number);
  for (let at: Scope | undefined = rel.scope; at?.parent; at = at.parent) {
    if (at.link !== 'branch' || at.parent.id !== scope) continue;
    const behind = at.outputs[index ?? 0]?.node;
    return behind !== undefined && (behind.startsWith(`${rel.id}.`) || isBranchName(behind, rel));
  }
  return false;
};

/** `id = col AND col = 5` binds `id`: columns of the table that its own predicates set equal. */
function sameColumns(rel: Rel, own: readonly Predicate[]): (column: string) => ReadonlySet<string> {
  const pairs = own.flatMap(({ expr, scope }): readonly (readonly [string, string])[] => {
    if (expr.kind !== 'compare' || expr.op !== '=') return [];
    if (expr.left.kind !== 'column' || expr.right.kind !== 'column') return [];
    const a = resolveColumn(expr.left, scope)?.node;
    const b = resolveColumn(expr.right, scope)?.node;
    return a?.startsWith(`${rel.id}.`) && b?.startsWith(`${rel.id}.`) ? [[a, b]] : [];
  });
  return (column) => {
    const names = new Set(namesOf(rel, column));
    const node = relNode(rel, column);
    for (const [a, b] of pairs) {
      if (a === node) names.add(b);
      if (b === node) names.add(a);
    }
    return names;
  };
}

function bindingOf(
  { expr, scope }: Predicate,
  names: ReadonlySet<string>,
  rel: Rel,
  universe: Universe,
): Binding | undefined {
  const isKey = (one: Expr): boolean => one.kind === 'column' && names.has(resolveColumn(one, scope)?.node ?? '\u0000');
  const value = (one: Expr): { readonly id: string; readonly outer: boolean; readonly many: boolean } | undefined => {
    if (one.kind === 'column') {
      const found = resolveColumn(one, scope);
      if (found?.expr) return value(found.expr);
      const outside = found?.node !== undefined && isOuter(found.node, rel.scope, universe);
      return outside ? { id: found.node ?? '', outer: true, many: false } : undefined;
    }
    if (one.kind === 'call' && one.args.length === 0) {
      const name = one.name.toLowerCase();
      // Vtgate fills these in from the session, as it does placeholders.
      if (sessionValues.has(name)) return { id: `${name}()`, outer: false, many: false };
      if (freshValues.has(name)) return { id: `(${name}())`, outer: false, many: false };
    }
    const known = isComputable(one) ? keyValueOf(one) : undefined;
    return known && { id: known.id, outer: false, many: known.many === true };
  };
  /** The key's place in a row of columns gives its values in the rows of the list. */
  const rows = (whole: Expr, left: Row, items: readonly Expr[], path: readonly number[]): Binding | undefined => {
    for (const [i, part] of left.items.entries()) {
      // What stands behind a row within the row is not looked at.
      if (part.kind === 'row') return rows(whole, part, items, [...path, i]);
      if (!isKey(part)) continue;
      const found = items.map((item) => {
        const at = [...path, i].reduce<Expr | undefined>(
          (inside, place) => (inside?.kind === 'row' ? inside.items[place] : undefined),
          item,
        );
        return at && (isNull(at) ? { id: '=NULL', outer: false } : value(at));
      });
      if (!found.every((item) => item !== undefined)) return undefined;
      const ids = [...new Set(found.map((item) => item.id))];
      return { how: 'rows', ids, outer: found.some((item) => item.outer), span: whole.span };
    }
    return undefined;
  };
  const read = (one: Expr): Binding | undefined => {
    switch (one.kind) {
      case 'compare': {
        if (one.op !== '=') return undefined;
        const other = isKey(one.left) ? one.right : isKey(one.right) ? one.left : undefined;
        const found = other && value(other);
        if (!found) return undefined;
        return { how: found.many ? 'list' : 'equal', ids: [found.id], outer: found.outer, span: one.span };
      }
      case 'in': {
        if (one.negated || !Array.isArray(one.items)) return undefined;
        const items = one.items as readonly Expr[];
        if (one.left.kind === 'row') {
          if (items.every((item) => item.kind === 'row')) return rows(one, one.left, items, []);
          // Rows that come as parameters: every column of the left row is bound to some value of each.
          const inside = one.left.items.length === 1 ? 'list' : 'rows';
          if (!one.left.items.some(isKey) || !items.every((item) => item.kind === 'param')) return undefined;
          return { how: inside, ids: items.map((item) => value(item)?.id ?? ''), outer: false, span: one.span };
        }
        if (!isKey(one.left)) return undefined;
        const found = items.map(value);
        if (!found.every((item) => item !== undefined)) return undefined;
        const ids = [...new Set(found.map((item) => item.id))];
        const single = items.length === 1 && !found[0]?.many && one.list !== true;
        return { how: single ? 'equal' : 'list', ids, outer: found.some((item) => item.outer), span: one.span };
      }
      case 'or': {
        const branches = one.args.map((arg) => read(arg));
        if (!branches.every((branch) => branch?.how === 'equal' || branch?.how === 'list')) return undefined;
        const found = branches as readonly Binding[];
        const ids = [...new Set(found.flatMap((branch) => branch.ids))];
        const single = ids.length === 1 && found.every((branch) => branch.how === 'equal');
        return { how: single ? 'equal' : 'list', ids, outer: found.some((branch) => branch.outer), span: one.span };
      }
      case 'and': {
        const found = one.args.flatMap((arg) => read(arg) ?? []);
        return found.find(({ how }) => how === 'equal') ?? found[0];
      }
      case 'like':
        return !one.negated && isKey(one.value) && value(one.pattern)
          ? { how: 'like', ids: [], outer: false, span: one.span }
          : undefined;
      case 'is-null':
        return !one.negated && isKey(one.value)
          ? { how: 'null', ids: ['=NULL'], outer: false, span: one.span }
          : undefined;
      case 'between':
        return !one.negated && isKey(one.value) && value(one.low) && value(one.high)
          ? { how: 'between', ids: [], outer: false, span: one.span }
          : undefined;
      default:
        return undefined;
    }
  };
  return read(expr);
}

/** The cheapest: by operation, then unique before not, then by the vindex's own cost; of equals the last. */
export function best(options: readonly Option[]): Option | undefined {
  return options.reduce<Option | undefined>(
    (chosen, one) => (chosen && cheaper(chosen, one) ? chosen : one),
    undefined,
  );
}

function cheaper(a: Option, b: Option): boolean {
  const order = operations.indexOf(a.operation) - operations.indexOf(b.operation);
  if (order !== 0) return order < 0;
  if (a.vindex.unique !== b.vindex.unique) return a.vindex.unique;
  return a.vindex.cost < b.vindex.cost;
}
