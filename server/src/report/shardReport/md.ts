/** The shard report as Markdown, for terminals and pull requests. */
import type {
  MapSection,
  Place,
  ShardReport,
  StatementLine,
  TableSection,
  Tally,
} from '../../advice/shardReport/model';
import { code, plain, prose } from '../../text/markdown';
import { oneLine } from '../printable';
import { methodNames } from '../reshardPage';
import {
  classes,
  headline,
  isUsed,
  keyRows,
  keyText,
  monotonicityText,
  nameOfClass,
  number,
  percent,
  plural,
  readSteps,
  shardsText,
  share,
  time,
} from './figures';

export function shardReportMd(report: ShardReport): string {
  const parts = [
    '# Shard report',
    ...report.maps.flatMap((section) => sectionOf(section, report.maps.length > 1)),
    ...(report.maps.length === 0 ? ['No shard map governs what was read.'] : []),
    ...trendOf(report),
  ];
  return `${parts.join('\n\n')}\n`;
}

function sectionOf(section: MapSection, several: boolean): readonly string[] {
  const { coverage, tables, worst } = section;
  return [
    several ? `## ${name(section.map ?? 'plan')}` : `Map: ${name(section.map ?? 'none, a plan')}`,
    `${plain(section.router)} · ${plain(section.dialect)} · ${headline(section)}`,
    ...trafficTable(section),
    ...titled('Tables', tableRows(tables.filter(isUsed))),
    ...(tables.some((one) => !isUsed(one))
      ? [
          `No statement uses ${tables
            .filter((one) => !isUsed(one))
            .map((one) => name(one.table))
            .join(', ')}.`,
        ]
      : []),
    ...titled('Shard keys', keyTable(tables)),
    ...titled('Worst statements', statementRows(worst)),
    ...titled(
      'Owners',
      rows(
        ['Owner', 'Statements', 'all shards', 'across shards', 'First'],
        section.owners.map(({ owner, statements, scatter, crossShard, worst: [first] }) => [
          owner === null ? 'nobody' : code(shown(owner)),
          number(statements),
          number(scatter),
          number(crossShard),
          first ? place(first) : '–',
        ]),
      ),
    ),
    ...titled(
      'Services',
      rows(
        ['Service', ...tallyHead, 'Reads of others’ tables', 'Writes to others’ tables'],
        section.services.map(({ service, reads, writes, foreignReads, foreignWrites }) => [
          name(service),
          ...tallyCells(added(reads, writes)),
          number(foreignReads),
          number(foreignWrites),
        ]),
      ),
    ),
    ...replicas(section),
    ...titled(
      'Reads that could leave the shards',
      rows(
        ['Step', 'Why', 'Why not a step before', 'Statements', 'First'],
        section.reads.map(({ step, why, before, statements, first }) => [
          readSteps[step],
          prose(shown(why)),
          prose(shown(before.map((one) => `${readSteps[one.step]}: ${one.why}`).join('; '))),
          number(statements),
          first.map(place).join(', '),
        ]),
      ),
    ),
    ...titled(
      'Budgets',
      rows(
        ['Service', 'Scatters', 'At most', ''],
        section.budgets.map(({ service, scatter, maxScatter, kept }) => [
          name(service),
          number(scatter),
          number(maxScatter),
          kept === null ? 'no such service' : kept ? 'kept' : 'exceeded',
        ]),
      ),
    ),
    ...titled(
      'One server more',
      rows(
        ['Tables', 'Servers', 'Rows are placed by', 'Rows that move'],
        section.resharding.flatMap(({ database, tables: names, from, to, methods }) =>
          methods.map(({ method, moved }, i) => [
            i > 0 ? '' : name(database ?? names.join(', ')),
            i > 0 ? '' : `${from} → ${to}`,
            methodNames[method],
            moved === null ? '–' : share(moved),
          ]),
        ),
      ),
    ),
    ...titled(
      'Findings',
      rows(
        ['Rule', 'Count'],
        section.findings.map(({ rule, count }) => [name(rule), number(count)]),
      ),
    ),
    ...titled(
      'Not understood',
      rows(
        ['Count', 'Why', 'First'],
        coverage.reasons.map(({ why, count, first }) => [
          number(count),
          prose(shown(why)),
          first.map(place).join(', '),
        ]),
      ),
    ),
    ...(coverage.elsewhere > 0
      ? [`Left out above: ${plural(coverage.elsewhere, 'statement')} of tests, migrations, seeds and scripts.`]
      : []),
  ];
}

const tallyHead = ['Total', ...classes.map((one) => one.name)];
const tallyCells = (tally: Tally): readonly string[] => [
  number(tally.total),
  ...classes.map(({ field }) => number(tally[field])),
];

function added(a: Tally, b: Tally): Tally {
  const sum = Object.entries(a).map(([key, value]) => [key, value + b[key as keyof Tally]] as const);
  return Object.fromEntries(sum) as unknown as Tally;
}

