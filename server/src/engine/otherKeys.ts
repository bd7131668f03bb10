import { isIdentifier } from '../advice/keyAdvisor/domains';
import type { Effective } from '../shards/load';
import { tableIndex } from '../shards/resolve';

/** Other columns that a table of a map could be sharded by, as far as their names and keys say: the first few. */
export function otherKeys(
  { map, schema }: Effective,
  file: string,
  offset: number,
  lineOf: (offset: number) => number,
): { readonly table: string; readonly keys: readonly string[] } | undefined {
  const line = lineOf(offset);
  const table = tableIndex(map, schema).tables.find(
    ({ at, kind }) =>
      at?.file === file && kind !== 'view' && lineOf(at.span.start) <= line && line <= lineOf(at.span.end),
  );
  if (!table) return undefined;
  const name = table.name.join('.');
  const keys = [...table.columns.keys()].filter(
    (column) => isIdentifier(column) && !(table.shardKey.length === 1 && table.shardKey[0] === column),
  );
  return { table: name, keys: keys.slice(0, mostKeys) };
}

const mostKeys = 4;
