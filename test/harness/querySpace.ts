/** Random queries over a small shop, for laws that must hold for every one of them. PostgreSQL's spelling. */
import fc from 'fast-check';

/** Two co-located tables, one of another family, a reference table. `k` is the shard key of all sharded ones. */
export const shop = {
  version: 1,
  dialect: 'postgresql',
  router: 'generic',
  tables: {
    a: { shardKey: 'k', shards: 32, group: 'g', columns: { k: 'bigint', x: 'bigint', y: 'text' } },
    b: { shardKey: 'k', shards: 32, group: 'g', columns: { k: 'bigint', x: 'bigint', z: 'text' } },
    c: { shardKey: 'k', shards: 32, group: 'h', columns: { k: 'bigint', x: 'bigint' } },
    r: { kind: 'reference', columns: { x: 'bigint', name: 'text' } },
  },
} as const;

export type Predicate =
  | { readonly kind: 'compare'; readonly column: string; readonly op: string; readonly value: string }
  | { readonly kind: 'in'; readonly column: string; readonly values: readonly string[]; readonly negated: boolean }
  | { readonly kind: 'between'; readonly column: string; readonly low: string; readonly high: string }
  | { readonly kind: 'null'; readonly column: string; readonly negated: boolean }
  | { readonly kind: 'and' | 'or'; readonly left: Predicate; readonly right: Predicate }
  | { readonly kind: 'not'; readonly inner: Predicate };

export interface RandomQuery {
  readonly from: readonly {
    readonly table: 'a' | 'b' | 'c' | 'r';
    readonly join: 'inner' | 'left';
    readonly on: 'key' | 'other';
  }[];
  readonly where: Predicate;
}

const value = fc.oneof(fc.integer({ min: 1, max: 4 }).map(String), fc.constantFrom('$1', '$2'));
const column = fc.constantFrom('k', 'k', 'k', 'x');

const leaf: fc.Arbitrary<Predicate> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant('compare' as const),
      column,
      op: fc.constantFrom('=', '=', '=', '<>', '<', '>='),
      value,
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('in' as const),
      column,
      values: fc.array(value, { minLength: 1, maxLength: 3 }),
      negated: fc.boolean(),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('between' as const),
      column,
      low: fc.constant('1'),
      high: fc.constantFrom('3', '$1'),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('null' as const), column, negated: fc.boolean() }) },
);

export const predicate: fc.Arbitrary<Predicate> = fc.letrec<{ p: Predicate }>((tie) => ({
  p: fc.oneof(
    { maxDepth: 4, depthSize: 'small' },
    leaf,
    fc.record({ kind: fc.constantFrom('and' as const, 'or' as const), left: tie('p'), right: tie('p') }),
    fc.record({ kind: fc.constant('not' as const), inner: tie('p') }),
  ),
})).p;

export const query: fc.Arbitrary<RandomQuery> = fc.record({
  from: fc.array(
    fc.record({
      table: fc.constantFrom('a' as const, 'b' as const, 'c' as const, 'r' as const),
      join: fc.constantFrom('inner' as const, 'left' as const),
      on: fc.constantFrom('key' as const, 'key' as const, 'other' as const),
    }),
    { minLength: 1, maxLength: 3 },
  ),
  where: predicate,
});

export interface Spelling {
  readonly alias: (index: number) => string;
  readonly swap: boolean;
  readonly splitIn: boolean;
}

export const plain: Spelling = { alias: (index) => `t${index}`, swap: false, splitIn: false };

export function showPredicate(one: Predicate, alias: string, how: Spelling = plain): string {
  const show = (inner: Predicate): string => showPredicate(inner, alias, how);
  const name = 'column' in one ? `${alias}.${one.column}` : '';
  switch (one.kind) {
    case 'compare':
      return how.swap ? `${one.value} ${mirrored[one.op] ?? one.op} ${name}` : `${name} ${one.op} ${one.value}`;
    case 'in':
      if (how.splitIn && !one.negated) return `(${one.values.map((each) => `${name} = ${each}`).join(' OR ')})`;
      return `${name} ${one.negated ? 'NOT ' : ''}IN (${one.values.join(', ')})`;
    case 'between':
      return `${name} BETWEEN ${one.low} AND ${one.high}`;
    case 'null':
      return `${name} IS ${one.negated ? 'NOT ' : ''}NULL`;
    case 'and':
    case 'or':
      return `(${show(one.left)} ${one.kind.toUpperCase()} ${show(one.right)})`;
    case 'not':
      return `NOT (${show(one.inner)})`;
  }
}

const mirrored: Readonly<Record<string, string>> = { '<': '>', '>=': '<=' };

/** The first table is always sharded, so that `k` exists; predicates speak of it. */
export function showQuery(
  { from, where }: RandomQuery,
  how: Spelling = plain,
  more = '',
  items = `${how.alias(0)}.k AS k, ${how.alias(0)}.x AS x`,
): string {
  const [, ...rest] = from;
  const first = from[0]?.table === 'r' ? 'a' : (from[0]?.table ?? 'a');
  const joins = rest.map(({ table, join, on }, i) => {
    const own = on === 'key' && table !== 'r' ? 'k' : 'x';
    return ` ${join === 'left' ? 'LEFT ' : ''}JOIN ${table} ${how.alias(i + 1)} ON ${how.alias(i + 1)}.${own} = ${how.alias(0)}.${own}`;
  });
  return `SELECT ${items} FROM ${first} ${how.alias(0)}${joins.join('')} WHERE ${showPredicate(where, how.alias(0), how)}${more}`;
}
