/** Every key that one table could have, ranked over the statements that name it. */
import { sameColumn } from '../../routing/declaredTables';
import { uniqueKeys } from '../../routing/uniqueKeys';
import { type ColumnUses, columnId } from './columnUses';
import { designed, type Placement } from './design';
import type { Domain } from './domains';
import { type Family, familyOf, ownedTables } from './families';
import { fitCounts, fittingOf } from './fit';
import type { KnownTables } from './knownTables';
import { type Measure, measured, rerouted } from './measure';
import { type KeyQuality, keyQuality } from './quality';
import { qualityOf, scoreOf } from './score';
import { type Unfit, unfitness } from './unfit';

export interface TableKey {
  readonly column: string;
  /** Over the statements that name the table, with the tables of the key's family sharded by it too. */
  readonly measure: Measure;
  readonly quality: KeyQuality;
  readonly score: number;
  /** Tables that would lie beside it. */
  readonly together: readonly string[];
  /** Statements that find rows of the table by it. */
  readonly asked: number;
}

const mostColumns = 10;

/** Undefined: no table of that name is known. */
export function tableKeys(
  name: string,
  domains: readonly Domain[],
  known: KnownTables,
  uses: ColumnUses,
): { readonly name: string; readonly keys: readonly TableKey[]; readonly unfit: readonly Unfit[] } | undefined {
  const table = known.find(name.split('.'));
  if (!table) return undefined;
  const columns = [...table.table.columns.keys()];
  const used = [...uses.columns.values()].filter((one) => one.table === table);
  for (const { column } of used) if (!columns.some((one) => sameColumn(one, column))) columns.push(column);
  const asked = (column: string): number => uses.columns.get(columnId(table.name, column))?.asked.length ?? 0;
  const unfit = columns
    .flatMap((column): readonly Unfit[] => {
      const found = unfitness(table, column, known);
      return found ? [{ table: table.name, column, asked: asked(column), ...found }] : [];
    })
    .sort((a, b) => b.asked - a.asked || (a.column < b.column ? -1 : 1));
  const unique = table.ddl
    ? uniqueKeys(table.ddl).flatMap(({ key }) => (key.columns.length === 1 ? key.columns : []))
    : [];
  const foreign = table.ddl?.foreignKeys.flatMap((one) => one.columns) ?? [];
  const fit = columns
    .filter(
      (column) =>
        !unfit.some((one) => one.column === column) &&
        (asked(column) > 0 || [...unique, ...foreign].some((one) => sameColumn(one, column))),
    )
    .sort((a, b) => asked(b) - asked(a) || (a < b ? -1 : 1))
    .slice(0, mostColumns);
  const owned = ownedTables(domains);
  const keys = fit.map((column): TableKey => {
    const domain = domains.find((one) =>
      one.columns.some((each) => each.table === table && sameColumn(each.column, column)),
    );
    const family = domain && familyOf(domain, known, uses, owned);
    const placements = new Map<string, Placement>();
    for (const one of known.all) placements.set(one.name, { kind: 'unsharded' });
    for (const one of family?.references ?? []) placements.set(one.table.name, { kind: 'reference' });
    for (const one of family?.members ?? [])
      placements.set(one.table.name, { kind: 'sharded', key: [one.column], group: column });
    placements.set(table.name, { kind: 'sharded', key: [column], group: column });
    const map = designed(known.map, known.schema, placements);
    const effective = { map, schema: known.schema };
    const routed = rerouted(table.statements, effective, new Set([table.name]));
    const measure = measured(routed);
    const own: Family = {
      key: column,
      domain: domain ?? { root: undefined, name: column, columns: [{ table, column, by: 'name' }] },
      members: [{ table, column, by: 'name' }, ...(family?.members.filter((one) => one.table !== table) ?? [])],
      copies: family?.copies.filter((one) => one.table !== table) ?? [],
      references: family?.references ?? [],
    };
    const fitting = fittingOf(own, known, uses);
    const fits = fitCounts(routed.map((one) => fitting.of(one.statement, one.route)));
    const quality = keyQuality(new Set([table.name]), map, known.schema, known.statements);
    const together = (family?.members ?? []).flatMap((one) => (one.table === table ? [] : [one.table.name]));
    return { column, measure, quality, score: scoreOf(fits, qualityOf(quality, 1)), together, asked: asked(column) };
  });
  return { name: table.name, keys: keys.sort((a, b) => b.score - a.score || b.asked - a.asked), unfit };
}
