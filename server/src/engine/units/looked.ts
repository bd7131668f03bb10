/** What the code behind a read looks at, wherever its answer goes. */
import { parametersOf, type Used, usedOf } from '../../flow/used';
import type { CallValue, Func, HostFile } from '../../hosts/host';
import type { Unit, UnitAct } from '../../rules/unit';
import type { Step } from './order';
import { areUnrelated, isMadeOf, type Origins } from './origins';
import type { Expanded, Surroundings, Walk } from './way';

/** What rules ask of two acts beyond their places: see `Unit`. */
export function looking(
  found: (act: UnitAct) => Found | undefined,
  { around, hosts }: Walk,
  own: Origins['own'],
): Pick<Unit, 'unrelated' | 'made' | 'used' | 'fields'> {
  const origins = { ...around, host: (path: string) => hosts.get(path), own };
  const both = (
    ask: typeof areUnrelated,
    ...[write, value, other, otherValue]: Parameters<Unit['unrelated']>
  ): boolean => {
    const [one, two] = [found(write), found(other)];
    return one !== undefined && two !== undefined && ask(value, one.handing, otherValue, two.handing, origins);
  };
  return {
    unrelated: (write, value, other, otherValue) => both(areUnrelated, write, value, other, otherValue),
    made: (write, value, other, otherValue) => both(isMadeOf, write, value, other, otherValue),
    used: (act) => {
      const one = found(act);
      return one && lookedAt(one.steps, one.functions, around);
    },
    fields: (act) => found(act)?.matter().fields ?? new Set(),
  };
}

type Found = Extract<Expanded, { readonly act: unknown }>;

/** `steps` lead to the read, through `functions`. */
function lookedAt(steps: readonly Step[], functions: readonly Func[], around: Surroundings): Used | undefined {
  const read = steps.at(-1);
  return (
    read &&
    usedOf(around.index(read[0]), read[1], {
      into: (index, call, argument) => {
        const to = calledWith(call, index.file, around);
        const func = to?.function.params[argument];
        if (!to || !func || func.rest) return undefined;
        const inside = around.index(to.file);
        return { index: inside, bindings: parametersOf(inside, to.function.id, argument) };
      },
      out: ({ file }, func) => {
        const at = functions.findIndex(({ id }, i) => id === func && steps[i]?.[0] === file);
        const [host, call] = steps[at - 1] ?? [];
        if (at < 0) return undefined;
        // What announces something is not answered by what handles it.
        const answers = host && call?.kind === 'call' && around.called(call, around.flow(host)).to?.function.function;
        return answers === functions[at] && host && call ? { index: around.index(host), call } : 'unknown';
      },
    })
  );
}

/** The function that a call leads to, where it is handed the arguments as they are written. */
function calledWith(call: CallValue, file: HostFile, around: Surroundings) {
  const to = around.called(call, around.flow(file)).to;
  return to?.args.length === call.args.length ? to.function : undefined;
}
