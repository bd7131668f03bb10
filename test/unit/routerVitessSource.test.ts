/**
 * Decisions of vtgate's planner, each under the function of `vitessio/vitess` that makes it: operators stand in
 * `go/vt/vtgate/planbuilder/operators`, the analyser in `go/vt/vtgate/semantics`.
 */
import { routerCases, routerOf } from '../harness/routes';

const vschema = JSON.stringify({
  keyspaces: {
    main: {
      sharded: true,
      vindexes: {
        hash: { type: 'hash' },
        keep: { type: 'binary' },
        prefix: { type: 'cfc' },
        cells: { type: 'multicol', params: { column_count: '2' } },
        places: { type: 'region_json', params: { region_bytes: '1', region_map: 'map.json' } },
        emails: { type: 'lookup_unique', owner: 'customer' },
        names: { type: 'lookup', owner: 'customer' },
        numbers: { type: 'lookup_unique', owner: 'orders' },
      },
      tables: {
        customer: {
          column_vindexes: [
            { column: 'id', name: 'hash' },
            { column: 'name', name: 'names' },
            { column: 'email', name: 'emails' },
          ],
        },
        orders: {
          column_vindexes: [
            { column: 'customer_id', name: 'hash' },
            { column: 'number', name: 'numbers' },
          ],
        },
        visit: { column_vindexes: [{ column: 'customer_id', name: 'hash' }] },
        parcel: {
          column_vindexes: [{ column: 'id', name: 'hash' }],
          auto_increment: { column: 'id', sequence: 'ids' },
        },
        sale: { column_vindexes: [{ column: 'oid', name: 'keep' }] },
        word: { column_vindexes: [{ column: 'text', name: 'prefix' }] },
        cell: { column_vindexes: [{ columns: ['x', 'y'], name: 'cells' }] },
        site: { column_vindexes: [{ columns: ['id', 'country'], name: 'places' }] },
        fixed: { pinned: '80' },
        other: { pinned: '80' },
        flag: { type: 'reference' },
      },
    },
    lookup: { tables: { settings: {}, options: {}, ids: { type: 'sequence' } } },
  },
});

