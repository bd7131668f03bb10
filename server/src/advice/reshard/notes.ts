/** What has to be said beside the figures: where a method does not help, what was assumed, what cannot be done by moving. */
import type { LayoutForecast } from './forecast';
import type { Layout } from './layouts';
import { leastMoves } from './plan';
import { evenMove } from './ranges';
import { remainderNote } from './systems';
import { suggestedShards } from './virtualShards';

export interface Note {
  readonly code: NoteCode;
  readonly text: string;
}

export type NoteCode =
  | 'assumed-remainder'
  | 'assumed-blocks'
  | 'first-level'
  | 'doubling'
  | 'uneven'
  | 'too-few-shards'
  | 'least'
  | 'hot-shard'
  | 'hot-value'
  | 'no-virtual-shards'
  | 'range-uneven'
  | 'time-writes'
  | 'router';

type Draft = Omit<LayoutForecast, 'notes' | 'growth'>;

const percent = (share: number): string => `${Number((share * 100).toFixed(1))} %`;

/** `chosen`: the strategy was asked for, not read from the map. */
export function notesOf(draft: Draft, layout: Layout, chosen: boolean): readonly Note[] {
  return [...assumptions(draft, layout, chosen), ...methodNotes(draft), ...hotNotes(draft), ...routerNotes(draft)];
}

function assumptions(
  { method, router, tables, from, virtualShards }: Draft,
  { keys }: Layout,
  chosen: boolean,
): readonly Note[] {
  const notes: Note[] = [];
  const [first] = keys;
  const said = keys.every(({ table }) => table.hash === 'mod' || table.hash === 'modulo');
  if (method === 'modulo' && !chosen && !said && first && remainderNote(router) === undefined)
    notes.push({
      code: 'assumed-remainder',
      text: `The map does not say how \`${tables[0]?.name ?? ''}\` is spread over its servers; a remainder of the hash is assumed.`,
    });
  const levels = keys.flatMap(({ table }) => (table.levels ? [table] : []))[0];
  if (levels)
    notes.push({
      code: 'first-level',
      text: `\`${levels.name.join('.')}\` is placed by several levels. The first one decides here; what the others do stays within its part.`,
    });
  if (method === 'virtual-shards' && virtualShards) {
    const count =
      virtualShards.source === 'assumed'
        ? `${virtualShards.value} virtual shards are assumed, and that they`
        : 'It is assumed that virtual shards';
    notes.push({
      code: 'assumed-blocks',
      text: `${count} lie on the ${from.value} servers in equal consecutive blocks and are of one size; from another even order as many move, only others.`,
    });
  }
  return notes;
}

function methodNotes(draft: Draft): readonly Note[] {
  const { method, from, to, virtualShards, mapping } = draft;
  const notes: Note[] = [];
  const [own] = draft.outcomes;
  const growing = to.value > from.value;
  const multiple = growing ? to.value % from.value === 0 : from.value % to.value === 0;
  const modulo = draft.outcomes.find((one) => one.method === 'modulo');
  if (mapping && virtualShards) {
    const shards = virtualShards.value;
    if (shards < Math.max(from.value, to.value))
      notes.push({
        code: 'too-few-shards',
        text: `${shards} virtual shards cannot fill ${Math.max(from.value, to.value)} servers: some stay empty. A virtual shard is the smallest thing that moves.`,
      });
    else if (shards % to.value !== 0)
      notes.push({ code: 'uneven', text: unevenText(mapping.countsAfter, shards, to.value) });
    notes.push({
      code: 'least',
      text: `No plan moves fewer: ${leastMoves(mapping.countsBefore, to.value)} virtual shards lie above the even part of their server, and each of them has to leave it.`,
    });
    if (multiple && from.value !== to.value && modulo?.moved !== undefined && own?.moved !== undefined)
      notes.push({
        code: 'doubling',
        text: `${from.value} → ${to.value} moves ${percent(own.moved)} with virtual shards and ${percent(modulo.moved)} with a plain remainder: at a multiple of the servers virtual shards save ${Math.abs(own.moved - modulo.moved) < 1e-9 ? 'nothing' : 'next to nothing'}. What they change is how: whole shards move, no table is divided row by row, and each can be switched over by itself.`,
      });
  }
  if (method === 'modulo' && modulo?.moved !== undefined && growing) {
    const shards = suggestedShards(to.value);
    const virtual = draft.outcomes.find((one) => one.method === 'virtual-shards');
    if (multiple)
      notes.push({
        code: 'doubling',
        text: `From ${from.value} to a multiple of it, a remainder moves no more than other ways to an even result: ${percent(modulo.moved)}. To any other number it moves more.`,
      });
    else if (virtual?.moved !== undefined)
      notes.push({
        code: 'no-virtual-shards',
        text: `With ${virtualShards?.value ?? shards} virtual shards the same step would move ${percent(virtual.moved)}. Getting there moves rows once: choose the number of virtual shards so that it is divisible by the servers of today.`,
      });
  }
  if (method === 'range-split' && growing && !multiple && own)
    notes.push({
      code: 'range-uneven',
      text: `Halves leave the servers uneven: ${percent(Math.min(...own.after))} to ${percent(Math.max(...own.after))} of the rows each. Cutting a piece off every range would make them even and move ${percent(evenMove(from.value, to.value))}.`,
    });
  if (method === 'time' && growing)
    notes.push({
      code: 'time-writes',
      text: 'New rows still go to one server at a time: a new server takes old periods or the next one, and does not divide the writes of today.',
    });
  return notes;
}

function unevenText(counts: readonly number[], shards: number, to: number): string {
  const most = Math.max(...counts);
  const least = Math.min(...counts);
  const larger = counts.filter((count) => count === most).length;
  const people = (count: number): string => `${count} ${count === 1 ? 'server' : 'servers'}`;
  return `${shards} is not divisible by ${to}: ${people(to - larger)} of ${least} virtual shards, ${people(larger)} of ${most}, ${percent((most - least) / least)} more.`;
}

function hotNotes({ hot, method, to }: Draft): readonly Note[] {
  if (!hot) return [];
  const value =
    hot.value === undefined ? `the most common value of \`${hot.key}\`` : `\`${hot.value}\` in \`${hot.key}\``;
  const has = `In \`${hot.table}\`, ${value} has ${percent(hot.share)} of the rows (${hot.evidence})`;
  const { fair } = hot;
  if (method === 'list' || method === 'directory')
    return [
      {
        code: 'hot-value',
        text: `${has}. It can be given a server of its own, which then has ${percent(hot.share)}; an even part is ${percent(fair)}.`,
      },
    ];
  if (method === 'time') return [];
  if (hot.tooLarge)
    return [
      {
        code: 'hot-shard',
        text: `${has}${hot.shardShare === undefined ? '' : `, so its virtual shard has ${percent(hot.shardShare)}`}: more than the even part of ${to.value} servers, ${percent(fair)}. No move can split it. Only another key, or a second column in the key for that value, can.`,
      },
    ];
  if (hot.beside !== undefined)
    return [
      {
        code: 'hot-shard',
        text: `${has}, so its virtual shard has ${percent(hot.shardShare ?? hot.share)} and cannot be split by moving. Its server stays at its even part of ${percent(fair)} with ${hot.beside} other virtual shards beside it: move more away from there than the plan does.`,
      },
    ];
  return [];
}

function routerNotes({ router }: Draft): readonly Note[] {
  const text = remainderNote(router);
  return text === undefined ? [] : [{ code: 'router', text }];
}
