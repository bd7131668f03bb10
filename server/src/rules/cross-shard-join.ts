import { childKeyFixes } from '../advice/childKeyFix';
import { keyJoins } from '../advice/keyJoins';
import { isIntended, reason, softerWhereSingle } from '../routing/routeFacts';
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
      move: 'These rows move between shards: {why}.',
    },
  },
  query(query, { route, map, schema, placing, report }) {
    if (route.crossShard === null || route.refused || isIntended(route)) return;
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
    if (because.code === 'rows-move') report('move', at, { why: because.text }, more);
    else report(because.code === 'subquery' ? 'subquery' : 'join', at, { why: because.text }, more);
  },
});
