/** Columns of a shard key that may be NULL, as far as a schema says. */
import { sameColumn } from '../routing/declaredTables';
import type { KeyColumn, ShardKey } from './shardKeys';

export interface NullableKey {
  readonly columns: readonly KeyColumn[];
  /** The share of rows that have no key, where it was measured. */
  readonly nullShare?: number;
}

export function nullableKey(key: ShardKey): NullableKey | undefined {
  const { table, ddl } = key;
  if (ddl?.kind !== 'table') return undefined;
  const open = key.columns.filter(
    ({ name, facts }) =>
      facts?.nullable === true &&
      // What comes out of a query has its place, and says nothing of NULL.
      !(facts.at.file === ddl.at.file && facts.at.span.start === ddl.at.span.start) &&
      !table.generated.some((one) => sameColumn(one, name)) &&
      facts.generated !== true,
  );
  if (open.length === 0 || isOneOf(key) || takesNull(key)) return undefined;
  const shares = open.flatMap(({ facts }) => facts?.statistics?.nullShare ?? []);
  return { columns: open, ...(shares.length > 0 && { nullShare: Math.max(...shares) }) };
}

/** A list or a range that says where rows without a value lie, or where all others do. */
const takesNull = ({ table: { mapping = [] } }: ShardKey): boolean =>
  mapping.some(({ from, to, values }) => values?.includes(null) || (!values && from === undefined && to === undefined));

/** A check wants a value in one of several columns, and the key is these columns. */
const isOneOf = ({ ddl, columns }: ShardKey): boolean =>
  (ddl?.someNotNull ?? []).some((set) => set.every((one) => columns.some(({ name }) => sameColumn(one, name))));
