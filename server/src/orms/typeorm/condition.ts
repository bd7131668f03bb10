/** Conditions of query builders: text with parameters, objects, brackets, functions. */
import type { Ref, Shape } from '../../flow/flow';
import type { Expr, Query } from '../../query/model';
import type { Span } from '../../text/span';
import { openBuild } from '../build/build';
import { and, choice, column, operation, or, param, truth } from '../build/expr';
import { readFragment } from '../build/fragment';
import { textIn } from '../build/options';
import { isNothing, listExpr, spanIn, valueExpr } from '../build/value';
import { builtStatement, filter } from './builder';
import type { Context } from './context';
import { type Entity, isTypeorm } from './entities';
import { receiverOf } from './receiver';
import { unknownFilter, whereExpr } from './where';

export interface Known {
  readonly entity: Entity;
  readonly alias: string;
}

export interface Names {
  readonly c: Context;
  /** Aliases of the statement. */
  readonly known: Map<string, Known>;
  readonly values: Map<string, Ref>;
  readonly own: Entity | undefined;
  readonly alias: string;
}

export const conditionExpr = (names: Names, ref: Ref): Expr => {
  const { c } = names;
  const span = spanIn(c, ref);
  const options = c.flow.shapes(ref).map((shape): Expr => {
    if (isNothing(shape)) return truth(span);
    switch (shape.kind) {
      case 'literal':
      case 'text':
        return textExpr(names, shape.ref);
      case 'object':
        return names.own === undefined ? unknownFilter(c, ref, span) : whereExpr(c, shape.ref, names.own, names.alias);
      case 'list':
        return or(
          shape.items.map((item) => conditionExpr(names, item.value)),
          span,
        );
      case 'chain':
        return bracketed(names, shape, span);
      case 'function':
        return choice(
          c.flow.callback(shape.function).returns.map(({ value }) => textExpr(names, value)),
          span,
        );
      default:
        return unknownFilter(c, ref, span);
    }
  });
  return choice(options, span);
};

/** `new Brackets(qb => qb.where(…).orWhere(…))`. */
const bracketed = (names: Names, shape: Shape & { readonly kind: 'chain' }, span: Span): Expr => {
  const { c } = names;
  const { root, steps } = shape.chain;
  const [made] = steps;
  if (root.kind !== 'package' || !isTypeorm(root.module) || made?.kind !== 'new')
    return unknownFilter(c, shape.ref, span);
  const fn = made.args[0] === undefined ? undefined : c.flow.shapes(made.args[0])[0];
  if (fn?.kind !== 'function') return unknownFilter(c, shape.ref, span);
  const applied = c.flow.callback(fn.function).applied();
  const calls = applied.steps.flatMap((step) => (step.kind === 'call' ? [step] : []));
  for (const { args } of calls)
    for (const arg of args.slice(1))
      for (const one of c.flow.shapes(arg))
        if (one.kind === 'object')
          for (const { key, value } of one.entries) if (key !== undefined) names.values.set(key, value);
  const inner = filter(names, calls, span) ?? truth(span);
  return root.name === 'NotBrackets' ? { kind: 'not', arg: inner, span } : inner;
};

/** Each possible text; what cannot be read as text is a value where it stands as one. */
const textExpr = (names: Names, ref: Ref): Expr => {
  const { c } = names;
  const whole = spanIn(c, ref);
  const options = c.flow.texts(ref).map((text): Expr => {
    const holes: Ref[] = [];
    let written = '';
    const starts: { readonly at: number; readonly span: Span; readonly verbatim: boolean }[] = [];
    for (const piece of text.pieces) {
      const own = ref.file === c.site.file;
      if (piece.kind === 'hole') {
        starts.push({ at: written.length, span: own ? piece.anchor : whole, verbatim: false });
        written += `\ue000${holes.length}\ue001`;
        holes.push(piece.ref);
      } else {
        const offset = piece.file === c.site.file ? piece.map.segments[0]?.src : undefined;
        starts.push({
          at: written.length,
          span: offset === undefined ? whole : { start: offset, end: offset + piece.text.length },
          verbatim: offset !== undefined,
        });
        written += piece.text;
      }
    }
    const place = (at: number): number => {
      const piece = starts.findLast((one) => one.at <= at);
      if (piece === undefined) return whole.start;
      return piece.verbatim ? piece.span.start + (at - piece.at) : piece.span.start;
    };
    const spanOf = (span: Span): Span => {
      const start = place(span.start);
      const end = span.end > span.start ? place(span.end - 1) + 1 : start;
      return end > start ? { start, end } : whole;
    };
    const inner = holes.map((hole) => builtText(names, hole));
    const read = readFragment(
      written,
      {
        column: (qualifier, name, span) => columnOf(names, qualifier, name, span),
        value: (name, span, many) => parameterOf(names, holes, name, span, many),
      },
      spanOf,
    );
    return inner.some((query) => query !== undefined) ? withSubqueries(c, read, holes, inner, whole) : read;
  });
  return choice(options, whole);
};

