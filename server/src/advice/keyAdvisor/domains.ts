/**
 * Columns that hold the same values: a parent's key and what refers to it. A family of tables can be sharded together by
 * such a domain, since equal values lie on one shard.
 *
 * Columns belong together by foreign keys (those of ORM relations too), by joins in statements, and by name
 * (`tenant_id` here and there; `tenant_id` and the key of `tenants`). Two different parents' keys never become one
 * domain: that is what polymorphic columns would do.
 */
import type { ForeignKey, Table } from '../../schema/model';
import { wordsOf } from '../keyEvidence';
import { type ColumnId, type ColumnUses, columnId } from './columnUses';
import type { KnownTable, KnownTables } from './knownTables';

export interface DomainColumn {
  readonly table: KnownTable;
  /** As declared. */
  readonly column: string;
  /** How it came in: it is the parent's key, it refers by a foreign key, it is joined with, or it bears the name. */
  readonly by: 'root' | 'foreign-key' | 'join' | 'name';
}

export interface Domain {
  /** The column that the others refer to: `tenants.id`. Undefined where no table is the parent. */
  readonly root: DomainColumn | undefined;
  /** The name that most of the referring columns bear: `tenant_id`. */
  readonly name: string;
  /** By table and column. */
  readonly columns: readonly DomainColumn[];
}

interface Set_ {
  readonly members: Map<ColumnId, DomainColumn>;
  /** Keys of tables that refer to nothing themselves. */
  readonly roots: Set<ColumnId>;
}

export function keyDomains(known: KnownTables, uses: ColumnUses): readonly Domain[] {
  const sets = new Map<ColumnId, Set_>();
  const by = new Map<ColumnId, DomainColumn['by']>();
  const place = new Map<ColumnId, { readonly table: KnownTable; readonly column: string }>();
  const foreignKeys = known.all.flatMap((table) =>
    (table.ddl?.foreignKeys ?? []).flatMap((foreign) => pairsOf(table, foreign, known)),
  );
  for (const table of known.all)
    for (const column of columnsOf(table, uses)) place.set(columnId(table.name, column), { table, column });
  const refers = new Set(foreignKeys.map(({ child }) => child));
  const referred = new Map<ColumnId, number>();
  for (const { parent } of foreignKeys) referred.set(parent, (referred.get(parent) ?? 0) + 1);
  for (const [id, { table, column }] of place) {
    const root = !refers.has(id) && (referred.has(id) ? isUniqueAlone(table, column) : isOwnKey(table, column));
    const member: DomainColumn = { table, column, by: root ? 'root' : 'name' };
    sets.set(id, { members: new Map([[id, member]]), roots: new Set(root ? [id] : []) });
  }

  const join = (a: ColumnId, b: ColumnId, how: DomainColumn['by']): void => {
    const [one, other] = [sets.get(a), sets.get(b)];
    if (!one || !other || one === other) return;
    // One domain has one parent; a foreign key alone may say that two keys are one.
    if (how !== 'foreign-key' && new Set([...one.roots, ...other.roots]).size > 1) return;
    const [big, small] = one.members.size >= other.members.size ? [one, other] : [other, one];
    for (const [id, member] of small.members) {
      big.members.set(id, member);
      sets.set(id, big);
    }
    for (const id of small.roots) big.roots.add(id);
    for (const id of [a, b]) if (!by.has(id)) by.set(id, how);
  };

  for (const { child, parent } of foreignKeys) join(child, parent, 'foreign-key');
  for (const [a, b] of uses.joins) {
    // Names, times and states are equal here and there without being the same thing.
    if ([a, b].every((id) => isIdentifier(place.get(id)?.column ?? '') || refers.has(id) || isRoot(sets.get(id), id)))
      join(a, b, 'join');
  }
  for (const [name, ids] of byName(place)) {
    const free = ids.filter((id) => !refers.has(id));
    const parent = parentNamed(name, known, referred);
    if (parent) for (const id of free) join(id, parent, 'name');
    const homes = new Set(
      ids.map((id) => sets.get(id)).filter((set) => set && (set.roots.size > 0 || set.members.size > 1)),
    );
    const [home] = homes;
    const [first] = home ? home.members.keys() : free;
    if (homes.size <= 1 && first) for (const id of free) join(id, first, 'name');
  }
  return [...new Set(sets.values())].map((set) => domainOf(set, by)).sort(inOrder);
}

const inOrder = (a: Domain, b: Domain): number => {
  const [one, other] = [a, b].map(({ columns }) => `${columns[0]?.table.name} ${columns[0]?.column}`);
  return (one ?? '') < (other ?? '') ? -1 : 1;
};

