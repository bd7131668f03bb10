/** The key advisor's answer as a page and as JSON. What is said is `advice/keyAdvisor`'s own. */

import { type Block, heading, type Item, list, type Page, table, text } from '../page';
import type { Design, KeyAdvice } from './keyAdvice';
import { keyOf } from './keyAdvice';
import { listed, percent, type Reason, reasonsOf, statements, valueReasons } from './reasons';
import type { Shown } from './steps/evidence';
import type { TableKey } from './tableKeys';
import type { Unfit } from './unfit';

const shownDesigns = 3;
const shownUnfit = 8;

export function keysPage(advice: KeyAdvice): Page {
  return advice.table
    ? tablePage(advice)
    : [heading(1, 'Shard keys'), ...intro(advice), ...first(advice), ...ranking(advice)];
}

function intro({ known, designs, today }: KeyAdvice): readonly Block[] {
  const count = statements(known.statements.length);
  const tables = `${known.all.length} table${known.all.length === 1 ? '' : 's'}`;
  const sharded = today ? '' : ' Nothing is sharded yet: keys are tried out on the statements as they are.';
  if (known.statements.length === 0) return [text('No statements of the application itself were found here.')];
  return [
    text(`${count} of the application itself on ${tables}; tests, migrations and scripts are left out.${sharded}`),
    ...(designs.length === 0 ? [text('No column is asked by often enough to be a shard key.')] : []),
  ];
}

const shownEvidence = 5;

/** Whether sharding is the answer, and what to try before it. */
function first({ before: { steps, pressure, unmeasured }, designs, known }: KeyAdvice): readonly Block[] {
  if (known.statements.length === 0) return [];
  const [best] = designs.filter(({ score }) => score > 0);
  const missing = unmeasured.map((what) => (what === 'sizes' ? 'how large tables are' : 'how often statements run'));
  const asks =
    missing.length > 0
      ? ` Nothing here says ${missing.join(' or ')}: \`statistics\` and \`traffic\` in the map would.`
      : '';
  return [
    heading(2, 'Is sharding the answer?'),
    text(
      pressure.length > 0
        ? `What was measured calls for it: ${pressure.map((one) => one.text).join('; ')}.${steps.length > 0 ? ' These come first all the same, since each of them stays with the shards:' : ''}`
        : `Nothing that was measured calls for it yet.${asks}${steps.length > 0 ? ' What the code shows is to be tried first, in this order:' : ' No evidence was found either for a step before it.'}`,
    ),
    ...steps.flatMap(({ title, shown }, i) => [heading(3, `${i + 1}. ${title}`), ...list(evidenceItems(shown))]),
    ...(best && (steps.length > 0 || pressure.length > 0)
      ? [text(`Sharding comes last; by ${keyOf(best.family)}, if it has to be.`)]
      : []),
  ];
}

/** The first few of each kind, and how many there are. */
function evidenceItems(shown: readonly Shown[]): readonly Item[] {
  const kinds = [...new Set(shown.map(({ kind }) => kind))];
  return kinds.flatMap((kind): readonly Item[] => {
    const all = shown.filter((one) => one.kind === kind);
    const items = all.slice(0, shownEvidence).map(
      ({ text: said, confidence, places }): Item => ({
        text: `${said} (${confidence})`,
        places,
      }),
    );
    return all.length > shownEvidence
      ? [...items, { text: `and ${all.length - shownEvidence} more of this kind` }]
      : items;
  });
}

