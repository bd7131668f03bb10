/** A forecast of resharding as a page and as JSON. The figures are `advice/reshard`'s own. */
import { heading, list, type Page, type Table, table, text } from '../advice/page';
import type { Forecast, LayoutForecast, TableSize, VirtualMapping } from '../advice/reshard/forecast';
import type { Method } from '../advice/reshard/methods';
import type { Outcome } from '../advice/reshard/outcomes';
import { type PlaceNames, pageMarkdown, pageText } from './page';

export const reshardJson = (forecast: Forecast): string => `${JSON.stringify(forecast, null, 2)}\n`;

export const methodNames: Readonly<Record<Method, string>> = {
  modulo: 'modulo',
  'virtual-shards': 'virtual shards',
  ring: 'consistent hashing',
  'range-split': 'range split',
  balancer: 'balancer',
  list: 'list',
  directory: 'directory',
  time: 'time',
};

/** One layout after the other: figures, the mapping, what has to be said beside them. */
export const reshardPage = ({ layouts, unanswered }: Forecast): Page => [
  heading(1, 'Resharding forecast'),
  ...layouts.flatMap((layout): Page => {
    const { mapping, system, notes } = layout;
    return [
      heading(2, titleOf(layout)),
      ...table(outcomeTable(layout)),
      ...(mapping && mapping.moves.length > 0
        ? [heading(3, 'Which virtual shards move'), ...table(movesTable(mapping))]
        : []),
      ...list([...(system ? [system.says] : []), ...notes.map((note) => note.text)].map((said) => ({ text: said }))),
      ...(system && system.commands.length > 0
        ? [
            heading(3, `In ${system.title}`),
            ...list(system.commands.map((command) => ({ text: `\`${command.text}\`: ${command.does}` }))),
          ]
        : []),
    ];
  }),
  ...unanswered.map(text),
];

export const reshardText = (forecast: Forecast): string => pageText(reshardPage(forecast), noPlaces);
export const reshardMarkdown = (forecast: Forecast): string => pageMarkdown(reshardPage(forecast), noPlaces);

/** These pages have no links. */
export const noPlaces: PlaceNames = ({ file }) => ({ text: file, url: file });

const shownTables = 4;

function titleOf({
  tables,
  from,
  to,
  database,
  virtualShards,
  method,
  router,
  growth: _,
  ...rest
}: LayoutForecast): string {
  const names = tables.map(nameOf);
  const more = names.length > shownTables ? ` and ${names.length - shownTables} more tables` : '';
  const key = [...new Set(tables.map(({ key }) => key.join(', ')))];
  const how = `${rest.placing} of ${key.length === 1 ? key[0] : 'their keys'}`;
  const shards = method === 'virtual-shards' && virtualShards ? [`${virtualShards.value} virtual shards`] : [];
  const parts = [
    `${names.slice(0, shownTables).join(', ')}${more}: ${from.value} → ${to.value} servers`,
    how,
    ...shards,
    ...(database === undefined ? [] : [`database ${database}`]),
    `router ${router}`,
  ];
  return parts.join(' · ');
}

const nameOf = ({ name, rows, bytes }: TableSize): string => {
  const sizes = [...(rows === undefined ? [] : [`${count(rows)} rows`]), ...(bytes === undefined ? [] : [size(bytes)])];
  return sizes.length === 0 ? name : `${name} (${sizes.join(', ')})`;
};

function outcomeTable({ outcomes }: LayoutForecast): Table {
  const measured = outcomes.some(({ rows }) => rows !== undefined);
  const weighed = outcomes.some(({ bytes }) => bytes !== undefined);
  return {
    head: [
      '',
      '',
      'moves',
      ...(measured ? ['rows'] : []),
      ...(weighed ? ['bytes'] : []),
      'each server then',
      'what travels',
    ],
    rows: outcomes.map((outcome, i) => [
      i === 0 ? '→' : '',
      methodNames[outcome.method],
      movedText(outcome),
      ...(measured ? [outcome.rows === undefined ? '' : count(outcome.rows)] : []),
      ...(weighed ? [outcome.bytes === undefined ? '' : size(outcome.bytes)] : []),
      loadText(outcome.after),
      outcome.text + (outcome.copied === undefined ? '' : `; ${percent(outcome.copied)} are copied`),
    ]),
    right: [2, ...(measured ? [3] : []), ...(measured && weighed ? [4] : weighed ? [3] : [])],
  };
}

function movedText({ moved, basis }: Outcome): string {
  if (moved === undefined) return 'unknown';
  return `${basis === 'least' ? 'at least ' : basis === 'simulated' ? 'about ' : ''}${percent(moved)}`;
}

function loadText(after: readonly number[]): string {
  if (after.length === 0) return '';
  const least = percent(Math.min(...after));
  const most = percent(Math.max(...after));
  return least === most ? least : `${least} to ${most}`;
}

/** One line for each pair of servers; servers are s0, s1, …, as virtual shards counted from 0. */
function movesTable({ moves, countsBefore, countsAfter }: VirtualMapping): Table {
  const pairs = new Map<string, number[]>();
  for (const { shard, from, to } of moves) {
    const pair = `s${from} → s${to}`;
    const shards = pairs.get(pair);
    if (shards) shards.push(shard);
    else pairs.set(pair, [shard]);
  }
  const counts = (server: string): string =>
    `${countsBefore[Number(server)] ?? 0} → ${countsAfter[Number(server)] ?? 0}`;
  return {
    head: ['servers', 'virtual shards', 'how many', 'source has', 'target has'],
    rows: [...pairs].map(([pair, shards]) => {
      const [source = '', target = ''] = pair.split(' → ').map((name) => name.slice(1));
      return [pair, ranges(shards), String(shards.length), counts(source), counts(target)];
    }),
    right: [2],
  };
}

const shownRanges = 8;

/** 3, 5–9, 12. */
export function ranges(numbers: readonly number[]): string {
  const found: [number, number][] = [];
  for (const number of numbers) {
    const last = found.at(-1);
    if (last && number === last[1] + 1) last[1] = number;
    else found.push([number, number]);
  }
  const texts = found.map(([start, end]) => (start === end ? `${start}` : `${start}–${end}`));
  return texts.length > shownRanges
    ? `${texts.slice(0, shownRanges).join(', ')} and ${texts.length - shownRanges} more ranges`
    : texts.join(', ');
}

const percent = (share: number): string => `${Number((share * 100).toFixed(1))} %`;

/** 1,234,567. */
export const count = (number: number): string => String(number).replace(/\B(?=(\d{3})+$)/g, ',');

const units = ['B', 'kB', 'MB', 'GB', 'TB', 'PB'] as const;

export function size(bytes: number): string {
  let value = bytes;
  let unit = 0;
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000;
    unit += 1;
  }
  return `${value >= 100 || unit === 0 ? Math.round(value) : Number(value.toFixed(1))} ${units[unit]}`;
}
