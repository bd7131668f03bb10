/** Statements whose predicates begin no index of their table, as far as a schema that declares indexes tells. */
import type { Expr, From, Query, TableRef } from '../../../query/model';
import { conjuncts, normalize } from '../../../query/normalize';
import { leavesOf, someExpr } from '../../../query/walk';
import { findColumn, type Table } from '../../../schema/model';
import { fewValues } from '../../cardinality';
import type { Surveyed } from '../../survey';
import { rowsOf } from '../families';
import type { KnownTable, KnownTables } from '../knownTables';
import { statements as counted, placeOf } from '../reasons';
import { asKey } from '../unfit';
import { inWeight, type Shown, shownPlaces } from './evidence';

/** A table of fewer rows is read as a whole in no time. */
const smallTable = 10_000;

export function missingIndexes(known: KnownTables): readonly Shown[] {
  const declaring = declaringSources(known);
  const found = new Map<string, { table: KnownTable; columns: readonly string[]; statements: Surveyed[] }>();
  for (const one of known.statements) {
    for (const { table, columns } of searches(one.query, known)) {
      const { ddl } = table;
      if (!ddl || !declaring.has(sourceOf(ddl)) || (rowsOf(table) ?? smallTable) < smallTable) continue;
      const asked = columns.filter((name) => isSelective(table, name, known));
      if (asked.length === 0 || columns.some((name) => beginsIndex(ddl, name, known.map.dialect))) continue;
      const key = `${table.name} ${asked
        .map((name) => name.toLowerCase())
        .sort()
        .join(' ')}`;
      const entry = found.get(key) ?? { table, columns: asked, statements: [] };
      found.set(key, entry);
      if (entry.statements.at(-1) !== one) entry.statements.push(one);
    }
  }
  return [...found.values()]
    .map(({ table, columns, statements }): Shown => {
      const names = columns.map((name) => `\`${name}\``).join(' and ');
      return {
        kind: 'missing-index',
        text: `\`${table.name}\` is searched by ${names} in ${counted(statements.length)}, and no index of it begins with ${columns.length === 1 ? 'that column' : 'either'}`,
        confidence: 'likely',
        count: statements.length,
        places: statements.slice(0, shownPlaces).map(placeOf),
      };
    })
    .sort(inWeight);
}

/** How a table was declared: where no index is declared in the same way at all, indexes are made elsewhere. */
const sourceOf = ({ at }: Table): string => at.file.slice(at.file.lastIndexOf('.'));

const declaringSources = ({ all }: KnownTables): ReadonlySet<string> =>
  new Set(all.flatMap(({ ddl }) => (ddl?.indexes.some(({ unique }) => !unique) ? [sourceOf(ddl)] : [])));

/** Few values are found by no index quickly. */
function isSelective(table: KnownTable, name: string, { map, schema }: KnownTables): boolean {
  if (!table.ddl || !findColumn(table.ddl, name)) return false;
  const key = asKey(table, name);
  const [column] = key.columns;
  return column !== undefined && !fewValues(column, key, map, schema) && !/^(?:is_|has_)/.test(name);
}

function beginsIndex(ddl: Table, name: string, dialect: string): boolean {
  const folded = name.toLowerCase();
  const begins = (columns: readonly (string | undefined)[] | undefined): boolean =>
    columns?.[0]?.toLowerCase() === folded;
  return (
    [ddl.primaryKey, ...ddl.uniques, ...ddl.indexes].some((one) => begins(one?.columns)) ||
    // An index on an expression may be about this very column.
    ddl.indexes.some(({ columns }) => columns[0] === undefined) ||
    // InnoDB makes an index for each foreign key.
    (/^(?:mysql|mariadb)$/.test(dialect) && ddl.foreignKeys.some(({ columns, logical }) => !logical && begins(columns)))
  );
}

interface Search {
  readonly table: KnownTable;
  /** Columns that narrow down its rows: by values, ranges, or another table's columns. */
  readonly columns: readonly string[];
}

/** The tables of a query's own block that are searched by values, each with all columns that narrow it down. */
function searches(query: Query, known: KnownTables): readonly Search[] {
  if (query.kind !== 'select' && query.kind !== 'update' && query.kind !== 'delete') return [];
  const leaves = leavesOf(query.from);
  if (!leaves.every((leaf) => leaf.kind === 'table')) return [];
  const sources = leaves as readonly TableRef[];
  const all = [...(query.where ? [query.where] : []), ...query.from.flatMap(onOf)];
  // What the source does not say may narrow it down by anything.
  if (all.some((expr) => someExpr(expr, ({ kind }) => kind === 'opaque' || kind === 'choice'))) return [];
  const parts = all.flatMap((expr) => conjuncts(normalize(expr)));
  return sources.flatMap((ref): readonly Search[] => {
    const table = known.find(ref.name.parts);
    if (!table) return [];
    const columns = [...new Set(parts.flatMap((part) => columnsIn(part, ref, sources.length === 1)))];
    const own = parts.some((part) => isSearch(part) && columnsIn(part, ref, sources.length === 1).length > 0);
    return own ? [{ table, columns }] : [];
  });
}

const onOf = (from: From): readonly Expr[] =>
  from.kind === 'join' ? [...onOf(from.left), ...onOf(from.right), ...(from.on ? [from.on] : [])] : [];

const isSearch = (part: Expr): boolean =>
  (part.kind === 'compare' && part.op !== '<>' && (part.left.kind !== 'column' || part.right.kind !== 'column')) ||
  part.kind === 'in' ||
  part.kind === 'between';

/** Plain columns of a table in one condition that an index could answer. */
function columnsIn(part: Expr, ref: TableRef, alone: boolean): readonly string[] {
  const own = (expr: Expr): readonly string[] => {
    if (expr.kind !== 'column') return [];
    const qualifier = expr.qualifier.at(-1)?.toLowerCase();
    const isOf =
      qualifier === undefined ? alone : qualifier === (ref.alias ?? ref.name.parts.at(-1) ?? '').toLowerCase();
    return isOf ? [expr.name] : [];
  };
  switch (part.kind) {
    case 'compare':
      return part.op === '<>' ? [] : [...own(part.left), ...own(part.right)];
    case 'in':
      return part.negated ? [] : own(part.left);
    case 'between':
      return part.negated ? [] : own(part.value);
    case 'is-null':
      return own(part.value);
    case 'or': {
      // Each branch needs an index of its own; one that has none makes a scan, which only the whole of it shows.
      return part.args.flatMap((arg) => columnsIn(arg, ref, alone));
    }
    case 'like':
      return own(part.value);
    default:
      return [];
  }
}
