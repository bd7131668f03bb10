/**
 * Vitess: what vtgate's planner (Gen4) makes of a statement. Each table use becomes a route with the vindexes that
 * predicates can use; routes merge by the planner's rules; what does not merge, vtgate joins or refuses.
 */
import type { Insert, Other, Query } from '../../query/model';
import type { ShardTable } from '../../shards/model';
import { tableIndex } from '../../shards/resolve';
import { type Analysis, analyse } from '../analysis';
import { sharedBinding } from '../bindSemantics';
import { singleValue } from '../domain';
import { pinnedInsert } from '../pinnedInsert';
import { pinDomain } from '../pins';
import { worse } from '../reach';
import { emptyRoute, readRoute } from '../read';
import type { Reach, Reason, Route, TableBinding } from '../route';
import { defineRouter, type RouteContext } from '../router';
import type { Rel, Scope } from '../scope';
import { refuseInvalid } from './vitess/checks';
import { equalitiesOf, keyspaceOf, type Planning } from './vitess/context';
import { planChange } from './vitess/dml';
import { insertColumns, insertedRows, refuseMissingKey } from './vitess/insert';
import { refuseEverywhere, width } from './vitess/limits';
import type { Option } from './vitess/options';
import { dual, type Plan, Refusal } from './vitess/plan';
import { shardNumbers, toRoute } from './vitess/route';
import { planScope } from './vitess/select';

export default defineRouter({
  id: 'vitess',
  aliases: ['vtgate', 'planetscale'],
  route: routeVitess,
});

function routeVitess(query: Query, context: RouteContext): Route {
  if (query.kind === 'other' && query.inner) return routeVitess(query.inner, context);
  const index = tableIndex(context.map, context.schema);
  const analysis = analyse(query, {
    innerFirst: true,
    table: (name) => index.find(name),
    semantics: sharedBinding,
    pinned: (rel, column) => pinDomain(context.pins, rel, column),
  });
  const { universe } = analysis;
  const planning: Planning = {
    universe,
    equalities: equalitiesOf(universe),
    index,
    pinned: (rel) => pinnedOptions(rel, context),
    written: writtenBy(query, universe.root),
  };
  try {
    for (const rel of universe.rels)
      if (!rel.table && index.disabled(rel.ref.name.parts))
        throw new Refusal(
          'routing-disabled',
          `a routing rule disables \`${rel.ref.name.parts.join('.')}\``,
          rel.ref.name.span,
        );
    if (query.kind === 'other' && query.what === 'call') refuseCall(query, context);
    const home = onlyUnsharded(analysis);
    if (home) return home;
    refuseEverywhere(query, planning);
    refuseInvalid(query, planning);
    if (query.kind === 'insert') {
      const table = query.table.kind === 'table' ? index.find(query.table.name.parts) : undefined;
      const route = routeInsert(query, table, analysis, planning);
      return table?.kind === 'sharded' ? pinnedInsert(route, query, table, context.pins) : route;
    }
    if (query.kind === 'other' || query.kind === 'merge') return readRoute(query, analysis);
    return toRoute(planQuery(query, universe.root, planning), query, analysis, planning);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return refused(error, query, analysis);
  }
}

