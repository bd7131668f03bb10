/** Statements and calls that nobody waits for. */
import { type Act, calleeName } from '../../flow/course';
import type { FileIndex } from '../../flow/fileIndex';
import type { Value } from '../../hosts/host';

/** Neither for it nor for the call whose callback it stands in: `Promise.all(items.map(…)).catch(…)` by itself. */
export function isLoose(index: FileIndex, { site, turns }: Act): boolean {
  let at: Value | undefined = site;
  for (let left = turns.filter(({ kind }) => kind === 'callback').length; at !== undefined; left--) {
    if (isDropped(index, at)) return true;
    at = left > 0 ? callAround(index, at) : undefined;
  }
  return false;
}

/** The promise ends in a statement of its own; what is kept or handed on may be waited for later. */
function isDropped(index: FileIndex, value: Value): boolean {
  for (let at = value; ; ) {
    const up = index.place(at)?.parent;
    switch (up?.kind) {
      case 'expression':
        return true;
      case 'call':
        if (up.callee !== at && !/^(?:all|allSettled|race|any)$/.test(calleeName(up.callee) ?? '')) return false;
        at = up;
        break;
      case 'member':
      case 'list':
      case 'unary':
        at = up;
        break;
      default:
        return false;
    }
  }
}

/** The call that the function around a value is handed to. */
function callAround(index: FileIndex, value: Value): Value | undefined {
  const func = index.place(value)?.function;
  const callback = func === undefined ? undefined : index.functionValues.get(func);
  const up = callback && index.place(callback)?.parent;
  return up?.kind === 'call' ? up : undefined;
}
