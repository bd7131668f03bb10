/** What a workspace asks of its units: where replicas are read, messages sent, and which functions lead there. */

import { orms } from '../../orms';
import type { Statement } from '../statement';
import { announcementsTo, type Handler } from './events';
import type { FileAct, FileActs } from './fileActs';

export interface Gate {
  /** Some read goes to a replica: then all functions matter, else those with transactions or messages. */
  readonly replicas: boolean;
  /** Libraries that a client of its own asks for a replica somewhere, by module id: what else they read, they read from the primary. */
  readonly routed: readonly string[];
  readonly messages: boolean;
  /** Libraries that are told somewhere to find transactions by themselves, by module id. */
  readonly ambient: readonly string[];
  /** A map says that replicas lag: any read may matter. */
  readonly anyRead: boolean;
  /** Where replicas are asked: only what they answer depends on when a handler runs. */
  readonly handlers: readonly Handler[];
  /** Names of the calls that they may run by. */
  readonly heard: readonly string[];
}

/** What one file adds to the gate and to what leads on, as plain data; functions by `Func.id`. */
export interface Share {
  /** As in `Gate`. */
  readonly routed: readonly string[];
  readonly messages: boolean;
  readonly ambient: readonly string[];
  /** Functions that do something themselves. */
  readonly doers: readonly number[];
  /** Those that send messages or ask replicas. */
  readonly aims: readonly number[];
  /** Names by which the functions that do or call something can be called. */
  readonly names: ReadonlyMap<number, string>;
  /** By the name that they call. */
  readonly calls: ReadonlyMap<string, readonly number[]>;
  readonly handlers: readonly Handler[];
}

export function shareOf({ functions, handlers }: FileActs, names: ReadonlyMap<number, string>): Share {
  const doers: number[] = [];
  const aims: number[] = [];
  const own = new Map<number, string>();
  const calls = new Map<string, number[]>();
  const routed = new Set<string>();
  const ambient = new Set<string>();
  let messages = false;
  for (const [id, acts] of functions) {
    const name = names.get(id);
    if (name !== undefined) own.set(id, name);
    if (acts.some(({ kind }) => kind === 'statement' || kind === 'message')) doers.push(id);
    if (acts.some(isAim)) aims.push(id);
    for (const act of acts) {
      if (act.kind === 'statement' && act.statement.target === 'replica' && ofItsOwn(act.statement))
        routed.add(act.statement.orm);
      messages ||= act.kind === 'message';
      if (act.kind !== 'call') continue;
      for (const { id: orm, ambientAfter } of orms) if (ambientAfter === act.name) ambient.add(orm);
      const callers = calls.get(act.name);
      if (callers === undefined) calls.set(act.name, [id]);
      else if (callers.at(-1) !== id) callers.push(id);
    }
  }
  return { routed: [...routed], messages, ambient: [...ambient], doers, aims, names: own, calls, handlers };
}

/** The read is sent to the replica by whom it is asked of, not by an option of its own. */
const ofItsOwn = ({ orm: id, found }: Statement): boolean =>
  found?.targetByName === true || !orms.some((orm) => orm.id === id && orm.prefers);

export function gateOf(shares: readonly Share[], replicated: boolean): Gate {
  const routed = [...new Set(shares.flatMap((one) => one.routed))].sort();
  const replicas = replicated || routed.length > 0;
  const handlers = replicas ? shares.flatMap((one) => one.handlers) : [];
  return {
    replicas,
    routed,
    messages: shares.some((one) => one.messages),
    ambient: [...new Set(shares.flatMap((one) => one.ambient))].sort(),
    anyRead: replicated,
    handlers,
    heard: announcementsTo(handlers),
  };
}

const isAim = (act: FileAct): boolean =>
  act.kind === 'message' || (act.kind === 'statement' && act.statement.target === 'replica');
