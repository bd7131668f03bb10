/** Whether a read can see what a write has changed by its columns: what it names, and what is looked at of its rows. */
import type { Expr, From, Query, TableRef } from '../query/model';
import { leavesOf, visitNodes } from '../query/walk';

export interface Looked {
  /** What is looked at of the rows that are read, by the code's names; undefined: maybe all of it. */
  used(): { readonly names: ReadonlySet<string>; readonly handed: ReadonlySet<string> } | undefined;
  /** What the code calls the columns that it writes, among other names; empty where the statement's text names them. */
  fields(): ReadonlySet<string>;
  /** What is read are objects of classes: their getters may look at any column. */
  readonly hasGetters: boolean;
  /** By itself it names one row. */
  isKey(ref: TableRef, column: string): boolean;
  /** Names of all columns of a table, where they are known. */
  columns(ref: TableRef): Iterable<string> | undefined;
}

export const key = (column: string): string => column.toLowerCase();

export const isOf = (qualifier: readonly string[], { alias, name }: TableRef, alone: boolean): boolean => {
  const last = qualifier.at(-1)?.toLowerCase();
  return last === undefined ? alone : last === (alias ?? name.parts.at(-1))?.toLowerCase();
};

/** The columns that an update gives values to are named nowhere in the read, and nobody looks at them in what it answers. */
export function readsNoneOf(
  read: Query,
  own: TableRef,
  write: Query & { readonly kind: 'update' },
  how: Looked,
): boolean {
  if (write.openSet || write.upsert || read.kind !== 'select' || read.items.length === 0) return false;
  const set = new Set(write.set.map(({ column }) => key(column)));
  if (set.size === 0) return false;
  if (!names(read, own, set)) return true;
  const rest = { ...read, items: read.items.filter(({ expr }) => !isAsItIs(expr)) };
  if (rest.items.length === read.items.length || names(rest, own, set)) return false;
  const used = how.used();
  const fields = inHost(how.fields());
  const written = new Set([...set].map((column) => hostName(column)));
  if (!used) return false;
  const looked = inHost(used.names);
  // What the code calls a column is said by what it writes to it, or by columns of other names alone being looked at.
  const isSaid = fields.size === 0 || [...written].every((column) => fields.has(column));
  if (!(isSaid && !how.hasGetters) && !isSubset(looked, knownIn(read, how))) return false;
  const aliases = read.items.flatMap(({ expr, alias }) =>
    alias !== undefined && expr.kind === 'column' && set.has(key(expr.name)) ? [hostName(alias)] : [],
  );
  if ([...looked].some((name) => isStamp.test(name))) return false;
  return ![...written, ...aliases].some((name) => looked.has(name)) && !mayLoad(read, own, used, how);
}

/** Libraries and triggers set these with every update. */
const isStamp = /(?:updat|modifi|chang)ed(?:at|on|date|time)?$|^version$/;

const isSubset = (some: Iterable<string>, all: ReadonlySet<string>): boolean => [...some].every((one) => all.has(one));

/** Columns of the tables that a read takes rows from. */
const knownIn = ({ from }: Query & { readonly kind: 'select' }, { columns }: Looked): ReadonlySet<string> =>
  inHost(['length', ...leavesOf(from).flatMap((leaf) => (leaf.kind === 'table' ? [...(columns(leaf) ?? [])] : []))]);

/** A column or all of them, as they are. */
const isAsItIs = ({ kind }: Expr): boolean => kind === 'column' || kind === 'star';

/** `order_id`, `orderId`; of a path into a document its first part. */
const hostName = (name: string): string => name.replace(/\..*$/, '').replaceAll('_', '').toLowerCase();

const inHost = (all: Iterable<string>): ReadonlySet<string> => new Set([...all].map(hostName));

/** Rows of a joined table may lie below a field that is handed on. */
const mayLoad = (
  read: Query & { readonly kind: 'select' },
  own: TableRef,
  { handed }: { readonly handed: ReadonlySet<string> },
  how: Looked,
): boolean => leavesOf(read.from)[0] !== own && !isSubset(inHost(handed), knownIn(read, how));