function ranking({ designs, beside, unfit, untried, today }: KeyAdvice): readonly Block[] {
  const good = designs.filter(({ score }) => score > 0);
  if (good.length === 0) return unfitBlocks(unfit);
  return [
    heading(2, 'Keys, best first'),
    ...table({
      head: ['', 'key', 'score', 'one shard', 'key to add', 'every shard', 'other tables', 'untouched', 'tables'],
      right: [2, 3, 4, 5, 6, 7, 8],
      rows: good.map((design, i) => {
        const { fit, score, family } = design;
        const counts = [fit.stays, fit['add-key'], fit['fans-out'], fit.leaves, fit.outside];
        return [`${i + 1}`, keyOf(family), `${score}`, ...counts.map(String), `${family.members.length}`];
      }),
    }),
    text(
      'Statements by what becomes of them: they run on one shard as written; they would if they bound the key too; they ask for rows of many keys; they need tables outside of the family; they touch none of it.',
    ),
    ...(today
      ? [
          text(
            `Today's map: ${today.all.single} of ${today.all.total} on one shard, ${today.all.scatter} on every shard, ${today.all.crossShardJoin} joins across shards.`,
          ),
        ]
      : []),
    ...good.slice(0, shownDesigns).flatMap((design, i) => designBlocks(design, i + 1)),
    ...(beside
      ? [
          text(
            `Beside the first, \`${beside.family.key}\` could shard ${beside.tables} of the tables that it leaves untouched: ${statements(beside.stays)} more on one shard, ${beside.addKey} more with the key added.`,
          ),
        ]
      : []),
    ...(untried > 0
      ? [text(`${untried} further ${untried === 1 ? 'key was' : 'keys were'} not tried: fewer statements ask by them.`)]
      : []),
    ...unfitBlocks(unfit),
  ];
}

function designBlocks(design: Design, place: number): readonly Block[] {
  const { family, score } = design;
  return [
    heading(3, `${place}. ${keyOf(family)}: score ${score}`),
    ...list([...reasonsOf(design).map(itemOf), { text: tablesOf(design) }]),
  ];
}

const tablesOf = ({ family: { members, key } }: Design): string => {
  const own = members.map(({ table: one, column }) =>
    column === key ? `\`${one.name}\`` : `\`${one.name}.${column}\``,
  );
  return `sharded by it: ${own.join(', ')}`;
};

const marks: Readonly<Record<Reason['kind'], string>> = { for: '+', against: '−', needs: '→', note: '•' };

const itemOf = ({ kind, text: said, places }: Reason): Item => ({
  mark: marks[kind],
  text: said,
  ...(places && { places }),
});

function unfitBlocks(unfit: readonly Unfit[]): readonly Block[] {
  if (unfit.length === 0) return [];
  return [
    heading(2, 'Asked by, and no keys'),
    ...list(
      unfit.slice(0, shownUnfit).map(({ table: name, column, asked, because }) => ({
        text: `\`${name}.${column}\`${asked > 0 ? ` (asked by in ${statements(asked)})` : ''}: ${because}`,
      })),
    ),
  ];
}

function tablePage({ table: asked }: KeyAdvice): Page {
  if (!asked) return [];
  const { name, keys, unfit } = asked;
  return [
    heading(1, `Shard keys of \`${name}\``),
    ...(keys.length === 0
      ? [text('No column of it could be its key: none is asked by, unique, or refers to another table.')]
      : []),
    ...table({
      head: ['', 'key', 'score', 'asked by', 'one shard', 'some', 'every shard', 'joins across'],
      right: [2, 3, 4, 5, 6, 7],
      rows: keys.map(({ column, score, asked: count, measure: { all } }, i) => [
        `${i + 1}`,
        column,
        `${score}`,
        ...[count, all.single, all.subset, all.scatter, all.crossShardJoin].map(String),
      ]),
    }),
    ...keys.flatMap((key) => {
      const reasons = reasonsOfKey(key);
      return [heading(3, `\`${key.column}\`: score ${key.score}`), ...list(reasons.map(itemOf))];
    }),
    ...unfitBlocks(unfit),
  ];
}

