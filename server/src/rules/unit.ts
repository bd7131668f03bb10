/**
 * A unit of work: what one function of host code does in order, with what the functions of the workspace do that it
 * calls. Rules about transactions, replicas and messages read this.
 */
import type { Location } from '../text/span';
import type { MapFix, Placed } from './rule';

export interface Unit {
  readonly file: string;
  /** As people call it: `createOrder`, `OrderService.create`. */
  readonly name: string;
  /** In the order in which they happen; branches stand one after another. */
  readonly acts: readonly UnitAct[];
  /** `acts`, and in their places the statements of the handlers of what is announced on the way: they have `over`. */
  readonly withHandlers: readonly StatementAct[];
  readonly transactions: readonly UnitTransaction[];
  /** Identities of the function's parameters, as in `KeyValues.values`. */
  readonly parameters: readonly string[];
  /** Replicas of that library's are asked somewhere in the workspace by a client of their own: its other clients ask the primary. */
  routes(orm: string): boolean;
  /** The value differs from turn to turn of a loop around the statement. */
  turns(act: StatementAct, value: string): boolean;
  /** Whether `later` may be asked for behind `earlier` in one run of the unit. */
  reaches(earlier: UnitAct, later: UnitAct): boolean;
  /** How `later` meets `earlier`, which it is reached from. */
  meeting(earlier: UnitAct, later: UnitAct): Meeting;
  /** How long it surely waits between two acts, in milliseconds. */
  waits(earlier: UnitAct, later: UnitAct): number;
  /** The first call between two acts that is not understood. */
  unresolved(earlier: UnitAct, later: UnitAct): string | undefined;
  /** What the keys of an act's tables are bound to, in the words of the unit's own function. */
  keys(act: StatementAct): readonly KeyValues[];
  /** How a message or a read is about what a write writes. */
  relation(write: StatementAct, other: UnitAct): Relation;
  /** Whether the other one may be made of what the write has answered. */
  answers(write: StatementAct, other: UnitAct): boolean;
  /** What is named where an act stands, and by the calls that lead there. */
  speech(act: UnitAct): Speech;
  /** Nothing says that a value of the one, as its statement names it, may be equal to a value of the other. */
  unrelated(write: StatementAct, value: string, other: StatementAct, otherValue: string): boolean;
  /** One of the two is made of the other: the key of a row that was found by it. */
  made(write: StatementAct, value: string, other: StatementAct, otherValue: string): boolean;
  /** Fields of a read's answer that the code behind it looks at; undefined where it may be any. */
  used(read: StatementAct): Used | undefined;
  /** Names of properties that a statement is handed. */
  fields(act: StatementAct): ReadonlySet<string>;
  /** ``in `createOrder` (orders.ts:42)``, `(orders.ts:42)` where it stands in the unit's own function. */
  where(act: UnitAct): string;
}

/**
 * `after`: the later one may happen once the earlier one is done; `beside`: at the same time (`Promise.all`); `undone`: only
 * where the earlier one has changed nothing, being refused or finding no row; `never`: not in one run.
 */
export type Meeting = 'after' | 'beside' | 'undone' | 'never';

/** By the same values, by values that come from the same ones, by nothing; or nothing is known. */
export type Relation = 'same' | 'near' | 'none' | 'unknown';

/** Names as they are written. */
export interface Speech {
  /** Functions and receivers that it goes through, and what it is said to be: the topic, the job. */
  readonly through: readonly string[];
  /** Fields, variables and constants that are handed over; `page_id` for `page.id`. */
  readonly names: readonly string[];
}

/** Names of fields at whatever depth; `handed`: what lies below them may be looked at, too. */
export interface Used {
  readonly names: ReadonlySet<string>;
  readonly handed: ReadonlySet<string>;
}

export type UnitAct = StatementAct | MessageAct;

interface ActBase {
  /** The call or template. */
  readonly at: Location;
  /** The calls that lead from the unit's function to the one that it stands in; empty: it stands in the unit's own. */
  readonly hops: readonly Hop[];
  /** Loops and repeated callbacks around it, from the outside in: equal ids are one loop. */
  readonly loops: readonly string[];
  /** It may be left out. */
  readonly conditional: boolean;
  /** What lies between the unit and the handler that it stands in, or that leads to it. */
  readonly over?: Hopped;
  /** Transactions whose callback it stands in or is called from, from the outside in: ids of `Unit.transactions`. */
  readonly inside: readonly string[];
}

export interface StatementAct extends ActBase {
  readonly kind: 'statement';
  readonly statement: Placed;
  /** As it is written: `findUniqueOrThrow`; empty for templates. */
  readonly method: string;
  /** The transaction that it takes part in, the caller's where the handle is handed on; undefined: none. */
  readonly transaction?: string;
  /** What its answer decides: `decides` a branch, a throw or an early return, or it is only `used`. */
  readonly outcome: 'decides' | 'returned' | 'used' | 'dropped';
  /** Nobody waits for it: what follows may happen before it is done. */
  readonly loose: boolean;
  /** Sent through something that is named like a transaction, or in its callback, wherever that comes from. */
  readonly carried: boolean;
  /** Outside of the transaction around it, on the very client that the transaction was begun on. */
  readonly sameClient: boolean;
  /** Something that is handed over on the way to it, or in its own call, may carry the transaction around it. */
  readonly mayJoin: boolean;
  /** Sends it through the transaction around it, where that is one edit. */
  readonly joins?: MapFix;
  /** Sends a replica's read to the primary, where that is one edit. */
  readonly toPrimary?: MapFix;
}

export interface KeyValues {
  readonly table: string;
  /** Tables of one group lie together. */
  readonly group: string;
  readonly how: Placed['route']['bindings'][number]['how'];
  /** As in `TableBinding.values`. */
  readonly values: readonly string[];
  readonly write: boolean;
}

/** Something is sent to a message broker or a queue. */
export interface MessageAct extends ActBase {
  readonly kind: 'message';
  /** `Kafka`, `SQS` … */
  readonly broker: string;
}

/** Something is announced here and handled there: an event or command of the same process, or a job of a queue. */
export interface Hopped {
  readonly how: 'event' | 'queue';
  /** As people call it: `order.created`, `OrderCreated`, the queue's name. */
  readonly name: string;
}

export interface Hop {
  readonly name: string;
  readonly at: Location;
}

export interface UnitTransaction {
  readonly id: string;
  /** The call that begins it. */
  readonly at: Location;
  /** Loops around it, as in `UnitAct`: it is another one in each turn of them. */
  readonly loops: readonly string[];
  /** Name of the handle that the callback is given. */
  readonly handle?: string;
}

/** The statement's method, tag or first word. */
export const nameOf = ({ statement }: StatementAct): Location => ({ file: statement.file, span: statement.name });

export const isWrite = ({ statement }: StatementAct): boolean => statement.writes.length > 0;

export const statementsOf = (unit: Unit): readonly StatementAct[] =>
  unit.acts.filter((act) => act.kind === 'statement');

/**
 * Sent outside of the transaction around it: on the very client that it was begun on, or by the library that others of
 * its statements are sent by, with nothing that may carry it.
 */
export const escapes = (act: StatementAct, acts: readonly StatementAct[]): boolean => {
  const around = act.inside.at(-1);
  if (around === undefined || act.transaction !== undefined) return false;
  const { orm } = act.statement;
  const others = (): boolean => acts.some((one) => one.transaction === around && one.statement.orm === orm);
  return act.sameClient || (!act.mayJoin && orm !== 'sql' && others());
};
