/** Candidate shard keys of a workspace, ranked over its own statements. */
import type { ShardMap } from '../../shards/model';
import { federationEvidence, federationOf } from '../federation/federation';
import type { Survey, Surveyed } from '../survey';
import { type ColumnUses, columnId, columnUses } from './columnUses';
import { designed, placementsOf } from './design';
import { type Domain, keyDomains } from './domains';
import { type Family, familyOf, ownedTables } from './families';
import { type Fit, type FitCounts, fitCounts, fittingOf } from './fit';
import { type KnownTables, knownTables } from './knownTables';
import { type Measure, measured, type Routed, rerouted } from './measure';
import { type KeyQuality, keyQuality } from './quality';
import { qualityOf, scoreOf, sumOf } from './score';
import { type Before, beforeSharding } from './steps/steps';
import { type TableKey, tableKeys } from './tableKeys';
import { type Unfit, unfitColumns } from './unfit';

export interface KeyAdvice {
  readonly known: KnownTables;
  readonly uses: ColumnUses;
  /** What today's map gives, where it shards anything. */
  readonly today: Measure | undefined;
  /** Best first. */
  readonly designs: readonly Design[];
  /** The key that would shard most of what the first one leaves untouched; undefined where none does. */
  readonly beside: Beside | undefined;
  /** How many domains of values could have been tried, and were not: too few statements ask by them. */
  readonly untried: number;
  /** Columns that are often asked by and make bad keys. */
  readonly unfit: readonly Unfit[];
  /** What to try first, and whether anything calls for sharding. */
  readonly before: Before;
  /** The keys of one table, where it was asked for. */
  readonly table:
    | { readonly name: string; readonly keys: readonly TableKey[]; readonly unfit: readonly Unfit[] }
    | undefined;
}

export interface Beside {
  readonly family: Pick<Family, 'key' | 'domain'>;
  readonly tables: number;
  readonly stays: number;
  readonly addKey: number;
}

export interface Design {
  readonly family: Family;
  /** As the code stands. */
  readonly measure: Measure;
  readonly quality: KeyQuality;
  readonly fit: FitCounts;
  /** 0 to 100: see `scoreOf`. */
  readonly score: number;
  /** Statements with their routes under it, and how far each is from one shard. */
  readonly routed: readonly (Routed & { readonly fit: Fit })[];
  readonly map: ShardMap;
}

/** Families that are tried in full, and statements that are routed anew for them: what a person waits for. */
const mostFamilies = 6;
const mostRoutes = 6_000;

export function adviseKeys(survey: Survey, table?: string): KeyAdvice {
  const known = knownTables(survey);
  const uses = columnUses(known);
  const domains = keyDomains(known, uses);
  const unfit = unfitColumns(known, uses);
  const candidates = candidateFamilies(domains, known, uses, unfit, survey);
  let routes = 0;
  const tried: Design[] = [];
  for (const family of candidates.slice(0, mostFamilies)) {
    const touched = statementsOf(family);
    if (tried.length >= 2 && routes + touched > mostRoutes) break;
    routes += touched;
    tried.push(designOf(family, known, uses));
  }
  const designs = tried.sort(inOrder);
  const sharded = known.map.tables.some(({ kind }) => kind === 'sharded');
  return {
    known,
    uses,
    today: sharded ? measured(known.statements.map((statement) => ({ statement, route: statement.route }))) : undefined,
    designs,
    beside: besideOf(designs, known, uses),
    untried: candidates.length - tried.length,
    unfit,
    before: beforeSharding(survey, known, uses, federationEvidence(federationOf(known, survey))),
    table: table === undefined ? undefined : tableKeys(table, domains, known, uses),
  };
}

const inOrder = (a: Design, b: Design): number =>
  b.score - a.score ||
  b.measure.all.single - a.measure.all.single ||
  a.measure.all.crossShardJoin - b.measure.all.crossShardJoin ||
  (nameOf(a.family) < nameOf(b.family) ? -1 : 1);

/** `workspaceId` (`Project.id`), for people. */
export const keyOf = ({ key, domain: { root } }: Pick<Family, 'key' | 'domain'>): string =>
  root && root.column === key && root.table.name !== '' && !/^_?id$/i.test(key)
    ? key
    : root
      ? `${key} (${root.table.name}.${root.column})`
      : key;

/** `workspaceId of Project`: families whose columns bear one name are told apart by their parents. */
export const nameOf = ({ key, domain: { root }, members }: Family): string =>
  root
    ? `${root.table.name}.${root.column} as ${key}`
    : `${key} of ${members.map(({ table }) => table.name).join(', ')}`;

