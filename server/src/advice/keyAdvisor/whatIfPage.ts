/** What a proposed key would change, as a page. */

import type { RouteClass } from '../../routing/routeClass';
import type { Location } from '../../text/span';
import { heading, type Item, list, type Page, table, text } from '../page';
import type { Distribution } from './measure';
import { statements as counted, placeOf, valueReasons } from './reasons';
import type { WhatIf } from './whatIf';

/** What a finding says, and where. */
export interface Said {
  readonly rule: string;
  readonly message: string;
  readonly at: Location;
}

const shown = 12;

export function whatIfPage(
  { changes, before, after, moved, quality }: WhatIf,
  added: readonly Said[],
  gone: readonly Said[],
): Page {
  const what = changes
    .map(({ table: name, key, kind }) =>
      kind === 'sharded' ? `\`${name}\` were sharded by \`${key.join(', ')}\`` : `\`${name}\` were ${words[kind]}`,
    )
    .join(', and ');
  const sharded = changes.filter(({ kind }) => kind === 'sharded').length;
  return [
    heading(1, `What if ${what}?`),
    text(
      moved.length === 0
        ? 'No statement of the application itself would run elsewhere.'
        : `${counted(moved.length)} of ${before.all.total} would run elsewhere.`,
    ),
    ...table({
      head: ['statements', 'today', 'then'],
      right: [1, 2],
      rows: rows.flatMap(([field, name]) =>
        before.all[field] + after.all[field] > 0 ? [[name, `${before.all[field]}`, `${after.all[field]}`]] : [],
      ),
    }),
    ...(after.transactions.total > 0
      ? [
          text(
            `Transactions on sharded tables: ${after.transactions.single} of ${after.transactions.total} would stay on one shard, ${after.transactions.several} would not, of ${after.transactions.unknown} the code does not say.`,
          ),
        ]
      : []),
    ...(sharded > 0
      ? [
          heading(2, 'The key'),
          ...list(
            valueReasons(quality, sharded).map(({ text: said, places }) => ({ text: said, ...(places && { places }) })),
          ),
        ]
      : []),
    ...movedBlocks(moved),
    ...findingBlocks('New findings', added),
    ...findingBlocks('Findings that would be gone', gone),
  ];
}

const words = { reference: 'a reference table', unsharded: 'not sharded' } as const;

const rows: readonly (readonly [keyof Distribution, string])[] = [
  ['single', 'on one shard'],
  ['subset', 'on some shards'],
  ['scatter', 'on every shard'],
  ['crossShardJoin', 'joins across shards'],
  ['reference', 'on any shard'],
  ['unsharded', 'on the unsharded database'],
  ['unknown', 'not known'],
  ['refused', 'refused by the router'],
];

const classWords: Readonly<Record<RouteClass, string>> = {
  single: 'one shard',
  subset: 'some shards',
  scatter: 'every shard',
  'cross-shard-join': 'a join across shards',
  unsharded: 'the unsharded database',
  reference: 'any shard',
  'unknown-dynamic': 'not known',
};

function movedBlocks(moved: WhatIf['moved']): Page {
  const groups = new Map<string, WhatIf['moved'][number][]>();
  for (const one of moved) {
    const key = `${classWords[one.from]} → ${one.route.refused ? 'refused by the router' : classWords[one.to]}`;
    groups.set(key, [...(groups.get(key) ?? []), one]);
  }
  const ordered = [...groups].sort(([a, n], [b, m]) => m.length - n.length || (a < b ? -1 : 1));
  return ordered.flatMap(([key, all]) => [
    heading(2, `${key}: ${counted(all.length)}`),
    ...list(
      few(all, ({ statement, route }): Item => {
        const why = route.refused?.because ?? route.reasons[0]?.text;
        return { text: `${short(statement.sql)}${why ? `: ${why}` : ''}`, places: [placeOf(statement)] };
      }),
    ),
  ]);
}

const short = (sql: string): string => {
  const line = sql.replace(/\s+/g, ' ').trim();
  return `\`${(line.length > 90 ? `${line.slice(0, 89)}…` : line).replaceAll('`', "'")}\``;
};

const findingBlocks = (title: string, all: readonly Said[]): Page =>
  all.length === 0
    ? []
    : [
        heading(2, `${title}: ${all.length}`),
        ...list(few(all, ({ rule, message, at }): Item => ({ text: `${rule}: ${message}`, places: [at] }))),
      ];

function few<T>(all: readonly T[], item: (one: T) => Item): readonly Item[] {
  const items = all.slice(0, shown).map(item);
  return all.length > shown ? [...items, { text: `and ${all.length - shown} more` }] : items;
}
