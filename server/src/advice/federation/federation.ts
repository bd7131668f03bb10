/** Service cuts along the communities of tables, and what each of them would break. */
import { ownerOf } from '../../shards/services';
import type { Location } from '../../text/span';
import { isWriteOf } from '../keyAdvisor/families';
import { type KnownTable, type KnownTables, knownTables } from '../keyAdvisor/knownTables';
import { statements as counted, placeOf } from '../keyAdvisor/reasons';
import { type Shown, shownPlaces } from '../keyAdvisor/steps/evidence';
import type { Survey, Surveyed } from '../survey';
import { communities } from './communities';
import { filesOf, folderOf } from './files';
import { tableGraph, tablesOf, transactionTables } from './tableGraph';

export interface Federation {
  readonly known: KnownTables;
  readonly services: readonly ProposedService[];
  /** Tables that nothing ties to another one. */
  readonly apart: readonly KnownTable[];
  /** One for each two services with something between them, what breaks most first. */
  readonly cuts: readonly Cut[];
}

export interface ProposedService {
  /** As declared, else the table that is tied most within. */
  readonly name: string;
  readonly declared: boolean;
  readonly tables: readonly KnownTable[];
  /** Globs of the files that send nearly all their statements to it. */
  readonly files: readonly string[];
  /** Statements that name its tables, and those of them that name others too. */
  readonly statements: number;
  readonly crossing: number;
}

export interface Cut {
  readonly between: readonly [string, string];
  /** Joins and sub-queries over both. */
  readonly statements: readonly {
    readonly at: Location;
    readonly tables: readonly string[];
    readonly writes: boolean;
  }[];
  /** Transactions that write both: the places of their statements on either side. */
  readonly transactions: readonly { readonly at: Location; readonly tables: readonly string[] }[];
  readonly foreignKeys: readonly { readonly at: Location; readonly text: string }[];
}

export const federate = (survey: Survey): Federation => federationOf(knownTables(survey), survey);

export function federationOf(known: KnownTables, { map }: Survey): Federation {
  const graph = tableGraph(known);
  const declared = map.services.map((one) => ({
    ...one,
    tables: known.all.filter(({ name }) => ownerOf(map, name) === one.name),
  }));
  const given = declared.filter(({ tables }) => tables.length > 0);
  const taken = new Set<KnownTable>();
  const fixed = given.map(({ tables }) => tables.filter((table) => !taken.has(table) && taken.add(table)));
  const all = communities({ nodes: graph.tables, edges: graph.edges, name: ({ name }) => name }, fixed);
  const isApart = (tables: readonly KnownTable[]): boolean =>
    tables.length === 1 &&
    !taken.has(tables[0] as KnownTable) &&
    (graph.edges.get(tables[0] as KnownTable)?.size ?? 0) === 0;
  const found = all.filter((tables) => !isApart(tables));
  const names = new Set<string>(declared.map(({ name }) => name));
  const homes = new Map<KnownTable, string>();
  const named = found.map((tables) => {
    const own = given.find((_, i) => fixed[i]?.some((table) => tables.includes(table)));
    const name = own?.name ?? unused(hubOf(tables, graph.edges, known), names);
    names.add(name);
    for (const table of tables) homes.set(table, name);
    return { name, declared: own !== undefined, tables, files: own?.files ?? [] };
  });
  const services = named.map((one): ProposedService => {
    const inside = new Set(one.tables);
    const own = known.statements.filter(({ tables }) => tablesOf(tables, known).some((table) => inside.has(table)));
    const crossing = own.filter(({ tables }) =>
      tablesOf(tables, known).some((table) => homes.has(table) && !inside.has(table)),
    );
    const files =
      one.files.length > 0 ? one.files : filesOf(inside, (table) => homes.has(table), known, folderOf(map.file));
    return { ...one, files, statements: own.length, crossing: crossing.length };
  });
  return { known, services, apart: all.filter(isApart).flat(), cuts: cutsOf(known, homes) };
}

