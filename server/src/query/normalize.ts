/**
 * Boolean algebra over predicates, before routing looks at them: negation normal form, flat AND/OR, folded constants.
 * Three-valued logic is kept: only rewrites that hold where a row is *selected* (UNKNOWN counts as not selected) are used.
 */
import type { Span } from '../text/span';
import { literalOf } from './literals';
import type { Compare, CompareOp, Const, Expr, Row } from './model';

const opposite: Partial<Record<CompareOp, CompareOp>> = {
  '=': '<>',
  '<>': '=',
  '<': '>=',
  '>=': '<',
  '>': '<=',
  '<=': '>',
  'is distinct from': 'is not distinct from',
  'is not distinct from': 'is distinct from',
};

const mirrored: Partial<Record<CompareOp, CompareOp>> = { '<': '>', '>': '<', '<=': '>=', '>=': '<=' };

/** `5 < x` is `x > 5`. */
export const mirror = (op: CompareOp): CompareOp => mirrored[op] ?? op;

export const truth = (value: boolean, at: Span): Const => ({ kind: 'const', type: 'boolean', value, span: at });

/** Row comparisons with more branches than this stay as they are. */
const rowCap = 256;

/** The predicate in negation normal form. `NULL` as a predicate is FALSE, as no row is selected by it. */
export function normalize(expr: Expr, negated = false): Expr {
  switch (expr.kind) {
    case 'not':
      return normalize(expr.arg, !negated);
    case 'and':
    case 'or':
      return logic((expr.kind === 'and') !== negated ? 'and' : 'or', expr.args, negated, expr.span);
    case 'const':
      return constant(expr, negated);
    case 'cast':
      return isNull(expr.value)
        ? truth(false, expr.span)
        : negated
          ? { kind: 'not', arg: expr, span: expr.span }
          : expr;
    case 'compare':
      return compare(expr, negated);
    case 'in':
      return normalizeIn(expr, negated);
    case 'between':
    case 'like':
    case 'is-null':
      return negated ? { ...expr, negated: !expr.negated } : expr;
    case 'is-truth':
      return isTruth(expr, negated);
    case 'choice':
      return { ...expr, options: expr.options.map((option) => normalize(option, negated)) };
    case 'call': {
      const value = literalOf(expr);
      if (value?.type === 'boolean') return constant(value, negated);
      return negated ? { kind: 'not', arg: expr, span: expr.span } : expr;
    }
    default:
      return negated ? { kind: 'not', arg: expr, span: expr.span } : expr;
  }
}

function logic(kind: 'and' | 'or', args: readonly Expr[], negated: boolean, at: Span): Expr {
  const flat: Expr[] = [];
  for (const arg of args) {
    const one = normalize(arg, negated);
    const value = truthOf(one);
    if (value === (kind === 'and')) continue;
    if (value !== undefined) return truth(value, at);
    if (one.kind === kind) flat.push(...one.args);
    else flat.push(one);
  }
  const [only] = flat;
  if (!only) return truth(kind === 'and', at);
  return flat.length === 1 ? only : { kind, args: flat, span: at };
}

/** TRUE or FALSE where the predicate is that constant; UNKNOWN selects nothing and counts as FALSE. */
export function truthOf(expr: Expr): boolean | undefined {
  if (expr.kind !== 'const') return undefined;
  if (expr.type === 'boolean') return expr.value === true;
  if (expr.type === 'null') return false;
  return undefined;
}

function constant(expr: Const, negated: boolean): Expr {
  if (expr.type === 'null') return truth(false, expr.span);
  if (expr.type === 'boolean') return truth((expr.value === true) !== negated, expr.span);
  // MySQL: a number is a truth value (`WHERE 1`); PostgreSQL never gets here, as it refuses the statement.
  if (expr.type === 'number') return truth((Number(expr.value) !== 0) !== negated, expr.span);
  return negated ? { kind: 'not', arg: expr, span: expr.span } : expr;
}

function compare(expr: Compare, negated: boolean): Expr {
  const op = negated ? opposite[expr.op] : expr.op;
  if (!op) return { kind: 'not', arg: expr, span: expr.span };
  if (op === '=' && expr.left.kind === 'row' && expr.right.kind === 'row') {
    return rowEquality(expr.left, expr.right, expr.span) ?? expr;
  }
  const folded = fold(op, literalOf(expr.left) ?? expr.left, literalOf(expr.right) ?? expr.right);
  if (folded !== undefined) return truth(folded, expr.span);
  return { ...expr, op };
}

function rowEquality(left: Row, right: Row, at: Span): Expr | undefined {
  if (left.items.length !== right.items.length) return undefined;
  const parts = left.items.map(
    (item, i): Expr => ({ kind: 'compare', op: '=', left: item, right: right.items[i] as Expr, span: at }),
  );
  return logic('and', parts, false, at);
}

/** Comparisons of two literals, and any ordinary comparison with NULL. */
function fold(op: CompareOp, left: Expr, right: Expr): boolean | undefined {
  if (left.kind === 'row' || right.kind === 'row') return undefined;
  const ordinary = op !== '<=>' && !op.startsWith('is');
  if (ordinary && (isNull(left) || isNull(right))) return false;
  if (
    left.kind !== 'const' ||
    right.kind !== 'const' ||
    left.type !== right.type ||
    left.value === null ||
    right.value === null
  )
    return undefined;
  const a = left.value;
  const b = right.value;
  switch (op) {
    case '=':
    case '<=>':
    case 'is not distinct from':
      return a === b;
    case '<>':
    case 'is distinct from':
      return a !== b;
    default:
      if (typeof a !== typeof b || typeof a === 'string') return undefined;
      return op === '<' ? a < b : op === '<=' ? a <= b : op === '>' ? a > b : a >= b;
  }
}

const isNull = (expr: Expr): boolean => expr.kind === 'const' && expr.type === 'null';

function normalizeIn(expr: Extract<Expr, { kind: 'in' }>, negated: boolean): Expr {
  const now = negated ? { ...expr, negated: !expr.negated } : expr;
  if (!Array.isArray(now.items)) return now;
  const items = now.items as readonly Expr[];
  // x NOT IN (…, NULL) is never true; NULLs in a plain IN list select nothing.
  if (now.negated && items.some(isNull)) return truth(false, now.span);
  const left = now.left;
  // `= ANY (ARRAY[(1, 2)])` compares records, which no one takes apart.
  if (
    !now.negated &&
    !now.list &&
    left.kind === 'row' &&
    items.length <= rowCap &&
    items.every((item) => item.kind === 'row')
  ) {
    const branches = items.map((item) => rowEquality(left, item as Row, now.span));
    if (branches.every((branch) => branch !== undefined)) return logic('or', branches as Expr[], false, now.span);
  }
  if (now.negated) return now;
  const kept = items.filter((item) => !isNull(item));
  if (kept.length === 0) return truth(false, now.span);
  return kept.length === items.length ? now : { ...now, items: kept, list: true };
}

/** `(p) IS TRUE` selects exactly what `p` selects; routers that do not look inside say so themselves. */
function isTruth(expr: Extract<Expr, { kind: 'is-truth' }>, negated: boolean): Expr {
  return negated ? { ...expr, negated: !expr.negated } : expr;
}

/** Top-level AND parts of a normalised predicate. */
export function conjuncts(expr: Expr | undefined): readonly Expr[] {
  if (!expr) return [];
  if (expr.kind === 'and') return expr.args;
  return truthOf(expr) === true ? [] : [expr];
}
