/** Joins over shards that are read in several ways, far more often than written, and that no view answers: a read model. */
import { findColumn, findTable } from '../../schema/model';
import { columnType, isNullable } from './columnType';
import type { Crossing } from './crossing';
import { type ColumnOf, columnsUsed, isParentOf, type Joined, type JoinShape, linksBetween } from './joinShape';
import { newName } from './sqlNames';
import {
  isMostlyRead,
  type Reading,
  type ReadModelPlan,
  type ReadSideStep,
  type SourceTable,
  sendsAtOnce,
  trafficOf,
  trafficText,
} from './step';
import { leftOver, namesText } from './views';
import { aliasOf, columnText, fromText, tableText } from './writeFrom';

/** So many different ways to read the same join are several. */
const several = 3;

type ModelStep = Extract<ReadSideStep, { kind: 'read-model' }>;

export function readModelSteps(reading: Reading, solved: ReadonlySet<string>): readonly ModelStep[] {
  const groups = new Map<string, Crossing[]>();
  for (const crossing of leftOver(reading, solved)) {
    const root = rootOf(crossing.shape);
    if (root === undefined) continue;
    const key = crossing.shape.tables[root]?.name.join('.') ?? '';
    const group = groups.get(key);
    if (group) group.push(crossing);
    else groups.set(key, [crossing]);
  }
  return [...groups.values()].flatMap((group) => stepOf(group, reading) ?? []);
}

/** The one table of which every row of the join has its own: all others hang on it by their keys. */
export function rootOf(shape: JoinShape): number | undefined {
  const roots = shape.tables.flatMap((_, root) => (pathsFrom(shape, root) ? [root] : []));
  return roots.length === 1 ? roots[0] : undefined;
}

/** For each table the one that leads to it from the root; undefined where some table does not hang on it. */
function pathsFrom(shape: JoinShape, root: number): ReadonlyMap<number, number> | undefined {
  const from = new Map<number, number>();
  const reached = [root];
  for (const child of reached)
    for (const [parent] of shape.tables.entries())
      if (!reached.includes(parent) && isParentOf(shape, parent, child)) {
        from.set(parent, child);
        reached.push(parent);
      }
  return reached.length === shape.tables.length && !shape.tables[root]?.on ? from : undefined;
}

/** What tells two ways to read apart: how rows are found, ordered and grouped. */
function wayOf({ shape, query }: Crossing): string {
  const found = [
    ...shape.bound.map(({ table, column }) => `${aliasOf(shape.tables[table] ?? { name: [] })}.${column}`),
  ].sort();
  const parts = (kind: readonly unknown[]): string =>
    JSON.stringify(kind, (key, value) => (key === 'span' || key === 'id' ? undefined : value));
  return JSON.stringify([found, parts(shape.loose), parts(shape.groupBy), parts(query.orderBy)]);
}

function stepOf(group: readonly Crossing[], reading: Reading): ModelStep | undefined {
  const [first] = group;
  const ways = new Set(group.map(wayOf));
  if (!first || ways.size < several) return undefined;
  const tables = [...new Set(group.flatMap(({ shape }) => shape.tables.map(({ name }) => name.join('.'))))];
  const sent = [...new Map(group.map((one) => [sendsAtOnce(one.sent), one.sent])).values()];
  const traffic = trafficOf(reading.statements, tables, sent);
  if (!isMostlyRead(traffic)) return undefined;
  const services = group.every(({ by }) => by === 'services');
  return {
    kind: 'read-model',
    tables,
    statements: sent,
    traffic,
    why: `${namesText(tables)} are joined over ${services ? 'services' : 'shards'} in ${ways.size} ways, with ${trafficText(traffic)}`,
    before: [
      {
        kind: 'replica',
        why: services
          ? 'a replica has the tables of one service alone'
          : 'a replica of a shard has the rows of that shard alone',
      },
      { kind: 'denormalise', why: 'they read more of the joined tables than a small column that seldom changes' },
      {
        kind: 'materialized-view',
        why: services
          ? 'a view cannot read the database of another service'
          : 'they read rows by values that only the caller knows, which a view would have to hold all of and make anew at every refresh',
      },
    ],
    model: planOf(group, reading),
  };
}

