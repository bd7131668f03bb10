/** What each way of placing rows moves, and what each server has afterwards. */
import type { Layout } from './layouts';
import type { Method } from './methods';
import { movesUnderModulo, pairsUnderModulo } from './modulo';
import { fairSizes, planMoves } from './plan';
import { evenMove, splitRanges } from './ranges';
import { expectedRingMove, ringMove } from './ring';
import type { PlacingSystem } from './systems';
import { countsOf, moveVirtualShards } from './virtualShards';

export interface Outcome {
  readonly method: Method;
  /** Share of rows on another server afterwards; undefined where only the rows themselves could say it. */
  readonly moved?: number;
  /** Share of rows that is written anew, where that is more than what moves. */
  readonly copied?: number;
  /** `exact` for evenly spread keys; `simulated`: one ring, measured; `least`: what has to move at least. */
  readonly basis: 'exact' | 'simulated' | 'least';
  /** Rows and bytes that move, where statistics give those of all tables. */
  readonly rows?: number;
  readonly bytes?: number;
  /** Share of rows of each server; empty where it is not known. */
  readonly before: readonly number[];
  readonly after: readonly number[];
  /** One sentence: what travels. */
  readonly text: string;
}

export interface Asked {
  readonly from: number;
  readonly to: number;
  readonly shards: number;
  readonly points: number;
  readonly layout: Layout;
  readonly sizes: { readonly rows: number | undefined; readonly bytes: number | undefined };
}

type Draft = Omit<Outcome, 'rows' | 'bytes'>;

export function outcomesOf(own: Method, asked: Asked, system: PlacingSystem | undefined): readonly Outcome[] {
  // Rows that lie by their hash or in ranges can be placed in any of these ways; a list or directory says each by itself.
  const others: readonly Method[] = ['modulo', 'virtual-shards', 'ring', 'range-split'];
  const compared = own === 'balancer' || others.includes(own) ? others.filter((method) => method !== own) : [];
  return [own, ...compared].map((method) => {
    const draft = outcomeOf(method, asked, method === own ? system : undefined);
    const { rows, bytes } = asked.sizes;
    return {
      ...draft,
      ...(draft.moved !== undefined && rows !== undefined && { rows: Math.round(draft.moved * rows) }),
      ...(draft.moved !== undefined && bytes !== undefined && { bytes: Math.round(draft.moved * bytes) }),
    };
  });
}

const even = (servers: number): readonly number[] => new Array<number>(servers).fill(1 / servers);

function outcomeOf(method: Method, asked: Asked, system: PlacingSystem | undefined): Draft {
  const { from, to, shards, points } = asked;
  const plain = { method, basis: 'exact', before: even(from), after: even(to) } as const;
  switch (method) {
    case 'modulo': {
      const pairs = pairsUnderModulo(from, to);
      const text = `single rows, between ${pairs} pairs of servers; every reader and writer must change over at once`;
      return { ...plain, moved: movesUnderModulo(from, to), text: from === to ? 'nothing' : text };
    }
    case 'virtual-shards': {
      const { plan, moved, before, after } = moveVirtualShards(shards, from, to);
      const share = (count: number): number => count / shards;
      const text = `${plan.moves.length} of ${shards} virtual shards, each as a whole`;
      return { ...plain, moved, before: before.map(share), after: after.map(share), text };
    }
    case 'ring': {
      const text = `single rows, to the new servers only; ${points} points for each server`;
      const gone = `single rows, from the servers that go only; ${points} points for each server`;
      return { method, basis: 'simulated', ...ringMove(from, to, points), text: to < from ? gone : text };
    }
    case 'range-split': {
      const { moved, affected, split, after } = splitRanges(from, to);
      const halves = `halves of ${split} of ${from} ranges`;
      const text =
        to < from
          ? from - to === 1
            ? 'the range of the server that goes'
            : `the ranges of the ${from - to} servers that go`
          : halves;
      return { ...plain, moved, ...(system?.title === 'Vitess' && { copied: affected }), after, text };
    }
    case 'balancer':
      return {
        ...plain,
        basis: 'least',
        moved: evenMove(from, to),
        text: `ranges that ${system?.title ?? 'the system'} chooses`,
      };
    case 'list':
      return listOutcome(asked);
    case 'directory': {
      const text = 'the keys that you choose, one by one; none where the new servers only take new keys';
      return { ...plain, basis: 'least', moved: evenMove(from, to), text };
    }
    case 'time': {
      if (to < from)
        return { ...plain, basis: 'least', moved: evenMove(from, to), text: 'the periods of the servers that go' };
      const text = 'nothing has to: new periods go to the new servers, old ones stay where they are';
      return { method, basis: 'exact', moved: 0, before: [], after: [], text };
    }
  }
}