routerCases(
  {
    'ShardedRouting.planComparison, planEqualOp': {
      'select * from customer where id = 5': 'single',
      'select * from customer where 5 = id': 'single',
      'select * from customer where id <=> 5': 'scatter',
      'select * from customer where id > 5 and id < 9': 'scatter',
      'select * from customer where id + 0 = 5': 'scatter',
      'select * from customer where id = 1 + 1': 'single',
    },
    'ShardedRouting.planIsExpr': {
      'select * from customer where id is null': 'single',
      'select * from customer where email is null': 'scatter',
      'select * from customer where id is not null': 'scatter',
    },
    'ShardedRouting.planInOp': {
      'select * from customer where id in (5)': 'single',
      'select * from customer where id in (5, 5)': 'subset',
      'select * from customer where id in (5, null)': 'subset',
      'select * from customer where id not in (5, 6)': 'scatter',
    },
    'ShardedRouting.planCompositeInOpRecursive: a column alone, whatever stands beside it': {
      "select * from customer where (id, nick) in ((5, 'a'))": 'subset',
      "select * from customer where (nick, id) in (('a', 5), ('b', 6))": 'subset',
      "select * from customer where (nick, (id, age)) in (('a', (5, 6)), ('b', (7, 8)))": 'subset',
      "select * from customer where ((nick, age), id) in ((('a', 5), 6), (('b', 7), 8))": 'scatter',
      'select * from customer where (id, nick) in ((5, 6), (7, total))': 'subset',
      'select * from customer where (id, nick) in ((5, 6), (total, 7))': 'scatter',
    },
    'ShardedRouting.planLikeOp, Prefixable': {
      "select * from word where text like 'A%'": 'subset',
      "select * from customer where id like '5%'": 'scatter',
    },
    'ShardedRouting: BETWEEN on vindexes that keep the order': {
      'select * from sale where oid between 1 and 5': 'subset',
      'select * from sale where oid not between 1 and 5': 'scatter',
      'select * from customer where id between 1 and 5': 'scatter',
    },
    'makeEvalEngineExpr: what vtgate computes': {
      "select * from customer where id = lower('A')": 'single',
      'select * from customer where id = uuid()': 'single',
      'select * from customer where id = @mine': 'single',
      'select * from customer where id = last_insert_id()': 'single',
      'select * from customer where id = rand()': 'scatter',
      'select * from customer where id = sleep(1)': 'scatter',
    },
    'SemTable.GetExprAndEqualities': {
      'select * from customer where id = nick and nick = 5': 'single',
    },
    'ShardedRouting.tryImprove: OR and NOT are taken apart only where nothing else finds shards': {
      'select * from customer where id = 5 or id = 6': 'subset',
      'select * from customer where id = 5 or id = 5': 'single',
      'select * from customer where not (id <> 5 or nick = 3)': 'single',
      "select * from customer where name = 'a' and (id = 5 and nick = 1 or id = 5 and nick = 2)": 'subset',
      "select * from customer where name = 'a' and not (id <> 5 or nick = 3)": 'subset',
      "select * from customer where name = 'a' and not (id <> 5)": 'single',
      "select * from customer where name = 'a' and (id = 5 or 1 = 0)": 'single',
      "select * from customer where (name = 'a' and not (id <> 5 or nick = 3)) or 1 = 0": 'subset',
    },
    'UpdateRoutingLogic, isConstantFalse': {
      'select * from customer where id = 5 and nick = null': 'none',
      'select * from customer where id not in (1, null)': 'none',
      'select * from customer where id in (null)': 'none',
      'select * from customer where 1 = 0': 'none',
    },
    'MultiColumn vindexes, PartialVindex': {
      'select * from cell where x = 1 and y = 2': 'single',
      'select * from cell where x = 1': 'subset',
      'select * from cell where y = 1': 'scatter',
      'select * from cell where x in (1, 2) and y = 3': 'subset',
      "select * from site where id = 1 and country = 'a'": 'single',
      'select * from site where id = 1': 'scatter',
    },
    'newShardedRouting: pinned tables, each a vindex of its own': {
      'select * from fixed': 'single',
      'update fixed set a = 1': 'single',
      'select 1 from fixed a join other b on a.id = b.id': 'subset+join',
    },
    'tryMergeShardedRouting, canMergeOnFilter': {
      'select 1 from customer c join orders o on c.id = o.customer_id': 'scatter',
      'select 1 from customer c, orders o where c.id = 5 and o.customer_id = 5': 'single',
      'select 1 from customer c, orders o where c.id = 5 and o.customer_id = 6': 'subset+join',
      "select 1 from customer c, orders o where c.id = lower('A') and o.customer_id = lower('A')": 'single+join',
      'select 1 from customer c join orders o on c.id = o.customer_id where c.id in (1, 2) and o.customer_id = 5':
        'single',
      "select 1 from customer c join orders o on c.id = o.customer_id where c.name = 'a'": 'subset',
    },
    'mergeOrJoin: an outer join and a derived table are joined left before right': {
      "select 1 from customer c left join orders o on c.id = o.customer_id where c.name = 'a'": 'scatter+join',
      "select 1 from customer c join (select customer_id from orders) o on c.id = o.customer_id where c.name = 'a'":
        'scatter+join',
      'select 1 from customer c join (select customer_id from orders) o on c.id = o.customer_id': 'scatter',
      'select 1 from customer c, (select customer_id from orders) o, visit v where c.id = v.customer_id and v.customer_id = o.customer_id':
        'scatter+join',
      'select 1 from customer c join visit v on c.id = v.customer_id join (select customer_id from orders) o on v.customer_id = o.customer_id':
        'scatter',
    },
    canConvertToInner: {
      'select 1 from customer c left join orders o on c.id = o.customer_id where o.customer_id = 5': 'single',
      'select 1 from orders o right join customer c on c.id = o.customer_id where o.customer_id = 5': 'single',
      'select 1 from customer c left join orders o on c.id = o.customer_id where o.customer_id in (5, 6)': 'subset',
      'select 1 from customer c left join orders o on c.id = o.customer_id where coalesce(o.customer_id, 5) = 5':
        'scatter',
      'select 1 from customer c left join orders o on c.id = o.customer_id where o.customer_id <=> 5': 'scatter',
      'select 1 from customer c left join orders o on c.id = o.customer_id join visit v on o.customer_id = 5 and v.customer_id = 5':
        'single',
    },
    owesReferenceRows: {
      'select 1 from flag f left join customer c on f.id = c.id': 'scatter+join',
      'select 1 from flag f left join customer c on f.id = c.id and c.id = 5': 'single',
      'select 1 from customer c left join flag f on f.id = c.id': 'scatter',
      'update flag f left join customer c on f.id = c.id set c.nick = 1': 'scatter',
    },
    mergeSubqueryInputs: {
      'select 1 from customer where id in (select 5)': 'scatter',
      'select 1 from customer where id in (select id from customer where id = 5)': 'single',
      'select 1 from customer c where exists (select 1 from orders o where o.customer_id = c.id)': 'scatter',
      'select 1 from customer c where exists (select 1 from orders o where o.customer_id = 5)': 'scatter+subplan',
      'select 1 from flag where exists (select 1 from customer where id = 5)': 'single',
      'select 1 from customer where exists (select 1 from settings)': 'scatter+subplan',
      'select 1 from customer c where c.nick = 5 or c.id in (select o.customer_id from orders o)': 'scatter',
    },
    'SubQuery.settle': {
      'select 1 from customer c where c.id in (select o.total from orders o where o.total = c.nick)':
        'refused correlated-subquery',
      'select (select total from orders o where o.total = c.nick) from customer c': 'refused correlated-subquery',
      'select 1 from customer c where c.nick = 5 or exists (select 1 from orders o where o.total = c.nick)':
        'refused subquery-in-expression',
      'select 1 from customer where nick = any (select total from orders)': 'refused any-all',
      'select 1 from customer where nick <> all (select total from orders)': 'refused any-all',
    },
    'isMergeable, pushDerived': {
      'select 1 from (select id from customer limit 5) t join orders o on o.customer_id = t.id': 'scatter+join',
      'select 1 from (select id, count(*) n from customer group by id) t join orders o on o.customer_id = t.id':
        'scatter',
      'select 1 from (select nick, count(*) n from customer group by nick) t join orders o on o.customer_id = t.nick':
        'scatter+join',
      'select 1 from (select email, count(*) n from customer group by email) t': 'scatter',
      'select 1 from (select id from customer where id = 5 limit 1) t join orders o on o.customer_id = t.id': 'single',
    },
    'exprHasVindex: ends at the first vindex that is not unique': {
      'select id, bit_and(nick) from customer group by id': 'scatter',
      'select email, bit_and(nick) from customer group by email': 'refused aggregate-function',
      'select number, bit_and(total) from orders group by number': 'scatter',
    },
    checkIfWeCanPush: {
      'select count(distinct nick), sum(distinct age) from customer': 'refused several-distinct',
      'select count(distinct customer_id), count(distinct number) from orders': 'scatter',
      'select count(distinct customer_id), count(distinct total) from orders': 'refused several-distinct',
    },
    checkForInvalidGroupingExpressions: {
      'select id, count(*) from customer group by 2': 'refused group-by-aggregate',
      'select count(*) n from customer group by n': 'refused group-by-aggregate',
      'select nick from customer group by (select 1 from orders limit 1)': 'refused subquery-in-group-by',
    },
    isPartitionedByUniqueVindex: {
      'select rank() over (partition by id order by nick) from customer': 'scatter',
      'select rank() over (partition by email) from customer': 'scatter',
      'select rank() over (partition by name) from customer': 'refused window-across-shards',
      'select rank() over () from customer where id = 5': 'single',
      'select rank() over (partition by c.id) from customer c join orders o on c.nick = o.total':
        'refused window-across-shards',
    },
    mergeUnionInputs: {
      'select id from customer where id = 5 union all select customer_id from orders where customer_id = 5': 'single',
      'select id from customer where id = 5 union all select customer_id from orders': 'scatter',
      'select id from customer where id = 5 union select id from customer where id = 6': 'subset',
      'select id from customer where 1 = 0 union select id from customer where id = 5': 'single',
    },
    'analyzer.checkUnion, checkUnionColumns': {
      'select id from customer union select id, nick from customer': 'refused column-count',
      'select id from customer union select customer_id from orders order by customer.id': 'refused union-order',
      'select id from customer union select customer_id from orders order by id': 'scatter',
    },
    'analyzer.checkSelect, checkNextVal': {
      'select * from (select sql_calc_found_rows id from customer where id = 5) t': 'refused found-rows',
      'select sql_calc_found_rows id from customer union select id from customer': 'refused found-rows',
      'select sql_calc_found_rows id from customer where id = 5 limit 1': 'single',
      'select next 5 values from ids': 'unsharded',
      'select next value from customer': 'refused not-a-sequence',
    },
    'earlyRewriter.rewriteOrderByExpr': {
      'select id from customer group by 2': 'refused column-count',
      'select id, nick from customer where id = 5 order by 3': 'refused column-count',
      'select * from customer group by 1': 'refused columns-unknown',
      'select id, nick from customer order by 2': 'scatter',
      'select id from settings group by 2': 'unsharded',
    },
    'scope.addTable, DerivedTable.checkForDuplicates, checkForInvalidAliasUse': {
      'select 1 from customer c join orders c on c.id = 5': 'refused not-unique-table',
      'select id from (select id, id from customer) t': 'refused column-count',
      'select b from (select id, id from customer) t (a, b)': 'scatter',
      'with t as (select * from t) select * from t': 'refused cte-own-name',
    },
    'FindTableOrVindex: a vindex is no table to write': {
      'insert into hash (id) values (5)': 'refused vindex-write',
      'update hash set id = 5': 'refused vindex-write',
      'delete from hash where id = 5': 'refused vindex-write',
    },
    'createInsertOperator, insertRowsPlan': {
      'insert into orders (customer_id, number) values (1, 2), (3, 4)': 'subset',
      'insert into orders (customer_id, number) values (1, 2, 3)': 'refused column-count',
      'insert into orders (customer_id) values (rand())': 'refused insert-expression',
      'insert into orders (customer_id) values (default)': 'refused insert-expression',
      'insert into parcel (id) values (default)': 'single',
      'insert into orders (customer_id) values (uuid())': 'single',
      'insert into orders (customer_id) values ((select 1))': 'refused insert-expression',
      'insert into orders (customer_id, total) values (1, rand())': 'single',
    },
    insertSelectPlan: {
      'insert into orders (customer_id) select id, nick from customer': 'refused column-count',
      'insert into orders (total) select id from customer': 'refused missing-shard-key',
      'insert into orders (customer_id) select id from customer': 'scatter',
    },
    buildChangedVindexesValues: {
      'update customer set id = 6 where id = 5': 'refused key-update',
      'update customer set name = nick where id = 5': 'refused lookup-expression',
      "update customer set name = 'b' where id = 5 limit 1": 'refused lookup-update-limit',
      "update customer set name = 'b' where id = 5 order by nick limit 1": 'single',
      'update customer set nick = 6 where nick = 5 limit 1': 'scatter',
    },
    'createDeleteWithInputOp, createUpdateOperator': {
      'delete c, o from customer c join orders o on c.id = o.customer_id': 'scatter',
      'delete c from customer c join orders o on c.nick = o.total': 'scatter+join',
      'update customer c join orders o on c.id = o.customer_id set c.nick = o.total': 'scatter',
      'update customer c join settings s on c.nick = s.name set c.nick = 1': 'scatter+join',
      'delete from customer where nick in (select total from orders)': 'scatter+subplan',
    },
  },
  routerOf({ router: 'vitess', import: { vitess: '/db/vschema.json' } }, { '/db/vschema.json': vschema }),
);
