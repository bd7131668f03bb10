/** Which tables belong together: a weighted graph of joins, shared transactions and foreign keys. */
import type { KnownTable, KnownTables } from '../keyAdvisor/knownTables';

export interface TableGraph {
  readonly tables: readonly KnownTable[];
  /** Both ways: weights by the other table. */
  readonly edges: ReadonlyMap<KnownTable, ReadonlyMap<KnownTable, number>>;
}

/** What it costs to cut: a join becomes two queries, a transaction a saga, a foreign key a check that nobody makes. */
const weights = { statement: 1, transaction: 2, foreignKey: 1 } as const;

export function tableGraph(known: KnownTables): TableGraph {
  const edges = new Map(known.all.map((table) => [table, new Map<KnownTable, number>()] as const));
  const tie = (tables: readonly KnownTable[], weight: number): void => {
    // A statement of many tables is no stronger a tie between two of them than one of two.
    const each = weight / Math.max(1, tables.length - 1);
    for (const [i, a] of tables.entries())
      for (const b of tables.slice(i + 1)) {
        for (const [from, to] of [
          [a, b],
          [b, a],
        ] as const) {
          const own = edges.get(from);
          own?.set(to, (own.get(to) ?? 0) + each);
        }
      }
  };
  for (const one of known.statements) tie(tablesOf(one.tables, known), weights.statement);
  for (const tables of transactionTables(known).values()) tie([...tables], weights.transaction);
  for (const table of known.all)
    for (const foreign of table.ddl?.foreignKeys ?? []) {
      const parent = known.find(foreign.table);
      if (parent && parent !== table) tie([table, parent], weights.foreignKey);
    }
  return { tables: known.all, edges };
}

export const tablesOf = (names: readonly string[], known: KnownTables): readonly KnownTable[] => [
  ...new Set(names.flatMap((name) => known.find(name.split('.')) ?? [])),
];

/** The tables that each transaction writes. */
export function transactionTables(known: KnownTables): ReadonlyMap<string, ReadonlySet<KnownTable>> {
  const found = new Map<string, Set<KnownTable>>();
  for (const { transaction, writes } of known.statements) {
    if (transaction === undefined) continue;
    const tables = found.get(transaction) ?? new Set();
    found.set(transaction, tables);
    for (const table of tablesOf(writes, known)) tables.add(table);
  }
  return found;
}
