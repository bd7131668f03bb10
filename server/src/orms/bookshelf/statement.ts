/** What the methods of models, rows and collections send. */
import type { Flow, ObjectShape, Ref } from '../../flow/flow';
import type { Value } from '../../hosts/host';
import type { Expr, From, Query } from '../../query/model';
import { aliasOf, type Build } from '../build/build';
import { snaked } from '../build/casing';
import { and, column, equals, param } from '../build/expr';
import { grafted, qualified } from '../build/grafted';
import { renamed } from '../build/renamed';
import { valueExpr } from '../build/value';
import { type Context, openContext } from '../knex/context';
import type { CallStep } from '../knex/handle';
import { stated } from '../knex/statement';
import type { Operation } from '../orm';
import type { BookshelfData, BookshelfModel } from './models';
import type { Told } from './receiver';
import { linked, loadedAlong, related, tied } from './related';

export interface Sent {
  readonly operation: Operation;
  readonly query: Query;
  readonly also: readonly Query[];
}

export interface Asked {
  readonly flow: Flow;
  readonly data: BookshelfData;
  readonly site: Ref;
  readonly notes: Set<string>;
  readonly step: CallStep;
  readonly told: Told;
  /** The row itself, of methods of rows. */
  readonly own: Ref | undefined;
}

const synthetic = (ref: Ref, value: Value): Ref => ({ ...ref, value });

const call = (step: CallStep, name: string, args: readonly Ref[]): CallStep => ({ ...step, name, args, when: [] });

/** `query((qb) => …)`, `query('where', 'a', 1)`, `query({ where: { a: 1 } })`. */
const queried = (c: Build, steps: readonly CallStep[]): readonly CallStep[] =>
  steps.flatMap((step): readonly CallStep[] => {
    const [first, ...rest] = step.args;
    if (step.name !== 'query' || first === undefined) return [step];
    return c.flow.shapes(first).flatMap((shape): readonly CallStep[] => {
      if (shape.kind === 'literal' && typeof shape.value === 'string')
        return [{ ...step, name: shape.value, args: rest }];
      if (shape.kind === 'function')
        return c.flow
          .callback(shape.function)
          .applied()
          .steps.flatMap((one) => (one.kind === 'call' ? [{ ...one, when: [...step.when, ...one.when] }] : []));
      if (shape.kind !== 'object') {
        c.notes.add(`query ${c.flow.print(first)}`);
        return [];
      }
      return shape.entries.flatMap(({ key, value, when }): readonly CallStep[] => {
        const [list] = c.flow.shapes(value);
        if (key === undefined) return [];
        const args = list?.kind === 'list' ? list.items.map((item) => item.value) : [value];
        return [{ ...step, name: key, args, when: [...step.when, ...when] }];
      });
    });
  });

export const sentBy = (asked: Asked): Sent | undefined => {
  const { flow, site, notes, step, told } = asked;
  const { model } = told;
  const at = step.file === site.file ? step.nameSpan : site.value.span;
  const plain = openContext(flow, site, notes);
  const table = model === undefined ? undefined : plain.table(model.table, at);
  if (model === undefined) notes.add('model');
  const base: From = table ?? { kind: 'opaque-from', why: 'the model is chosen where this is called', span: at };
  const c = openContext(flow, site, notes, { base, query: () => undefined });
  const begin = call(step, '', []);
  const calls = queried(c, told.query);
  const made = methods(c, asked, calls, begin);
  if (made === undefined) return undefined;
  let { query } = made;
  const ties = tied(c, told, table, at);
  if (ties !== undefined && told.from !== undefined) query = related(c, query, told.from.relation, ties, table, at);
  const options = optionsOf(asked);
  if (query.kind === 'select' && table !== undefined && model !== undefined) {
    const around = loadedAlong(plain, asked, options, model, table, at);
    const [from, ...others] = query.from;
    if (around.kind === 'join' && from !== undefined) {
      const alone = from.kind === 'table' ? qualified({ ...query, from: [] }, aliasOf(from)) : query;
      query = { ...alone, from: [grafted(around, from), ...others] };
    }
  }
  const casing = model?.casing;
  const sent = (one: Query): Query => (casing === undefined ? one : renamed(one, (name) => snaked(name, casing)));
  return { operation: made.operation, query: sent(query), also: made.also.map(sent) };
};

