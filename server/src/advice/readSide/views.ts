/** Joins with aggregates that several places ask all shards for: their answer can be kept. */
import type { Call, Expr, Select } from '../../query/model';
import { queryIn, someExpr, walkExpr } from '../../query/walk';
import { findColumn, findTable } from '../../schema/model';
import { columnType, isNullable } from './columnType';
import { type Crossing, crossingsOf } from './crossing';
import { grainOf, sameAs } from './grain';
import { type ColumnOf, isUniqueBy, type JoinShape, joinShape } from './joinShape';
import { newName } from './sqlNames';
import {
  type Reading,
  type ReadSideStep,
  type Sending,
  sendsAtOnce,
  trafficOf,
  type ViewColumn,
  type ViewPlan,
} from './step';
import { aliasOf, andText, columnText, exprText, fromText } from './writeFrom';

/** Calls a second from which one place alone is reason enough. */
const often = 10;

type ViewStep = Extract<ReadSideStep, { kind: 'materialized-view' }>;

export function viewSteps(reading: Reading, solved: ReadonlySet<string>): readonly ViewStep[] {
  const groups = new Map<string, Kept[]>();
  for (const sent of reading.statements) {
    const kept = keptAnswer(sent, reading);
    if (!kept || solved.has(sendsAtOnce(sent))) continue;
    const group = groups.get(kept.id);
    if (group) group.push(kept);
    else groups.set(kept.id, [kept]);
  }
  const taken = new Set<string>();
  return [...groups.values()].flatMap((group) => stepOf(group, reading, taken) ?? []);
}

interface Kept {
  readonly sent: Sending;
  readonly shape: JoinShape;
  /** Equal where one view can answer: joins, constant conditions and what a row stands for. */
  readonly id: string;
  /** GROUP BY and the columns that callers bind. */
  readonly keys: readonly Expr[];
  readonly totals: readonly { readonly expr: Call; readonly alias: string | undefined }[];
}

/** Undefined where the answer is no aggregate over shards, or depends on the caller in more than equality. */
export function keptAnswer(sent: Sending, { map, schema }: Reading): Kept | undefined {
  const { query, route, own } = sent;
  // What stays on one shard and reads an ordinary table beside it asks no others.
  if (!own || query.kind !== 'select' || !/^(?:scatter|subset)$/.test(route.reach)) return undefined;
  if (route.crossShard === null && route.reach !== 'scatter') return undefined;
  // A transaction reads the totals of its own moment: what it has just written, rows that it is about to write.
  if (sent.transaction !== undefined) return undefined;
  if (route.confidence === 'guess' || route.reasons.some(({ code }) => code === 'receiver' || code === 'hint'))
    return undefined;
  if (
    query.distinct !== false ||
    query.items.some(({ expr }) => someExpr(expr, (one) => one.kind === 'call' && one.over !== undefined))
  )
    return undefined;
  const totals = totalsOf(query);
  if (totals.length === 0) return undefined;
  const shape = joinShape(query, map, schema);
  if (!shape || shape.loose.length > 0 || shape.tables.some(({ on = [] }) => on.some((expr) => someExpr(expr, isOpen))))
    return undefined;
  // A count without groups belongs to a list that is read beside it.
  const counted = shape.groupBy.length === 0 && totals.every(({ expr }) => expr.name === 'count');
  if (counted || (shape.tables.length === 1 && shape.groupBy.length === 0)) return undefined;
  const keys: Expr[] = [...shape.groupBy];
  for (const one of shape.bound) {
    const column: Expr = {
      kind: 'column',
      qualifier: [shape.tables[one.table]?.alias ?? ''],
      name: one.column,
      span: query.span,
    };
    if (!keys.some((key) => sameColumn(key, one, shape))) keys.push(column);
  }
  // What else is selected says the same of every row of a group, or the database has chosen one of several.
  const grouped = grainOf(keys, shape).length;
  for (const { expr } of query.items) {
    if (expr.kind === 'star') return undefined;
    const found = expr.kind === 'column' ? shape.of(expr) : undefined;
    if (found && !keys.some((key) => sameColumn(key, found, shape))) keys.push(expr);
  }
  if (grainOf(keys, shape).length > grouped) return undefined;
  const dialect = map.dialect;
  const text = fromText(dialect, shape);
  const grain = grainOf(keys, shape).map((key) => {
    const found = key.kind === 'column' ? shape.of(key) : undefined;
    return found ? sameAs(found, shape, (one) => columnText(dialect, shape, one)) : exprText(dialect, shape, key);
  });
  if (!text || grain.some((one) => one === undefined)) return undefined;
  const joins = shape.links.map(({ a, b }) =>
    [columnText(dialect, shape, a), columnText(dialect, shape, b)].sort().join('='),
  );
  const tables = shape.tables.map(({ name, on }) => `${name.join('.')}${on ? '?' : ''}`);
  const fixed = shape.fixed.map((expr) => exprText(dialect, shape, expr));
  const id = JSON.stringify([tables.sort(), [...new Set(joins)].sort(), fixed.sort(), grain.sort()]);
  return { sent, shape, id, keys, totals };
}

