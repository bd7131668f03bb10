/** What writes of rows and by criteria send. */
import type { Entry, ObjectShape, Ref, Shape } from '../../flow/flow';
import type { Expr, Query, TableRef } from '../../query/model';
import type { Span } from '../../text/span';
import { aliasOf, another } from '../build/build';
import { and, column, equals, param } from '../build/expr';
import { assignmentsOf, type Cell, cellOf, type HostRow, insertRows, rowOf, rowsOf, suppliedBy } from '../build/rows';
import { remove, select, update } from '../build/statements';
import { isNothing } from '../build/value';
import type { Operation } from '../orm';
import { type Context, keySpan, relatedEntity } from './context';
import type { Entity } from './entities';
import { receiverOf } from './receiver';
import { criteriaExpr } from './where';

export interface Sent {
  readonly operation?: Operation;
  readonly query: Query;
  readonly also?: readonly Query[];
}

/** Columns of one property: its own, those of an embedded object, or the foreign key of a related row. */
export const place =
  (c: Context, entity: Entity, prefix = '') =>
  (_: unknown, entry: Entry): readonly Cell[] => {
    const { key, value } = entry;
    const name = `${prefix}${key ?? ''}`;
    const span = keySpan(c, entry);
    const field = entity.fields.get(name);
    if (field !== undefined) return cellOf(c, field.column, span, value);
    const relation = entity.relations.get(name);
    if (relation !== undefined) {
      if (!relation.owns || relation.through !== undefined) return [];
      return relation.on.map(({ own, other }): Cell => ({ column: own, span, value: keyOf(c, value, other, span) }));
    }
    const shape = c.flow.shapes(value).find((one) => one.kind === 'object');
    if (shape?.kind === 'object' && [...entity.fields.keys()].some((one) => one.startsWith(`${name}.`)))
      return shape.entries.flatMap((inner) => place(c, entity, `${name}.`)(_, inner));
    return [];
  };

/** The key of a related row: written in place, a bare id, or a member of what stands there. */
const keyOf = (c: Context, ref: Ref, other: string, span: Span): Expr => {
  for (const shape of c.flow.shapes(ref)) {
    if (shape.kind !== 'object') continue;
    const found = shape.entries.findLast((entry) => entry.key === other);
    const [cell] = found === undefined ? [] : cellOf(c, other, span, found.value);
    if (cell !== undefined) return cell.value;
  }
  return param(`${c.flow.valueId(ref)}.${other}`, span, c.many && c.flow.varies(ref, c.site));
};

type Origin = 'new' | 'loaded' | 'typed' | 'unknown';

interface Given {
  readonly origin: Origin;
  readonly entries: readonly Entry[];
  readonly open: boolean;
  readonly many: boolean;
  readonly ref: Ref;
}

/** Rows that a call is handed, and where each of them comes from. */
const given = (c: Context, ref: Ref, many = false): readonly Given[] =>
  c.flow.shapes(ref).flatMap((shape): readonly Given[] => {
    if (isNothing(shape)) return [];
    if (shape.kind === 'list') {
      const items = shape.items.flatMap((item) => given(c, item.value, many || item.many));
      return shape.open ? [...items, { origin: 'unknown', entries: [], open: true, many: true, ref }] : items;
    }
    return made(c, shape, many, ref);
  });

/** `{ ...row, name }` of a row that was loaded has that row's primary key; of one that is handed in it may have. */
const originOf = (c: Context, { ref }: ObjectShape): Origin => {
  const entries = ref.value.kind === 'object' ? ref.value.entries : [];
  const origins = entries.flatMap((entry) =>
    entry.kind === 'spread'
      ? c.flow.chains({ ...ref, value: entry.value }).map((chain) => {
          const receiver = receiverOf(chain, chain.steps.length, c.flow, c.data);
          return receiver?.kind === 'row' ? receiver.origin : 'new';
        })
      : [],
  );
  return origins.find((one) => one === 'loaded') ?? origins.find((one) => one === 'typed') ?? 'new';
};

