/** From surveys to the shard report. Pure: what it needs of files it asks of `Around`. */
import type { CodeOwners } from '../../shards/codeOwners';
import { serviceOf } from '../../shards/services';
import type { Span } from '../../text/span';
import { readSideAdvice } from '../readSide/readSideAdvice';
import type { Survey, Surveyed } from '../survey';
import { budgetLines, ownerSections, replicaSection, reshardingSections, serviceSections } from './declared';
import { trafficOf } from './distribution';
import { keyedWrites } from './keylessWrites';
import { type CoverageSection, type MapSection, mostWorst, type Place, type ShardReport, type Trend } from './model';
import { type Around, type Noted, type Range, statementLine, worstFirst } from './statementLine';
import { tableSections } from './tables';
import { byRate, each } from './tally';

export interface ReportInput {
  readonly surveys: readonly Survey[];
  /** Findings to count, wherever they stand. */
  readonly findings: readonly Noted[];
  nameOf(file: string): string;
  rangeOf(file: string, span: Span): Range;
  readonly owners?: CodeOwners | undefined;
  readonly trend?: Trend | undefined;
}

export function shardReport({ surveys, findings, nameOf, rangeOf, owners, trend }: ReportInput): ShardReport {
  const byFile = new Map<string, Noted[]>();
  for (const one of findings) {
    const known = byFile.get(one.file) ?? [];
    known.push(one);
    byFile.set(one.file, known);
  }
  return {
    version: 1,
    maps: surveys.map((survey) => {
      const around: Around = {
        nameOf,
        rangeOf,
        ownersOf: (file) => owners?.ownersOf(file) ?? [],
        serviceOf: (file) => serviceOf(survey.map, file),
        notedIn: (file, { start, end }) =>
          (byFile.get(file) ?? []).filter(({ span }) => start <= span.start && span.end <= end),
      };
      return mapSection(survey, around, byFile, owners !== undefined);
    }),
    ...(trend && { trend }),
  };
}

const placesShown = 3;

function mapSection(
  survey: Survey,
  around: Around,
  findings: ReadonlyMap<string, readonly Noted[]>,
  owned: boolean,
): MapSection {
  const { map, schema } = survey;
  const own = survey.statements.filter((one) => one.own);
  const keyed = keyedWrites(map, schema);
  const rated = own.some(({ rate }) => rate !== undefined);
  return {
    map: survey.planned ? null : around.nameOf(map.file),
    router: map.router.name,
    dialect: map.dialect,
    coverage: coverageOf(survey, around),
    traffic: trafficOf(own, each, keyed, survey.unread.filter((one) => one.own).length),
    ...(rated && { byWeight: trafficOf(own, byRate, keyed) }),
    tables: tableSections(survey, own, keyed, around),
    worst: worstFirst(own)
      .slice(0, mostWorst)
      .map((one) => statementLine(one, around)),
    owners: owned ? ownerSections(own, around) : [],
    services: serviceSections(map, own, around),
    replicas: replicaSection(map, own),
    reads: readSideAdvice(survey).map((step) => ({
      step: step.kind,
      tables: step.tables,
      why: step.why,
      before: step.before.map(({ kind, why }) => ({ step: kind, why })),
      statements: step.statements.length,
      first: step.statements
        .slice(0, placesShown)
        .map(({ file, name }) => ({ file: around.nameOf(file), ...around.rangeOf(file, name).start })),
    })),
    budgets: budgetLines(map, own, around),
    resharding: reshardingSections(survey),
    findings: countedRules(survey, findings),
  };
}

/** Findings in the files of this map, and in the map itself. */
function countedRules(
  { map, statements, unread }: Survey,
  findings: ReadonlyMap<string, readonly Noted[]>,
): MapSection['findings'] {
  const files = new Set([map.file, ...statements.map(({ file }) => file), ...unread.map(({ at }) => at.file)]);
  const counts = new Map<string, number>();
  for (const file of files)
    for (const { rule } of findings.get(file) ?? []) counts.set(rule, (counts.get(rule) ?? 0) + 1);
  return [...counts]
    .map(([rule, count]) => ({ rule, count }))
    .toSorted((a, b) => b.count - a.count || (a.rule < b.rule ? -1 : 1));
}

function coverageOf({ statements, unread }: Survey, around: Around): CoverageSection {
  const unknown = statements.filter(({ route }) => route.reach === 'unknown');
  const reasons = new Map<string, { count: number; first: Place[] }>();
  const note = (why: string, file: string, span: Span): void => {
    const known = reasons.get(why) ?? { count: 0, first: [] };
    known.count += 1;
    if (known.first.length < placesShown)
      known.first.push({ file: around.nameOf(file), ...around.rangeOf(file, span).start });
    reasons.set(why, known);
  };
  for (const one of statements) for (const why of stoppedBy(one)) note(why, one.file, one.name);
  for (const { at, why } of unread) note(unreadText[why] ?? why, at.file, at.span);
  return {
    statements: statements.length + unread.length,
    understood: statements.length - unknown.length,
    unknown: unknown.length + unread.length,
    elsewhere: statements.filter(({ own }) => !own).length + unread.filter(({ own }) => !own).length,
    reasons: [...reasons]
      .map(([why, { count, first }]) => ({ why, count, first }))
      .toSorted((a, b) => b.count - a.count || (a.why < b.why ? -1 : 1)),
  };
}

/** Of those that have an unknown route: what the source does not say. */
function stoppedBy(one: Surveyed): readonly string[] {
  if (one.route.reach !== 'unknown') return [];
  const said = one.unknown.length > 0 ? one.unknown : one.route.reasons.map(({ text }) => text);
  return [...new Set(said.length > 0 ? said : ['the source does not say where it goes'])];
}

const unreadText: Readonly<Record<string, string>> = {
  incomplete: 'it is not finished',
  unsupported: 'the dialect’s grammar has no such statement',
  'too-large': 'it is too large',
};