function trafficTable({ traffic, byWeight }: MapSection): readonly string[] {
  const line = (what: string, tally: Tally, single: number | undefined, all: number | undefined) => [
    what,
    ...tallyCells(tally),
    percent(single),
    percent(all),
  ];
  const of = (one: MapSection['traffic'], unit: string) => {
    const { reads, writes, readDistribution: read, writeDistribution: write } = one;
    return [
      line(`Reads${unit}`, reads, read.percentageOfSingleShardReads, read.percentageOfScatterGatherReads),
      line(`Writes${unit}`, writes, write.percentageOfSingleShardWrites, write.percentageOfScatterGatherWrites),
    ];
  };
  const other = traffic.other.total > 0 ? [line('Other', traffic.other, undefined, undefined)] : [];
  const head = ['', ...tallyHead, 'on one shard', 'on all shards'];
  return [rows(head, [...of(traffic, ''), ...other, ...(byWeight ? of(byWeight, ', calls a second') : [])])];
}

const tableRows = (tables: readonly TableSection[]): string =>
  rows(
    [
      'Table',
      'Key',
      'Reads',
      'on one shard',
      'on all',
      'Writes',
      'on one shard',
      'on all',
      'Key updates',
      'Without key',
    ],
    tables.map((one) => {
      const { reads, writes, readDistribution: read, writeDistribution: write } = one.traffic;
      return [
        name(one.table),
        plain(shown(keyText(one))),
        number(reads.total),
        percent(read.percentageOfSingleShardReads),
        percent(read.percentageOfScatterGatherReads),
        number(writes.total),
        percent(write.percentageOfSingleShardWrites),
        percent(write.percentageOfScatterGatherWrites),
        number(one.shardKeyUpdates),
        number(one.writesWithoutShardKey),
      ];
    }),
  );

const keyTable = (tables: readonly TableSection[]): string =>
  rows(
    ['Table', 'Column', 'Type', 'Unique', 'Distinct values', 'Most common', 'NULL', 'Monotonic'],
    keyRows(tables).map((one) => [
      name(one.table),
      name(one.column),
      plain(one.type ?? ''),
      one.isUnique === null ? '–' : one.isUnique ? 'yes' : 'no',
      number(one.numDistinctValues),
      one.mostCommonValues?.map(({ value, share: part }) => `${name(value ?? '…')} ${share(part)}`).join(', ') ?? '–',
      share(one.nullShare),
      monotonicityText(one),
    ]),
  );

const statementRows = (statements: readonly StatementLine[]): string =>
  rows(
    ['Where', 'Runs on', 'Shards', 'Tables', 'Why'],
    statements.map((one) => [
      place(one) + (one.function === null ? '' : ` ${code(shown(one.function))}`),
      one.refused === null ? nameOfClass(one.class) : 'refused',
      shardsText(one),
      one.tables.map(name).join(', '),
      prose(shown(one.refused ?? one.why[0] ?? '')),
    ]),
  );

function replicas({ replicas: { replication, databases, reads, writes } }: MapSection): readonly string[] {
  const said = [{ database: 'all', ...replication }, ...databases].filter(
    ({ mode, replicaLag, stickiness }) => mode !== null || replicaLag !== null || stickiness !== null,
  );
  if (said.length === 0 && reads.replica + writes.replica === 0) return [];
  return [
    '### Replicas',
    ...(said.length > 0
      ? [
          rows(
            ['Database', 'Replication', 'Lag', 'Stickiness'],
            said.map((one) => [name(one.database), one.mode ?? '–', time(one.replicaLag), time(one.stickiness)]),
          ),
        ]
      : []),
    rows(
      ['', 'Primary', 'Replica', 'Not said'],
      [
        ['Reads', number(reads.primary), number(reads.replica), number(reads.unknown)],
        ['Writes', number(writes.primary), number(writes.replica), number(writes.unknown)],
      ],
    ),
  ];
}

function trendOf({ trend }: ShardReport): readonly string[] {
  if (!trend) return [];
  const { accepted, now, fresh, mended } = trend;
  return [
    '## Trend',
    `Against ${name(trend.baseline)}: ${number(accepted)} accepted then, ${number(now)} found now; ${number(fresh)} new, ${number(mended)} mended.`,
    rows(
      ['Rule', 'Accepted', 'Now', 'New', 'Mended'],
      trend.rules.map((one) => [name(one.rule), ...[one.accepted, one.now, one.fresh, one.mended].map(number)]),
    ),
  ];
}

const shown = (text: string): string => oneLine(text);
const name = (text: string): string => code(shown(text));

/** Relative to the report's folder: hosts of Markdown follow such links. */
const place = ({ file, line }: Place): string => {
  const target = shown(file).split('/').map(encodeURIComponent).join('/').replace(/[()]/g, encoded);
  return `[${plain(shown(file))}:${line}](${target}#L${line})`;
};

const encoded = (char: string): string => `%${char.charCodeAt(0).toString(16)}`;

const titled = (title: string, table: string): readonly string[] => (table === '' ? [] : [`### ${title}`, table]);

/** Empty without rows. A pipe would end its cell, also inside code. */
function rows(head: readonly string[], body: readonly (readonly string[])[]): string {
  if (body.length === 0) return '';
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell) => cell.replace(/(?<!\\)\|/g, '\\|')).join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...body.map(line)].join('\n');
}
