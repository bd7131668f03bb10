/** Calls inside of a function of the project, and the frame in which one of its callers sees them. */
import type { Chain, Frame, FuncRef, Ref } from '../../flow/flow';
import type { CallValue, HostFile } from '../../hosts/host';

const known = new WeakMap<HostFile, Map<number, readonly CallValue[]>>();
const deepest = 60;

/** The calls of a function and of the functions in it, in order. */
export const callsOf = (file: HostFile, id: number): readonly CallValue[] => {
  const kept = known.get(file) ?? new Map<number, readonly CallValue[]>();
  known.set(file, kept);
  const before = kept.get(id);
  if (before !== undefined) return before;
  const found: CallValue[] = [];
  const entered = new Set<number>([id]);
  const walk = (one: unknown, depth: number): void => {
    if (typeof one !== 'object' || one === null || depth > deepest) return;
    if (Array.isArray(one)) {
      for (const item of one) walk(item, depth + 1);
      return;
    }
    if ('kind' in one && one.kind === 'call') found.push(one as CallValue);
    if ('kind' in one && one.kind === 'function' && 'function' in one && typeof one.function === 'number') {
      if (entered.has(one.function)) return;
      entered.add(one.function);
      walk(file.functions[one.function]?.body, depth + 1);
      return;
    }
    for (const [key, value] of Object.entries(one)) if (key !== 'span') walk(value, depth + 1);
  };
  walk(file.functions[id]?.body, 0);
  kept.set(id, found);
  return found;
};

/** The caller's arguments in the place of parameters; `self` is what `this` is. */
export const frameFor = (
  { file, function: func, frame: outer }: FuncRef,
  self: Chain | undefined,
  args: readonly Ref[],
  depth: number,
): Frame => ({
  file,
  function: func.id,
  args,
  ...(self === undefined ? {} : { this: self }),
  ...(outer === undefined ? {} : { outer }),
  depth,
});
