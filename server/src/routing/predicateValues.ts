/** The values that columns may have where a predicate holds. */
import type { Expr } from '../query/model';
import { truthOf } from '../query/normalize';
import type { BindSemantics } from './bindSemantics';
import { all, type Domain, join, meet, none, open, point, points, range } from './domain';
import { behind, isEquality } from './equality';
import { type KeyValue, keyValueOf } from './keyValue';
import type { Node, Scope } from './scope';

export interface Part {
  readonly domain: Domain;
  /** One of several values: two such parts read the shards of both. */
  readonly adds: boolean;
}

/** AND. Ranges among themselves, then constants come before parameters: what contradicts is found whatever stands between. */
export function conjunction(parts: readonly Part[]): Domain {
  const sorted = parts.length < 2 ? parts : [...parts].sort((a, b) => certainty(a.domain) - certainty(b.domain));
  let plain = all;
  let added: Domain | undefined;
  // Of two bounds that cannot be compared only one is kept: what the other leaves out shows on the second way round.
  const ranges = sorted.filter(({ domain, adds }) => !adds && domain.kind === 'ranges');
  if (ranges.length > 1) for (const { domain } of [...ranges, ...ranges]) plain = meet(plain, domain);
  for (const { domain, adds } of sorted)
    if (adds) added = added ? join(added, domain) : domain;
    else plain = meet(plain, domain);
  return added ? meet(plain, added) : plain;
}

function certainty(domain: Domain): number {
  if (domain.kind !== 'points') return domain.kind === 'ranges' ? 1 : 3;
  for (const value of domain.points.values()) if (value.constant === undefined) return 2;
  return 0;
}

export const isAlternative = (expr: Expr): boolean => (expr.kind === 'or' || expr.kind === 'in') && !isEquality(expr);

/** Compares the column with values anywhere in it. */
export const mentions = (expr: Expr, nodes: ReadonlySet<Node>, scope: Scope, semantics: BindSemantics): boolean =>
  expr.kind === 'and' || expr.kind === 'or'
    ? expr.args.some((arg) => mentions(arg, nodes, scope, semantics))
    : evaluate(expr, nodes, scope, { ...semantics, ranges: true }).kind !== 'all';

/** The values that `nodes` may have where the predicate holds. */
export function evaluate(expr: Expr, nodes: ReadonlySet<Node>, scope: Scope, semantics: BindSemantics): Domain {
  const isKey = (one: Expr): boolean => {
    const term = behind(one, scope, semantics);
    return typeof term === 'string' && nodes.has(term);
  };
  switch (expr.kind) {
    case 'and':
      return conjunction(
        expr.args.map((arg) => ({
          domain: evaluate(arg, nodes, scope, semantics),
          adds: semantics.listsAdd === true && isAlternative(arg) && mentions(arg, nodes, scope, semantics),
        })),
      );
    case 'or':
      return expr.args.reduce<Domain>((domain, arg) => join(domain, evaluate(arg, nodes, scope, semantics)), none);
    case 'const':
      return expr.type === 'boolean' && expr.value === false ? none : all;
    case 'opaque':
      return open;
    case 'is-truth':
      return semantics.isTrue && expr.truth === true && !expr.negated
        ? evaluate(expr.value, nodes, scope, semantics)
        : all;
    case 'compare': {
      if (semantics.equalsTrue && expr.op === '=' && truthOf(expr.right) === true && isPredicate(expr.left))
        return evaluate(expr.left, nodes, scope, semantics);
      const swapped = !isKey(expr.left) && isKey(expr.right);
      const key = swapped ? expr.right : expr.left;
      const other = swapped ? expr.left : expr.right;
      if (!isKey(key) || isKey(other)) return all;
      return compared(swapped ? flip(expr.op) : expr.op, behind(other, scope, semantics), semantics);
    }
    case 'in': {
      if (expr.negated || !Array.isArray(expr.items) || !isKey(expr.left)) return all;
      const values: KeyValue[] = [];
      for (const item of expr.items as readonly Expr[]) {
        const term = behind(item, scope, semantics);
        if (typeof term !== 'string' && (term.kind === 'opaque' || term.kind === 'choice')) return open;
        const value = typeof term === 'string' ? undefined : keyValueOf(term, semantics.values, semantics.folds);
        if (!value) return all;
        values.push(value);
      }
      return points(values);
    }
    case 'is-null': {
      const value = semantics.nullIsValue && !expr.negated && isKey(expr.value) && keyValueOf(noValue(expr.span));
      return value ? point(value) : all;
    }
    case 'between': {
      if (expr.negated || !semantics.ranges || !isKey(expr.value)) return all;
      const low = keyValueOf(expr.low, semantics.values, semantics.folds);
      const high = keyValueOf(expr.high, semantics.values, semantics.folds);
      return low || high
        ? range({
            ...(low ? { low: { value: low, inclusive: true } } : {}),
            ...(high ? { high: { value: high, inclusive: true } } : {}),
          })
        : all;
    }
    default:
      return all;
  }
}

/** The key of rows that lack it, where that is a value as others are. */
export const noValue = (span: Expr['span']): Expr => ({ kind: 'param', id: 'null', span });

const isPredicate = (expr: Expr): boolean => ['compare', 'in', 'between', 'and', 'or'].includes(expr.kind);

function compared(op: string, other: Node | Expr, semantics: BindSemantics): Domain {
  if (typeof other === 'string') return all;
  if (other.kind === 'opaque') return open;
  const value = keyValueOf(other, semantics.values, semantics.folds);
  if (!value) return all;
  switch (op) {
    case '=':
      return point(value);
    case '<=>':
    case 'is not distinct from':
      return semantics.nullSafe ? point(value) : all;
    case '<':
    case '<=':
      return semantics.ranges ? range({ high: { value, inclusive: op === '<=' } }) : all;
    case '>':
    case '>=':
      return semantics.ranges ? range({ low: { value, inclusive: op === '>=' } }) : all;
    default:
      return all;
  }
}

const flip = (op: string): string =>
  op.startsWith('<') && op !== '<>' && op !== '<=>'
    ? op.replace('<', '>')
    : op.startsWith('>')
      ? op.replace('>', '<')
      : op;