/** A procedure runs in one place: which shard of a keyspace that would be, nothing says. A target (`USE ks:-80`) does. */
function refuseCall({ argument = '', span }: Other, { map }: RouteContext): void {
  const written = /^[`"]?([\w$-]+)[`"]?\s*\./.exec(argument)?.[1] ?? map.defaultDatabase;
  const keyspace = map.databases.find(({ name }) => name.toLowerCase() === written?.toLowerCase());
  if (keyspace?.sharded === true)
    throw new Refusal('call-on-shards', 'CALL needs an unsharded keyspace, or a session that targets one shard', span);
}

function planQuery(query: Query, root: Scope, planning: Planning): Plan {
  switch (query.kind) {
    case 'update':
    case 'delete':
      return planChange(root, query, planning);
    case 'select':
    case 'set-operation':
      return planScope(root, [], planning, 'statement');
    default:
      return dual;
  }
}

/** All in one unsharded keyspace: vtgate passes the statement on, whatever it says. */
function onlyUnsharded(analysis: Analysis): Route | undefined {
  const { rels, opaque } = analysis.universe;
  const [first] = rels;
  if (!first?.table || opaque.length > 0) return undefined;
  const home = keyspaceOf(first.table);
  if (!rels.every((rel) => rel.table?.kind === 'unsharded' && keyspaceOf(rel.table) === home)) return undefined;
  return readRoute(analysis.universe.root.query, analysis, {
    crossings: false,
    empty: false,
  });
}

function writtenBy(query: Query, root: Scope): ReadonlySet<Rel> {
  const targets =
    query.kind === 'update' || query.kind === 'delete' ? query.targets : query.kind === 'insert' ? [query.table] : [];
  return new Set(root.rels.filter((rel) => targets.includes(rel.ref)));
}

/** `USE keyspace:-80`, or a receiver that has bound a column already. */
function pinnedOptions(rel: Rel, { pins }: RouteContext): readonly Option[] {
  const keyspace = rel.table ? keyspaceOf(rel.table) : '';
  return pins.flatMap((pin): readonly Option[] => {
    const base = { rel, operation: 'unique', span: pin.span, outer: false } as const;
    if (pin.column === '*')
      return [{ ...base, vindex: { name: 'session', unique: true, cost: 0, columns: [], keyspace }, ids: [pin.value] }];
    const vindex = rel.table?.vindexes?.find((each) => each.columns[0]?.toLowerCase() === pin.column.toLowerCase());
    const value = singleValue(pinDomain([pin], rel, pin.column) ?? { kind: 'all' });
    return vindex && value
      ? [{ ...base, operation: vindex.unique ? 'unique' : 'equal', vindex: { ...vindex, keyspace }, ids: [value.id] }]
      : [];
  });
}

function routeInsert(insert: Insert, table: ShardTable | undefined, analysis: Analysis, planning: Planning): Route {
  const { universe } = analysis;
  const { source } = insert;
  const child = typeof source === 'object' ? universe.root.children.find((one) => one.query === source) : undefined;
  const rows = source !== 'default' && source.kind === 'values' ? source.rows : source === 'default' ? [[]] : undefined;
  if (table?.kind !== 'sharded') return insertElsewhere(insert, table, child, analysis, planning);
  const columns = insertColumns(insert, table);
  const name = `\`${table.name.join('.')}\``;
  const binding = (how: TableBinding['how'], values: readonly string[] = []): TableBinding => ({
    table: table.name.join('.'),
    alias: table.name.at(-1) ?? '',
    span: insert.table.span,
    key: table.shardKey,
    how,
    values,
  });
  if (rows && columns) {
    const found = insertedRows(rows, columns, table, insert.table.span);
    if (found !== 'open') {
      const shown = found.ids.slice(0, 5).map((id) => id.replace(/^=/, '').replace(/^\?\d+$/, 'a generated value'));
      const text = found.missing
        ? `the rows of ${name} leave \`${table.shardKey.join(', ')}\` out: vtgate takes it for NULL`
        : `the rows of ${name} have \`${table.shardKey.join(', ')}\` = ${[...new Set(shown)].join('; ')}`;
      const of = table.shards !== undefined ? { of: table.shards } : {};
      const exact = shardNumbers(table, found.keys);
      return {
        ...emptyRoute,
        reach: found.reach,
        shards: exact
          ? { count: exact.length, ...of, ids: exact }
          : found.reach === 'single'
            ? { count: 1, ...of }
            : of,
        reasons: [{ code: found.missing ? 'missing-key' : 'insert-value', text, span: found.span }],
        bindings: [binding('insert-value', found.ids)],
      };
    }
  }
  if (!child || !columns) {
    const text = columns
      ? `the rows of ${name} come from elsewhere`
      : `without a column list, only the columns of ${name} could say which value is the key`;
    return {
      ...emptyRoute,
      reach: 'unknown',
      reasons: [{ code: 'open', text, span: insert.table.span }],
      bindings: [binding('open')],
    };
  }
  if (rows) return { ...emptyRoute, reach: 'unknown', bindings: [binding('open')] };
  refuseMissingKey(columns, table, width(child), insert.table.span);
  const plan = planScope(child, [], planning, 'statement');
  const read = toRoute(plan, child.query, analysis, planning);
  const moved: Reason = {
    code: 'rows-move',
    text: `vtgate reads the rows and inserts them again, each into the shard of its \`${table.shardKey.join(', ')}\``,
    span: insert.table.span,
  };
  return {
    ...read,
    reach: worse(read.reach === 'none' ? 'subset' : read.reach, 'subset'),
    shards: {},
    reasons: [moved, ...read.reasons],
    bindings: [binding('none'), ...read.bindings],
  };
}

/** Into a reference table, a pinned or an ordinary one. */
function insertElsewhere(
  insert: Insert,
  table: ShardTable | undefined,
  child: Scope | undefined,
  analysis: Analysis,
  planning: Planning,
): Route {
  const source = table && planning.index.sourceOf(table);
  const target = source ?? table;
  const own: Reach =
    target?.kind === 'reference' ? 'reference' : target?.kind === 'single-shard' ? 'single' : 'unsharded';
  const base = readRoute({ ...insert, source: 'default' }, analysis, { crossings: false });
  if (insert.replace && target && (target.kind === 'reference' || target.kind === 'single-shard'))
    throw new Refusal('replace', 'REPLACE works in unsharded keyspaces only', insert.table.span);
  if (!child || child.query.kind === 'values') return { ...base, reach: own, crossShard: null };
  const read = toRoute(planScope(child, [], planning, 'statement'), child.query, analysis, planning);
  return { ...read, reach: worse(read.reach, own), reasons: [...base.reasons, ...read.reasons] };
}

function refused(error: Refusal, query: Query, analysis: Analysis): Route {
  const read = readRoute(query, analysis, { crossings: false });
  const { code, because, span } = error;
  return {
    ...read,
    crossShard: null,
    refused: { code, because },
    ...(error.likely ? { confidence: 'likely' } : {}),
    reasons: [
      { code: code === 'key-update' ? code : 'refused', text: because, ...(span ? { span } : {}) },
      ...read.reasons,
    ],
  };
}