/** `${qb.subQuery().select(…).from(…).getQuery()}`: the text of another builder. */
const builtText = ({ c, values }: Names, hole: Ref): Query | undefined => {
  const { steps } = c.flow.builder(hole);
  const last = steps.at(-1);
  const start = steps.findLastIndex(
    (step) => step.kind === 'call' && (step.name === 'subQuery' || step.name === 'createQueryBuilder'),
  );
  const opened = steps[start];
  if (last?.kind !== 'call' || last.name !== 'getQuery' || opened?.kind !== 'call') return undefined;
  const receiver = receiverOf(c.flow.builder(hole), steps.length - 1, c.flow, c.data);
  const entity = receiver?.kind === 'builder' ? receiver.entities[0] : undefined;
  const alias = textIn(c.flow, opened.args.at(-1));
  const inner: Context = { ...openBuild(c.flow, c.site, c.notes), data: c.data, sources: undefined };
  return builtStatement(inner, entity, alias, steps.slice(start + 1, -1), spanIn(c, hole), 'select', values)?.query;
};

/** `x IN (…)` of such a text is one; anywhere else it binds nothing. */
const withSubqueries = (
  c: Context,
  read: Expr,
  holes: readonly Ref[],
  inner: readonly (Query | undefined)[],
  span: Span,
): Expr => {
  const left = new Set(inner);
  const placed = (expr: Expr): Expr => {
    switch (expr.kind) {
      case 'and':
      case 'or':
        return { ...expr, args: expr.args.map(placed) };
      case 'not':
        return { ...expr, arg: placed(expr.arg) };
      case 'in': {
        const [only] = 'kind' in expr.items ? [] : expr.items;
        const at = only?.kind === 'param' ? holes.findIndex((hole) => c.flow.valueId(hole) === only.id) : -1;
        const query = inner[at];
        left.delete(query);
        return query === undefined ? expr : { ...expr, items: query };
      }
      default:
        return expr;
    }
  };
  const found = placed(read);
  const rest = [...left].flatMap((query) => (query === undefined ? [] : [query]));
  return rest.length === 0
    ? found
    : and([found, ...rest.map((query) => operation('sql', [{ kind: 'subquery', query, span }], span))], span);
};

const columnOf = ({ known, own }: Names, qualifier: string, name: string, span: Span): Expr => {
  const found = known.get(qualifier);
  const entity = found?.entity ?? (qualifier === '' ? own : undefined);
  const field = entity?.fields.get(name);
  const relation = entity?.relations.get(name);
  const key = relation?.owns === true ? relation.on[0]?.own : undefined;
  return column(qualifier, field?.column ?? key ?? name, span);
};

const parameterOf = (
  { c, values }: Names,
  holes: readonly Ref[],
  name: string,
  span: Span,
  many: boolean,
): Expr | undefined => {
  const hole = /^\ue000(\d+)\ue001$/.exec(name);
  if (hole !== null) {
    const ref = holes[Number(hole[1])];
    return ref === undefined
      ? undefined
      : ({ ...withSpan(valueExpr(c, ref), span), ...(many ? { many } : {}) } as Expr);
  }
  // A text that is only partly known is a value all the same.
  if (name.includes('\ue000')) return param(`${name}@${span.start}`, span);
  const key = name.replace(/^:(?:\.\.\.)?/, '');
  const ref = values.get(key);
  if (ref === undefined) return param(`:${key}@${c.site.value.span.start}`, span, many);
  if (!many) return withSpan(valueExpr(c, ref), span);
  const list = listExpr(c, column('', '', span), ref, span);
  if (list.kind === 'in' && !('kind' in list.items) && list.items.length === 1 && list.items[0] !== undefined)
    return list.items[0];
  if (list.kind === 'compare') return list.right;
  return param(c.flow.valueId(ref), span, true);
};

const withSpan = (expr: Expr, span: Span): Expr => ({ ...expr, span });
