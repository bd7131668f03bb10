/** Transactions that are begun and committed by calls: `const trx = await db.transaction()` … `await trx.commit()`. */
import { calleeName } from '../../flow/course';
import type { FileIndex } from '../../flow/fileIndex';
import type { Flow } from '../../flow/flow';
import type { CallValue, Template, Value } from '../../hosts/host';
import { type Bound, boundOf } from '../../orms/build/begun';
import type { Extent } from './extents';

/** Calls that answer with a handle, in any of the libraries. */
const opening = /^(?:transaction|startTransaction|transactionProvider)$/;

/** Calls that take one connection for itself. */
const taking = /^(?:connect|getConnection|reserve|acquire|createQueryRunner|startSession|fork)$/;

/** From the call that begins each to its last commit in the same function. `known`: transactions that statements take part in. */
export function heldExtents(
  index: FileIndex,
  known: ReadonlySet<string>,
  flow: Flow,
  isLibrarys: (flow: Flow, value: Value) => boolean,
): readonly Extent[] {
  const bounds = index.sites.flatMap((site) => boundOf(site) ?? []);
  const found = new Map<CallValue | Template, Extent>();
  for (const end of bounds) {
    if (end.how !== 'commits') continue;
    const begun = begunBefore(index, bounds, end, flow);
    const held = flow.valueId(flow.ref(end.on));
    const ids = begun === undefined ? [] : idsOf(index, begun, held);
    const id = ids.find((one) => known.has(one)) ?? (isLibrarys(flow, end.on) ? ids[0] : undefined);
    if (begun === undefined || id === undefined) continue;
    const client = begun.opened && clientOf(begun.opened);
    found.set(begun.site, {
      id,
      file: index.file.path,
      call: begun.site,
      body: { start: begun.site.span.end, end: end.site.span.start },
      handle: end.on.kind === 'name' ? end.on.name : undefined,
      client: client && flow.valueId(flow.ref(client)),
      held,
    });
  }
  return [...found.values()];
}

interface Begun {
  readonly site: CallValue | Template;
  /** The call that gave the connection or handle. */
  readonly opened?: CallValue;
}

/** On the connection itself, or with the handle; in the function that commits. */
function begunBefore(index: FileIndex, bounds: readonly Bound[], end: Bound, flow: Flow): Begun | undefined {
  const func = index.place(end.site)?.function;
  const id = flow.valueId(flow.ref(end.on));
  const opened = openedBy(index, end.on);
  const own = bounds.findLast(
    ({ site, on, how }) =>
      how === 'begins' &&
      site.span.end <= end.site.span.start &&
      index.place(site)?.function === func &&
      flow.valueId(flow.ref(on)) === id,
  );
  if (own) return { site: own.site, ...(opened && { opened }) };
  const begins = opened && innerCall(opened, opening);
  return begins && index.place(begins)?.function === func ? { site: begins, opened } : undefined;
}

/** The call that a variable is declared with: `await pool.connect()`. */
function openedBy(index: FileIndex, on: Value): CallValue | undefined {
  const declared = on.kind === 'name' ? index.binding(on)?.declared : undefined;
  const value = declared?.kind === 'value' ? declared.value : undefined;
  const call = value?.kind === 'await' ? value.value : value;
  return call?.kind === 'call' && !call.isNew ? call : undefined;
}

/** The call itself or one that it is made on: `db.startTransaction().execute()`. */
function innerCall(call: CallValue, names: RegExp): CallValue | undefined {
  for (let at: Value = call; at.kind === 'call'; ) {
    if (names.test(calleeName(at.callee) ?? '')) return at;
    if (at.callee.kind !== 'member') return undefined;
    at = at.callee.object;
  }
  return undefined;
}

const clientOf = (opened: CallValue): Value | undefined => {
  const call = innerCall(opened, opening) ?? innerCall(opened, taking);
  return call?.callee.kind === 'member' ? call.callee.object : undefined;
};

/** What statements may call it by. */
function idsOf(index: FileIndex, { site, opened }: Begun, held: string): readonly string[] {
  const calls: (CallValue | Template)[] = [site];
  for (
    let at: Value | undefined = opened;
    at?.kind === 'call';
    at = at.callee.kind === 'member' ? at.callee.object : undefined
  )
    calls.push(at);
  return [...calls.map(({ span }) => `${index.file.path}:${span.start}`), held];
}
