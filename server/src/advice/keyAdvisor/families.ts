/** From a domain of values to the tables that could be sharded by it together, and what each of them needs. */
import { type ForeignKey, findColumn } from '../../schema/model';
import { wordsOf } from '../keyEvidence';
import type { Surveyed } from '../survey';
import { type ColumnUses, columnId } from './columnUses';
import { type Domain, type DomainColumn, primaryColumns } from './domains';
import type { KnownTable, KnownTables } from './knownTables';

export interface Family {
  /** As people would call the key: the name that most of its columns bear. */
  readonly key: string;
  readonly domain: Domain;
  /** Tables that have the key as a column today. */
  readonly members: readonly Member[];
  /** Tables that belong to rows of a member and would need the key as a copy. */
  readonly copies: readonly Copy[];
  /** Tables small and still enough for a copy on every shard. */
  readonly references: readonly Reference[];
}

export interface Member {
  readonly table: KnownTable;
  readonly column: string;
  readonly by: DomainColumn['by'];
}

export interface Copy {
  readonly table: KnownTable;
  /** The member, or another copy, whose row it belongs to. */
  readonly from: KnownTable;
  /** Its columns that refer to that row. */
  readonly through: readonly string[];
}

export interface Reference {
  readonly table: KnownTable;
  readonly rows?: number;
  readonly writes: number;
  readonly reads: number;
  /** Statements that name it together with a table of the family. */
  readonly joined: number;
}

/** Members bind the key in this share of the statements that look for their rows, unless they bear its usual name. */
const boundShare = 0.2;

export function familyOf(domain: Domain, known: KnownTables, uses: ColumnUses, owned: ReadonlySet<KnownTable>): Family {
  const usual = wordsOf(domain.name).join('_');
  const members = new Map<KnownTable, Member>();
  const touched = new Set(domain.columns.map(({ table }) => table));
  for (const table of touched) {
    const own = domain.columns.filter((one) => one.table === table).sort(preferred(domain, uses));
    const [best] = own;
    if (best && belongs(best, usual, uses)) members.set(table, { table, column: best.column, by: best.by });
  }
  // A key of few tables that has no parent is handed on by nobody.
  const copies = domain.root || members.size > 2 ? copiesFor(members, touched, known, uses) : [];
  const family = { key: domain.name, domain, members: sorted([...members.values()]), copies };
  return { ...family, references: referencesFor(family, known, owned) };
}

const sorted = <T extends { readonly table: KnownTable }>(all: readonly T[]): readonly T[] =>
  [...all].sort((a, b) => (a.table.name < b.table.name ? -1 : 1));

/** The parent's own key first, then what statements ask by, what must have a value, what bears the usual name. */
const preferred =
  ({ root, name }: Domain, uses: ColumnUses) =>
  (a: DomainColumn, b: DomainColumn): number => {
    const asked = ({ table, column }: DomainColumn): number =>
      uses.columns.get(columnId(table.name, column))?.asked.length ?? 0;
    const rank = (one: DomainColumn): readonly number[] => [
      one.column === root?.column && one.table === root.table ? 0 : 1,
      isTrace(one.column) ? 1 : 0,
      -asked(one),
      isOpen(one) ? 1 : 0,
      wordsOf(one.column).join('_') === wordsOf(name).join('_') ? 0 : 1,
    ];
    const [one, other] = [rank(a), rank(b)];
    const at = one.findIndex((value, i) => value !== other[i]);
    if (at >= 0) return (one[at] ?? 0) - (other[at] ?? 0);
    return a.column < b.column ? -1 : 1;
  };

/** Who made or changed a row says nothing of where it belongs. */
export const isTrace = (column: string): boolean => {
  const words = wordsOf(column);
  return (
    words.includes('by') || /^(?:creator|author|editor|modifier|actor|assignee|approver|reviewer)$/.test(words[0] ?? '')
  );
};

const isOpen = ({ table, column }: Pick<DomainColumn, 'table' | 'column'>): boolean =>
  table.ddl !== undefined && findColumn(table.ddl, column)?.nullable === true;

function belongs(one: DomainColumn, usual: string, uses: ColumnUses): boolean {
  if (one.by === 'root') return true;
  const use = uses.columns.get(columnId(one.table.name, one.column));
  const asks = uses.asks(one.table).length;
  if (use && use.asked.length > 0 && use.asked.length >= boundShare * asks) return !isTrace(one.column) || !isOpen(one);
  // Bearing the usual name, it is the key of that table too; where it may be NULL, some statement has to use it.
  return !isTrace(one.column) && wordsOf(one.column).join('_') === usual && (!isOpen(one) || use !== undefined);
}