/** Any of these columns is named, or all of them. */
function names(read: Query, own: TableRef, set: ReadonlySet<string>): boolean {
  let open = false;
  const counted = new Set<unknown>();
  visitNodes(read, (node) => {
    const part = node as Expr | { readonly kind: 'join'; readonly using?: unknown; readonly natural?: unknown };
    switch (part.kind) {
      case 'opaque':
        open = true;
        break;
      // `count(*)` counts rows, whatever is in them.
      case 'call':
        if (part.aggregate) for (const arg of part.args) if (arg.kind === 'star') counted.add(arg);
        break;
      case 'star':
        open ||= !counted.has(part) && isOf(part.qualifier, own, true);
        break;
      case 'column':
        open ||= set.has(key(part.name)) && isOf(part.qualifier, own, true);
        break;
      case 'join':
        open ||= part.using !== undefined || part.natural !== undefined;
        break;
      default:
    }
  });
  return open;
}

/** It is joined on to rows that stay as they are without it, and nobody looks at what it adds to them. */
export function isLeftAside(read: Query & { readonly kind: 'select' }, own: TableRef, how: Looked): boolean {
  const [first] = leavesOf(read.from);
  if (first?.kind !== 'table' || first === own || read.items.length === 0) return false;
  const added = addedWith(read.from, own);
  if (!added) return false;
  const isAdded = (qualifier: readonly string[]): boolean =>
    qualifier.length === 0 || [...added].some((one) => isOf(qualifier, one, false));
  const { from: _, items, ...rest } = read;
  let open = false;
  visitNodes(rest, (node) => {
    const part = node as Expr;
    open ||= part.kind === 'opaque' || ((part.kind === 'column' || part.kind === 'star') && isAdded(part.qualifier));
  });
  if (open || !items.every(({ expr }) => isAsItIs(expr))) return false;
  const used = how.used();
  return used !== undefined && isSubset(inHost(used.names), inHost(how.columns(first) ?? []));
}

/** It is joined on by its key and by nothing else: who refers to a row is seen with it, or not at all. */
export function isPassedThrough(read: Query & { readonly kind: 'select' }, own: TableRef, how: Looked): boolean {
  const [first] = leavesOf(read.from);
  if (first?.kind !== 'table' || first === own || !read.items.every(({ expr }) => isAsItIs(expr))) return false;
  const { items: _, ...rest } = read;
  let open = false;
  visitNodes(rest, (node) => {
    const part = node as Expr;
    open ||= part.kind === 'opaque';
    if (part.kind === 'column' && isOf(part.qualifier, own, true)) open ||= !how.isKey(own, key(part.name));
  });
  const used = open ? undefined : how.used();
  return used !== undefined && isSubset(inHost(used.names), inHost(how.columns(first) ?? []));
}

/** The tables that come in by the left join that a table stands on the right of, and by those that lean on it. */
function addedWith(from: readonly From[], own: TableRef): ReadonlySet<TableRef> | undefined {
  const [item, more] = from;
  if (!item || more) return undefined;
  const added = new Set<TableRef>();
  const spine: (From & { readonly kind: 'join' })[] = [];
  for (let at = item; at.kind === 'join'; at = at.left) spine.unshift(at);
  for (const { type, right, on } of spine) {
    const leaves = leavesOf([right]);
    const leans = [...added].some((one) => on !== undefined && mentions(on, one));
    if (!leaves.includes(own) && !leans) continue;
    if (type !== 'left') return undefined;
    for (const leaf of leaves) {
      if (leaf.kind !== 'table') return undefined;
      added.add(leaf);
    }
  }
  return added.has(own) ? added : undefined;
}

function mentions(on: Expr, table: TableRef): boolean {
  let found = false;
  visitNodes(on, (node) => {
    const part = node as Expr;
    found ||= part.kind === 'opaque' || (part.kind === 'column' && isOf(part.qualifier, table, true));
  });
  return found;
}
