/** Expressions: `eb('a', '=', x)`, `eb.or([…])`, `eb.fn.count(…)`, `jsonArrayFrom(…)`, fragments, subqueries. */
import type { Chain, Ref, Shape } from '../../flow/flow';
import type { Expr } from '../../query/model';
import type { Span } from '../../text/span';
import { choice, opaque, operation, truth } from '../build/expr';
import { isNothing, spanIn, valueExpr } from '../build/value';
import { called } from './calls';
import { isKysely, named } from './handle';
import { type Context, columnIn } from './names';
import { fragment } from './raw';
import { queryIn } from './select';

export interface Said {
  readonly expr: Expr;
  readonly alias?: string;
}

const depthCap = 12;

/** A condition on its own: an expression, a function that gives one, text. */
export const condition = (c: Context, ref: Ref): Expr => {
  const span = spanIn(c, ref);
  const fromShape = (shape: Shape): Expr => {
    if (isNothing(shape)) return truth(span);
    if (shape.kind === 'literal' && typeof shape.value === 'boolean')
      return shape.value ? truth(span) : operation('false', [], span);
    const said = saidIn(c, shape.ref, 'condition');
    if (said !== undefined) return said.expr;
    const text = c.flow.print(shape.ref);
    c.notes.add(`filter ${text}`);
    return opaque(`the filter ${text} comes from elsewhere`, span);
  };
  return choice(
    c.flow
      .shapes(ref)
      .flatMap((shape) =>
        shape.kind === 'function' && c.depth < depthCap
          ? c.flow.callback(shape.function).returns.map(({ value }) => condition({ ...c, depth: c.depth + 1 }, value))
          : [fromShape(shape)],
      ),
    span,
  );
};

/** What stands on the left: a column by name, or an expression. */
export const reference = (c: Context, ref: Ref): Expr => {
  const span = spanIn(c, ref);
  return saidIn(c, ref, 'reference')?.expr ?? columnIn(c, ref, span) ?? operation('column', [], span);
};

/** What stands on the right: a value of the host, or an expression. */
export const operand = (c: Context, ref: Ref): Expr => saidIn(c, ref)?.expr ?? valueExpr(c, ref);

/** What text and values stand for: a condition, a column or a value of the host. */
type As = 'condition' | 'reference' | 'value';

/** Undefined where it is none of the library's expressions. */
export const saidIn = (c: Context, ref: Ref, as: As = 'value'): Said | undefined => {
  if (c.depth > depthCap) return undefined;
  const inner = { ...c, depth: c.depth + 1 };
  const { value } = ref;
  if (value.kind === 'literal' || value.kind === 'object' || value.kind === 'list') return undefined;
  const span = spanIn(c, ref);
  if (value.kind === 'conditional' || (value.kind === 'binary' && value.op === '??')) {
    const sides = value.kind === 'conditional' ? [value.then, value.otherwise] : [value.left, value.right];
    const said = sides.map((side) => saidIn(inner, { ...ref, value: side }, as));
    if (said.every((one) => one === undefined)) return undefined;
    return {
      expr: choice(
        said.map((one, i) => one?.expr ?? other(inner, { ...ref, value: sides[i] ?? value }, as)),
        span,
      ),
    };
  }
  const chain = c.flow.chain(ref);
  if (chain.steps.length === 0) {
    const [shape] = chain.root.kind === 'function' || value.kind === 'function' ? c.flow.shapes(ref) : [];
    if (shape?.kind !== 'function') return undefined;
    const said = c.flow
      .callback(shape.function)
      .returns.flatMap(({ value: returned }) => saidIn(inner, returned, as) ?? []);
    const [first] = said;
    if (first === undefined) return undefined;
    return said.length === 1
      ? first
      : {
          expr: choice(
            said.map(({ expr }) => expr),
            span,
          ),
        };
  }
  const built = queryIn(inner, ref);
  if (built !== undefined) {
    const expr: Expr = { kind: 'subquery', query: built.query, span };
    return { expr, ...(built.alias === undefined ? {} : { alias: built.alias }) };
  }
  return written(inner, chain, span, as === 'condition');
};

const other = (c: Context, ref: Ref, as: As): Expr =>
  as === 'condition' ? condition(c, ref) : as === 'reference' ? reference(c, ref) : valueExpr(c, ref);

const written = (c: Context, chain: Chain, span: Span, isCondition: boolean): Said | undefined => {
  const { root, steps } = chain;
  const ours = root.kind === 'package' && isKysely(root.module);
  const base = steps.findLastIndex(({ kind }) => kind === 'callback' || kind === 'instance' || kind === 'new');
  const own = base < 0 ? (root.kind === 'package' ? root.name : '') : '';
  if (!ours && base < 0 && root.kind !== 'unknown' && root.kind !== 'package') return undefined;
  if (!ours && root.kind === 'package' && base < 0) return undefined;
  let said: Said | undefined;
  for (let i = base + 1; i < steps.length; i++) {
    const step = steps[i];
    if (step === undefined) return undefined;
    if (step.kind === 'member') continue;
    if (step.kind === 'tag') {
      if (said !== undefined || !(ours && own === 'sql')) return undefined;
      said = { expr: fragment(c, step.template, step.ref, span, isCondition) };
      continue;
    }
    if (step.kind !== 'call') return undefined;
    const name = named(steps, i);
    said = called(c, said, name === '' && i === 0 ? own : name, step.args, span, steps[i - 1]);
    if (said === undefined) return undefined;
  }
  return said;
};
