/** Rows that calls are handed: what is known of their columns, and where each of them comes from. */
import type { ClassRef, Entry, Ref, Shape, Step } from '../../flow/flow';
import type { Expr, TableRef } from '../../query/model';
import type { Span } from '../../text/span';
import { aliasOf } from '../build/build';
import { and, column, equals, param } from '../build/expr';
import { type Cell, cellOf } from '../build/rows';
import { isNothing } from '../build/value';
import { type Context, keySpan } from './context';
import type { Entity } from './entities';
import { type Origin, rowIn } from './receiver';
import { keyValue } from './where';

export interface Given {
  /** Undefined where the source does not say which. */
  readonly entity: Entity | undefined;
  readonly origin: Origin | 'unknown';
  readonly entries: readonly Entry[];
  readonly open: boolean;
  readonly many: boolean;
  readonly ref: Ref;
  /** Equal for one row, wherever it is mentioned. */
  readonly id: string;
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
      return relation.on.map(({ own, other }): Cell => ({ column: own, span, value: foreignKey(c, value, other) }));
    }
    const shape = c.flow.shapes(value).find((one) => one.kind === 'object');
    if (shape?.kind !== 'object') return [];
    return [...entity.fields.keys()].some((one) => one.startsWith(`${name}.`))
      ? shape.entries.flatMap((inner) => place(c, entity, `${name}.`)(_, inner))
      : [];
  };

/** The key of a related row: written in place, of a row, or a bare key. */
const foreignKey = (c: Context, ref: Ref, other: string): Expr => {
  for (const shape of c.flow.shapes(ref)) {
    if (shape.kind !== 'object') continue;
    const found = shape.entries.findLast((entry) => entry.key === other);
    if (found !== undefined) return keyValue(c, found.value);
  }
  const chain = c.flow.chain(ref);
  const made = chain.steps.at(-1);
  // `em.getReference(User, id)` is that id.
  if (made?.kind === 'call' && made.name === 'getReference') {
    const id = made.args.at(made.args.length > 1 ? 1 : 0);
    if (id !== undefined) return keyValue(c, id);
  }
  return keyValue(c, ref, other);
};

export const givenRows = (c: Context, ref: Ref, many = false): readonly Given[] =>
  c.flow.shapes(ref).flatMap((shape): readonly Given[] => {
    if (isNothing(shape)) return [];
    if (shape.kind === 'list') {
      const items = shape.items.flatMap((item) => givenRows(c, item.value, many || item.many));
      return shape.open && items.length === 0 ? [unknown(c, ref, true)] : items;
    }
    return [givenRow(c, shape, many, ref)];
  });

const unknown = (c: Context, ref: Ref, many: boolean): Given => {
  const row = rowIn(c.flow, c.data, ref);
  return {
    entity: row?.entities[0],
    origin: row?.origin ?? 'unknown',
    entries: [],
    open: true,
    many: many || row?.many === true,
    ref,
    id: c.flow.valueId(ref),
  };
};

const givenRow = (c: Context, shape: Shape, many: boolean, ref: Ref): Given => {
  if (shape.kind !== 'chain') return unknown(c, ref, many);
  const row = rowIn(c.flow, c.data, shape.ref) ?? rowIn(c.flow, c.data, ref);
  if (row === undefined) return unknown(c, ref, many);
  const { set = [], chain } = shape;
  const [entity] = row.entities;
  const { origin } = row;
  const made = chain.steps.findLast((step) => step.kind === 'new' || (step.kind === 'call' && step.name === 'create'));
  if (origin !== 'new' || made === undefined)
    return { entity, origin, entries: set, open: true, many: many || row.many, ref, id: c.flow.valueId(ref) };
  const base = creation(c, chain.root.kind === 'class' ? chain.root.class : undefined, made);
  const id = `${made.file.path}:${made.span.start}`;
  return { entity, origin, entries: [...base.entries, ...set], open: base.open, many, ref, id };
};