const made = (c: Context, shape: Shape, many: boolean, ref: Ref): readonly Given[] => {
  if (shape.kind === 'object')
    return [{ origin: originOf(c, shape), entries: shape.entries, open: shape.open, many, ref }];
  if (shape.kind !== 'chain') return [{ origin: 'unknown', entries: [], open: true, many, ref }];
  const { chain, set = [] } = shape;
  const receiver = receiverOf(chain, chain.steps.length, c.flow, c.data);
  const last = chain.steps.findLast((step) => step.kind === 'call');
  if (receiver?.kind !== 'row') return [{ origin: 'unknown', entries: [], open: true, many, ref }];
  if (last?.kind === 'call' && last.name === 'merge') {
    // The first of the rows is changed, and with a manager it stands behind the entity.
    const [first, ...more] = last.args.filter(
      (arg) => c.flow.classOf(arg) === undefined || c.flow.chain(arg).steps.length > 0,
    );
    const base = first === undefined ? [] : given(c, first, many);
    const added = more.flatMap((one) => given(c, one, many));
    return base.map((one) => ({
      ...one,
      entries: [...one.entries, ...added.flatMap((other) => other.entries), ...set],
      open: one.open || added.some((other) => other.open),
    }));
  }
  if (receiver.origin === 'new' && last?.kind === 'call') {
    const source = last.args.at(-1);
    const named = source !== undefined && c.flow.shapes(source).some((one) => one.kind === 'class');
    const base = source === undefined || named ? [] : given(c, source, many);
    if (base.length === 0) return [{ origin: 'new', entries: set, open: false, many, ref }];
    return base.map((one) => ({
      ...one,
      // What `create` is given is copied: a row of its own, but of whatever it was given.
      origin: one.origin === 'unknown' ? 'unknown' : one.origin === 'new' ? 'new' : one.origin,
      entries: [...one.entries, ...set],
    }));
  }
  const isList = /^find(?:By|AndCount|AndCountBy|ByIds)?$|^getMany/.test(last?.kind === 'call' ? last.name : '');
  const one = chain.steps.at(-1)?.kind === 'item' || chain.steps.at(-1)?.kind === 'index';
  return [
    { origin: receiver.origin, entries: set, open: receiver.origin === 'new', many: many || (isList && !one), ref },
  ];
};

/** `save`: an insert of what was made in place, an update by key of what was loaded, either of what is not known. */
export const saved = (c: Context, ref: Ref | undefined, entity: Entity, at: Span, active: boolean): readonly Sent[] => {
  const all = ref === undefined ? [] : given(c, ref);
  const fresh = (): Context => ({ ...another(c), many: c.many, data: c.data, sources: undefined });
  const changed = all.filter((one) => one.origin === 'loaded' || (active && one.origin === 'typed'));
  const rows = all.filter((one) => !changed.includes(one));
  const sent: Sent[] = changed.slice(0, 1).map((one) => {
    const own = fresh();
    const table = own.table(entity.table, at);
    const set = assignmentsOf([rowOf(own, one.entries, true, place(own, entity))]);
    return {
      operation: 'update',
      query: update(table, byOwnKey(own, one.ref, entity, table, at, one.many), own.site.value.span, set),
    };
  });
  if (rows.length === 0 && sent.length > 0) return sent;
  const known = rows.map((one): HostRow | undefined =>
    one.origin === 'new'
      ? rowOf(
          { ...c, many: c.many || one.many },
          one.entries,
          one.open,
          place({ ...c, many: c.many || one.many }, entity),
        )
      : undefined,
  );
  const own = fresh();
  const insert = insertRows(own, own.table(entity.table, at), known, ref, at, suppliedBy(entity));
  const looked = lookedUp(fresh(), known, entity, at);
  const operation = known.includes(undefined) || known.length === 0 || looked.length > 0 ? 'upsert' : 'insert';
  const also = [...looked, ...rows.flatMap((one) => cascaded(fresh(), one, entity, at, 0))];
  return [{ operation, query: insert, ...(also.length === 0 ? {} : { also }) }, ...sent];
};

/** A row that is made with its primary key is asked for by that key, and updated by it where it is found. */
const lookedUp = (c: Context, rows: readonly (HostRow | undefined)[], entity: Entity, at: Span): readonly Query[] => {
  const keys = keyColumns(entity);
  return rows.slice(0, 1).flatMap((row): readonly Query[] => {
    const cells = keys.flatMap((key) => row?.cells.find((cell) => cell.column === key) ?? []);
    if (row === undefined || keys.length === 0 || cells.length < keys.length) return [];
    const by = (table: TableRef): Expr =>
      and(
        cells.map((cell) => equals(column(aliasOf(table), cell.column, at), cell.value, at)),
        at,
      );
    const read = c.table(entity.table, at);
    const written = c.table(entity.table, at);
    const call = c.site.value.span;
    // Only what differs from the row that was found is set.
    return [select([read], call, { where: by(read) }), update(written, by(written), call, { openSet: true })];
  });
};

const keyColumns = (entity: Entity): readonly string[] =>
  entity.primaryKey.map((name) => entity.fields.get(name)?.column ?? name);

const cascadeCap = 3;

