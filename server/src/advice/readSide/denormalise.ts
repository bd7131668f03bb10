/** A join that crosses shards only to read a small column of the parent: the child can keep a copy of it. */
import type { Expr } from '../../query/model';
import { findColumn } from '../../schema/model';
import { columnType } from './columnType';
import { type Crossing, crossingsOf, ownersOf, routeWithCopies } from './crossing';
import { columnsUsed, isParentOf, type JoinShape, linksBetween } from './joinShape';
import { newName } from './sqlNames';
import { type ColumnCopy, type Reading, type ReadSideStep, type Sending, sendsAtOnce, trafficOf } from './step';

/** So many columns are copied; more are a read model. */
const few = 1;

/** Too large, or of no fixed size that one would copy to every child. */
const large =
  /^(?:jsonb?|bytea|xml|tsvector|(?:tiny|medium|long)?blob|(?:medium|long)text|(?:var)?binary|geometry|geography|vector|.*\[\])$/;

/** Set by whoever deletes, hides or touches a row, by a library's own statements too. */
const touched = /^(?:is_?)?(?:deleted|removed|archived|updated|modified|disabled)(?:_?(?:at|on|date|time|by))?$/i;

interface Need {
  readonly crossing: Crossing;
  readonly child: number;
  readonly parent: number;
  readonly columns: readonly string[];
}

/** One step for each child, parent and join; a statement is solved by all of its parents at once or not at all. */
export function denormaliseSteps(reading: Reading): readonly Extract<ReadSideStep, { kind: 'denormalise' }>[] {
  const groups = new Map<string, Need[]>();
  for (const crossing of crossingsOf(reading)) {
    for (const need of needsOf(crossing, reading)) {
      const { tables } = need.crossing.shape;
      const on = linksBetween(need.crossing.shape, need.child, need.parent);
      const key = JSON.stringify([tables[need.child]?.name, tables[need.parent]?.name, [...on].sort()]);
      groups.set(key, [...(groups.get(key) ?? []), need]);
    }
  }
  return [...groups.values()].flatMap((needs) => stepOf(needs, reading) ?? []);
}

/** The parents that have to be copied from, where that brings the statement back to its shard or service. */
function needsOf(crossing: Crossing, { map, schema, statements }: Reading): readonly Need[] {
  const { shape, by } = crossing;
  const needs = shape.tables.flatMap((table, parent): readonly Need[] => {
    const children = shape.tables.flatMap((_, child) => (linksBetween(shape, child, parent).length > 0 ? [child] : []));
    const [child] = children;
    if (child === undefined || children.length > 1 || !isParentOf(shape, parent, child)) return [];
    if (table.declared?.kind === 'reference' || table.on?.some((on) => !isPlainLink(on, shape))) return [];
    // A table that nobody writes is a reference table, of which every shard has a copy.
    const fixed = by === 'shards' && table.declared?.kind === 'unsharded';
    if (fixed && !statements.some(({ own, writes }) => own && writes.includes(table.name.join('.')))) return [];
    const used = columnsUsed(shape, parent);
    if (!used || used.size === 0 || used.size > few) return [];
    // The child lacks the parent's key: then it is to be sharded by it, not to keep a copy.
    if ([...used].every((column) => table.declared?.shardKey.includes(column))) return [];
    const small = [...used].every((column) => {
      const facts = table.facts && findColumn(table.facts, column);
      return !touched.test(column) && (!facts || !(large.test(facts.type) || (facts.generated ?? false)));
    });
    if (!small || !isStable(table.name.join('.'), [...used], shape, statements)) return [];
    return [{ crossing, child, parent, columns: [...used] }];
  });
  if (needs.length === 0 || needs.length === shape.tables.length) return [];
  const names = needs.flatMap(({ parent }) => (shape.tables[parent]?.name ? [shape.tables[parent].name] : []));
  if (by === 'services') {
    const left = shape.tables.flatMap(({ name }, i) => (needs.some(({ parent }) => parent === i) ? [] : [name]));
    const solved = ownersOf(map, left).size <= 1;
    return solved
      ? needs.filter(({ parent }) => ownersOf(map, [...left, shape.tables[parent]?.name ?? []]).size > 1)
      : [];
  }
  if (routeWithCopies(crossing, names, map, schema).crossShard !== null) return [];
  // Those that are where they should be need no copy.
  return needs.filter(({ parent }) => {
    const others = names.filter((name) => name !== shape.tables[parent]?.name);
    return routeWithCopies(crossing, others, map, schema).crossShard !== null;
  });
}

