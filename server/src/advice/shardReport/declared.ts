/** The report's parts about what the map and CODEOWNERS declare: owners, services, replicas, budgets, servers. */
import type { Replication, ShardMap } from '../../shards/model';
import { ownerOf } from '../../shards/services';
import { forecast } from '../reshard/forecast';
import type { Survey, Surveyed } from '../survey';
import { isReading, isWriting } from './distribution';
import {
  type BudgetLine,
  mostWorstOfOne,
  type OwnerSection,
  type ReplicaSection,
  type ReplicationLine,
  type ReshardingSection,
  type ServiceSection,
  type Targets,
} from './model';
import { type Around, statementLine, worstFirst } from './statementLine';
import { leavesShard, tallyOf } from './tally';

export function ownerSections(statements: readonly Surveyed[], around: Around): readonly OwnerSection[] {
  const leaving = statements.filter(leavesShard);
  const byOwner = new Map<string | null, Surveyed[]>();
  for (const one of leaving) {
    const owners = around.ownersOf(one.file);
    for (const owner of owners.length > 0 ? owners : [null]) {
      const known = byOwner.get(owner) ?? [];
      known.push(one);
      byOwner.set(owner, known);
    }
  }
  return [...byOwner]
    .map(([owner, its]) => ({
      owner,
      statements: its.length,
      scatter: its.filter(({ route }) => route.crossShard === null).length,
      crossShard: its.filter(({ route }) => route.crossShard !== null).length,
      worst: worstFirst(its)
        .slice(0, mostWorstOfOne)
        .map((one) => statementLine(one, around)),
    }))
    .toSorted((a, b) => b.statements - a.statements || ((a.owner ?? '') < (b.owner ?? '') ? -1 : 1));
}

export function serviceSections(
  map: ShardMap,
  statements: readonly Surveyed[],
  { serviceOf }: Around,
): readonly ServiceSection[] {
  return map.services.map(({ name, owns }) => {
    const own = statements.filter(({ file }) => serviceOf(file) === name);
    const foreign = (table: string): boolean => {
      const owner = ownerOf(map, table);
      return owner !== undefined && owner !== name;
    };
    return {
      service: name,
      owns,
      reads: tallyOf(own.filter(isReading)),
      writes: tallyOf(own.filter(isWriting)),
      foreignReads: own.filter(({ reads }) => reads.some(foreign)).length,
      foreignWrites: own.filter(({ writes }) => writes.some(foreign)).length,
    };
  });
}

export function budgetLines(
  map: ShardMap,
  statements: readonly Surveyed[],
  { serviceOf }: Around,
): readonly BudgetLine[] {
  return Object.entries(map.budgets).flatMap(([service, { maxScatter }]): readonly BudgetLine[] => {
    if (maxScatter === undefined) return [];
    if (!map.services.some(({ name }) => name === service)) return [{ service, maxScatter, scatter: null, kept: null }];
    const scatter = statements.filter((one) => serviceOf(one.file) === service && leavesShard(one)).length;
    return [{ service, maxScatter, scatter, kept: scatter <= maxScatter }];
  });
}

export function replicaSection(map: ShardMap, statements: readonly Surveyed[]): ReplicaSection {
  return {
    replication: replicationLine(map.replication),
    databases: map.databases
      .map(({ name, replication }) => ({ database: name, ...replicationLine(replication) }))
      .filter(({ mode, replicaLag, stickiness }) => mode !== null || replicaLag !== null || stickiness !== null),
    reads: targetsOf(statements.filter(isReading)),
    writes: targetsOf(statements.filter(isWriting)),
  };
}

const replicationLine = ({ mode, replicaLag, stickiness }: Replication): ReplicationLine => ({
  mode: mode ?? null,
  replicaLag: replicaLag ?? null,
  stickiness: stickiness ?? null,
});

function targetsOf(statements: readonly Surveyed[]): Targets {
  const of = (wanted: Surveyed['target']): number => statements.filter(({ target }) => target === wanted).length;
  return { primary: of('primary'), replica: of('replica'), unknown: of('unknown') };
}

export const reshardingSections = ({ map, schema }: Pick<Survey, 'map' | 'schema'>): readonly ReshardingSection[] =>
  forecast(map, schema)
    .layouts.filter(({ from }) => from.source === 'map')
    .map(({ database, tables, from, to, method, outcomes, growth }) => ({
      database: database ?? null,
      tables: tables.map(({ name }) => name),
      from: from.value,
      to: to.value,
      method,
      methods: outcomes.map(({ method: one, moved, basis, text }) => ({
        method: one,
        moved: moved ?? null,
        basis,
        text,
      })),
      growth,
    }));