export interface Made {
  readonly operation: Operation;
  readonly query: Query;
  readonly also: readonly Query[];
}

const methods = (c: Context, asked: Asked, calls: readonly CallStep[], begin: CallStep): Made | undefined => {
  const { step, told } = asked;
  const { args } = step;
  const [first, second] = args;
  const of = (more: readonly CallStep[], operation?: Operation): Made => {
    const done = stated(c, [begin, ...calls, ...more], false);
    return { operation: operation ?? done.operation, query: done.query, also: [] };
  };
  const given = told.attributes.map((ref) => call(step, 'where', [ref]));
  switch (step.name) {
    case 'fetch':
    case 'fetchOne':
      return of([...given, ...(told.list || told.from?.relation.many === true ? [] : [call(step, 'first', [])])]);
    case 'refresh':
    case 'load':
      return withKey(of([]), key(c, asked));
    case 'fetchAll':
      return of([]);
    case 'fetchPage':
      return of([]);
    case 'findOne':
    case 'findAll':
      return of([
        ...(first === undefined ? [] : [call(step, 'where', [first])]),
        ...(step.name === 'findOne' ? [call(step, 'first', [])] : []),
      ]);
    case 'findById':
      return first === undefined
        ? undefined
        : withKey(of([]), equals(column('', idOf(told), begin.nameSpan), valueExpr(c, first), begin.nameSpan));
    case 'count': {
      return of([call(step, 'count', first === undefined || isOptions(c, first) ? [] : [first])], 'count');
    }
    case 'create':
      return of([call(step, 'insert', first === undefined ? [] : [first])], 'insert');
    case 'destroy':
      return withKey(of([call(step, 'delete', [])]), key(c, asked));
    case 'save':
      return saved(c, asked, of, first, second);
    case 'attach':
    case 'detach':
    case 'updatePivot':
      return linked(c, asked);
    default:
      return undefined;
  }
};

const idOf = ({ model }: Told): string => model?.id ?? 'id';

const isOptions = (c: Build, ref: Ref): boolean => c.flow.shapes(ref).some(({ kind }) => kind === 'object');

const withKey = (made: Made, where: Expr | undefined): Made => {
  const { query } = made;
  if (where === undefined || (query.kind !== 'select' && query.kind !== 'update' && query.kind !== 'delete'))
    return made;
  return {
    ...made,
    query: { ...query, where: query.where === undefined ? where : and([query.where, where], where.span) },
  };
};

/** The row's own key: known by the attributes that were given, or by the row that was read. */
const key = (c: Build, asked: Asked): Expr | undefined => {
  const { told, own, step } = asked;
  const span = step.file === asked.site.file ? step.nameSpan : asked.site.value.span;
  const id = idOf(told);
  for (const ref of told.attributes.toReversed()) {
    const value = attribute(c, ref, told.model);
    if (value !== undefined) return equals(column('', id, span), valueExpr(c, value), span);
  }
  if (told.loaded === undefined || own === undefined) return undefined;
  return equals(
    column('', id, span),
    param(`${c.flow.valueId(own)}.${id}`, span, c.many && c.flow.varies(own, c.site)),
    span,
  );
};

const attribute = (c: Build, ref: Ref, model: BookshelfModel | undefined): Ref | undefined => {
  const id = model?.id ?? 'id';
  const same = (key: string | undefined): boolean =>
    key !== undefined && (key === id || (model?.casing !== undefined && snaked(key, model.casing) === id));
  for (const shape of c.flow.shapes(ref))
    if (shape.kind === 'object') {
      const found = shape.entries.findLast((entry) => same(entry.key ?? c.keyOf?.(entry)));
      if (found !== undefined) return found.value;
    }
  return undefined;
};

