/** What a function of a model does to a row before it is sent: `this.id = uuid()`, `row.id = uuid()`. */
import type { FuncRef } from '../../flow/flow';
import type { Value } from '../../hosts/host';
import { contains } from '../../text/span';
import { doneIn } from './calls';

/** Names of the members that it gives to its row, which is `this` or its first parameter. */
export const filledBy = ({ file, function: func }: FuncRef): readonly string[] => {
  const first = func.params[0]?.pattern;
  const isRow = (value: Value): boolean =>
    value.kind === 'this' || (value.kind === 'name' && first?.kind === 'name' && value.name === first.name);
  return doneIn(file).assignments.flatMap(({ target, span }) =>
    contains(func.span, span) && target.kind === 'member' && typeof target.property === 'string' && isRow(target.object)
      ? [target.property]
      : [],
  );
};