function domainOf({ members, roots }: Set_, by: ReadonlyMap<ColumnId, DomainColumn['by']>): Domain {
  const columns = [...members]
    .map(([id, one]) => ({ ...one, by: roots.has(id) ? ('root' as const) : (by.get(id) ?? one.by) }))
    .sort((a, b) => (`${a.table.name} ${a.column}` < `${b.table.name} ${b.column}` ? -1 : 1));
  const all = columns.filter((one) => one.by === 'root');
  const root = all.length === 1 ? all[0] : undefined;
  // What a table calls its own key is no name for the others.
  const names = columns.filter((one) => one !== root && !/^_?(?:id|pk|uuid)$/i.test(one.column));
  const name = mostCommon(names.map(({ column }) => column)) ?? root?.column ?? columns[0]?.column ?? '';
  return { root, name, columns };
}

export function mostCommon(names: readonly string[]): string | undefined {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return [...counts].sort(([a, n], [b, m]) => m - n || (a < b ? -1 : 1))[0]?.[0];
}

const columnsOf = ({ name, table }: KnownTable, uses: ColumnUses): readonly string[] => {
  const found = new Map([...table.columns.keys()].map((column) => [column.toLowerCase(), column] as const));
  for (const [id, { column }] of uses.columns)
    if (id.startsWith(`${name}\u0000`) && !found.has(column.toLowerCase())) found.set(column.toLowerCase(), column);
  return [...found.values()];
};

function pairsOf(
  child: KnownTable,
  { columns, table, referenced }: ForeignKey,
  known: KnownTables,
): readonly { readonly child: ColumnId; readonly parent: ColumnId }[] {
  const parent = known.find(table);
  if (!parent) return [];
  const named = referenced.length > 0 ? referenced : (parent.ddl?.primaryKey?.columns ?? []);
  return columns.flatMap((column, i) => {
    const other = named[i];
    return other === undefined ? [] : [{ child: columnId(child.name, column), parent: columnId(parent.name, other) }];
  });
}

const isRoot = (set: Set_ | undefined, id: ColumnId): boolean => set?.roots.has(id) === true;

/** The one column of a table's primary key; `id` and `_id` where nobody declares one. */
const isOwnKey = ({ ddl }: KnownTable, column: string): boolean => {
  const key = primaryColumns(ddl);
  return key ? key.length === 1 && key[0]?.toLowerCase() === column.toLowerCase() : /^_?id$/i.test(column);
};

export const primaryColumns = (ddl: Table | undefined): readonly string[] | undefined => {
  const columns = ddl?.primaryKey?.columns.filter((column) => column !== undefined);
  return columns && columns.length > 0 ? columns : undefined;
};

/** `order_id`, `orderId`, `_organizationId`, `tenant`: what names a row of some table. */
export const isIdentifier = (column: string): boolean => {
  const words = wordsOf(column);
  const last = words.at(-1) ?? '';
  return words.length > 1 ? /^(?:id|uuid|guid|pk|key|ids)$/.test(last) : ownerWord.test(last);
};

const ownerWord =
  /^(?:tenant|account|org|organization|organisation|workspace|company|team|shop|store|merchant|customer|user|project|site)$/;

/** Columns that are spelled alike, but for case and underscores, and name a row of some table. */
function byName(
  place: ReadonlyMap<ColumnId, { readonly column: string }>,
): readonly (readonly [string, readonly ColumnId[]])[] {
  const found = new Map<string, ColumnId[]>();
  for (const [id, { column }] of place) {
    if (!isIdentifier(column)) continue;
    const name = wordsOf(column).join('_');
    found.set(name, [...(found.get(name) ?? []), id]);
  }
  return [...found].sort(([a], [b]) => (a < b ? -1 : 1));
}

/** `tenant_id` is the key of `tenants`: what other tables refer to, else `id`, else the primary key. */
function parentNamed(
  column: string,
  known: KnownTables,
  referred: ReadonlyMap<ColumnId, number>,
): ColumnId | undefined {
  const stem = column.replace(/_(?:id|uuid|guid|pk|key)$/, '');
  const names = [stem, `${stem}s`, `${stem}es`, stem.replace(/y$/, 'ies')].map((name) => name.replaceAll('_', ''));
  const parents = known.all.filter(({ table }) =>
    names.includes((table.name.at(-1) ?? '').replaceAll(/[_-]/g, '').toLowerCase()),
  );
  const [parent] = parents;
  if (!parent || parents.length > 1) return undefined;
  const own = [...parent.table.columns.keys()];
  const uses = (name: string): number => referred.get(columnId(parent.name, name)) ?? 0;
  const most = own.filter((name) => uses(name) > 0).sort((a, b) => uses(b) - uses(a))[0];
  const plain = own.find((name) => /^_?id$/i.test(name));
  const primary = primaryColumns(parent.ddl) ?? [];
  const key = most ?? plain ?? (primary.length === 1 ? primary[0] : undefined);
  return key === undefined ? undefined : columnId(parent.name, key);
}

const isUniqueAlone = ({ ddl, table }: KnownTable, column: string): boolean => {
  const alone = (columns: readonly (string | undefined)[]): boolean =>
    columns.length === 1 && columns[0]?.toLowerCase() === column.toLowerCase();
  return alone(ddl?.primaryKey?.columns ?? []) || table.unique.some(alone);
};