/** `save()`, `save({ a: 1 }, { patch: true })`, `save('a', 1)`: an INSERT where no key is known. */
const saved = (
  c: Context,
  asked: Asked,
  of: (more: readonly CallStep[], operation?: Operation) => Made,
  first: Ref | undefined,
  second: Ref | undefined,
): Made | undefined => {
  const { step, told } = asked;
  const [shape] = first === undefined ? [] : c.flow.shapes(first);
  const isPair = shape?.kind === 'literal' && typeof shape.value === 'string' && second !== undefined;
  const pair: Ref | undefined = isPair && first !== undefined ? paired(first, second, String(shape.value)) : undefined;
  const set = pair ?? (shape?.kind === 'literal' ? undefined : first);
  const options = optionsOf(asked);
  const method = literal(c, options, 'method');
  const patches = literal(c, options, 'patch') === true;
  const where = key(c, asked) ?? (set === undefined ? undefined : inSet(c, asked, set));
  const updates = method === 'update' || patches || (method !== 'insert' && (where !== undefined || calls(told)));
  const all = [...(patches ? [] : told.attributes), ...(set === undefined ? [] : [set])];
  const data = merged(asked.site, all);
  if (!updates) return of([call(step, 'insert', data === undefined ? [] : [data])], 'insert');
  const made = withKey(of([call(step, 'update', data === undefined ? [] : [data])], 'update'), where);
  const id = idOf(told);
  const isId = (name: string): boolean =>
    name === id || (told.model?.casing !== undefined && snaked(name, told.model.casing) === id);
  // The key stays what it is.
  return made.query.kind === 'update'
    ? { ...made, query: { ...made.query, set: made.query.set.filter((one) => !isId(one.column)) } }
    : made;
};

const calls = ({ query }: Told): boolean => query.some(({ name }) => /where/i.test(name));

const inSet = (c: Build, asked: Asked, set: Ref): Expr | undefined => {
  const value = attribute(c, set, asked.told.model);
  const span = asked.step.nameSpan;
  return value === undefined ? undefined : equals(column('', idOf(asked.told), span), valueExpr(c, value), span);
};

const paired = (first: Ref, second: Ref, key: string): Ref =>
  synthetic(first, {
    kind: 'object',
    entries: [{ kind: 'property', key, keySpan: first.value.span, value: second.value, span: first.value.span }],
    span: first.value.span,
  });

/** Attributes and what is saved, as one object. */
const merged = (site: Ref, refs: readonly Ref[]): Ref | undefined => {
  const [first, ...others] = refs;
  if (first === undefined || others.length === 0) return first;
  const last = refs.at(-1);
  if (refs.some((ref) => ref.file !== site.file)) return last;
  return synthetic(first, {
    kind: 'object',
    entries: refs.map(({ value }) => ({ kind: 'spread', value, span: value.span })),
    span: first.value.span,
  });
};

const optionsOf = ({ flow, step }: Asked): ObjectShape | undefined => {
  const named: Readonly<Record<string, number>> = {
    save: 1,
    findOne: 1,
    findAll: 1,
    findById: 1,
    create: 1,
    count: 1,
    load: 1,
    attach: 1,
    detach: 1,
  };
  const places = [named[step.name] ?? 0, step.args.length - 1];
  for (const place of new Set(places)) {
    const ref = step.args[place];
    const shape = ref === undefined ? undefined : flow.shapes(ref).find(({ kind }) => kind === 'object');
    if (shape?.kind === 'object') return shape;
  }
  return undefined;
};

const literal = (c: Build, options: ObjectShape | undefined, name: string): unknown => {
  const entry = options?.entries.findLast((one) => one.key === name);
  const [shape] = entry === undefined ? [] : c.flow.shapes(entry.value);
  return shape?.kind === 'literal' ? shape.value : undefined;
};
