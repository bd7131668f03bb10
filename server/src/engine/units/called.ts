/** Where calls of the workspace lead. Units follow the same calls over and over: each is looked up once. */
import type { Flow, FuncRef, Ref } from '../../flow/flow';
import type { Linker } from '../../flow/linker';
import type { CallValue } from '../../hosts/host';

export interface Called {
  /** The function of the workspace, and what it is handed; undefined where it leads to none. */
  readonly to: { readonly function: FuncRef; readonly args: readonly Ref[] } | undefined;
  /** Nothing says what is called. */
  readonly unknown: boolean;
}

export type Lookup = (call: CallValue, flow: Flow) => Called;

/** What is missing may be there soon: an answer without it is not kept. */
export function lookupIn({ project }: Linker): Lookup {
  const known = new Map<CallValue, { readonly answer: Called; readonly reads: ReadonlySet<string> }>();
  return (call, flow) => {
    const before = known.get(call);
    if (before) {
      project.reread(before.reads);
      return before.answer;
    }
    const { missed } = project;
    const made = project.watch(() => calledBy(call, flow));
    if (project.missed === missed) known.set(call, made);
    return made.answer;
  };
}

function calledBy(call: CallValue, flow: Flow): Called {
  const { root, steps } = flow.call(call);
  const [step] = steps;
  const leads = root.kind === 'function' && steps.length === 1 && step?.kind === 'call';
  return {
    to: leads ? { function: root.function, args: step.args } : undefined,
    unknown: root.kind === 'unknown',
  };
}