/** The closure over foreign keys: rows that belong to one row of a table of the family. */
function copiesFor(
  members: ReadonlyMap<KnownTable, Member>,
  touched: ReadonlySet<KnownTable>,
  known: KnownTables,
  uses: ColumnUses,
): readonly Copy[] {
  const copies = new Map<KnownTable, Copy>();
  /** A row without a key has none to hand on. */
  const hasKey = (table: KnownTable): boolean => {
    const member = members.get(table);
    return copies.has(table) || (member !== undefined && !isOpen(member));
  };
  for (let depth = 0; depth < 4; depth++) {
    const found = known.all.flatMap((table): readonly Copy[] => {
      if (copies.has(table) || touched.has(table)) return [];
      const parents = (table.ddl?.foreignKeys ?? []).flatMap(
        (foreign): readonly (Copy & { readonly asked: number })[] => {
          const from = known.find(foreign.table);
          if (!from || from === table || !hasKey(from) || !isPart(table, foreign)) return [];
          const asked = foreign.columns.map(
            (column) => uses.columns.get(columnId(table.name, column))?.asked.length ?? 0,
          );
          return [{ table, from, through: foreign.columns, asked: Math.max(0, ...asked) }];
        },
      );
      const [best] = parents.sort((a, b) => b.asked - a.asked);
      return best ? [{ table, from: best.from, through: best.through }] : [];
    });
    if (found.length === 0) break;
    for (const one of found) copies.set(one.table, one);
  }
  return sorted([...copies.values()]);
}

/** Every row refers to one row of the parent, and not only to whoever made it. */
const isPart = ({ ddl }: KnownTable, { columns }: ForeignKey): boolean =>
  columns.every((column) => !isTrace(column) && ddl !== undefined && findColumn(ddl, column)?.nullable !== true);

/** More rows than this are no reference table; a copy of each on every shard is written with every change. */
const mostRows = 100_000;

/** Tables that belong to nobody, that statements join with the family, and that are hardly written. */
function referencesFor(
  { members, copies }: Pick<Family, 'members' | 'copies'>,
  known: KnownTables,
  owned: ReadonlySet<KnownTable>,
): readonly Reference[] {
  const inside = new Set([...members, ...copies].map(({ table }) => table));
  const names = new Set([...inside].map(({ name }) => name));
  const parents = new Set(
    [...inside].flatMap(({ ddl }) => (ddl?.foreignKeys ?? []).map((foreign) => known.find(foreign.table))),
  );
  return known.all.flatMap((table): readonly Reference[] => {
    if (inside.has(table) || table.table.kind === 'single-shard') return [];
    const { reads, writes } = readsAndWrites(table);
    const joined = table.statements.filter(({ tables }) => tables.some((name) => names.has(name))).length;
    const rows = rowsOf(table);
    if (table.table.kind !== 'reference') {
      if (owned.has(table) || (rows !== undefined && rows > mostRows)) return [];
      if (joined < (parents.has(table) ? 1 : 2) || reads === 0) return [];
      if (writes > (rows === undefined ? 0.05 : 0.2) * (reads + writes)) return [];
      // What the application itself makes grows with it, unless somebody has counted.
      if (rows === undefined && table.statements.some((one) => one.query.kind === 'insert' && isWriteOf(table, one)))
        return [];
    }
    return [{ table, reads, writes, joined, ...(rows !== undefined && { rows }) }];
  });
}

/** Tables whose rows belong to a row of some other table, by a column of a domain with a parent. */
export function ownedTables(domains: readonly Domain[]): ReadonlySet<KnownTable> {
  return new Set(
    domains.flatMap(({ root, columns }) =>
      root ? columns.flatMap((one) => (one.table !== root.table && !isOpen(one) ? [one.table] : [])) : [],
    ),
  );
}

export const isWriteOf = ({ name }: KnownTable, { writes }: Surveyed): boolean => writes.includes(name);

export function readsAndWrites(table: KnownTable): { readonly reads: number; readonly writes: number } {
  const writes = table.statements.filter((one) => isWriteOf(table, one)).length;
  return { reads: table.statements.length - writes, writes };
}

export function rowsOf({ ddl }: KnownTable): number | undefined {
  if (ddl?.statistics?.rows !== undefined) return ddl.statistics.rows;
  for (const { statistics } of ddl?.columns.values() ?? []) if (statistics?.rows !== undefined) return statistics.rows;
  return undefined;
}

/** What identifies a row of the table where it is sharded: the key before the primary key. */
export const keyedPrimary = (table: KnownTable, column: string): readonly string[] => {
  const primary = primaryColumns(table.ddl) ?? [];
  return primary.some((one) => one.toLowerCase() === column.toLowerCase()) ? primary : [column, ...primary];
};
