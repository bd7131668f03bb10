/** Tables that are declared to be co-located and are divided in different ways all the same. Pure. */
import type { ShardTable } from '../shards/model';

export interface LayoutClash {
  readonly table: ShardTable;
  /** The group's first table, or its first one that says what this one says otherwise. */
  readonly other: ShardTable;
  /** "32 shards", "strategy range": what the table has, what the other one has. */
  readonly own: string;
  readonly others: string;
}

type Fact = (table: ShardTable) => string | undefined;

/** In the order in which they are worth telling; undefined where a table does not say. */
const facts: readonly Fact[] = [
  ({ strategy }) => `strategy ${strategy}`,
  ({ shardKey }) => (shardKey.length === 1 ? 'one key column' : `${shardKey.length} key columns`),
  ({ shards }) => (shards === undefined ? undefined : `${shards} shards`),
  ({ hash }) => (hash === undefined ? undefined : `the algorithm ${hash}`),
];

export function layoutClashes(tables: readonly ShardTable[]): readonly LayoutClash[] {
  const groups = new Map<string, ShardTable[]>();
  for (const table of tables)
    if (table.kind === 'sharded' && table.groupGiven)
      groups.set(table.group, [...(groups.get(table.group) ?? []), table]);
  return [...groups.values()].flatMap((members) =>
    members.flatMap((table, i) => clash(table, members.slice(0, i)) ?? []),
  );
}

function clash(table: ShardTable, before: readonly ShardTable[]): LayoutClash | undefined {
  for (const fact of facts) {
    const own = fact(table);
    const other = before.find((one) => fact(one) !== undefined);
    const others = other && fact(other);
    if (own !== undefined && other && others !== undefined && own !== others) return { table, other, own, others };
  }
  const other = before.find(({ mapping }) => mapping);
  return other && table.mapping && layout(other) !== layout(table)
    ? { table, other, own: 'one mapping', others: 'another' }
    : undefined;
}

const layout = ({ mapping }: ShardTable): string =>
  JSON.stringify(mapping, (_, value) => (typeof value === 'bigint' ? Number(value) : value));
