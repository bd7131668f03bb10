/** How far each statement is from running on one shard of a family, whatever it binds today. */

import { sameColumn } from '../../routing/declaredTables';
import type { Route } from '../../routing/route';
import { classOf } from '../../routing/routeClass';
import type { Surveyed } from '../survey';
import { type ColumnId, type ColumnUses, columnId } from './columnUses';
import type { Family } from './families';
import type { KnownTable, KnownTables } from './knownTables';

/**
 * - `stays`: it runs on one shard as it is written, or on some by a list of keys.
 * - `add-key`: all its tables are of the family, and it asks for rows of one owner by another column of theirs: it runs on
 *   one shard as soon as it binds the key as well.
 * - `fans-out`: all its tables are of the family, and it asks for rows of many.
 * - `leaves`: it needs tables of the family and others.
 * - `outside`: it touches none of the family.
 */
export type Fit = 'stays' | 'add-key' | 'fans-out' | 'leaves' | 'outside';

export interface Fitting {
  of(statement: Surveyed, route?: Route): Fit;
}

export function fittingOf(
  { domain, members, copies, references }: Family,
  known: KnownTables,
  uses: ColumnUses,
): Fitting {
  const inside = new Set([...members, ...copies].map(({ table }) => table));
  const beside = new Set(references.map(({ table }) => table));
  const keys = new Set(domain.columns.map(({ table, column }) => columnId(table.name, column)));
  const columns = new Set<ColumnId>(
    [...inside].flatMap((table) => rowColumns(table, inside, known).map((column) => columnId(table.name, column))),
  );
  return {
    of: (statement, route) => {
      const tables = statement.tables.flatMap((name) => known.find(name.split('.')) ?? []);
      if (!tables.some((table) => inside.has(table))) return 'outside';
      if (route) {
        const class_ = classOf(route);
        if (class_ === 'single' || class_ === 'subset') return 'stays';
      }
      if (tables.some((table) => !inside.has(table) && !beside.has(table))) return 'leaves';
      const bound = uses.of(statement);
      if (!route && bound.some((id) => keys.has(id))) return 'stays';
      return bound.some((id) => columns.has(id) || keys.has(id)) ? 'add-key' : 'fans-out';
    },
  };
}

/** Columns that name one row of the family: a table's own unique keys, and what refers to another row of it. */
function rowColumns(
  { ddl, table }: KnownTable,
  inside: ReadonlySet<KnownTable>,
  known: KnownTables,
): readonly string[] {
  const unique = [...table.unique, ...(ddl?.primaryKey ? [ddl.primaryKey.columns] : [])].flatMap((columns) => {
    const parts = columns.filter(
      (column) => column !== undefined && !table.shardKey.some((key) => sameColumn(key, column)),
    );
    return parts.length === 1 ? parts : [];
  });
  const foreign = (ddl?.foreignKeys ?? []).flatMap((one) => {
    const parent = known.find(one.table);
    return parent && inside.has(parent) ? one.columns : [];
  });
  const own = unique.length === 0 ? [...table.columns.keys()].filter((column) => /^_?id$/i.test(column)) : [];
  return [...unique, ...foreign, ...own].flatMap((column) => column ?? []);
}

export type FitCounts = Readonly<Record<Fit, number>>;

export function fitCounts(all: readonly Fit[], weight: (index: number) => number = () => 1): FitCounts {
  const counts = { stays: 0, 'add-key': 0, 'fans-out': 0, leaves: 0, outside: 0 };
  for (const [i, one] of all.entries()) counts[one] += weight(i);
  return counts;
}
