/** What `flush` and its kin send: all that is pending, in one call. */
import type { FuncRef, Ref } from '../../flow/flow';
import type { Query } from '../../query/model';
import { contains, type Span } from '../../text/span';
import { insert, update } from '../build/statements';
import type { Operation } from '../orm';
import { anotherContext, type Context, type Sent } from './context';
import type { Entity } from './entities';
import { pendingWork, type RowWork, type Work, workOf } from './pending';
import { insertedGiven, linkedRows, removedRow, updatedRow } from './write';

/** `args`: of the call; `fallback`: the operation where nothing shows what is pending. */
export const flushed = (
  c: Context,
  name: string,
  args: readonly Ref[],
  site: Ref,
  fallback: Operation,
  at: Span,
): Sent | undefined => {
  if (name === 'transactional')
    return together(
      c,
      inside(c, args[0]).flatMap((fn) => pendingWork(c, fn, undefined)),
    );
  const own = ownWork(c, name, site);
  const sent = together(c, own);
  if (sent !== undefined || name === 'commit') return sent;
  c.notes.add('pending changes');
  return { operation: fallback, query: unknownWrite(c, fallback, at) };
};

const inside = (c: Context, ref: Ref | undefined): readonly FuncRef[] =>
  ref === undefined ? [] : c.flow.shapes(ref).flatMap((shape) => (shape.kind === 'function' ? [shape.function] : []));

/** Pending in the function around the call, or in those around it as long as they are callbacks. */
const ownWork = (c: Context, name: string, site: Ref): readonly Work[] => {
  let fn: FuncRef | undefined = c.flow.functionOf(site);
  const handed = name === 'persistAndFlush' || name === 'removeAndFlush' ? workOf(c, site) : [];
  for (let outside = false; fn !== undefined; outside = true) {
    const work = pendingWork(c, fn, site, outside, handed);
    if (work.length > 0) return inOrder(work, site);
    const parent: number | undefined = fn.function.class === undefined ? fn.function.parent : undefined;
    const around: FuncRef['function'] | undefined =
      parent === undefined || parent === 0 ? undefined : fn.file.functions[parent];
    fn = around === undefined ? undefined : { ...fn, function: around };
  }
  return [];
};

/** What the call itself is handed comes first: `em.remove(task).flush()` is a delete, whatever else is pending. */
const inOrder = (work: readonly Work[], site: Ref): readonly Work[] => {
  const isOwn = (one: Work): boolean => contains(site.value.span, one.at);
  return [...work.filter(isOwn), ...work.filter((one) => !isOwn(one))];
};

const together = (c: Context, work: readonly Work[]): Sent | undefined => {
  const made = statements(c, work);
  const [first, ...others] = made;
  if (first === undefined) return undefined;
  return { operation: first.operation, query: first.query, also: others.map(({ query }) => query) };
};

interface Made {
  readonly operation: Operation;
  readonly query: Query;
}

const statements = (c: Context, work: readonly Work[]): readonly Made[] => {
  const made: Made[] = [];
  const inserts = new Map<Entity, RowWork[]>();
  for (const one of work) {
    if (!('row' in one) || one.kind !== 'insert' || one.row.entity === undefined) continue;
    inserts.set(one.row.entity, [...(inserts.get(one.row.entity) ?? []), one]);
  }
  const done = new Set<Entity>();
  for (const one of work) {
    const own = anotherContext(c);
    const span = one.at;
    if (!('row' in one)) {
      const query = linkedRows(own, one);
      if (query !== undefined) made.push({ operation: one.kind === 'link' ? 'insert' : 'delete', query });
      continue;
    }
    const { row } = one;
    const { entity } = row;
    if (entity === undefined) {
      const operation = one.kind === 'delete' ? 'delete' : 'upsert';
      c.notes.add(`entity ${c.flow.print(row.ref)}`);
      made.push({ operation, query: unknownWrite(c, operation, span) });
    } else if (one.kind === 'insert') {
      if (done.has(entity)) continue;
      done.add(entity);
      const rows = (inserts.get(entity) ?? []).map((other) => other.row);
      made.push({ operation: 'insert', query: insertedGiven(own, rows, entity, span) });
    } else if (one.kind === 'save') made.push({ operation: 'upsert', query: insertedGiven(own, [row], entity, span) });
    else if (one.kind === 'update') made.push({ operation: 'update', query: updatedRow(own, row, entity, span) });
    else made.push({ operation: 'delete', query: removedRow(own, row, entity, span) });
  }
  return made;
};

const unknownWrite = (c: Context, operation: Operation, at: Span): Query => {
  const table = { kind: 'opaque-from' as const, why: 'what is written is decided elsewhere', span: at };
  if (operation === 'upsert')
    return insert(table, { kind: 'opaque', why: 'the rows come from elsewhere', span: at }, c.site.value.span);
  return update(table, undefined, c.site.value.span, { openSet: true });
};
