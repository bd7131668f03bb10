/** What a query of Mongoose asks for, put together over its methods: `find(a).where('b').equals(c).populate('d')`. */
import type { Arm, Chain, Ref } from '../../flow/flow';
import type { Expr } from '../../query/model';
import type { Span } from '../../text/span';
import type { Conditional } from '../build/conditional';
import { and, compare, equals, isNull, not, operation, or } from '../build/expr';
import { listExpr, valueExpr } from '../build/value';
import { type Context, textIn, unknownFilter } from '../mongodb/context';
import { fieldExpr, filterExpr, filters, type PathColumn } from '../mongodb/filter';
import type { CallStep } from '../mongodb/repository';
import { type Method, methods, pluginMethods, shaping } from './methods';

export interface Asked {
  readonly method: Method;
  /** The step whose method is sent. */
  readonly step: CallStep;
  readonly change: Ref | undefined;
  readonly field: Ref | undefined;
  readonly options: readonly Ref[];
  readonly document: Ref | undefined;
  readonly populates: readonly { readonly args: readonly Ref[]; readonly when: readonly Arm[] }[];
  readonly session: Ref | undefined;
  readonly read: Ref | undefined;
  /** All filters, over the columns that the statement has. */
  parts(c: Context, paths: PathColumn, at: Span): readonly Conditional[];
}

type Part = (c: Context, paths: PathColumn, at: Span) => Expr;

/** `first`: place of the method of the model. */
export const askedBy = (chain: Chain, first: number): Asked | undefined => {
  const start = chain.steps[first];
  if (start?.kind !== 'call') return undefined;
  const begun = methods.get(start.name) ?? pluginMethods.get(start.name);
  if (begun === undefined) return undefined;
  let method = begun;
  let step = start;
  let change: Ref | undefined;
  let field: Ref | undefined;
  let path: Ref | undefined;
  const document = start.args[0];
  const options: Ref[] = [];
  const populates: Asked['populates'][number][] = [];
  let session: Ref | undefined;
  let read: Ref | undefined;
  const parts: { readonly when: readonly Arm[]; readonly make: Part }[] = [];
  const add = (when: readonly Arm[], make: Part): number => parts.push({ when, make });
  const take = (one: Method, { args, when, name }: CallStep): void => {
    const filter = one.filter === undefined ? undefined : args[one.filter];
    const id = one.id === undefined ? undefined : args[one.id];
    if (filter !== undefined) add(when, (c, paths, at) => filterExpr(c, filter, paths, at));
    if (id !== undefined) add(when, (c, paths, at) => byId(c, id, paths, at));
    if (one.change !== undefined) change = args[one.change] ?? change;
    if (one.field !== undefined) field = args[one.field];
    const given = one.options === undefined ? undefined : args[one.options];
    if (given !== undefined) options.push(given);
    if (name === 'where' || name === '$where') narrowed(name, args, when);
  };
  const narrowed = (name: string, args: readonly Ref[], when: readonly Arm[]): void => {
    const [one, two] = args;
    if (one === undefined) return;
    if (name === '$where') {
      add(when, (_, __, at) => operation('$where', [], at));
      return;
    }
    const own = one;
    if (two !== undefined) {
      add(when, (c, paths, at) => onField(c, own, paths, at, (left) => fieldExpr(c, left, two, at)));
      return;
    }
    path = own;
    // A text names the field that the next method tests; anything else is a filter.
    add(when, (c, paths, at) => (textIn(c.flow, own) === undefined ? filterExpr(c, own, paths, at) : and([], at)));
  };
  take(begun, start);
  for (const next of chain.steps.slice(first + 1)) {
    if (next.kind !== 'call') continue;
    const { name, args, when } = next;
    const [one, two] = args;
    const test = testOf(name);
    if (name === 'populate' || name === 'deepPopulate') populates.push({ args, when });
    else if (name === 'session') session = one;
    else if (name === 'read') read = one;
    else if (name === 'setOptions') {
      if (one !== undefined) options.push(one);
    } else if (name === 'where' || name === '$where') narrowed(name, args, when);
    else if (name === 'and' || name === 'or' || name === 'nor') {
      if (one !== undefined) add(when, (c, paths, at) => joined(c, name, one, paths, at));
    } else if (test !== undefined && (path !== undefined || two !== undefined)) {
      const own = two === undefined ? path : one;
      const value = two ?? one;
      if (own !== undefined)
        add(when, (c, paths, at) => onField(c, own, paths, at, (left) => test(c, left, value, at)));
    } else if (methods.has(name) && name !== 'create' && name !== 'aggregate' && begun.as !== 'aggregate') {
      const later = methods.get(name);
      if (later === undefined || name === 'exists') continue;
      if (name !== 'find' || method.as === 'find') {
        method = later;
        step = next;
      }
      take(later, next);
    } else if (begun.as === 'aggregate' && name === 'match') {
      if (one !== undefined) add(when, (c, paths, at) => filterExpr(c, one, paths, at));
    } else if (!shaping.test(name) && begun.as !== 'aggregate' && name !== '') {
      // A query helper of the project's: it may add any filter.
      const call = { value: next.call, file: next.file };
      add(when, (c, _, at) => unknownFilter(c, call, at));
    }
    if (name === 'then' || name === 'catch' || name === 'exec') break;
  }
  return {
    method,
    step,
    change,
    field,
    options,
    document,
    populates,
    session,
    read,
    parts: (c, paths, at) => parts.map(({ when, make }) => ({ when, expr: make(c, paths, at) })),
  };
};

const byId = (c: Context, id: Ref, paths: PathColumn, at: Span): Expr => {
  const left = paths('_id', at);
  return left === undefined ? operation('_id', [], at) : equals(left, valueExpr(c, id), at);
};

const onField = (c: Context, name: Ref, paths: PathColumn, at: Span, make: (left: Expr) => Expr): Expr => {
  const text = textIn(c.flow, name);
  const left = text === undefined ? undefined : paths(text, at);
  return left === undefined ? unknownFilter(c, name, at) : make(left);
};

const joined = (c: Context, name: 'and' | 'or' | 'nor', ref: Ref, paths: PathColumn, at: Span): Expr => {
  const parts = filters(c, ref, paths, at);
  return name === 'and' ? and(parts, at) : name === 'or' ? or(parts, at) : not(or(parts, at), at);
};

type Test = (c: Context, left: Expr, value: Ref | undefined, at: Span) => Expr;

const comparisons = { gt: '>', gte: '>=', lt: '<', lte: '<=' } as const;

const testOf = (name: string): Test | undefined => {
  switch (name) {
    case 'equals':
    case 'eq':
      return (c, left, value, at) => (value === undefined ? isNull(left, at) : fieldExpr(c, left, value, at));
    case 'ne':
      return (c, left, value, at) =>
        value === undefined ? isNull(left, at, true) : not(fieldExpr(c, left, value, at), at);
    case 'in':
      return (c, left, value, at) => (value === undefined ? operation('in', [left], at) : listExpr(c, left, value, at));
    case 'nin':
      return (c, left, value, at) =>
        value === undefined ? operation('nin', [left], at) : listExpr(c, left, value, at, true);
    case 'gt':
    case 'gte':
    case 'lt':
    case 'lte':
      return (c, left, value, at) =>
        value === undefined ? operation(name, [left], at) : compare(comparisons[name], left, valueExpr(c, value), at);
    case 'exists':
    case 'regex':
    case 'size':
    case 'all':
    case 'mod':
    case 'elemMatch':
    case 'within':
    case 'near':
    case 'intersects':
      return (_, left, __, at) => operation(name, [left], at);
    default:
      return undefined;
  }
};
