/** What one row of a grouped join stands for: its keys without those that follow from the others. */
import type { Expr } from '../../query/model';
import { type ColumnOf, isUniqueBy, type JoinShape } from './joinShape';

const idOf = ({ table, column }: ColumnOf): string => `${table}.${column.toLowerCase()}`;

/** Later keys go first. What is no plain column stays. */
export function grainOf(keys: readonly Expr[], shape: JoinShape): readonly Expr[] {
  let kept = [...keys];
  for (const key of keys.toReversed()) {
    const own = key.kind === 'column' ? shape.of(key) : undefined;
    const others = kept.filter((one) => one !== key);
    if (own && determined(others, shape).has(idOf(own), own.table)) kept = others;
  }
  return kept;
}

/** The columns that have one value where these have: by keys of tables, and over joins. */
function determined(keys: readonly Expr[], shape: JoinShape) {
  const known = new Set(keys.flatMap((key) => (key.kind === 'column' ? (shape.of(key) ?? []) : [])).map(idOf));
  const whole = new Set<number>();
  for (let before = -1; before !== known.size + whole.size; ) {
    before = known.size + whole.size;
    for (const [at, table] of shape.tables.entries()) {
      const own = new Set([...known].flatMap((id) => (id.startsWith(`${at}.`) ? [id.slice(`${at}.`.length)] : [])));
      if (!whole.has(at) && isUniqueBy(table, own)) whole.add(at);
    }
    for (const { a, b } of shape.links)
      for (const [from, to] of [
        [a, b],
        [b, a],
      ] as const) {
        const has = whole.has(from.table) || known.has(idOf(from));
        // The optional side of a LEFT JOIN says nothing of the other.
        if (has && shape.tables[from.table]?.on === undefined) known.add(idOf(to));
      }
  }
  return { has: (id: string, table: number): boolean => known.has(id) || whole.has(table) };
}

/** One of the columns that a join makes equal, the same for all of them. */
export function sameAs(column: ColumnOf, shape: JoinShape, text: (one: ColumnOf) => string): string {
  const all = new Map([[idOf(column), column]]);
  for (let before = 0; before !== all.size; ) {
    before = all.size;
    for (const { a, b } of shape.links) {
      if (shape.tables[a.table]?.on || shape.tables[b.table]?.on) continue;
      if (all.has(idOf(a))) all.set(idOf(b), b);
      else if (all.has(idOf(b))) all.set(idOf(a), a);
    }
  }
  return [...all.values()].map(text).sort()[0] ?? '';
}
