/** Joins of co-located tables off their keys: the condition that keeps them on one shard. */
import type { From, Query } from '../query/model';
import { leavesOf } from '../query/walk';
import type { Route, TableBinding } from '../routing/route';
import type { TextEdit } from '../text/edits';

interface JoinFix {
  readonly title: string;
  readonly safe: boolean;
  /** In the statement's own coordinates. */
  readonly edits: readonly TextEdit[];
}

/** For the joins of the statement's own FROM, where each side of `ON` has one sharded table. */
export function keyJoins(query: Query, route: Route): readonly JoinFix[] {
  if (query.kind !== 'select') return [];
  const bound = (from: From): TableBinding | undefined => {
    const found = leavesOf([from]).flatMap((leaf) =>
      leaf.kind === 'table'
        ? route.bindings.filter(({ span, key }) => key.length > 0 && span.start === leaf.span.start)
        : [],
    );
    return found.at(-1);
  };
  return joinsIn(query.from).flatMap(({ left, right, on, type }): readonly JoinFix[] => {
    const [a, b] = [bound(left), bound(right)];
    const [own, more] = a?.key ?? [];
    const [other, others] = b?.key ?? [];
    if ((!on || !a || !b || own === undefined || other === undefined || more) ?? others) return [];
    if (type === 'cross' || a.alias === b.alias || !plain.test(own) || !plain.test(other)) return [];
    const test = `${b.alias}.${other} = ${a.alias}.${own}`;
    const { start, end } = on.span;
    const edits =
      on.kind === 'or'
        ? [
            { span: { start, end: start }, text: '(' },
            { span: { start: end, end }, text: `) AND ${test}` },
          ]
        : [{ span: { start: end, end }, text: ` AND ${test}` }];
    return [{ title: `Join \`${b.table}\` on the shard key as well`, safe: false, edits }];
  });
}

const plain = /^[a-z_][a-z0-9_]*$/;

type Join = Extract<From, { kind: 'join' }>;

const joinsIn = (from: readonly From[]): readonly Join[] =>
  from.flatMap((one) => (one.kind === 'join' ? [...joinsIn([one.left, one.right]), one] : []));
