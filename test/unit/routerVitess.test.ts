import { describe, expect, test } from 'vitest';
import { routerOf, words } from '../harness/routes';

const vschema = JSON.stringify({
  keyspaces: {
    main: {
      sharded: true,
      vindexes: {
        hash: { type: 'hash' },
        keep: { type: 'binary' },
        prefix: { type: 'cfc' },
        regions: { type: 'multicol', params: { column_count: '2' } },
        emails: { type: 'lookup_unique', owner: 'customer' },
        names: { type: 'lookup', owner: 'customer' },
        phones: { type: 'lookup_unique', owner: 'customer', params: { write_only: 'true' } },
        numbers: { type: 'lookup_unique', owner: 'sale' },
      },
      tables: {
        customer: {
          column_vindexes: [
            { column: 'id', name: 'hash' },
            { column: 'email', name: 'emails' },
            { column: 'name', name: 'names' },
            { column: 'phone', name: 'phones' },
          ],
          auto_increment: { column: 'id', sequence: 'ids' },
          columns: [{ name: 'nick' }, { name: 'country' }],
        },
        orders: {
          column_vindexes: [
            { column: 'customer_id', name: 'hash' },
            { column: 'number', name: 'numbers' },
          ],
          columns: [{ name: 'total' }],
        },
        sale: { column_vindexes: [{ column: 'oid', name: 'keep' }] },
        word: {
          column_vindexes: [{ column: 'text', name: 'prefix' }],
          columns: [{ name: 'text' }, { name: 'uses' }],
          column_list_authoritative: true,
        },
        cell: { column_vindexes: [{ columns: ['region', 'cell'], name: 'regions' }] },
        fixed: { pinned: '80' },
        flag: { type: 'reference' },
        country: { type: 'reference', source: 'lookup.country' },
      },
    },
    lookup: { tables: { country: {}, settings: {}, options: {}, ids: { type: 'sequence' } } },
  },
  routing_rules: {
    rules: [
      { from_table: 'client', to_tables: ['main.customer'] },
      { from_table: 'gone', to_tables: [] },
    ],
  },
});

const router = routerOf({ router: 'vitess', import: { vitess: '/db/vschema.json' } }, { '/db/vschema.json': vschema });

/** SQL → `reach`, `reach+crossing`, or `refused code`. */
const table = (name: string, rows: readonly (readonly [sql: string, route: string])[]) =>
  describe(name, () => {
    test.each(rows)('%s → %s', async (sql, route) => {
      expect(words(await router(sql))).toBe(route);
    });
  });

table('column vindexes and their order of preference', [
  ['select * from customer where id = 1', 'single'],
  ['select * from customer where 1 = ID', 'single'],
  ['select * from customer where email = "a"', 'single'],
  ['select * from customer where name = "a"', 'subset'],
  ['select * from customer where id in (1, 2) and name = "a"', 'subset'],
  ['select * from customer where phone = 5', 'scatter'],
  ['delete from customer where email = "a"', 'single'],
  ['select * from customer where nick = 1', 'scatter'],
  ['select * from customer', 'scatter'],
  ['select * from customer where id = 1 and id = 2', 'single'],
  ['select * from customer where id = nick and nick = 5', 'single'],
]);

table('kinds of vindexes', [
  ['select * from sale where oid between 1 and 5', 'subset'],
  ['select * from customer where id between 1 and 5', 'scatter'],
  ['select * from word where text like "A%"', 'subset'],
  ['select * from customer where id like "A%"', 'scatter'],
  ['select * from customer where id <=> null', 'scatter'],
  ['select * from customer where id is null', 'single'],
  ['select * from customer where email is null', 'scatter'],
  ['select * from cell where region = 1 and cell = 2', 'single'],
  ['select * from cell where region = 1', 'subset'],
  ['select * from cell where cell = 2', 'scatter'],
  ['select * from cell where (region, cell) in ((1, 2), (3, 4))', 'subset'],
  ['select * from fixed', 'single'],
]);