const isOpen = (expr: Expr): boolean =>
  expr.kind === 'param' || expr.kind === 'opaque' || expr.kind === 'choice' || queryIn(expr) !== undefined;

const sameColumn = (expr: Expr, { table, column }: ColumnOf, shape: JoinShape): boolean => {
  const found = expr.kind === 'column' ? shape.of(expr) : undefined;
  return found?.table === table && found.column === column;
};

/** Every aggregate in the select list, HAVING and ORDER BY. */
function totalsOf(query: Select): Kept['totals'] {
  const found = new Map<string, Kept['totals'][number]>();
  const collect = (expr: Expr, alias?: string): void =>
    walkExpr(expr, (one) => {
      if (one.kind !== 'call' || one.aggregate !== true) return undefined;
      const key = `${one.span.start}`;
      if (!found.has(key)) found.set(key, { expr: one, alias: one === expr ? alias : undefined });
      return false;
    });
  for (const { expr, alias } of query.items) collect(expr, alias);
  if (query.having) collect(query.having);
  for (const { expr } of query.orderBy) collect(expr);
  return [...found.values()];
}

function stepOf(group: readonly Kept[], reading: Reading, taken: Set<string>): ViewStep | undefined {
  const [first] = group;
  const sent = [...new Map(group.map((one) => [sendsAtOnce(one.sent), one.sent])).values()];
  if (!first || (sent.length < 2 && !sent.some(({ rate = 0 }) => rate >= often))) return undefined;
  const view = planOf(group, reading, taken);
  const tables = first.shape.tables.map(({ name }) => name.join('.'));
  const crosses = sent.some(({ route }) => route.crossShard !== null);
  const [places, s] = sent.length > 1 ? [`${sent.length} places`, ''] : ['one place that runs often', 's'];
  return {
    kind: 'materialized-view',
    tables,
    statements: sent,
    traffic: trafficOf(reading.statements, tables),
    why: `${places} ${crosses && tables.length > 1 ? 'join' : 'read'}${s} ${namesText(tables)} over all shards for the same totals`,
    before: [
      { kind: 'replica', why: 'replicas have the same shards, so that the rows travel all the same' },
      { kind: 'denormalise', why: deny(first) },
    ],
    view,
  };
}

const deny = ({ shape }: Kept): string =>
  shape.tables.length > 1
    ? 'the totals need all rows of the joined tables, not a column of theirs'
    : 'the rows are of one table already, on all shards';

export const namesText = (tables: readonly string[]): string => {
  const names = tables.map((table) => `\`${table}\``);
  return names.length < 2 ? (names[0] ?? '') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
};

