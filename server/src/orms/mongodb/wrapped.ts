/** Calls inside of a method of the project, seen from one of its callers: generic repositories. */
import type { Chain, Flow, Frame, FuncRef, Ref } from '../../flow/flow';
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

/** Those of its calls that have one of these names, with the caller's arguments in the place of parameters. */
export const callsWithin = (
  fn: FuncRef,
  self: Chain | undefined,
  args: readonly Ref[],
  depth: number,
  named: (name: string) => boolean,
): readonly Ref[] => {
  const { file, function: func, frame: outer } = fn;
  const frame: Frame = {
    file,
    function: func.id,
    args,
    ...(self === undefined ? {} : { this: self }),
    ...(outer === undefined ? {} : { outer }),
    depth,
  };
  return callsOf(file, func.id).flatMap((value) => {
    const { callee } = value;
    const name = callee.kind === 'member' && typeof callee.property === 'string' ? callee.property : undefined;
    return name !== undefined && named(name) ? [{ value, file, frame }] : [];
  });
};

/** The end of the expression that a call begins: `Model.find(q).sort(s).lean()`. */
export const wholeOf = (flow: Flow, ref: Ref): Ref => {
  let at = ref;
  for (;;) {
    const up = flow.parent(at);
    if (up === undefined || !('kind' in up)) return at;
    if (up.kind === 'member' && up.object === at.value) at = { ...at, value: up };
    else if (up.kind === 'call' && up.callee === at.value) at = { ...at, value: up };
    else return at;
  }
};
