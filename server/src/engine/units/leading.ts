/**
 * Which functions lead, over a few calls, to a message or to a read that is sent to a replica: found backwards from there,
 * call by call, so that only calls of functions that lead on are looked up.
 */
import type { Flow } from '../../flow/flow';
import type { CallValue, HostFile } from '../../hosts/host';
import type { Called } from './called';
import { announcedBy } from './events';
import type { FileActs } from './fileActs';
import type { Gate, Share } from './gate';
import { unitLimits } from './limits';

/** By file: `Func.id` of its functions that lead on. */
export type Leading = ReadonlyMap<string, ReadonlySet<number>>;

/** A call: in which function, and which function of the workspace it leads to; keys of what it announces. */
export interface Step {
  readonly from: number;
  readonly to?: { readonly file: string; readonly function: number };
  readonly announces: readonly string[];
}

/** Calls of that name in a file that lead anywhere. */
export function stepsIn(
  { functions, host }: FileActs,
  name: string,
  called: (call: CallValue, host: HostFile) => Called,
  flow: (host: HostFile) => Flow,
): readonly Step[] {
  return [...functions].flatMap(([from, acts]) =>
    acts.flatMap((act): readonly Step[] => {
      if (act.kind !== 'call' || act.name !== name) return [];
      const to = called(act.call, host).to?.function;
      const announces = announcedBy(act.call, name, flow(host))?.keys ?? [];
      if (to === undefined && announces.length === 0) return [];
      return [{ from, announces, ...(to && { to: { file: to.file.path, function: to.function.id } }) }];
    }),
  );
}

export interface Lookups {
  /** Files that are known to matter, by path. */
  readonly shares: ReadonlyMap<string, Share>;
  /** Takes the shares of files that may call one of these names, in files that these may be. */
  takeCallers(files: Iterable<string>, names: ReadonlySet<string>): Promise<void>;
  steps(file: string, name: string): Promise<readonly Step[]>;
}

export async function leadingIn({ shares, takeCallers, steps }: Lookups, gate: Gate): Promise<Leading> {
  const leading = new Map<string, Set<number>>();
  const names = new Set(gate.heard);
  const add = (file: string, id: number): void => {
    const known = leading.get(file);
    if (known) known.add(id);
    else leading.set(file, new Set([id]));
    const name = shares.get(file)?.names.get(id);
    if (name !== undefined) names.add(name);
  };
  const leads = ({ to, announces }: Step): boolean =>
    (to !== undefined && leading.get(to.file)?.has(to.function) === true) ||
    (announces.length > 0 &&
      gate.handlers.some((one) => announces.includes(one.key) && leading.get(one.file)?.has(one.function)));
  for (const [file, { aims, doers }] of shares) for (const id of gate.anyRead ? doers : aims) add(file, id);
  for (let i = 0; i < unitLimits.depth && leading.size > 0; i++) {
    await takeCallers(leading.keys(), names);
    const next: (readonly [string, number])[] = [];
    for (const [file, { calls }] of shares)
      for (const [name, callers] of calls) {
        const own = leading.get(file);
        if (!names.has(name) || callers.every((id) => own?.has(id))) continue;
        for (const step of await steps(file, name))
          if (!own?.has(step.from) && leads(step)) next.push([file, step.from]);
      }
    if (next.length === 0) break;
    for (const [file, id] of next) add(file, id);
  }
  return leading;
}