function reasonsOfKey({ measure: { all, transactions }, quality, together, asked }: TableKey): readonly Reason[] {
  return [
    {
      kind: all.single + all.subset > 0 ? 'for' : 'against',
      text: `${all.single + all.subset} of the ${statements(all.total)} on the table ${all.single + all.subset === 1 ? 'runs' : 'run'} on the shard of the key (${percent(all.total > 0 ? (all.single + all.subset) / all.total : 0)}); ${statements(asked)} ${asked === 1 ? 'finds' : 'find'} rows by it`,
    },
    ...(all.crossShardJoin > 0
      ? [{ kind: 'against', text: `${statements(all.crossShardJoin)} would join across shards` } as const]
      : []),
    ...(transactions.several > 0
      ? [
          {
            kind: 'against',
            text: `${transactions.several} of ${transactions.total} transactions would not stay on one shard`,
          } as const,
        ]
      : []),
    ...(together.length > 0
      ? [{ kind: 'for', text: `beside it would lie ${listed(together.map((one) => `\`${one}\``))}` } as const]
      : [{ kind: 'note', text: 'no other table could lie beside it' } as const]),
    ...valueReasons(quality, 1),
  ];
}

export function keysJson(advice: KeyAdvice): unknown {
  const { known, designs, unfit, today, before, table: asked } = advice;
  return {
    statements: known.statements.length,
    tables: known.all.length,
    ...(today && { today: distributions(today) }),
    before: {
      calledFor: before.pressure.map((one) => one.text),
      notMeasured: before.unmeasured,
      steps: before.steps.map(({ id, shown }) => ({
        id,
        evidence: shown.map(({ kind, text: said, confidence, count }) => ({ kind, text: said, confidence, count })),
      })),
    },
    keys: designs.map((design) => {
      const { family, fit, score, measure } = design;
      return {
        key: family.key,
        parent: family.domain.root ? { table: family.domain.root.table.name, column: family.domain.root.column } : null,
        score,
        tables: family.members.map(({ table: one, column, by }) => ({ table: one.name, column, by })),
        needColumn: family.copies.map(({ table: one, from, through }) => ({
          table: one.name,
          from: from.name,
          through,
        })),
        reference: family.references.map(({ table: one, rows, reads, writes, joined }) => ({
          table: one.name,
          rows: rows ?? null,
          reads,
          writes,
          joined,
        })),
        statements: fit,
        ...distributions(measure),
        transactions: measure.transactions,
        reasons: reasonsOf(design).map(({ kind, text: said }) => ({ kind, text: said })),
      };
    }),
    unfit: unfit.map(({ table: one, column, asked: count, because }) => ({
      table: one,
      column,
      asked: count,
      because,
    })),
    ...(asked && {
      table: {
        name: asked.name,
        keys: asked.keys.map((key) => ({
          column: key.column,
          score: key.score,
          asked: key.asked,
          ...distributions(key.measure),
          reasons: reasonsOfKey(key).map(({ kind, text: said }) => ({ kind, text: said })),
        })),
        unfit: asked.unfit,
      },
    }),
  };
}

/** The names of `analyzeShardKey` where they mean the same. */
function distributions({ reads, writes, byRate }: Design['measure']) {
  const of = (measured: typeof reads, name: 'Reads' | 'Writes') => {
    const part = (count: number) => Math.round(((100 * count) / Math.max(1, measured.total)) * 10) / 10;
    return {
      sampleSize: { total: measured.total },
      [`percentageOfSingleShard${name}`]: part(measured.single),
      [`percentageOfMultiShard${name}`]: part(measured.subset),
      [`percentageOfScatterGather${name}`]: part(measured.scatter),
      [`percentageOfCrossShardJoin${name}`]: part(measured.crossShardJoin),
      counts: measured,
    };
  };
  return {
    readDistribution: of(reads, 'Reads'),
    writeDistribution: of(writes, 'Writes'),
    ...(byRate && {
      byRate: { readDistribution: of(byRate.reads, 'Reads'), writeDistribution: of(byRate.writes, 'Writes') },
    }),
  };
}