table('predicates that are never true', [
  ['select * from customer where nick = null', 'none'],
  ['select * from customer where nick not in (1, null)', 'none'],
  ['select * from customer where 1 = 0', 'none'],
  ['select * from customer where 1 in ("a", "b")', 'none'],
  ['select * from customer where id = 1 or 1 = 0', 'single'],
]);

table('OR', [
  ['select * from customer where id = 1 or id = 2', 'subset'],
  ['select * from customer where id = 1 or email = "a"', 'scatter'],
  ['select * from customer where id = 1 or nick = "a" and id in (1, 2)', 'subset'],
  ['select * from customer where id = 5 and nick = 1 or id = 5 and nick = 2', 'single'],
]);

table('joins', [
  ['select 1 from customer c join orders o on c.id = o.customer_id', 'scatter'],
  ['select 1 from customer c join orders o on c.id = o.customer_id where c.id = 1', 'single'],
  ['select 1 from customer c, orders o where c.id = 1 and o.customer_id = 1', 'single'],
  ['select 1 from customer c, orders o where c.id = 1 and o.customer_id = 2', 'subset+join'],
  ['select 1 from customer c join orders o on c.nick = o.total', 'scatter+join'],
  ['select 1 from orders a join orders b on a.number = b.number', 'scatter'],
  ['select 1 from customer c left join orders o on c.id = o.customer_id where c.id = 1', 'single'],
  ['select 1 from customer c left join orders o on c.id = o.customer_id and o.customer_id = 1', 'scatter'],
  ['select 1 from customer c left join settings s on s.id = c.id', 'scatter+join'],
  ['select 1 from customer c join country k on k.code = c.country', 'scatter'],
  ['select 1 from customer c join lookup.country k on k.code = c.country', 'scatter'],
  ['select 1 from customer c natural join orders o', 'refused natural-join'],
  [
    'select 1 from (select max(number) as n from orders where customer_id = 5) t join orders o on o.number = t.n',
    'single',
  ],
]);

table('subqueries', [
  ['select 1 from customer where id in (select customer_id from orders where total > 1)', 'scatter'],
  ['select 1 from customer where id in (select number from orders)', 'scatter+subplan'],
  ['select 1 from customer where id in (select customer_id from orders limit 1)', 'scatter+subplan'],
  ['select 1 from customer c where exists (select 1 from orders o where o.customer_id = c.id)', 'scatter'],
  ['select 1 from customer c where exists (select 1 from orders o where o.total = c.nick)', 'scatter+subplan'],
  ['select 1 from customer c where nick = (select max(total) from orders o where o.customer_id = c.id)', 'scatter'],
  [
    'select 1 from customer c where nick = (select total from orders o where o.total = c.nick)',
    'refused correlated-subquery',
  ],
  [
    'select 1 from customer c where not exists (select 1 from orders o where o.total = c.nick)',
    'refused correlated-subquery',
  ],
  [
    'select 1 from customer c where nick = 1 or exists (select 1 from orders o where o.total = c.nick)',
    'refused subquery-in-expression',
  ],
  [
    'select 1 from settings s left join orders o on o.total in (select id from customer)',
    'refused subquery-in-outer-join',
  ],
  ['select exists (select 1 from customer)', 'scatter'],
  ['select exists (select 1 from customer where id = 1)', 'single'],
]);

table('UNION', [
  ['select id from customer union all select customer_id from orders', 'scatter'],
  ['select id from customer where id = 1 union select id from customer where id = 2', 'subset'],
  ['select id from customer where id = 1 union select customer_id from orders where customer_id = 1', 'single'],
  ['select id from customer union select id from settings', 'scatter'],
  ['select id from customer union (select 1 union select 2)', 'refused nested-union'],
]);

