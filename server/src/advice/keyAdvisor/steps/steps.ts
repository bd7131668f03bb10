/** What to try before sharding, in order: each step stands on evidence of the workspace, and without it there is none. */
import type { Survey } from '../../survey';
import type { ColumnUses } from '../columnUses';
import { rowsOf } from '../families';
import type { KnownTables } from '../knownTables';
import { inWeight, type Shown } from './evidence';
import { missingIndexes } from './missingIndex';
import { cacheEvidence, loadOf, queueEvidence, replicaEvidence } from './readsAndWrites';
import { rowByRow } from './rowByRow';
import { unboundedReads } from './unboundedReads';

export interface Step {
  readonly id: 'query-and-index' | 'replica' | 'cache' | 'federation' | 'sharding';
  readonly title: string;
  /** Never empty. */
  readonly shown: readonly Shown[];
}

export interface Before {
  /** In the order in which they are worth trying. */
  readonly steps: readonly Step[];
  /** What calls for sharding itself; empty: nothing that was measured does. */
  readonly pressure: readonly Shown[];
  /** What nobody has measured here, so that it cannot speak for or against. */
  readonly unmeasured: readonly ('sizes' | 'rates')[];
}

export function beforeSharding(
  survey: Survey,
  known: KnownTables,
  uses: ColumnUses,
  federation: readonly Shown[],
): Before {
  const all: readonly Step[] = [
    {
      id: 'query-and-index',
      title: 'Queries and indexes',
      shown: [...rowByRow(known, survey), ...missingIndexes(known), ...unboundedReads(known), ...queueEvidence(survey)],
    },
    { id: 'replica', title: 'Read replicas', shown: replicaEvidence(known) },
    { id: 'cache', title: 'A cache', shown: cacheEvidence(known, uses) },
    { id: 'federation', title: 'Federation: a database for each part', shown: federation },
  ];
  return {
    steps: all.filter(({ shown }) => shown.length > 0),
    pressure: pressureOf(known),
    unmeasured: unmeasured(known),
  };
}

/** Beyond these one server of a usual size has had its day: rows and bytes of one table, writes a second of all. */
const manyRows = 200_000_000;
const manyBytes = 500 * 1024 ** 3;
const manyWrites = 5_000;

function pressureOf(known: KnownTables): readonly Shown[] {
  const sizes = known.all.flatMap((table): readonly Shown[] => {
    const rows = rowsOf(table) ?? 0;
    const bytes = table.ddl?.statistics?.bytes ?? 0;
    if (rows < manyRows && bytes < manyBytes) return [];
    const parts = [
      ...(rows >= manyRows ? [`${Math.round(rows / 1_000_000)} million rows`] : []),
      ...(bytes >= manyBytes ? [`${Math.round(bytes / 1024 ** 3)} GiB`] : []),
    ];
    const text = `\`${table.name}\` has ${parts.join(', ')}`;
    return [{ kind: 'size', text, confidence: 'certain', count: rows, places: table.ddl ? [table.ddl.at] : [] }];
  });
  const written = known.statements.reduce((sum, { writes, rate = 0 }) => sum + (writes.length > 0 ? rate : 0), 0);
  const rates: readonly Shown[] =
    written >= manyWrites
      ? [
          {
            kind: 'write-rate',
            text: `${Math.round(written)} statements a second write`,
            confidence: 'certain',
            count: written,
            places: [],
          },
        ]
      : [];
  return [...[...sizes].sort(inWeight), ...rates];
}

const unmeasured = (known: KnownTables): Before['unmeasured'] => [
  ...(known.all.some((table) => rowsOf(table) !== undefined) ? [] : (['sizes'] as const)),
  ...(known.all.some((table) => loadOf(table).rated) ? [] : (['rates'] as const)),
];
