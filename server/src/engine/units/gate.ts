/** Which calls are worth following: those whose name leads, over a few calls, to a statement or a message. */

import { unitLimits } from './expand';
import type { FileActs } from './fileActs';

export interface Gate {
  /** Some read goes to a replica: then all functions matter, else those with transactions or messages. */
  readonly replicas: boolean;
  /** Libraries that are asked for a replica somewhere, by module id: what else they read, they read from the primary. */
  readonly routed: readonly string[];
  readonly messages: boolean;
  readonly names: ReadonlySet<string>;
}

/** What one file adds to the gate; plain text, to see whether it has changed. */
export interface Share {
  /** As in `Gate`. */
  readonly routed: readonly string[];
  readonly messages: boolean;
  /** Functions that do something themselves. */
  readonly doers: readonly string[];
  /** Name of a function and the names that it calls. */
  readonly callers: readonly (readonly [name: string, calls: readonly string[]])[];
  readonly text: string;
}

export function shareOf({ functions }: FileActs, names: ReadonlyMap<number, string>): Share {
  const doers: string[] = [];
  const callers: (readonly [string, readonly string[]])[] = [];
  const routed = new Set<string>();
  let messages = false;
  for (const [id, acts] of functions) {
    const name = names.get(id);
    for (const act of acts) {
      if (act.kind === 'statement' && act.statement.target === 'replica') routed.add(act.statement.orm);
      messages ||= act.kind === 'message';
    }
    if (name === undefined) continue;
    if (acts.some(({ kind }) => kind === 'statement' || kind === 'message')) doers.push(name);
    const calls = [...new Set(acts.flatMap((act) => (act.kind === 'call' ? [act.name] : [])))];
    if (calls.length > 0) callers.push([name, calls]);
  }
  const own = { routed: [...routed], messages, doers, callers };
  return { ...own, text: JSON.stringify(own) };
}

export function gateOf(shares: readonly Share[], replicated: boolean): Gate {
  const names = new Set(shares.flatMap(({ doers }) => doers));
  const callers = shares.flatMap((one) => one.callers);
  for (let i = 0; i < unitLimits.depth; i++) {
    const before = names.size;
    for (const [name, calls] of callers) if (calls.some((call) => names.has(call))) names.add(name);
    if (names.size === before) break;
  }
  const routed = [...new Set(shares.flatMap((one) => one.routed))].sort();
  return {
    replicas: replicated || routed.length > 0,
    routed,
    messages: shares.some((one) => one.messages),
    names,
  };
}

/** Something in the file does something, or calls what does. */
export const leadsOn = ({ doers, callers }: Share, { names }: Gate): boolean =>
  doers.length > 0 || callers.some(([, calls]) => calls.some((call) => names.has(call)));

/** The names that lead on by one of them alone. */
export const differing = (a: Gate, b: Gate): readonly string[] => [
  ...[...a.names].filter((name) => !b.names.has(name)),
  ...[...b.names].filter((name) => !a.names.has(name)),
];
