/** Shard keys of tables that belong together but are of different types: equal values are not placed alike. */

import { findColumn, type Schema } from '../schema/model';
import { keyTypeName } from '../shards/groups';
import type { ShardMap, ShardTable } from '../shards/model';
import { own } from '../text/own';
import type { Location } from '../text/span';
import { type DeclaredTable, declaredTables } from './declaredTables';

export interface KeyTypeClash {
  readonly table: KeyColumn;
  /** A table with the type that most of them have. */
  readonly other: KeyColumn;
  /** Both are declared to be in one group; else only their types keep them apart. */
  readonly together: boolean;
}

export interface KeyColumn {
  readonly table: ShardTable;
  readonly column: string;
  readonly type: string;
  /** The column in DDL, or the table in the map. */
  readonly at: Location;
}

export function keyTypeClashes(map: ShardMap, schema: Schema): readonly KeyTypeClash[] {
  const tables = declaredTables(map, schema).all.flatMap(keyColumns);
  const found = new Map<ShardTable, KeyTypeClash>();
  const compare = (families: Iterable<readonly Keyed[]>, together: boolean): void => {
    for (const family of families)
      for (const clash of clashesIn(family, together, map))
        if (!found.has(clash.table.table)) found.set(clash.table.table, clash);
  };
  compare(
    familiesBy(tables, ({ table }) => (table.groupGiven ? table.group : undefined)),
    true,
  );
  compare(
    familiesBy(tables, (one) => likelyFamily(one, map)),
    false,
  );
  return [...found.values()];
}

interface Keyed {
  readonly table: ShardTable;
  readonly columns: readonly KeyColumn[];
}

/** Nothing where a type is not known. */
function keyColumns({ ddl, table }: DeclaredTable): readonly Keyed[] {
  if (table?.kind !== 'sharded') return [];
  const columns = table.shardKey.flatMap((column): readonly KeyColumn[] => {
    const facts = findColumn(ddl, column);
    return facts && facts.type !== '' ? [{ table, column, type: keyTypeName(facts.type), at: facts.at }] : [];
  });
  return columns.length === table.shardKey.length ? [{ table, columns }] : [];
}

/** Tables that would share a group if it were not for their types: nobody has said which group they are in. */
function likelyFamily({ table }: Keyed, map: ShardMap): string | undefined {
  const citus = map.router.name === 'citus';
  const byHand = table.groupGiven && (!citus || table.at?.file === map.file);
  if (byHand || table.strategy !== 'hash') return undefined;
  const key = table.shardKey.map((column) => column.toLowerCase()).join(',');
  return [table.name.slice(0, -1).join('.'), table.shards ?? '', table.hash ?? '', key].join(' ');
}

function familiesBy(tables: readonly Keyed[], family: (one: Keyed) => string | undefined): Iterable<readonly Keyed[]> {
  const families = new Map<string, Keyed[]>();
  for (const one of tables) {
    const name = family(one);
    if (name !== undefined) families.set(name, [...(families.get(name) ?? []), one]);
  }
  return families.values();
}

function clashesIn(family: readonly Keyed[], together: boolean, map: ShardMap): readonly KeyTypeClash[] {
  const width = family[0]?.columns.length ?? 0;
  const alike = family.filter(({ columns }) => columns.length === width);
  const exact = !together || map.router.name === 'citus';
  const kindOf = ({ type }: KeyColumn): string => (exact ? type : (own(looser, type) ?? type));
  for (let part = 0; part < width; part++) {
    const all = alike.flatMap(({ columns }) => columns[part] ?? []);
    const usual = mostCommon(all, kindOf);
    if (!usual) continue;
    const odd = all.filter(
      (one) => kindOf(one) !== kindOf(usual) && (together || one.table.group !== usual.table.group),
    );
    if (odd.length > 0) return odd.map((table) => ({ table, other: usual, together }));
  }
  return [];
}

/** What most functions place alike: a number whatever its width, a text whatever its bound. */
const looser: Readonly<Record<string, string>> = {
  tinyint: 'number',
  smallint: 'number',
  mediumint: 'number',
  integer: 'number',
  bigint: 'number',
  char: 'text',
  varchar: 'text',
  binary: 'bytes',
  varbinary: 'bytes',
};

function mostCommon(all: readonly KeyColumn[], kindOf: (one: KeyColumn) => string): KeyColumn | undefined {
  const count = (one: KeyColumn): number => all.filter((other) => kindOf(other) === kindOf(one)).length;
  let best: KeyColumn | undefined;
  for (const one of all) if (!best || count(one) > count(best)) best = one;
  return best;
}
