import { apart } from '../routing/keyValue';
import { defineRule } from './rule';
import { isWrite, type KeyValues, nameOf, type StatementAct, statementsOf, type Unit } from './unit';

interface Crossing {
  readonly first: StatementAct;
  readonly second: StatementAct;
  readonly how: 'same' | 'keys' | 'unbound' | 'loop' | 'all' | 'groups';
  readonly sure: boolean;
  readonly data: { readonly a: string; readonly b: string };
}

interface Keyed {
  readonly act: StatementAct;
  readonly key: KeyValues;
}

export default defineRule({
  id: 'cross-shard-transaction',
  meta: {
    summary: 'One transaction writes to several shards',
    why: 'Every shard commits for itself: without two-phase commit a failure in between leaves half of the work, with it locks are held for two more round trips, and some systems refuse it.',
    remedy:
      'Keep what changes together under one key, split the work into one transaction for each key with steps that can be repeated, or allow it where the system supports it.',
    whenNot:
      'Systems whose distributed transactions you rely on (Citus, Spanner, CockroachDB, `transaction_mode=twopc`).',
    sources: [
      'Vitess: transaction_mode SINGLE, MULTI, TWOPC; `vt transactions`',
      'Citus: two-phase commit of multi-shard transactions',
      'Shopify: transactions and shards',
    ],
    severity: 'warning',
    severityIn: { test: 'off', migration: 'information' },
    since: '0.1',
    messages: {
      same: 'This transaction writes `{a}` for two keys: they may lie on different shards, and commit one by one.',
      keys: 'This transaction writes `{a}` and `{b}` for different keys: they may lie on different shards, and commit one by one.',
      loop: 'This transaction writes `{a}` for another key in each turn: several shards, that commit one by one.',
      all: 'This transaction writes `{a}` on several shards at once: they commit one by one.',
      unbound:
        'This transaction writes `{a}` without its key: on every shard, and they commit one by one. Bind the key to keep it on one.',
      groups: 'This transaction writes `{a}` and `{b}`, which are not co-located: their shards commit one by one.',
    },
  },
  unit(unit, { report }) {
    const acts = statementsOf(unit);
    for (const { id, at } of transactionsOf(unit, acts)) {
      const own = acts.filter((act) => act.transaction === id && isWrite(act));
      const crossing = crossingIn(unit, own);
      if (!crossing) continue;
      const { first, second, how, sure, data } = crossing;
      // What one statement does alone is told where it stands.
      if (how === 'unbound' && own.length < 2) continue;
      report(how, at ?? nameOf(second), data, {
        confidence: sure && own.every((act) => act.statement.confidence === 'certain') ? 'certain' : 'likely',
        kind: second.statement.kind,
        identity: `${unit.name} ${data.a} ${data.b}`,
        distance: first.hops.length + second.hops.length,
        ...(how === 'unbound' ? { severity: 'information' as const } : {}),
        related: [...new Set([first, second])].map((act) => ({
          location: nameOf(act),
          message: `writes \`${act.statement.writes[0] ?? ''}\``,
        })),
      });
    }
  },
});

/** Those whose handle a caller or another function begins have no place of their own. */
function transactionsOf(unit: Unit, acts: readonly StatementAct[]) {
  const known = new Map(unit.transactions.map(({ id, at }) => [id, at] as const));
  const ids = new Set(acts.flatMap(({ transaction }) => transaction ?? []));
  return [...ids].map((id) => ({ id, at: known.get(id) }));
}

function crossingIn(unit: Unit, writes: readonly StatementAct[]): Crossing | undefined {
  const keyed = writes.flatMap((act): readonly Keyed[] => {
    const key = unit.keys(act).find(({ write }) => write);
    return key ? [{ act, key }] : [];
  });
  for (const { act, key } of keyed) {
    const { reach } = act.statement.route;
    const data = { a: key.table, b: key.table };
    const sure = act.statement.route.confidence === 'certain';
    if (reach === 'subset') return { first: act, second: act, how: 'all', sure, data };
    const inner = { ...act, loops: loopsIn(unit, act) };
    if (reach === 'single' && key.values.some((value) => unit.turns(inner, value)))
      return { first: act, second: act, how: 'loop', sure: false, data };
  }
  const crossing = betweenTwo(unit, keyed);
  if (crossing) return crossing;
  // A row that is inserted without its key is another rule's matter: it goes to one shard, once it has one.
  const unbound = keyed.find(
    ({ act }) => act.statement.route.reach === 'scatter' && act.statement.query.kind !== 'insert',
  );
  return (
    unbound && {
      first: unbound.act,
      second: unbound.act,
      how: 'unbound',
      sure: unbound.act.statement.route.confidence === 'certain',
      data: { a: unbound.key.table, b: unbound.key.table },
    }
  );
}

/** Loops inside of the act's transaction. Where a function is handed one, nobody knows in which turn it was begun. */
function loopsIn({ transactions }: Unit, { transaction, loops, hops }: StatementAct): readonly string[] {
  const begun = transactions.find(({ id }) => id === transaction);
  if (!begun) return hops.length === 0 ? loops : [];
  return loops.filter((loop) => !begun.loops.includes(loop));
}

function betweenTwo(unit: Unit, keyed: readonly Keyed[]): Crossing | undefined {
  for (const [i, second] of keyed.entries()) {
    for (const first of keyed.slice(0, i)) {
      if (!unit.reaches(first.act, second.act)) continue;
      const data = { a: first.key.table, b: second.key.table };
      const pair = { first: first.act, second: second.act, data };
      if (first.key.group !== second.key.group) return { ...pair, how: 'groups', sure: false };
      const differ = differing(unit, first.key, second.key);
      if (differ && !onOneShard(first.act, second.act))
        return { ...pair, how: data.a === data.b ? 'same' : 'keys', sure: differ === 'surely' };
    }
  }
  return undefined;
}

/**
 * Equal variables mean equal shards. Two variables may be equal too: they are taken for different ones only where both
 * come from the caller, or from two members of one thing (`from.id`, `to.id`).
 */
function differing(unit: Unit, { values: [a, ...as] }: KeyValues, { values: [b, ...bs] }: KeyValues) {
  if (a === undefined || b === undefined || as.length + bs.length > 0 || a === b) return undefined;
  if (apart(a, b)) return 'surely';
  const given = (value: string): boolean =>
    unit.parameters.some((one) => value === one || (value.startsWith(one) && /^[.[]/.test(value.slice(one.length))));
  return given(a) && given(b) ? 'perhaps' : undefined;
}

const onOneShard = (a: StatementAct, b: StatementAct): boolean => {
  const [[x], [y]] = [a, b].map((act) => act.statement.route.shards.ids ?? []) as [
    readonly number[],
    readonly number[],
  ];
  return x !== undefined && x === y;
};