interface Written {
  readonly entries: readonly Entry[];
  readonly open: boolean;
}

/** What a row has from the start: the data of `create`, or what the constructor sets. */
const creation = (c: Context, owner: ClassRef | undefined, made: Step): Written => {
  if (made.kind === 'new') return owner === undefined ? { entries: [], open: true } : constructed(c, owner, made.args);
  if (made.kind !== 'call') return { entries: [], open: true };
  const named = made.args[0] !== undefined && c.flow.shapes(made.args[0]).some((one) => one.kind !== 'object');
  const data = made.args[named ? 1 : 0];
  const shape = data === undefined ? undefined : c.flow.shapes(data).find((one) => one.kind === 'object');
  const base: Written =
    shape?.kind === 'object' ? { entries: shape.entries, open: shape.open } : { entries: [], open: data !== undefined };
  const entity = made.args[0] === undefined ? undefined : c.flow.classOf(made.args[0]);
  return entity === undefined ? base : { ...base, entries: [...initial(c, entity), ...base.entries] };
};

const entryOf = (key: string, value: Ref): Entry => ({
  key,
  keySpan: value.value.span,
  value,
  when: [],
  file: value.file,
});

const lineage = (c: Context, of: ClassRef): readonly ClassRef[] => [
  of,
  ...c.flow.heritage(of).flatMap((one) => ('class' in one ? [one] : [])),
];

/** Initial values of properties. */
const initial = (c: Context, of: ClassRef): readonly Entry[] =>
  lineage(c, of)
    .toReversed()
    .flatMap(({ file, class: owner }) =>
      owner.members.flatMap((member) =>
        member.value === undefined || member.static ? [] : [entryOf(member.name, { file, value: member.value })],
      ),
    );

const constructed = (c: Context, of: ClassRef, args: readonly Ref[]): Written => {
  const entries = [...initial(c, of)];
  let open = false;
  for (const { file, class: owner } of lineage(c, of)) {
    const maker = owner.members.find(({ kind }) => kind === 'constructor');
    const func = maker?.function === undefined ? undefined : file.functions[maker.function];
    if (func === undefined) continue;
    func.params.forEach(({ member, pattern }, i) => {
      const arg = args[i];
      if (member && pattern.kind === 'name' && arg !== undefined) entries.push(entryOf(pattern.name, arg));
    });
    const params = func.params.map(({ pattern }) => (pattern.kind === 'name' ? pattern.name : undefined));
    for (const { ref } of c.flow.actions({ file, function: func })) {
      const { value } = ref;
      if (value.kind === 'call' && value.args[0]?.kind === 'this') {
        const [, data] = value.args;
        const given = data?.kind === 'name' ? args[params.indexOf(data.name)] : undefined;
        const shape = given === undefined ? undefined : c.flow.shapes(given).find((one) => one.kind === 'object');
        if (shape?.kind === 'object') entries.push(...shape.entries);
        open ||= given !== undefined && (shape?.kind !== 'object' || shape.open);
      }
      if (value.kind !== 'assign' || value.target.kind !== 'member' || value.target.object.kind !== 'this') continue;
      const { property } = value.target;
      const from = value.value.kind === 'name' ? params.indexOf(value.value.name) : -1;
      const arg = from < 0 ? { file, value: value.value } : args[from];
      if (typeof property === 'string' && arg !== undefined) entries.push(entryOf(property, arg));
    }
    // What it hands to the constructor above is not followed.
    return { entries, open: open || lineage(c, of).length > 1 };
  }
  return { entries, open };
};

export const byOwnKey = (c: Context, ref: Ref, entity: Entity, table: TableRef, span: Span, many: boolean): Expr =>
  and(
    entity.keyColumns.map((name) =>
      equals(column(aliasOf(table), name, span), param(`${c.flow.valueId(ref)}.${name}`, span, many), span),
    ),
    span,
  );
