/** Parts of a statement that host code adds in some branches only. */
import type { Arm } from '../../flow/flow';
import type { Expr } from '../../query/model';
import type { Span } from '../../text/span';
import { and, choice, or, truth } from './expr';

export interface Conditional {
  /** Empty: always. */
  readonly when: readonly Arm[];
  readonly expr: Expr;
}

/** All parts as one predicate: one choice a branch, so that arms that exclude each other never meet. */
export const conjunction = (parts: readonly Conditional[], span: Span): Expr => {
  const always = parts.filter(({ when }) => when.length === 0).map(({ expr }) => expr);
  const branches = new Map<string, { arms: Map<number, Conditional[]>; of: number }>();
  for (const { when, expr } of parts) {
    const [outer, ...inner] = when;
    if (outer === undefined) continue;
    const branch = branches.get(outer.branch) ?? { arms: new Map(), of: outer.of ?? 0 };
    branches.set(outer.branch, branch);
    branch.arms.set(outer.arm, [...(branch.arms.get(outer.arm) ?? []), { when: inner, expr }]);
  }
  const choices = [...branches.values()].map(({ arms, of }) => {
    const options = [...arms.values()].map((inside) => conjunction(inside, span));
    return choice(arms.size === of ? options : [...options, truth(span)], span);
  });
  return and([...always, ...choices], span);
};

/** The sides of an OR, each with all of its parts; undefined where nothing is asked. */
export const disjunction = (sides: readonly (readonly Conditional[])[], span: Span): Expr | undefined => {
  const kept = sides.filter((side) => side.length > 0);
  const asked = kept.map((side) => conjunction(side, span));
  const [only] = asked;
  if (only === undefined || asked.length === 1) return only;
  // A side that is added in some branches only: without it the others stand alone.
  const always = kept.map((side) => side.some(({ when }) => when.length === 0));
  const sure = asked.filter((_, i) => always[i]);
  return always.every(Boolean)
    ? or(asked, span)
    : choice([or(asked, span), sure.length === 0 ? truth(span) : or(sure, span)], span);
};