export function designOf(family: Family, known: KnownTables, uses: ColumnUses): Design {
  const placements = placementsOf(
    family,
    known.all.map(({ name }) => name),
  );
  const map = designed(known.map, known.schema, placements);
  const before = new Map(known.all.map(({ name, table }) => [name, table.kind] as const));
  // What is on one ordinary database before and after runs where it ran.
  const tables = new Set(
    [...placements].flatMap(([name, { kind }]) => (kind === 'unsharded' && before.get(name) === kind ? [] : [name])),
  );
  const sharded = new Set(family.members.map(({ table }) => table.name));
  const fitting = fittingOf(family, known, uses);
  const routed = rerouted(known.statements, { map, schema: known.schema }, tables).map((one) => ({
    ...one,
    fit: fitting.of(one.statement, one.route),
  }));
  const fit = fitCounts(routed.map((one) => one.fit));
  const quality = keyQuality(sharded, map, known.schema, known.statements);
  const weigh = weightsOf(known.statements);
  const weighed = fitCounts(
    routed.map((one) => one.fit),
    (i) => weigh(routed[i]?.statement),
  );
  const score = scoreOf(weighed, qualityOf(quality, sharded.size));
  return { family, measure: measured(routed), fit, quality, score, routed, map };
}

/** Two families on the same servers: statements that the first leaves untouched, under the other's key. */
function besideOf(designs: readonly Design[], known: KnownTables, uses: ColumnUses): Beside | undefined {
  const [first, ...others] = designs;
  if (!first) return undefined;
  const taken = new Set([...first.family.members, ...first.family.copies].map(({ table }) => table));
  const found = others.map(({ family, routed }): Beside => {
    const members = family.members.filter(({ table }) => !taken.has(table));
    const copies = family.copies.filter(({ table }) => !taken.has(table));
    const fitting = fittingOf({ ...family, members, copies }, known, uses);
    const fits = fitCounts(
      routed.map(({ statement, route }, i) =>
        first.routed[i]?.fit === 'outside' ? fitting.of(statement, route) : 'outside',
      ),
    );
    return { family, tables: members.length, stays: fits.stays, addKey: fits['add-key'] };
  });
  const [best] = found.sort((a, b) => b.stays - a.stays);
  return best && best.tables > 1 && best.stays * 10 >= first.fit.stays ? best : undefined;
}

/** Calls a second where they are known; what nobody counted weighs as the rarest that somebody did. */
export function weightsOf(statements: readonly Surveyed[]): (one: Surveyed | undefined) => number {
  const rates = statements.flatMap(({ rate }) => (rate === undefined || rate <= 0 ? [] : [rate]));
  if (rates.length === 0) return () => 1;
  const least = rates.reduce((a, b) => Math.min(a, b));
  return (one) => one?.rate ?? least;
}

const statementsOf = ({ members, references }: Family): number =>
  new Set([...members, ...references].flatMap(({ table }) => table.statements)).size;

/** Most promising first, by what their tables and columns say without routing anything; declared ones always. */
function candidateFamilies(
  domains: readonly Domain[],
  known: KnownTables,
  uses: ColumnUses,
  unfit: readonly Unfit[],
  { map }: Survey,
): readonly Family[] {
  const declared = new Set(
    [...known.map.tables.map(({ name, shardKey }) => ({ name, key: shardKey })), ...map.candidates].flatMap(
      ({ name, key }) => key.map((column) => columnId(known.find(name)?.name ?? name.join('.'), column)),
    ),
  );
  const owned = ownedTables(domains);
  return domains
    .flatMap((domain) => {
      const ids = domain.columns.map(({ table, column }) => columnId(table.name, column));
      const isDeclared = ids.some((id) => declared.has(id));
      if (!isDeclared && !ids.some((id) => uses.columns.has(id))) return [];
      const family = familyOf(domain, known, uses, owned);
      if (family.members.length === 0 || isHopeless(family, unfit, uses)) return [];
      const fitting = fittingOf(family, known, uses);
      const promise = sumOf(fitCounts(known.statements.map((one) => fitting.of(one))));
      return promise > 0 || isDeclared ? [{ family, promise, isDeclared }] : [];
    })
    .sort(
      (a, b) =>
        Number(b.isDeclared) - Number(a.isDeclared) ||
        b.promise - a.promise ||
        (nameOf(a.family) < nameOf(b.family) ? -1 : 1),
    )
    .map(({ family }) => family);
}

/** A column of one table alone, without a parent: worth a design only if it is what this table is asked by. */
function isHopeless({ domain, members }: Family, unfit: readonly Unfit[], uses: ColumnUses): boolean {
  const [only] = members;
  if (domain.root || domain.columns.length > 1 || !only) return false;
  const { table, column } = only;
  const use = uses.columns.get(columnId(table.name, column));
  if (!use || use.asked.length * 2 < Math.max(2, uses.asks(table).length)) return true;
  return unfit.some((one) => one.table === table.name && one.column === column);
}