function planOf(group: readonly Crossing[], { map, schema, statements }: Reading): ReadModelPlan | undefined {
  const { dialect } = map;
  // The widest join has the tables of all others, or there is not one read model for them.
  const widest = group.reduce((a, b) => (b.shape.tables.length > a.shape.tables.length ? b : a));
  const { shape } = widest;
  const root = rootOf(shape);
  const paths = root === undefined ? undefined : pathsFrom(shape, root);
  const top = root === undefined ? undefined : shape.tables[root];
  const key = top && keyOf(top);
  if (root === undefined || !paths || !top || !key) return undefined;
  // Conditions on constants differ from way to way: they stay with the queries, and so do their columns.
  const text = fromText(dialect, { ...shape, fixed: [] });
  if (text?.where !== '') return undefined;
  const needed: ColumnOf[] = key.map((column) => ({ table: root, column }));
  for (const crossing of group) {
    for (const [at, table] of crossing.shape.tables.entries()) {
      const here = shape.tables.findIndex(({ name }) => name.join('.') === table.name.join('.'));
      // All columns of a parent, secrets among them, are nobody's wish.
      const used = columnsUsed(crossing.shape, at) ?? (here === root ? allColumns(table) : undefined);
      if (here < 0 || !used || !sameLinks(crossing.shape, shape)) return undefined;
      for (const column of used) needed.push({ table: here, column });
    }
  }
  // What a parent is joined by is kept, too: the rows that a change of it reaches are found even when it is gone.
  for (const [parent, child] of paths)
    for (const [column] of linksBetween(shape, child, parent)) needed.push({ table: child, column });
  const columns: ReadModelPlan['columns'][number][] = [];
  for (const { table, column } of needed) {
    const own = shape.tables[table];
    if (!own || columns.some((one) => one.table === table && one.column === column)) continue;
    const one = aliasOf(own).replace(/ies$/, 'y').replace(/s$/, '');
    const wanted = table === root || column.startsWith(`${one}_`) ? newName(column) : newName(one, column);
    let name = wanted;
    for (let i = 2; columns.some((each) => each.name === name); i++) name = newName(wanted, String(i));
    columns.push({
      name,
      table,
      column,
      type: columnType(own, column),
      nullable: own.on !== undefined || isNullable(own, column),
    });
  }
  const counts = new Map<string, number>();
  for (const { shape: own } of group)
    for (const { table, column } of own.bound) {
      const here = shape.tables.findIndex(({ name }) => name.join('.') === own.tables[table]?.name.join('.'));
      const found = columns.find((one) => one.table === here && one.column === column)?.name;
      if (found !== undefined) counts.set(found, (counts.get(found) ?? 0) + 1);
    }
  const bound = [...counts].sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1)).map(([name]) => name);
  const name = newName(aliasOf(top).replace(/ies$/, 'y').replace(/s$/, ''), 'read');
  const names = shape.tables.map((table) => table.name.join('.'));
  const found = findTable(schema, [name]);
  return {
    name,
    root: {
      name: top.name,
      alias: aliasOf(top),
      key: typed(top, key),
      shard: shardOf(top),
      held: [],
      path: { from: tableText(dialect, top), where: pinned(dialect, shape, root, key) },
    },
    parents: shape.tables.flatMap((table, at) =>
      at === root ? [] : [parentOf({ dialect, shape, root, paths, columns }, at, table)],
    ),
    aliases: shape.tables.map(aliasOf),
    columns,
    key: bound.find((one) => columns.some(({ name: each, nullable }) => each === one && !nullable)),
    bound,
    from: text.from,
    where: pinned(dialect, shape, root, key),
    writers: statements.filter(({ own, writes }) => own && writes.some((table) => names.includes(table))),
    exists: found !== undefined && columns.every((column) => findColumn(found, column.name) !== undefined),
    near: shape.tables.flatMap(({ facts }) => (facts ? [facts.at.file] : [])),
  };
}

