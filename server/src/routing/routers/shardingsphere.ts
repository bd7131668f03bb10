/**
 * ShardingSphere: data nodes by the sharding conditions of the statement, each table's own and those of tables bound to it;
 * tables that are not bound are paired node by node within each data source. Read off its sources (`features/sharding/core`,
 * `kernel/single`, 5.5) and the manual's page on limitations:
 *
 * - values are literals, parameters and the current time compared with a bare column; a cast is none (`ConditionValue`),
 *   equalities of a join carry none (`conditions.ts`), and of conditions on bound tables beside subqueries the last one
 *   counts (`ShardingConditions.merge`); `5 > key` is read as `key > 5` (`ConditionValueCompareOperatorGenerator`), and NULL, `IS NULL` among
 *   it, is a value that the algorithms refuse (`NullShardingValueException`);
 * - a comment names the data source, and no rule is asked (`DATA_SOURCE_NAME`);
 * - one table, or bound tables: `ShardingStandardRouteEngine`; others: `ShardingComplexRouteEngine` and its Cartesian
 *   product per data source; without SQL federation pairs across data sources are missing;
 * - with SQL federation (`sqlFederationEnabled`) joins of tables that are not bound on their keys, subqueries, HAVING,
 *   set operations and DISTINCT aggregates over several nodes run in its own engine (`ShardingSQLFederationDecider`);
 * - refused: set operations over several data sources (`ShardingSelectRouteContextChecker`), a range on INLINE
 *   (`InlineShardingAlgorithm`), UPDATE and DELETE of several tables that are not all bound
 *   (`ShardingMultipleTablesSupportedChecker`) or with LIMIT on several nodes, a literal for the key that leads elsewhere
 *   (`ShardingUpdateRouteContextChecker`, `ShardingInsertRouteContextChecker`), COPY, INSERT without a value for the key, INSERT … SELECT between tables that are not
 *   bound (`ShardingInsertSupportedChecker`), statements without conditions where an auditor says so.
 */
import type { Query } from '../../query/model';
import { partsOf } from '../../query/walk';
import type { ShardTable } from '../../shards/model';
import { tableIndex } from '../../shards/resolve';
import { type Analysis, type AnalysisOptions, analyse } from '../analysis';
import { sharedBinding } from '../bindSemantics';
import { pinDomain } from '../pins';
import { readRoute } from '../read';
import type { Reach, Route } from '../route';
import { defineRouter, type Pin, type RouteContext } from '../router';
import { sentRoute } from '../sent';
import { checked } from './shardingsphere/checks';
import { conditionsOf, mergedConditions } from './shardingsphere/conditions';
import { ofInsert } from './shardingsphere/insert';
import { nodesOf } from './shardingsphere/nodes';

const title = 'ShardingSphere';

export default defineRouter({
  id: 'shardingsphere',
  aliases: ['sharding-jdbc', 'sharding-proxy'],
  route: routeShardingSphere,
  pinned: (hints) => hints.flatMap(dataSource).slice(0, 1),
});

function dataSource(hint: string): readonly Pin[] {
  const name = /\bshardingsphere[ _]hint\s*:.*?\bDATA_SOURCE_NAME\s*=\s*([^\s,]+)/is.exec(hint)?.[1];
  return name === undefined ? [] : [{ column: '*', value: `data source ${name}` }];
}

function routeShardingSphere(query: Query, context: RouteContext): Route {
  if (query.kind === 'other' && query.inner) return routeShardingSphere(query.inner, context);
  const index = tableIndex(context.map, context.schema);
  const options: AnalysisOptions = {
    table: (name) => index.find(name),
    semantics: sharedBinding,
    pinned: (rel, column) => pinDomain(context.pins, rel, column),
  };
  const analysis = analyse(query, options);
  const base = readRoute(query, analysis);
  const tables = logicTables(analysis);
  if (query.kind === 'other' && query.what === 'copy' && tables[0]) {
    const refused = { code: 'copy', because: 'COPY is not taken for sharded tables', span: query.span };
    return sentRoute(query, analysis, { reach: 'scatter', notes: [], refused }, title);
  }
  if (query.kind === 'other' || query.kind === 'merge' || tables.length === 0) return base;
  if (context.pins.length > 0) return sentRoute(query, analysis, { reach: 'single', notes: [], trusted: true }, title);
  const setting = (name: string): unknown => context.map.router.settings[name];
  const oneSource = Number(setting('dataSources')) === 1;
  if (query.kind === 'insert') {
    const table = query.table.kind === 'table' ? index.find(query.table.name.parts) : undefined;
    const sent = table?.kind === 'sharded' ? ofInsert(query, table, analysis, options) : undefined;
    return sent ? sentRoute(query, analysis, sent, title) : base;
  }
  const said = conditionsOf(analysis.universe);
  const conditions = query.kind === 'select' && isNested(analysis) ? mergedConditions(said) : said;
  const found = nodesOf(tables, analysis, conditions, base.reasons);
  const sent = { ...found, trusted: oneSource && !boundOffKey(analysis) };
  const federated = isOn(setting('sqlFederationEnabled')) && federates(query, tables, analysis, sent.reach);
  if (federated)
    return { ...base, reach: base.reach === 'none' ? 'none' : sent.reach, crossShard: base.crossShard ?? federated };
  return sentRoute(query, analysis, checked(query, tables, analysis, sent, oneSource), title);
}

/** Sharded tables, each once, in the order of the statement. */
const logicTables = ({ universe }: Analysis): readonly ShardTable[] => [
  ...new Set(universe.rels.flatMap(({ table }) => (table?.kind === 'sharded' ? [table] : []))),
];

/** Bound tables go together, so that rows of other nodes are never paired. */
const boundOffKey = ({ crossings }: Analysis): boolean =>
  crossings().some(({ left, right }) => left.table?.group === right.table?.group && left.table !== right.table);

const isNested = ({ universe }: Analysis): boolean =>
  universe.scopes.some(({ link }) => link !== 'root' && link !== 'branch');

/** Its own engine reads the parts and puts them together. */
function federates(
  query: Query,
  tables: readonly ShardTable[],
  analysis: Analysis,
  reach: Reach,
): 'join' | 'subplan' | undefined {
  const { crossings } = analysis;
  if (query.kind !== 'select' && query.kind !== 'set-operation') return undefined;
  if (isNested(analysis) && !(reach === 'single' && crossings().length === 0)) return 'subplan';
  if (query.kind === 'set-operation') return 'subplan';
  const several = reach === 'scatter' || reach === 'subset';
  const distinct = query.items.some(
    ({ expr }) => expr.kind === 'call' && expr.distinct === true && partsOf(expr).length > 0,
  );
  if (several && (query.having || distinct)) return 'subplan';
  return tables.length > 1 && crossings().length > 0 ? 'join' : undefined;
}

const isOn = (value: unknown): boolean => /^(?:true|on|1|yes)$/i.test(String(value ?? ''));