table('windows and aggregates', [
  ['select rank() over (order by nick) from customer', 'refused window-across-shards'],
  ['select rank() over (partition by id) from customer', 'scatter'],
  ['select rank() over (partition by nick) from customer where id = 1', 'single'],
  ['select count(distinct nick), sum(distinct total) from customer', 'refused several-distinct'],
  ['select count(distinct nick), min(distinct total) from customer', 'scatter'],
]);

table('recursive CTEs', [
  [
    'with recursive t as (select id from customer where id = 1 union all select id + 1 from t where id < 9) select * from t',
    'single',
  ],
  [
    'with recursive t as (select id from customer union all select c.id from customer c join t on c.nick = t.id) select * from t',
    'scatter+join',
  ],
]);

table('reference tables', [
  ['select * from country', 'unsharded'],
  ['select * from main.country', 'reference'],
  ['update main.country set name = 1', 'unsharded'],
  ['insert into main.country (name) values (1)', 'unsharded'],
  ['select * from flag', 'reference'],
  ['delete from flag', 'reference'],
]);

table('names', [
  ['select * from CLIENT where Id = 1', 'single'],
  ['select * from main.customer where Email = 1', 'single'],
  ['select * from gone', 'refused routing-disabled'],
  ['select * from settings natural join options', 'unsharded'],
]);

table('INSERT', [
  ['insert into customer (id, nick) values (1, 2)', 'single'],
  ['insert into customer (id) values (1), (2)', 'subset'],
  ['insert into customer (id) values (1), (1)', 'single'],
  ['insert into customer values ()', 'single'],
  ['insert into customer (nick) values (1), (2)', 'subset'],
  ['insert into customer values (1, 2)', 'unknown'],
  ['insert into word values ("a", 2)', 'single'],
  ['insert into customer (id) values (1, 2)', 'refused column-count'],
  [
    'insert into orders (customer_id, number) values (1, 2) on duplicate key update number = 3',
    'refused vindex-update',
  ],
  ['insert into orders (customer_id, number) values (1, 2) on duplicate key update number = values(number)', 'single'],
  ['replace into customer (id) values (1)', 'refused replace'],
  ['insert into orders (customer_id) select id from customer', 'scatter'],
  ['insert into orders (customer_id) select id from customer where id = 1', 'subset'],
  ['insert into orders (total) select id from customer', 'refused missing-shard-key'],
  ['insert into customer (nick) select 1', 'subset'],
  ['insert into settings select id from settings', 'unsharded'],
]);

table('UPDATE and DELETE', [
  ['update customer set id = 1 where id = 1', 'refused key-update'],
  ['update customer set email = "a" where id = 1', 'single'],
  ['update customer set email = nick where id = 1', 'refused lookup-expression'],
  ['update customer set email = "a" where id = 1 limit 5', 'refused lookup-update-limit'],
  ['update customer set nick = 1 where id > 5 limit 5', 'scatter'],
  ['update orders set number = 1 where customer_id = 1', 'refused vindex-update'],
  ['delete c from customer c join orders o on c.id = o.customer_id', 'scatter'],
  ['delete c from customer c join orders o on c.nick = o.total', 'scatter+join'],
  ['with x as (select 1) delete from customer', 'refused with-in-write'],
  [
    'update customer c, orders o set c.nick = o.total, o.total = 1 where c.id = o.customer_id',
    'refused reads-updated-column',
  ],
]);

test('CALL needs an unsharded keyspace', async () => {
  expect(words(await router('CALL main.refresh(1)'))).toBe('refused call-on-shards');
  expect(words(await router('CALL lookup.refresh(1)'))).toBe('unsharded');
  expect(words(await router('CALL refresh(1)'))).toBe('unsharded');
  const inMain = routerOf(
    { router: 'vitess', import: { vitess: '/db/vschema.json' }, defaultDatabase: 'main' },
    { '/db/vschema.json': vschema },
  );
  expect(words(await inMain('CALL refresh(1)'))).toBe('refused call-on-shards');
});
