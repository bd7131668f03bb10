/** Which calls are worth following: those whose name leads, over a few calls, to a statement or a message. */

import { orms } from '../../orms';
import type { Statement } from '../statement';
import { announcementsTo, type Handler } from './events';
import { unitLimits } from './expand';
import type { FileAct, FileActs } from './fileActs';

export interface Gate {
  /** Some read goes to a replica: then all functions matter, else those with transactions or messages. */
  readonly replicas: boolean;
  /** Libraries that a client of its own asks for a replica somewhere, by module id: what else they read, they read from the primary. */
  readonly routed: readonly string[];
  readonly messages: boolean;
  /** Libraries that are told somewhere to find transactions by themselves, by module id. */
  readonly ambient: readonly string[];
  readonly names: ReadonlySet<string>;
  /** Those of them that lead to a message or to a read that is sent to a replica. */
  readonly aiming: ReadonlySet<string>;
  /** A map says that replicas lag: any read may matter. */
  readonly anyRead: boolean;
  /** Where replicas are asked: only what they answer depends on when a handler runs. */
  readonly handlers: readonly Handler[];
}

/** What one file adds to the gate; plain text, to see whether it has changed. */
export interface Share {
  /** As in `Gate`. */
  readonly routed: readonly string[];
  readonly messages: boolean;
  readonly ambient: readonly string[];
  /** Functions that do something themselves. */
  readonly doers: readonly string[];
  /** Those that send messages or ask replicas. */
  readonly aims: readonly string[];
  /** Name of a function and the names that it calls. */
  readonly callers: readonly (readonly [name: string, calls: readonly string[]])[];
  readonly handlers: readonly Handler[];
  readonly text: string;
}

export function shareOf({ functions, handlers }: FileActs, names: ReadonlyMap<number, string>): Share {
  const doers: string[] = [];
  const aims: string[] = [];
  const callers: (readonly [string, readonly string[]])[] = [];
  const routed = new Set<string>();
  const ambient = new Set<string>();
  let messages = false;
  for (const [id, acts] of functions) {
    const name = names.get(id);
    for (const act of acts) {
      if (act.kind === 'statement' && act.statement.target === 'replica' && ofItsOwn(act.statement))
        routed.add(act.statement.orm);
      messages ||= act.kind === 'message';
      if (act.kind === 'call')
        for (const { id: orm, ambientAfter } of orms) if (ambientAfter === act.name) ambient.add(orm);
    }
    if (name === undefined) continue;
    if (acts.some(({ kind }) => kind === 'statement' || kind === 'message')) doers.push(name);
    if (acts.some(isAim)) aims.push(name);
    const calls = [...new Set(acts.flatMap((act) => (act.kind === 'call' ? [act.name] : [])))];
    if (calls.length > 0) callers.push([name, calls]);
  }
  const own = { routed: [...routed], messages, ambient: [...ambient], doers, aims, callers, handlers };
  return { ...own, text: JSON.stringify(own) };
}

/** The read is sent to the replica by whom it is asked of, not by an option of its own. */
const ofItsOwn = ({ orm: id, found }: Statement): boolean =>
  found?.targetByName === true || !orms.some((orm) => orm.id === id && orm.prefers);

export function gateOf(shares: readonly Share[], replicated: boolean): Gate {
  const routed = [...new Set(shares.flatMap((one) => one.routed))].sort();
  const replicas = replicated || routed.length > 0;
  const handlers = replicas ? shares.flatMap((one) => one.handlers) : [];
  const heard = announcementsTo(handlers);
  const callers = shares.flatMap((one) => one.callers);
  const names = leadingTo(shares.flatMap(({ doers }) => doers).concat(heard), callers);
  const aiming = leadingTo(shares.flatMap(({ aims }) => aims).concat(heard), callers);
  return {
    replicas,
    routed,
    messages: shares.some((one) => one.messages),
    ambient: [...new Set(shares.flatMap((one) => one.ambient))].sort(),
    names,
    aiming,
    anyRead: replicated,
    handlers,
  };
}

function leadingTo(some: readonly string[], callers: Share['callers']): ReadonlySet<string> {
  const names = new Set(some);
  for (let i = 0; i < unitLimits.depth; i++) {
    const before = names.size;
    for (const [name, calls] of callers) if (calls.some((call) => names.has(call))) names.add(name);
    if (names.size === before) break;
  }
  return names;
}

/** A message or a replica's read, or a call that may lead to one. `asked`: the names that this depends on. */
export function leadsToAim(acts: readonly FileAct[], { aiming }: Gate, asked: Set<string>): boolean {
  let found = false;
  for (const act of acts) {
    if (act.kind === 'call') asked.add(act.name);
    found ||= isAim(act) || (act.kind === 'call' && aiming.has(act.name));
  }
  return found;
}

const isAim = (act: FileAct): boolean =>
  act.kind === 'message' || (act.kind === 'statement' && act.statement.target === 'replica');

/** Something in the file does what units are about, or calls what does. */
export function leadsOn({ doers, aims, callers }: Share, { names, aiming, anyRead }: Gate): boolean {
  const [own, wanted] = anyRead ? [doers, names] : [aims, aiming];
  return own.length > 0 || callers.some(([, calls]) => calls.some((call) => wanted.has(call)));
}

/** The names that lead on by one of them alone. */
export const differing = (a: Gate, b: Gate): readonly string[] =>
  (
    [
      [a.names, b.names],
      [a.aiming, b.aiming],
    ] as const
  ).flatMap(([x, y]) => [...[...x].filter((name) => !y.has(name)), ...[...y].filter((name) => !x.has(name))]);
