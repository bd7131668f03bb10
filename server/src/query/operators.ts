/** Which expressions are operators: as operands of another one they stand in parentheses, in whatever they are printed. */
import type { Expr } from './model';

const operators: ReadonlySet<Expr['kind']> = new Set([
  'and',
  'or',
  'not',
  'compare',
  'in',
  'between',
  'like',
  'is-null',
  'is-truth',
  'operation',
] satisfies Expr['kind'][]);

export const isOperator = ({ kind }: Expr): boolean => operators.has(kind);
