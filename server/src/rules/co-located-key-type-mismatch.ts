import { identifier, sqlStyle } from '../query/sqlStyle';
import { ddlSupport } from '../routing/ddlSupport';
import { type KeyColumn, keyTypeClashes } from '../routing/keyTypes';
import { defineRule, type MapFix, type Placing } from './rule';

export default defineRule({
  id: 'co-located-key-type-mismatch',
  meta: {
    summary: 'Shard keys of tables that belong together have different types',
    why: 'Equal values of different types are hashed differently and lie on different shards, so joins on the key cross them.',
    remedy: 'Give the key columns one type, in all tables.',
    whenNot: 'Tables whose keys bear one name and have nothing to do with each other: name their groups in the map.',
    sources: ['Citus: co-location needs equal types of the distribution columns'],
    severity: 'error',
    since: '0.1',
    messages: {
      together:
        '`{table}.{column}` is {type}, `{other}.{otherColumn}` in the same group is {otherType}: equal values do not lie together. Give both one type.',
      apart:
        '`{table}.{column}` is {type}, `{other}.{otherColumn}` is {otherType}: their types alone keep the tables from being co-located, and joins on the key cross shards.',
    },
  },
  map({ map, schema, placing, report }) {
    const support = ddlSupport(map.router, 'key-types-differ');
    if (support === 'fine') return;
    for (const { table: odd, other, together } of keyTypeClashes(map, schema)) {
      const otherName = other.table.name.join('.');
      report(
        together ? 'together' : 'apart',
        odd.at,
        {
          table: odd.table.name.join('.'),
          column: odd.column,
          type: odd.type,
          other: otherName,
          otherColumn: other.column,
          otherType: other.type,
        },
        {
          related: [{ location: other.at, message: `\`${otherName}.${other.column}\` is ${other.type}` }],
          severity: together ? support : 'warning',
          fixes: typeFix(odd, other, map.dialect, placing),
        },
      );
    }
  },
});

const widths: readonly (readonly string[])[] = [
  ['smallint', 'integer', 'bigint'],
  ['varchar', 'text'],
];

/** The narrower column gets the type of the wider; where neither is, the odd one that of the others. */
function typeFix(odd: KeyColumn, other: KeyColumn, dialect: string, placing: Placing): readonly MapFix[] {
  const ladder = widths.find((types) => types.includes(odd.type) && types.includes(other.type));
  const [changed, like] = ladder && ladder.indexOf(odd.type) > ladder.indexOf(other.type) ? [other, odd] : [odd, other];
  const style = sqlStyle(dialect);
  const table = changed.table.name.map((part) => identifier(part, style)).join('.');
  const column = identifier(changed.column, style);
  const to = (type: string): string =>
    style.mysql
      ? `ALTER TABLE ${table} MODIFY COLUMN ${column} ${type} NOT NULL`
      : `ALTER TABLE ${table} ALTER COLUMN ${column} TYPE ${type} USING ${column}::${type}`;
  const name = changed.table.name.join('.');
  const steps = { up: [to(like.type)], down: [to(changed.type)] };
  const edits = placing.migration(`${changed.column} of ${name} as ${like.type}`, steps, [changed.at.file]);
  return edits
    ? [{ title: `Make \`${name}.${changed.column}\` ${like.type}, in a migration`, safe: false, edits }]
    : [];
}
