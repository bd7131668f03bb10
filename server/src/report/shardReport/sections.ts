/** One map's part of the report, section by section. */
import type { MapSection, ReplicationLine, TableSection } from '../../advice/shardReport/model';
import type { ClassField } from '../../advice/shardReport/tally';
import { methodNames } from '../reshardPage';
import { type Bar, barChart, legend } from './chart';
import {
  classes,
  headline,
  isUsed,
  keyRows,
  keyText,
  monotonicityText,
  number,
  percent,
  plural,
  readSteps,
  share,
  time,
} from './figures';
import { growthChart } from './growthChart';
import { type Markup, markup, type Part } from './markup';
import { type LinkTo, placeLink, said as saidText, section, statementList, table } from './parts';

/** More tables than this are no picture: the rest stands in the table beside it. */
const mostBars = 24;

export function mapSection(one: MapSection, id: string, linkTo: LinkTo): Markup {
  return markup`<article aria-labelledby="${id}"><h2 id="${id}">${one.map ?? 'Plan without a map'}</h2>
    <p>${headline(one)} <span class="muted">${one.router} · ${one.dialect}</span></p>
    ${cards(one)}${overview(one, id)}${tables(one, id, linkTo)}${keys(one, id)}
    ${section(`${id}-worst`, 'Statements that leave their shard', statementList(one.worst, linkTo))}
    ${byTable(one, id, linkTo)}${owners(one, id, linkTo)}${services(one, id)}${replicas(one, id)}${reads(one, id, linkTo)}${resharding(one, id)}${coverage(one, id, linkTo)}
  </article>`;
}

function cards({ traffic, coverage, findings }: MapSection): Markup {
  const { readDistribution: read, writeDistribution: write } = traffic;
  const found = findings.reduce((sum, { count }) => sum + count, 0);
  const card = (value: string, text: string) => markup`<li><b>${value}</b>${text}</li>`;
  return markup`<ul class="cards">
    ${card(percent(read.percentageOfSingleShardReads), `of ${plural(read.sampleSize.total, 'sharded read')} on one shard`)}
    ${card(percent(read.percentageOfScatterGatherReads), 'of sharded reads on all shards')}
    ${card(percent(write.percentageOfSingleShardWrites), `of ${plural(write.sampleSize.total, 'sharded write')} on one shard`)}
    ${card(number(traffic.reads.crossShard + traffic.writes.crossShard), 'statements move rows between shards')}
    ${card(`${number(coverage.understood)} / ${number(coverage.statements)}`, 'statements understood')}
    ${card(number(found), 'findings')}
  </ul>`;
}

const barsOf = ({ reads, writes }: Pick<MapSection['traffic'], 'reads' | 'writes'>, label: string): readonly Bar[] => [
  { label, what: 'reads', tally: reads },
  { label, what: 'writes', tally: writes },
];

const fieldsIn = (bars: readonly Bar[]): ReadonlySet<ClassField> =>
  new Set(classes.map(({ field }) => field).filter((field) => bars.some(({ tally }) => tally[field] > 0)));

function chart(bars: readonly Bar[], title: string, unit: string): Part {
  const drawn = barChart(bars, { title, unit });
  return drawn === '' ? '' : [legend(fieldsIn(bars)), drawn];
}

function overview({ traffic, byWeight }: MapSection, id: string): Part {
  const rows = [
    { what: 'Reads', ...traffic.reads },
    { what: 'Writes', ...traffic.writes },
    ...(traffic.other.total > 0 ? [{ what: 'Neither', ...traffic.other }] : []),
    ...(byWeight
      ? [
          { what: 'Reads a second', ...byWeight.reads },
          { what: 'Writes a second', ...byWeight.writes },
        ]
      : []),
  ];
  return section(
    `${id}-traffic`,
    'Where statements run',
    chart(barsOf(traffic, 'All tables'), 'Reads and writes by where they run', 'statements'),
    byWeight && chart(barsOf(byWeight, 'Calls a second'), 'Calls a second by where they run', 'calls a second'),
    table('Statements by where they run', rows, [
      { title: '', cell: ({ what }) => what },
      { title: 'total', number: true, cell: ({ total }) => number(total) },
      ...classes.map(({ field, name }) => ({
        title: name,
        number: true,
        cell: (row: (typeof rows)[number]) => number(row[field]),
      })),
      { title: 'refused', number: true, cell: ({ refused }) => number(refused) },
    ]),
  );
}