/** Rows of relations that are written in place: inserted along, or put into the table between. */
const cascaded = (c: Context, given: Given, entity: Entity, at: Span, depth: number): readonly Query[] =>
  depth > cascadeCap
    ? []
    : given.entries.flatMap((entry): readonly Query[] => {
        const relation = entity.relations.get(entry.key ?? '');
        const target = relation === undefined ? undefined : relatedEntity(c, relation.target);
        if (relation === undefined || target === undefined) return [];
        const rows = givenRows(c, entry.value);
        if (rows.length === 0) return [];
        const parts: Query[] = [];
        const own = (name: string): Expr => param(`${c.flow.valueId(given.ref)}.${name}`, at);
        if (entity.cascades.has(relation.name)) {
          const fresh: Context = { ...another(c), many: c.many, data: c.data, sources: undefined };
          const known = rows.map((one) => {
            const row = rowOf(fresh, one.entries, one.open, place(fresh, target));
            const back = relation.owns || relation.through !== undefined ? [] : relation.on;
            const keys = back.map((pair): Cell => ({ column: pair.other, span: at, value: own(pair.own) }));
            const columns = keys.map((key) => key.column);
            return { ...row, cells: [...row.cells.filter((cell) => !columns.includes(cell.column)), ...keys] };
          });
          parts.push(insertRows(fresh, fresh.table(target.table, at), known, entry.value, at, suppliedBy(target)));
          for (const one of rows) parts.push(...cascaded(c, one, target, at, depth + 1));
        }
        const { through } = relation;
        if (through !== undefined) {
          const cells = [
            ...relation.on.map((pair): Cell => ({ column: pair.other, span: at, value: own(pair.own) })),
            ...through.on.map(
              (pair): Cell => ({ column: pair.own, span: at, value: own(`${entry.key}.${pair.other}`) }),
            ),
          ];
          parts.push(insertRows(c, c.table(through.table, at), [{ cells, open: false }], entry.value, at));
        }
        return parts;
      });

/** Rows that stand there, in place or made with `create`. */
const givenRows = (c: Context, ref: Ref): readonly Given[] => given(c, ref).filter((one) => one.origin === 'new');

export const byOwnKey = (c: Context, ref: Ref, entity: Entity, table: TableRef, span: Span, many: boolean): Expr =>
  and(
    (entity.primaryKey.length === 0 ? ['id'] : entity.primaryKey).map((name) =>
      equals(
        column(aliasOf(table), entity.fields.get(name)?.column ?? name, span),
        param(`${c.flow.valueId(ref)}.${name}`, span, many),
        span,
      ),
    ),
    span,
  );

/** `remove`, `softRemove`, `recover` and what a row does to itself: by primary key alone. */
export const removed = (c: Context, ref: Ref, entity: Entity, at: Span, soft: boolean): Sent => {
  const table = c.table(entity.table, at);
  const many = given(c, ref).some((one) => one.many) || given(c, ref).length > 1;
  const where = byOwnKey(c, ref, entity, table, at, many);
  const call = c.site.value.span;
  return { query: soft ? update(table, where, call, softly(entity, at)) : remove(table, where, call) };
};

export const softly = (entity: Entity, span: Span) => ({
  set: [
    {
      column: entity.deletedAt ?? 'deletedAt',
      qualifier: [],
      value: { kind: 'call' as const, name: 'now', args: [], span },
      span,
    },
  ],
});

/** The rows of `insert` and `upsert`. */
export const inserted = (c: Context, ref: Ref | undefined, entity: Entity, at: Span): Query => {
  const rows =
    ref === undefined
      ? []
      : rowsOf(c, ref, place(c, entity), (build, shape) => {
          const [one] = made(c, shape, build.many, ref);
          return one === undefined || one.origin !== 'new' ? undefined : one;
        });
  return insertRows(c, c.table(entity.table, at), rows, ref, at);
};

export const updated = (
  c: Context,
  criteria: Ref | undefined,
  data: Ref | undefined,
  entity: Entity,
  at: Span,
): Query => {
  const table = c.table(entity.table, at);
  const where = criteria === undefined ? undefined : criteriaExpr(c, criteria, entity, aliasOf(table));
  const rows = data === undefined ? [] : rowsOf(c, data, place(c, entity));
  return update(table, where, c.site.value.span, assignmentsOf(rows));
};

export const deleted = (c: Context, criteria: Ref | undefined, entity: Entity, at: Span): Query => {
  const table = c.table(entity.table, at);
  return remove(
    table,
    criteria === undefined ? undefined : criteriaExpr(c, criteria, entity, aliasOf(table)),
    c.site.value.span,
  );
};
