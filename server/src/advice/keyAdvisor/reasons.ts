/** Why a key is good or bad, in words, with the places that say so. */
import type { Location } from '../../text/span';
import type { Surveyed } from '../survey';
import type { Design } from './keyAdvice';
import { type Measure, share } from './measure';
import type { KeyQuality } from './quality';

export interface Reason {
  readonly kind: 'for' | 'against' | 'needs' | 'note';
  /** A sentence; names in backticks. */
  readonly text: string;
  /** The first places of it. */
  readonly places?: readonly Location[];
}

const most = 5;

export function reasonsOf({ family, measure, fit, quality, routed }: Design): readonly Reason[] {
  const { members, copies, references } = family;
  const places = (wanted: string): readonly Location[] =>
    routed.flatMap((one) => (one.fit === wanted ? [placeOf(one.statement)] : [])).slice(0, most);
  const reasons: (Reason | undefined)[] = [
    fit.stays > 0 ? { kind: 'for', text: staying(measure, fit.stays) } : undefined,
    fit['add-key'] > 0
      ? {
          kind: 'needs',
          text: `${statements(fit['add-key'])} ${fit['add-key'] === 1 ? 'asks' : 'ask'} for rows of the family by another column: each runs on one shard as soon as it binds \`${family.key}\` too`,
          places: places('add-key'),
        }
      : undefined,
    fit['fans-out'] > 0
      ? {
          kind: 'against',
          text: `${statements(fit['fans-out'])} ${fit['fans-out'] === 1 ? 'asks' : 'ask'} for rows of many keys and ${fit['fans-out'] === 1 ? 'goes' : 'go'} to every shard`,
          places: places('fans-out'),
        }
      : undefined,
    fit.leaves > 0
      ? {
          kind: 'against',
          text: `${statements(fit.leaves)} ${fit.leaves === 1 ? 'needs' : 'need'} tables of the family and others: joins across shards`,
          places: places('leaves'),
        }
      : undefined,
    transactions(measure),
    copies.length > 0
      ? {
          kind: 'needs',
          text: `${copies
            .slice(0, most)
            .map(({ table, from }) => `\`${table.name}\` needs a column \`${family.key}\` copied from \`${from.name}\``)
            .join('; ')}${copies.length > most ? `; and ${copies.length - most} tables more` : ''}`,
        }
      : undefined,
    references.some(({ joined }) => joined > 0)
      ? {
          kind: 'note',
          text: `copied to every shard: ${references
            .filter(({ joined }) => joined > 0)
            .slice(0, most)
            .map(({ table, joined, writes, rows }) => {
              const size = rows === undefined ? 'size not known' : `${rows} rows`;
              return `\`${table.name}\` (joined in ${joined}, ${writes === 0 ? 'written by no statement here' : `written in ${writes}`}, ${size})`;
            })
            .join(', ')}`,
        }
      : undefined,
    ...valueReasons(quality, members.length),
  ];
  return reasons.filter((one) => one !== undefined);
}

const staying = ({ all, reads, writes, byRate }: Measure, stays: number): string => {
  const one = (of: Measure['all']): string => percent(share(of.single + of.subset, of));
  const rated = byRate ? `; by calls a second ${one(byRate.all)}` : '';
  return `${stays} of ${all.total} statements run on the shard of their key as they are written: ${one(reads)} of the reads, ${one(writes)} of the writes${rated}`;
};

const transactions = ({ transactions: { total, single, several, unknown } }: Measure): Reason | undefined =>
  total === 0
    ? undefined
    : {
        kind: single * 2 >= total ? 'for' : 'against',
        text: `${single} of ${total} transactions ${single === 1 ? 'stays' : 'stay'} on one shard${several > 0 ? `, ${several} ${several === 1 ? 'does' : 'do'} not` : ''}${unknown > 0 ? `, of ${unknown} the code does not say` : ''}`,
      };

/** What is known of the values of a key. */
export function valueReasons(
  { few, uneven, growing, nullable, changed, hot, distinct, unique }: KeyQuality,
  tables: number,
): readonly Reason[] {
  const names = (all: readonly { readonly table: string; readonly column: string }[]): string =>
    listed([...new Set(all.map(({ table, column }) => `\`${table}.${column}\``))]);
  const evidence = few[0]?.evidence[0]?.text;
  const grown = growing[0]?.evidence.text;
  const total = unique.kept + unique.byValue + unique.lost.length;
  const changedIn = new Set(changed.map(({ table }) => table));
  return [
    few.length > 0 && {
      kind: 'against',
      text: `few values: ${evidence}; there are never more shards in use than values`,
    },
    few.length === 0 &&
      distinct !== undefined && { kind: 'for', text: `statistics count ${distinct} distinct values or more` },
    few.length + uneven.length === 0 &&
      distinct === undefined && { kind: 'for', text: 'nothing says that its values are few, times or places' },
    uneven.length > 0 && { kind: 'against', text: uneven[0]?.text ?? '' },
    hot.length > 0 && { kind: 'against', text: `${hot[0]?.text}: one shard gets all of that` },
    growing.length > 0 && {
      kind: 'note',
      text: `${grown}: spread by hash, never by range, where the newest rows would all go to one shard`,
    },
    nullable.length > 0 && {
      kind: 'needs',
      text: `${names(nullable)} may be NULL: a row without a key has no shard`,
    },
    changed.length > 0 && {
      kind: 'against',
      text: `${listed([...changedIn].map((table) => `\`${table}\``))}: the key of a row is changed, which moves the row to another shard`,
      places: changed.map(({ at }) => at).slice(0, most),
    },
    total > 0 && {
      kind: unique.lost.length === 0 ? 'for' : 'against',
      text:
        unique.lost.length === 0
          ? `every unique key of ${tables === 1 ? 'the table' : 'its tables'} can be kept: ${keptText(unique)}`
          : `no shard can check ${unique.lost.length} of ${total} unique keys alone, since the key is no part of ${unique.lost.length === 1 ? 'it' : 'them'}: ${listed(unique.lost.map(({ table, what }) => `\`${table}\` ${what}`))}`,
      ...(unique.lost.length > 0 && { places: unique.lost.map(({ at }) => at).slice(0, most) }),
    },
  ].filter((one) => one !== false) as readonly Reason[];
}

function keptText({ kept, byValue }: KeyQuality['unique']): string {
  const parts = [
    ...(kept > 0 ? [`${kept} ${kept === 1 ? 'contains' : 'contain'} the key`] : []),
    ...(byValue > 0 ? [`${byValue} ${byValue === 1 ? 'is' : 'are'} unique by value, or can be widened by it`] : []),
  ];
  return parts.join(', ');
}

export const statements = (count: number): string => `${count} statement${count === 1 ? '' : 's'}`;

export const percent = (part: number): string => `${Math.round(part * 100)} %`;

/** The first five, and how many more. */
export const listed = (all: readonly string[]): string =>
  all.length > most ? `${all.slice(0, most).join(', ')} and ${all.length - most} more` : all.join(', ');

export const placeOf = ({ file, name }: Pick<Surveyed, 'file' | 'name'>): Location => ({ file, span: name });