/** The table that most of its community refer to; without foreign keys the one that is tied most within. */
function hubOf(
  tables: readonly KnownTable[],
  edges: ReadonlyMap<KnownTable, ReadonlyMap<KnownTable, number>>,
  known: KnownTables,
): string {
  const inside = new Set(tables);
  const referred = (table: KnownTable): number =>
    tables.filter((one) => one !== table && one.ddl?.foreignKeys.some((foreign) => known.find(foreign.table) === table))
      .length;
  const tied = (table: KnownTable): number =>
    [...(edges.get(table) ?? [])].reduce((sum, [other, weight]) => sum + (inside.has(other) ? weight : 0), 0);
  const [hub] = [...tables].sort(
    (a, b) => referred(b) - referred(a) || tied(b) - tied(a) || (a.name < b.name ? -1 : 1),
  );
  return (hub?.table.name.at(-1) ?? '').toLowerCase();
}

function unused(name: string, taken: ReadonlySet<string>): string {
  let found = name;
  for (let i = 2; taken.has(found); i++) found = `${name}-${i}`;
  return found;
}

function cutsOf(known: KnownTables, homes: ReadonlyMap<KnownTable, string>): readonly Cut[] {
  const cuts = new Map<
    string,
    {
      between: [string, string];
      statements: Cut['statements'][number][];
      transactions: Cut['transactions'][number][];
      foreignKeys: Cut['foreignKeys'][number][];
    }
  >();
  const between = (tables: readonly KnownTable[]) => {
    const services = [...new Set(tables.flatMap((table) => homes.get(table) ?? []))].sort();
    return services.flatMap((a, i) =>
      services.slice(i + 1).map((b) => {
        const key = `${a}\u0000${b}`;
        const cut = cuts.get(key) ?? { between: [a, b], statements: [], transactions: [], foreignKeys: [] };
        cuts.set(key, cut);
        return {
          cut,
          tables: tables.filter((table) => [a, b].includes(homes.get(table) ?? '')).map(({ name }) => name),
        };
      }),
    );
  };
  for (const one of known.statements)
    for (const { cut, tables } of between(tablesOf(one.tables, known)))
      cut.statements.push({ at: placeOf(one), tables, writes: one.writes.length > 0 });
  const firsts = new Map<string, Surveyed>();
  for (const one of known.statements)
    if (one.transaction !== undefined && one.writes.length > 0 && !firsts.has(one.transaction))
      firsts.set(one.transaction, one);
  for (const [id, written] of transactionTables(known)) {
    const first = firsts.get(id);
    if (first)
      for (const { cut, tables } of between([...written])) cut.transactions.push({ at: placeOf(first), tables });
  }
  for (const table of known.all)
    for (const foreign of table.ddl?.foreignKeys ?? []) {
      const parent = known.find(foreign.table);
      if (!parent || parent === table) continue;
      for (const { cut } of between([table, parent]))
        cut.foreignKeys.push({
          at: foreign.at,
          text: `${table.name} (${foreign.columns.join(', ')}) → ${parent.name}`,
        });
    }
  const size = ({ statements, transactions, foreignKeys }: Cut): number =>
    statements.length + 2 * transactions.length + foreignKeys.length;
  return [...cuts.values()].sort((a, b) => size(b) - size(a) || (a.between.join() < b.between.join() ? -1 : 1));
}

/** A part of the tables that hardly any statement needs together with the others. */
const mostCrossing = 0.1;
const fewestStatements = 8;

export function federationEvidence({ services, known }: Federation): readonly Shown[] {
  const worth = services.filter(({ tables, statements }) => tables.length > 1 && statements >= fewestStatements);
  if (worth.length < 2) return [];
  const largest = worth.reduce((a, b) => (b.statements > a.statements ? b : a));
  return worth.flatMap((one): readonly Shown[] => {
    if (one === largest || one.crossing > mostCrossing * one.statements) return [];
    const inside = new Set(one.tables);
    const own = known.statements.filter(({ tables }) => tablesOf(tables, known).some((table) => inside.has(table)));
    const written = own.filter((each) => one.tables.some((table) => isWriteOf(table, each))).length;
    const names = one.tables
      .slice(0, 4)
      .map(({ name }) => `\`${name}\``)
      .join(', ');
    const more = one.tables.length > 4 ? ` and ${one.tables.length - 4} more` : '';
    return [
      {
        kind: 'separate-tables',
        text: `${names}${more} could have a database of their own: ${one.crossing} of ${counted(one.statements)} on them ${one.crossing === 1 ? 'needs' : 'need'} other tables too${written > 0 ? `, and ${written} of them ${written === 1 ? 'writes' : 'write'}` : ''}`,
        confidence: 'likely',
        count: one.statements,
        places: own.slice(0, shownPlaces).map(placeOf),
      },
    ];
  });
}
