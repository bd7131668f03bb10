/** Reads that take all rows of a table that grows: no LIMIT, and nothing that narrows them down. */
import type { Query } from '../../../query/model';
import { conjuncts, normalize } from '../../../query/normalize';
import { leavesOf, someExpr } from '../../../query/walk';
import type { Surveyed } from '../../survey';
import { isWriteOf, rowsOf } from '../families';
import type { KnownTable, KnownTables } from '../knownTables';
import { statements as counted, placeOf } from '../reasons';
import { unfitness } from '../unfit';
import { inWeight, type Shown, shownPlaces } from './evidence';

const smallTable = 10_000;

export function unboundedReads(known: KnownTables): readonly Shown[] {
  const found = new Map<KnownTable, Surveyed[]>();
  for (const one of known.statements) {
    const table = one.unknown.length === 0 ? readWhole(one.query, known) : undefined;
    if (table && grows(table)) found.set(table, [...(found.get(table) ?? []), one]);
  }
  return [...found]
    .map(([table, statements]): Shown => {
      const rows = rowsOf(table);
      const how = rows === undefined ? 'which the application adds rows to' : `which has ${rows} rows`;
      return {
        kind: 'unbounded-read',
        text: `${counted(statements.length)} ${statements.length === 1 ? 'reads' : 'read'} all rows of \`${table.name}\`, ${how}, without a LIMIT`,
        confidence: rows === undefined ? 'likely' : 'certain',
        count: statements.length,
        places: statements.slice(0, shownPlaces).map(placeOf),
      };
    })
    .sort(inWeight);
}

/** Rows are inserted in ordinary operation; tables of settings are written too, and stay small. */
function grows(table: KnownTable): boolean {
  if (table.table.kind === 'reference') return false;
  const rows = rowsOf(table);
  if (rows !== undefined) return rows >= smallTable;
  return table.statements.some((one) => one.query.kind === 'insert' && isWriteOf(table, one));
}

function readWhole(query: Query, known: KnownTables): KnownTable | undefined {
  if (query.kind !== 'select' || query.limit || query.groupBy.length > 0 || query.with) return undefined;
  // One row of sums is no flood of rows.
  if (query.items.some(({ expr }) => someExpr(expr, (one) => one.kind === 'call' && one.aggregate === true)))
    return undefined;
  const [only, ...others] = leavesOf(query.from);
  if (only?.kind !== 'table' || others.length > 0) return undefined;
  const table = known.find(only.name.parts);
  if (!table || !query.where) return table;
  if (someExpr(query.where, ({ kind }) => kind === 'opaque' || kind === 'choice')) return undefined;
  // A flag or a state leaves a share of the rows that grows with them.
  const narrow = conjuncts(normalize(query.where)).some((part) => {
    if (part.kind === 'is-null') return false;
    const column = part.kind === 'compare' ? [part.left, part.right].find(({ kind }) => kind === 'column') : undefined;
    if (column?.kind !== 'column' || part.kind !== 'compare') return true;
    if (part.op === '<>') return false;
    const bad = unfitness(table, column.name, known);
    return bad === undefined || bad.rung === 'name' || part.op !== '=';
  });
  return narrow ? undefined : table;
}
