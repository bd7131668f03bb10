import { childKeyFixes } from '../advice/childKeyFix';
import { keyJoins } from '../advice/keyJoins';
import type { From, Insert, Query } from '../query/model';
import { conjuncts } from '../query/normalize';
import { leavesOf } from '../query/walk';
import { sameColumn } from '../routing/declaredTables';
import { isIntended, reason, softerWhereSingle } from '../routing/routeFacts';
import type { Span } from '../text/span';
import { defineRule } from './rule';

export default defineRule({
  id: 'cross-shard-join',
  meta: {
    summary: 'Rows of different shards have to meet',
    why: 'The router or coordinator fetches one side and asks the shards again for the other: round trips and memory grow with the rows, not with the answer.',
    remedy:
      'Join on the shard keys of co-located tables, bind both sides to one key value, or make the smaller table a reference table.',
    whenNot: 'Small, rare reports where one more round trip does not matter.',
    sources: ['Vitess: cross-shard joins', 'Citus: table co-location'],
    severity: 'warning',
    severityIn: { 'sql-migration': 'off', migration: 'information', test: 'information' },
    since: '0.1',
    yieldsTo: ['refused-by-router', 'missing-shard-key', 'shard-key-update'],
    messages: {
      join: 'This join crosses shards: {why}. Rows travel between shards for every query.',
      subquery: 'This subquery crosses shards: {why}. Its rows are collected first and sent to the others.',
      taken:
        'Rows are taken from `{from}` to `{to}`, which do not lie together: they travel between shards, or to and from them.',
      move: 'These rows move between shards: {why}.',
      loaded:
        '`{table}` is loaded along by a further statement, which does not bind its shard key `{key}`: that one runs on all shards.',
      known:
        '`{table}` is loaded along by a further statement, and lies on other shards: one for each `{key}` that the rows refer to.',
      outside:
        '`{table}` is loaded along by a further statement, and is not on the shards: it costs another round trip, to another place.',
    },
  },
  query(query, { route, map, schema, placing, report }) {
    // TRUNCATE and LOCK name tables that nothing joins.
    if (route.crossShard === null || route.refused || isIntended(route) || query.kind === 'other') return;
    const because = reason(route, 'off-key-join', 'other-group', 'mixed', 'subquery', 'rows-move');
    if (!because) return;
    const at = because.span ?? query.span;
    const declared = map.tables.filter(
      (table) => table.at && route.bindings.some((one) => one.table === table.name.join('.')),
    );
    const related = declared.flatMap((table) =>
      table.at ? [{ location: table.at, message: `\`${table.name.join('.')}\` is declared here` }] : [],
    );
    const tables = route.bindings.map(({ table }) => table);
    const more = {
      ...softerWhereSingle(route),
      related,
      fixes: because.code === 'off-key-join' ? keyJoins(query, route) : [],
      repairs: placing && /join|group|mixed/.test(because.code) ? childKeyFixes({ map, schema, placing }, tables) : [],
    };
    const fetch = loadedAt(query, at);
    if (fetch) {
      const to = route.bindings.find(({ span }) => span.start === at.start && span.end === at.end);
      const data = { table: to?.table ?? nameOf(fetch.right), key: to?.key.join(', ') ?? '' };
      const { fixes, ...rest } = more;
      const isSharded = data.key !== '';
      if (isSharded && !to?.key.every((column) => isJoinedOn(fetch, column))) report('loaded', at, data, rest);
      // Where the rows themselves are read from all shards, that is what counts.
      else if (route.bindings[0]?.how !== 'none')
        report(isSharded ? 'known' : 'outside', at, data, { ...rest, severity: 'information' });
    } else if (query.kind === 'insert' && isPlain(query.source) && because.code !== 'rows-move') {
      const [to, from] = route.bindings;
      report('taken', at, { from: from?.table ?? '', to: to?.table ?? '' }, more);
    } else if (because.code === 'rows-move') report('move', at, { why: because.text }, more);
    else report(because.code === 'subquery' ? 'subquery' : 'join', at, { why: because.text }, more);
  },
});

/** Of one table: what crosses is the way from there to where the rows are put. */
const isPlain = (source: Insert['source']): boolean =>
  source !== 'default' && source.kind === 'select' && leavesOf(source.from).length === 1;

type Joined = Extract<From, { kind: 'join' }>;

/** The join whose right side stands there and is read by a statement of its own. */
function loadedAt(query: Query, at: Span): Joined | undefined {
  const joins = query.kind === 'select' ? query.from.flatMap(joinsIn) : [];
  return joins.find(({ right, apart }) => {
    const [first] = leavesOf([right]);
    return (
      apart === true && first?.kind === 'table' && first.name.span.start === at.start && first.name.span.end === at.end
    );
  });
}

const joinsIn = (from: From): readonly Joined[] =>
  from.kind === 'join' ? [from, ...joinsIn(from.left), ...joinsIn(from.right)] : [];

const nameOf = (from: From): string => {
  const [first] = leavesOf([from]);
  return first?.kind === 'table' ? first.name.parts.join('.') : '';
};

const isJoinedOn = ({ right, on }: Joined, key: string): boolean => {
  const [first] = leavesOf([right]);
  const alias = first?.kind === 'table' ? (first.alias ?? first.name.parts.at(-1)) : undefined;
  return (
    on !== undefined &&
    conjuncts(on).some(
      (part) =>
        part.kind === 'compare' &&
        part.op === '=' &&
        [part.left, part.right].some(
          (side) => side.kind === 'column' && sameColumn(side.name, key) && side.qualifier.at(-1) === alias,
        ),
    )
  );
};