/** Every join of the narrower one is one of the wider one, too. */
function sameLinks(narrow: JoinShape, wide: JoinShape): boolean {
  const ids = (shape: JoinShape): readonly string[] =>
    shape.links.map(({ a, b }) =>
      [a, b]
        .map(({ table, column }) => `${shape.tables[table]?.name.join('.')}.${column}`)
        .sort()
        .join('='),
    );
  const all = new Set(ids(wide));
  const outer = (shape: JoinShape): ReadonlySet<string> =>
    new Set(shape.tables.flatMap(({ name, on }) => (on ? [name.join('.')] : [])));
  const kept = outer(wide);
  return (
    ids(narrow).every((id) => all.has(id)) &&
    narrow.tables.every(({ name, on }) => (on !== undefined) === kept.has(name.join('.'))) &&
    // A table that only the wider one joins must not take rows away.
    wide.tables.every(
      ({ name }) => narrow.tables.some((one) => one.name.join('.') === name.join('.')) || kept.has(name.join('.')),
    )
  );
}

function keyOf({ facts, declared }: Joined): readonly string[] | undefined {
  const keys = [
    facts?.primaryKey?.columns,
    ...(facts?.uniques ?? []).filter(({ partial }) => !partial).map(({ columns }) => columns),
    ...(declared?.unique ?? []),
  ];
  const found = keys.find((key) => key !== undefined && key.length > 0 && key.every((column) => column !== undefined));
  return found?.filter((column) => column !== undefined);
}

const allColumns = ({ facts }: Joined): ReadonlySet<string> | undefined =>
  facts?.columnsComplete ? new Set(facts.columns.keys()) : undefined;

const typed = (table: Joined, columns: readonly string[]): SourceTable['key'] =>
  columns.map((column) => ({ column, type: columnType(table, column) }));

const shardOf = (table: Joined): SourceTable['shard'] =>
  table.declared?.kind === 'sharded' ? typed(table, table.declared.shardKey) : [];

const pinned = (dialect: string, shape: JoinShape, table: number, columns: readonly string[]): string =>
  columns.map((column, i) => `${columnText(dialect, shape, { table, column })} = {${i}}`).join(' AND ');

interface Rooted {
  readonly dialect: string;
  readonly shape: JoinShape;
  readonly root: number;
  readonly paths: ReadonlyMap<number, number>;
  readonly columns: ReadModelPlan['columns'];
}

/** From the root over the tables between to the columns that a parent is joined by; without the parent, which may be gone. */
function parentOf({ dialect, shape, root, paths, columns }: Rooted, at: number, table: Joined): SourceTable {
  const way: number[] = [];
  for (let one = paths.get(at); one !== undefined; one = paths.get(one)) way.unshift(one);
  const child = way.at(-1) ?? root;
  const pairs = linksBetween(shape, child, at);
  const joins = way.slice(1).map((to, i) => {
    const own = shape.tables[to];
    const on = linksBetween(shape, way[i] ?? root, to).map(
      ([c, p]) =>
        `${columnText(dialect, shape, { table: way[i] ?? root, column: c })} = ${columnText(dialect, shape, { table: to, column: p })}`,
    );
    return `${shape.tables[to]?.on ? 'LEFT JOIN' : 'JOIN'} ${own ? tableText(dialect, own) : ''} ON ${on.join(' AND ')}`;
  });
  const start = shape.tables[root];
  return {
    name: table.name,
    alias: aliasOf(table),
    key: typed(
      table,
      pairs.map(([, parent]) => parent),
    ),
    shard: shardOf(table),
    held: pairs.flatMap(([column]) => columns.find((one) => one.table === child && one.column === column)?.name ?? []),
    path: {
      from: [start ? tableText(dialect, start) : '', ...joins].join(' '),
      where: pairs
        .map(([column], i) => `${columnText(dialect, shape, { table: child, column })} = {${i}}`)
        .join(' AND '),
    },
  };
}