/** Values of a list move one by one; how many rows each has, only statistics say. */
function listOutcome({ from, to, layout }: Asked): Draft {
  const names = [...new Set(layout.mapping.map(({ shard }) => shard))];
  const listed = layout.mapping.flatMap(({ values = [], shard }) =>
    values.map((value) => ({ value: String(value), owner: names.indexOf(shard) })),
  );
  const owners = listed.map(({ owner }) => owner);
  const unknown = { method: 'list', basis: 'least', before: [], after: [] } as const;
  if (owners.length === 0 || names.length !== from)
    return { ...unknown, text: 'the values that you list for the new servers, and nothing else' };
  const { moves, after } = planMoves(owners, to);
  const counts = countsOf(owners, from);
  const sizes = fairSizes(owners.length, to);
  const range = sizes[0] === sizes.at(-1) ? `${sizes[0]}` : `${sizes.at(-1)} or ${sizes[0]}`;
  const now = `${Math.min(...counts)} to ${Math.max(...counts)}`;
  const what = moves.slice(0, 8).map(({ shard }) => `\`${(listed[shard]?.value ?? '').replaceAll('`', "'")}\``);
  const text = `${moves.length} of the ${owners.length} values listed (${what.join(', ')}${moves.length > 8 ? ', …' : ''}), so that each server has ${range} of them (now ${now})`;
  const shares = sharesOf(
    layout,
    listed.map(({ value }) => value),
  );
  if (!shares) return { ...unknown, text: `${text}; how many rows that is, the list does not say` };
  return {
    method: 'list',
    basis: 'exact',
    moved: moves.reduce((sum, { shard }) => sum + (shares[shard] ?? 0), 0),
    before: loads(owners, shares, from),
    after: loads(after, shares, to),
    text,
  };
}

/** The share of rows of each value; undefined unless statistics of the one table name them all. */
function sharesOf({ keys }: Layout, values: readonly string[]): readonly number[] | undefined {
  const [key, ...others] = keys;
  const common = key?.columns[0]?.facts?.statistics?.mostCommon;
  if (!common || others.length > 0 || key.columns.length !== 1) return undefined;
  const shares = values.map((wanted) => common.find(({ value }) => value === wanted)?.share);
  return shares.every((share) => share !== undefined) ? shares : undefined;
}

function loads(owners: readonly number[], shares: readonly number[], servers: number): readonly number[] {
  const sums = new Array<number>(servers).fill(0);
  for (const [i, server] of owners.entries()) sums[server] = (sums[server] ?? 0) + (shares[i] ?? 0);
  return sums;
}

/** What moves on the way to each number of servers. */
export interface Growth {
  readonly to: number;
  readonly modulo: number;
  readonly virtualShards: number;
  /** Of a perfect ring. */
  readonly ring: number;
  readonly rangeSplit: number;
}

const mostSteps = 32;

/** From one more server to twice as many, or to what was asked for. */
export function growthTo({ from, to, shards }: Asked): readonly Growth[] {
  const last = Math.max(2 * from, to);
  const step = Math.max(1, Math.ceil((last - from) / mostSteps));
  const steps = new Set<number>();
  for (let servers = from + 1; servers <= last; servers += step) steps.add(servers);
  for (const servers of [to, last]) if (servers !== from) steps.add(servers);
  return [...steps]
    .sort((a, b) => a - b)
    .map((servers) => ({
      to: servers,
      modulo: movesUnderModulo(from, servers),
      virtualShards: moveVirtualShards(shards, from, servers).moved,
      ring: expectedRingMove(from, servers),
      rangeSplit: splitRanges(from, servers).moved,
    }));
}