function tables({ tables: all }: MapSection, id: string, linkTo: LinkTo): Part {
  const used = all.filter(isUsed);
  const unused = all.filter((one) => !isUsed(one));
  const sharded = used.filter(({ kind }) => kind === 'sharded' || kind === 'undeclared');
  const bars = sharded.slice(0, mostBars).flatMap((one) => barsOf(one.traffic, one.table));
  const name = (one: TableSection) => (one.declared ? linkTo(one.declared, one.table) : one.table);
  return section(
    `${id}-tables`,
    'Tables',
    chart(bars, 'Reads and writes of each table by where they run', 'statements'),
    table('Reads and writes of each table', used, [
      { title: 'Table', cell: name },
      { title: 'Key', cell: keyText },
      { title: 'Reads', number: true, cell: ({ traffic }) => number(traffic.reads.total) },
      {
        title: 'on one shard',
        number: true,
        cell: ({ traffic }) => percent(traffic.readDistribution.percentageOfSingleShardReads),
      },
      {
        title: 'on all',
        number: true,
        cell: ({ traffic }) => percent(traffic.readDistribution.percentageOfScatterGatherReads),
      },
      { title: 'Writes', number: true, cell: ({ traffic }) => number(traffic.writes.total) },
      {
        title: 'on one shard',
        number: true,
        cell: ({ traffic }) => percent(traffic.writeDistribution.percentageOfSingleShardWrites),
      },
      {
        title: 'on all',
        number: true,
        cell: ({ traffic }) => percent(traffic.writeDistribution.percentageOfScatterGatherWrites),
      },
      { title: 'Key updates', number: true, cell: ({ shardKeyUpdates }) => number(shardKeyUpdates) },
      { title: 'Writes without key', number: true, cell: ({ writesWithoutShardKey }) => number(writesWithoutShardKey) },
    ]),
    unused.length > 0 &&
      markup`<p class="muted">No statement uses ${unused.map(({ table: one }) => one).join(', ')}.</p>`,
  );
}

function keys({ tables: all }: MapSection, id: string): Part {
  return section(
    `${id}-keys`,
    'Shard keys',
    table('What is declared and measured of each key', keyRows(all), [
      { title: 'Table', cell: ({ table: name }) => name },
      { title: 'Column', cell: ({ column }) => markup`<code>${column}</code>` },
      { title: 'Type', cell: ({ type }) => type ?? '–' },
      { title: 'Unique', cell: ({ isUnique }) => (isUnique === null ? '–' : isUnique ? 'yes' : 'no') },
      { title: 'Distinct values', number: true, cell: ({ numDistinctValues }) => number(numDistinctValues) },
      {
        title: 'Most common',
        cell: ({ mostCommonValues }) =>
          mostCommonValues?.map((one) => `${one.value ?? '…'} ${share(one.share)}`).join(', ') ?? '–',
      },
      { title: 'NULL', number: true, cell: ({ nullShare }) => share(nullShare) },
      { title: 'Monotonic', cell: (row) => monotonicityText(row) },
    ]),
  );
}

function byTable({ tables: all }: MapSection, id: string, linkTo: LinkTo): Part {
  const bad = all.filter(({ worst }) => worst.length > 0);
  return section(
    `${id}-by-table`,
    'By table',
    ...bad.map(({ table: name, traffic: { reads, writes }, worst }) => {
      const all = reads.scatter + writes.scatter;
      const across = reads.crossShard + writes.crossShard;
      return markup`<details><summary>${name} <span class="muted">${number(all)} on all shards, ${number(across)} across shards</span></summary>
        ${statementList(worst, linkTo)}</details>`;
    }),
  );
}

function owners({ owners: all }: MapSection, id: string, linkTo: LinkTo): Part {
  return section(
    `${id}-owners`,
    'By owner',
    ...all.map(
      ({ owner, statements, scatter, crossShard, worst }) =>
        markup`<details><summary>${owner ?? 'Nobody'} <span class="muted">${plural(statements, 'statement')}: ${number(scatter)} on all shards, ${number(crossShard)} across shards</span></summary>
        ${statementList(worst, linkTo)}</details>`,
    ),
  );
}

function services({ services: all, budgets }: MapSection, id: string): Part {
  return section(
    `${id}-services`,
    'Services',
    table('Statements of each service', all, [
      { title: 'Service', cell: ({ service }) => service },
      { title: 'Owns', cell: ({ owns }) => owns.join(', ') },
      { title: 'Reads', number: true, cell: ({ reads }) => number(reads.total) },
      { title: 'Writes', number: true, cell: ({ writes }) => number(writes.total) },
      { title: 'all shards', number: true, cell: ({ reads, writes }) => number(reads.scatter + writes.scatter) },
      {
        title: 'across shards',
        number: true,
        cell: ({ reads, writes }) => number(reads.crossShard + writes.crossShard),
      },
      { title: 'Reads of others’ tables', number: true, cell: ({ foreignReads }) => number(foreignReads) },
      { title: 'Writes to others’ tables', number: true, cell: ({ foreignWrites }) => number(foreignWrites) },
    ]),
    table('Budgets', budgets, [
      { title: 'Service', cell: ({ service }) => service },
      { title: 'Scatters', number: true, cell: ({ scatter }) => number(scatter) },
      { title: 'At most', number: true, cell: ({ maxScatter }) => number(maxScatter) },
      { title: '', cell: ({ kept }) => (kept === null ? 'no such service is declared' : kept ? 'kept' : 'exceeded') },
    ]),
  );
}