/** Undefined where something cannot be written: the step is advice all the same. */
function planOf(group: readonly Kept[], { map, schema }: Reading, taken: Set<string>): ViewPlan | undefined {
  const [first] = group;
  if (!first) return undefined;
  const { dialect } = map;
  const { shape } = first;
  const text = fromText(dialect, shape);
  if (!text) return undefined;
  const columns: ViewColumn[] = [];
  const values = new Set<string>();
  const groupBy: string[] = [];
  const add = (wanted: string, value: string | undefined, more: Omit<ViewColumn, 'name' | 'value'>): boolean => {
    if (value === undefined) return false;
    if (values.has(value)) return true;
    values.add(value);
    let name = newName(wanted);
    for (let i = 2; columns.some((one) => one.name === name); i++) name = newName(`${wanted}_${i}`);
    columns.push({ name, value, ...more });
    return true;
  };
  const named = (expr: Expr, own: JoinShape): string => own.query.items.find((item) => item.expr === expr)?.alias ?? '';
  let complete = true;
  const addKey = (expr: Expr, own: JoinShape): void => {
    const found = expr.kind === 'column' ? own.of(expr) : undefined;
    const table = found && own.tables[found.table];
    const value = exprText(dialect, own, expr);
    const wanted = found && table ? keyName(found.column, aliasOf(table), own, group) : named(expr, own) || 'group_key';
    const type = table && columnType(table, found.column);
    complete &&= add(wanted, value, {
      type,
      nullable: !table || table.on !== undefined || isNullable(table, found.column),
    });
    if (value !== undefined && !groupBy.includes(value)) groupBy.push(value);
  };
  // What a row stands for comes first.
  const grain = new Set(grainOf(first.keys, shape));
  for (const key of first.keys) if (grain.has(key)) addKey(key, shape);
  const keys = columns.length;
  for (const one of group) for (const key of one.keys) addKey(key, one.shape);
  const before = columns.length;
  for (const one of group)
    for (const { expr, alias } of one.totals) {
      const [arg] = expr.args;
      const of = arg?.kind === 'column' ? arg.name : '';
      complete &&= add(alias ?? `${expr.name}_${of}`, exprText(dialect, one.shape, expr), {
        type: totalType(expr, one.shape),
        nullable: true,
      });
    }
  if (!complete || columns.length === before) return undefined;
  if (keys === 0) columns.unshift({ name: 'only_row', value: '1', type: 'integer', nullable: false });
  const base = nameOf(first, columns.slice(0, keys));
  let name = base;
  const holds = (one: string): boolean => {
    const found = findTable(schema, [one]);
    return found !== undefined && columns.every((column) => findColumn(found, column.name) !== undefined);
  };
  for (let i = 2; taken.has(name) || (findTable(schema, [name]) && !holds(name)); i++) name = newName(base, String(i));
  taken.add(name);
  const near = shape.tables.flatMap(({ facts }) => (facts ? [facts.at.file] : []));
  return {
    name,
    columns,
    keys: Math.max(keys, 1),
    from: `FROM ${text.from}${andText(text.where === '' ? [] : [text.where])}`,
    groupBy: groupBy.length > 0 ? ` GROUP BY ${groupBy.join(', ')}` : '',
    beside: besideOf(shape, columns.slice(0, Math.max(keys, 1)), dialect),
    exists: holds(name),
    near,
  };
}

/** `id` of `orders` → order_id; a name that two tables have gets its table's. */
function keyName(column: string, alias: string, shape: JoinShape, group: readonly Kept[]): string {
  const one = alias.replace(/ies$/, 'y').replace(/s$/, '');
  const twice = shape.tables.filter(({ facts }) => facts && findColumn(facts, column)).length > 1;
  return column === 'id' || (twice && group.length > 0 && !column.startsWith(`${one}_`)) ? `${one}_${column}` : column;
}

function nameOf({ shape, keys }: Kept, columns: readonly ViewColumn[]): string {
  const first = keys.map((key) => (key.kind === 'column' ? shape.of(key) : undefined)).find((one) => one !== undefined);
  const table = aliasOf(shape.tables[first?.table ?? 0] ?? { name: [] });
  const [only] = columns;
  const isRow =
    columns.length === 1 &&
    first &&
    shape.tables[first.table] &&
    isUniqueBy(shape.tables[first.table] as JoinShape['tables'][number], new Set([first.column.toLowerCase()]));
  if (isRow || !only) return newName(table.replace(/ies$/, 'y').replace(/s$/, ''), 'totals');
  return newName(aliasOf(shape.tables[0] ?? { name: [] }), 'by', ...columns.map(({ name }) => name));
}

function totalType({ name, args }: Call, shape: JoinShape): string | undefined {
  if (name === 'count') return 'bigint';
  const [arg] = args;
  const of = arg?.kind === 'column' ? shape.of(arg) : undefined;
  const table = of && shape.tables[of.table];
  if (table && (name === 'min' || name === 'max')) return columnType(table, of.column);
  return args.length === 1 && (name === 'sum' || name === 'avg') ? 'numeric' : undefined;
}

/** The column by which kept rows can lie on the shard of the rows that they are made of. */
function besideOf(shape: JoinShape, keys: readonly ViewColumn[], dialect: string): ViewPlan['beside'] {
  for (const [at, { declared }] of shape.tables.entries()) {
    const [key, ...more] = declared?.shardKey ?? [];
    if (!declared || key === undefined || more.length > 0 || declared.kind !== 'sharded') continue;
    const value = columnText(dialect, shape, { table: at, column: key });
    const column = keys.find((one) => one.value === value);
    if (column) return { column: column.name, table: declared.name };
  }
  return undefined;
}

/** Cross-shard SELECTs that neither of the steps before serves. */
export const leftOver = (reading: Reading, solved: ReadonlySet<string>): readonly Crossing[] =>
  crossingsOf(reading).filter(({ sent }) => !solved.has(sendsAtOnce(sent)));
