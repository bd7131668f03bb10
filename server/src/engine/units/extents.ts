/** Callbacks that run in a transaction: `prisma.$transaction(async (tx) => …)`. */
import { calleeName } from '../../flow/course';
import type { FileIndex } from '../../flow/fileIndex';
import type { Flow } from '../../flow/flow';
import type { CallValue, Template, Value } from '../../hosts/host';
import { orms } from '../../orms';
import { contains, type Span } from '../../text/span';
import type { Statement } from '../statement';
import { heldExtents } from './heldExtents';

export interface Extent {
  /** As in `Found.transaction`. */
  readonly id: string;
  readonly file: string;
  /** The call that begins it. */
  readonly call: CallValue | Template;
  /** What runs in it. */
  readonly body: Span;
  /** Name of its callback's first parameter, or of what it is held by. */
  readonly handle: string | undefined;
  /** Identity of what the transaction is begun on. */
  readonly client: string | undefined;
  /** Begun and committed by calls: identity of the connection or handle that it is held by. */
  readonly held?: string;
}

/** Calls that run their callback in a transaction, in any of the libraries. */
export const transactionCalls: readonly string[] = [
  'transaction',
  '$transaction',
  'transactional',
  'withTransaction',
  'inTransaction',
  'runInTransaction',
  'begin',
  'tx',
  'txIf',
];

/** `db.transaction(…).catch(fallback)` begins where the transaction does, and what it calls runs when that is over. */
const afterwards: ReadonlySet<string> = new Set(['then', 'catch', 'finally']);

const packages = new Set(orms.flatMap(({ modules }) => modules));

/** A statement and the call or template that sends it. */
export type Sent = readonly [site: CallValue | Template, statement: Statement];

export function extentsOf(index: FileIndex, sent: readonly Sent[], flow: Flow): readonly Extent[] {
  const known = new Set(sent.flatMap(([, one]) => one.found?.transaction ?? []));
  const byCallback = index.sites.flatMap((site): readonly Extent[] => {
    if (site.kind !== 'call' || site.isNew) return [];
    const name = calleeName(site.callee);
    if (name === undefined || afterwards.has(name)) return [];
    const id = `${index.file.path}:${site.span.start}`;
    if (!known.has(id) && !transactionCalls.includes(name)) return [];
    const callback = site.args.find((arg) => arg.kind === 'function');
    const func = callback?.kind === 'function' ? index.file.functions[callback.function] : undefined;
    if (func === undefined) return [];
    const receiver = site.callee.kind === 'member' ? site.callee.object : undefined;
    const client = receiver === undefined ? undefined : flow.valueId(flow.ref(receiver));
    const isOurs =
      known.has(id) ||
      (receiver !== undefined && isPackages(flow, receiver)) ||
      sent.some(
        ([of]) =>
          contains(func.span, of.span) && receiversOf(of).some((value) => flow.valueId(flow.ref(value)) === client),
      );
    if (!isOurs) return [];
    const [first] = func.params;
    const handle = first?.pattern.kind === 'name' ? first.pattern.name : undefined;
    return [{ id, file: index.file.path, call: site, body: func.span, handle, client }];
  });
  return [...byCallback, ...heldExtents(index, known, flow, isPackages)];
}

const isPackages = (flow: Flow, receiver: Value): boolean => {
  const { root } = flow.chain(flow.ref(receiver));
  // `drizzle-orm/node-postgres`
  return (
    root.kind === 'package' && [...packages].some((one) => root.module === one || root.module.startsWith(`${one}/`))
  );
};

/** All that a call is made on, the nearest first: `this.prisma.order`, `this.prisma`, `this`. */
export function receiversOf(site: CallValue | Template): readonly Value[] {
  const receivers: Value[] = [];
  let at: Value | undefined = site;
  while (at !== undefined) {
    at =
      at.kind === 'call'
        ? at.callee
        : at.kind === 'template'
          ? at.tag
          : at.kind === 'member'
            ? at.object
            : at.kind === 'await'
              ? at.value
              : undefined;
    if (at !== undefined && at.kind !== 'call') receivers.push(at);
  }
  return receivers;
}

/** `tx`, `trx`: what nobody calls a plain client. */
const isTransactionName = (name: string): boolean => /^(?:tx|trx|txn|transaction|queryRunner)$/i.test(name);

/**
 * A value stands in a callback of what is called like a transaction, whoever's that is: `db.transaction(async () => …)`, or
 * `const run = async (em) => …` that is handed to one.
 */
function isInTransactionCall(index: FileIndex, value: Value): boolean {
  const isBegin = (one: Value): boolean => {
    const up = index.place(one)?.parent;
    return up?.kind === 'call' && up.callee !== one && transactionCalls.includes(calleeName(up.callee) ?? '');
  };
  for (let at: Value | undefined = value; at !== undefined; ) {
    const func: number | undefined = index.place(at)?.function;
    at = func === undefined ? undefined : index.functionValues.get(func);
    if (at === undefined) return false;
    const callback = at;
    const named = index.bindings.find(({ declared }) => declared.kind === 'value' && declared.value === callback);
    if (isBegin(callback) || named?.mentions.some((mention) => isBegin(mention.value))) return true;
  }
  return false;
}

/** Sent through something that is named like a transaction, or in one that is begun with what it stands in. */
export const isCarried = (index: FileIndex, site: CallValue | Template): boolean =>
  receiversOf(site).some((value) => value.kind === 'name' && isTransactionName(value.name)) ||
  isInTransactionCall(index, site);

/** Names that transactions are carried under where no type says so. */
const carriers =
  /^(?:ctx|context|opts|options|tx|trx|t|transaction|session|manager|em|client|conn|connection|queryRunner)$/i;

/**
 * Whether a call may carry the transaction on, by an argument or by what it is made on: the handle itself, something made
 * of it (`new OrderRepository(tx)`), or an argument of a name that often holds one. `handle.LOCK.UPDATE` is a constant and
 * carries nothing.
 */
export const mayCarry = (site: CallValue | Template, { handle }: Extent, index: FileIndex): boolean =>
  site.kind === 'call' &&
  (site.args.some((value) => carries(value, handle, index, true, 0)) ||
    (site.callee.kind === 'member' && carries(site.callee.object, handle, index, false, 0)));

/** `byName`: an argument; what only is called like a handle counts too. */
function carries(value: Value, handle: string | undefined, index: FileIndex, byName: boolean, depth: number): boolean {
  const inside = (part: Value): boolean => carries(part, handle, index, byName, depth);
  const named = (name: string): boolean => byName && carriers.test(name);
  switch (value.kind) {
    case 'name': {
      if (value.name === handle || named(value.name)) return true;
      const declared = index.binding(value)?.declared;
      return depth < 3 && declared?.kind === 'value' && declared.value !== undefined
        ? carries(declared.value, handle, index, byName, depth + 1)
        : false;
    }
    case 'member':
      return value.property === 'LOCK' || (typeof value.property === 'string' && named(value.property))
        ? value.property !== 'LOCK'
        : inside(value.object);
    case 'call':
      return value.args.some(inside) || (value.callee.kind === 'member' && inside(value.callee.object));
    case 'object':
      return value.entries.some((entry) => inside(entry.value));
    case 'list':
      return value.items.some(inside);
    case 'await':
      // A row that was loaded in the transaction does not stay in it.
      return byName && inside(value.value);
    case 'spread':
    case 'unary':
    case 'keyword':
      return inside(value.value);
    case 'binary':
      return inside(value.left) || inside(value.right);
    case 'conditional':
      return inside(value.then) || inside(value.otherwise);
    default:
      return false;
  }
}