function replicas({ replicas: { replication, databases, reads, writes } }: MapSection, id: string): Part {
  const lines: readonly (ReplicationLine & { readonly database: string })[] = [
    { database: 'all', ...replication },
    ...databases,
  ];
  const said = lines.filter((one) => one.mode !== null || one.replicaLag !== null || one.stickiness !== null);
  if (said.length === 0 && reads.replica + writes.replica === 0) return '';
  const rows = [
    { what: 'Reads', ...reads },
    { what: 'Writes', ...writes },
  ];
  return section(
    `${id}-replicas`,
    'Replicas',
    table('Who is asked', rows, [
      { title: '', cell: ({ what }) => what },
      { title: 'primary', number: true, cell: ({ primary }) => number(primary) },
      { title: 'replica', number: true, cell: ({ replica }) => number(replica) },
      { title: 'not said', number: true, cell: ({ unknown }) => number(unknown) },
    ]),
    table('Replication as declared', said, [
      { title: 'Database', cell: ({ database }) => database },
      { title: 'Mode', cell: ({ mode }) => mode ?? '–' },
      { title: 'Lag', number: true, cell: ({ replicaLag }) => time(replicaLag) },
      { title: 'Stickiness', number: true, cell: ({ stickiness }) => time(stickiness) },
    ]),
  );
}

function resharding({ resharding: all }: MapSection, id: string): Part {
  return section(
    `${id}-resharding`,
    'One server more',
    ...all.map((one) => {
      const { database, tables: names, from, to, methods } = one;
      const title = `Rows that move from ${from} to ${to} servers: ${database ?? names.join(', ')}`;
      return [
        markup`<p class="muted">Share of the rows that another server has afterwards, by the number of servers after today’s ${from}.</p>`,
        growthChart(one),
        table(title, methods, [
          { title: 'Rows are placed by', cell: ({ method }) => methodNames[method] },
          { title: 'move', number: true, cell: ({ moved }) => (moved === null ? '–' : share(moved)) },
          { title: '', cell: ({ text }) => saidText(text) },
        ]),
      ];
    }),
  );
}

function reads({ reads: all }: MapSection, id: string, linkTo: LinkTo): Part {
  return section(
    `${id}-reads`,
    'Reads that could leave the shards',
    table('Steps, the cheapest first', all, [
      { title: 'Step', cell: ({ step }) => readSteps[step] },
      { title: 'Why', cell: ({ why }) => saidText(why) },
      {
        title: 'Why not a step before',
        cell: ({ before }) => saidText(before.map(({ step, why }) => `${readSteps[step]}: ${why}`).join('; ')),
      },
      { title: 'Statements', number: true, cell: ({ statements }) => number(statements) },
      { title: 'First', cell: ({ first }) => first.map((place, i) => [i > 0 && ', ', placeLink(place, linkTo)]) },
    ]),
  );
}

function coverage({ coverage: one, findings }: MapSection, id: string, linkTo: LinkTo): Part {
  return [
    section(
      `${id}-findings`,
      'Findings',
      table('Findings by rule', findings, [
        { title: 'Rule', cell: ({ rule }) => markup`<code>${rule}</code>` },
        { title: 'Count', number: true, cell: ({ count }) => number(count) },
      ]),
    ),
    section(
      `${id}-coverage`,
      'What was understood',
      markup`<p>${number(one.understood)} of ${plural(one.statements, 'statement')} have a known route, ${number(one.unknown)} have none. ${
        one.elsewhere > 0 &&
        `Of tests, migrations, seeds and scripts: ${number(one.elsewhere)}, counted here and nowhere else.`
      }</p>`,
      table('What was not understood, and why', one.reasons, [
        { title: 'Why', cell: ({ why }) => why },
        { title: 'Count', number: true, cell: ({ count }) => number(count) },
        { title: 'First', cell: ({ first }) => first.map((place, i) => [i > 0 && ', ', placeLink(place, linkTo)]) },
      ]),
    ),
  ];
}