const isPlainLink = (on: Expr, shape: JoinShape): boolean =>
  on.kind === 'compare' &&
  on.op === '=' &&
  on.left.kind === 'column' &&
  on.right.kind === 'column' &&
  shape.of(on.left) !== undefined;

/** Nothing, or one place in the code, changes it. */
function isStable(
  table: string,
  columns: readonly string[],
  shape: JoinShape,
  statements: readonly Sending[],
): boolean {
  const updates = updatesOf(table, columns, statements);
  const known = updates.filter((one) => one.rate !== undefined);
  if (known.length === updates.length && known.length > 0) {
    const reads = trafficOf(statements, [shape.tables[0]?.name.join('.') ?? '', table]).reads;
    return known.reduce((sum, { rate = 0 }) => sum + rate, 0) * 10 <= reads;
  }
  return updates.length <= 1;
}

/** Statements of the application that assign one of the columns, or may. */
function updatesOf(table: string, columns: readonly string[], statements: readonly Sending[]): readonly Sending[] {
  return statements.filter(({ own, query, writes }) => {
    if (!own || !writes.includes(table)) return false;
    if (query.kind === 'update')
      return query.openSet === true || query.set.some(({ column }) => columns.includes(column));
    if (query.kind === 'insert')
      return query.replace === true || query.onConflict?.set.some(({ column }) => columns.includes(column)) === true;
    return query.kind === 'merge';
  });
}

function stepOf(
  needs: readonly Need[],
  { map, statements }: Reading,
): Extract<ReadSideStep, { kind: 'denormalise' }> | undefined {
  const [first] = needs;
  const child = first?.crossing.shape.tables[first.child];
  const parent = first?.crossing.shape.tables[first.parent];
  if (!first || !child || !parent) return undefined;
  const columns = [...new Set(needs.flatMap((need) => need.columns))];
  // Together they are more than a few: no longer a copy of a column.
  if (columns.length > few) return undefined;
  const [childName, parentName] = [child.name.join('.'), parent.name.join('.')];
  const one = parent.name.at(-1)?.replace(/ies$/, 'y').replace(/s$/, '') ?? '';
  const copy: ColumnCopy = {
    child: child.name,
    parent: parent.name,
    on: linksBetween(first.crossing.shape, first.child, first.parent),
    columns: columns.map((column) => ({
      column,
      copy: column.startsWith(`${one}_`) ? newName(column) : newName(one, column),
      type: columnType(parent, column),
    })),
    inserts: statements.filter(
      ({ own, query, writes }) => own && query.kind === 'insert' && writes.includes(childName),
    ),
    updates: updatesOf(parentName, columns, statements),
    near: [child.facts?.at.file, parent.facts?.at.file].filter((file) => file !== undefined),
  };
  // Who has the copies already reads them there some day.
  const has = copy.columns.every(({ copy: name }) => child.facts && findColumn(child.facts, name) !== undefined);
  if (has) return undefined;
  const sent = [...new Map(needs.map(({ crossing }) => [sendsAtOnce(crossing.sent), crossing.sent])).values()];
  const across = first.crossing.by === 'services' ? 'service' : 'shard';
  return {
    kind: 'denormalise',
    tables: [childName, parentName],
    statements: sent,
    traffic: trafficOf(statements, [childName, parentName]),
    why: `the join leaves its ${across} only to read ${columns.map((column) => `\`${parentName}.${column}\``).join(' and ')}`,
    before: [
      {
        kind: 'replica',
        why:
          across === 'shard'
            ? 'a replica of a shard has the rows of that shard alone'
            : `a replica of one service's database has no rows of the other${map.services.length > 2 ? 's' : ''}`,
      },
    ],
    copy,
    across,
  };
}
