/** What a function of a model does to a row before it is sent: `this.id = uuid()`, `row.id = uuid()`. */
import type { FuncRef } from '../../flow/flow';
import type { Func, Value } from '../../hosts/host';
import { contains } from '../../text/span';
import { doneIn } from './calls';

/** A hook of a base class is asked for with every model below it. */
const known = new WeakMap<Func, readonly string[]>();

/** Names of the members that it gives to its row, which is `this` or its first parameter. */
export const filledBy = (hook: FuncRef): readonly string[] => {
  const before = known.get(hook.function);
  if (before !== undefined) return before;
  const names = read(hook);
  known.set(hook.function, names);
  return names;
};

const read = ({ file, function: func }: FuncRef): readonly string[] => {
  const first = func.params[0]?.pattern;
  const isRow = (value: Value): boolean =>
    value.kind === 'this' || (value.kind === 'name' && first?.kind === 'name' && value.name === first.name);
  return doneIn(file).assignments.flatMap(({ target, span }) =>
    contains(func.span, span) && target.kind === 'member' && typeof target.property === 'string' && isRow(target.object)
      ? [target.property]
      : [],
  );
};
