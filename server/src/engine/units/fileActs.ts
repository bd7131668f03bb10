/** What the functions of one file do: statements, messages, waits and calls, in order; and the transactions begun there. */
import { type Act, calleeName, coursesOf, type Turn } from '../../flow/course';
import type { FileIndex } from '../../flow/fileIndex';
import type { Flow } from '../../flow/flow';
import type { CallValue, HostFile, Template, Value } from '../../hosts/host';
import { contains, type Span } from '../../text/span';
import type { Statement } from '../statement';
import { brokerOf, maySend } from './brokers';
import { type Handler, handlersIn } from './events';
import { type Extent, extentsOf, isCarried } from './extents';
import { type Local, localOf } from './local';
import { type RouteChain, routesIn } from './routes';

export interface FileActs {
  readonly host: HostFile;
  /** By function; those without acts are left out. */
  readonly functions: ReadonlyMap<number, readonly FileAct[]>;
  readonly extents: readonly Extent[];
  /** Functions that handle what others announce, by what this file registers. */
  readonly handlers: readonly Handler[];
  /** Routes that this file registers. */
  readonly routes: readonly RouteChain[];
}

interface FileActBase {
  readonly site: CallValue | Template;
  readonly turns: readonly Turn[];
}

export type FileAct = FileActBase &
  (
    | ({
        readonly kind: 'statement';
        readonly statement: Statement;
        /** As in `StatementAct`. */
        readonly carried: boolean;
      } & Local)
    | { readonly kind: 'message'; readonly broker: string }
    /** Milliseconds. */
    | { readonly kind: 'wait'; readonly waits: number }
    /** A call that is not known to do any of this by itself. */
    | { readonly kind: 'call'; readonly name: string; readonly call: CallValue }
  );

export function fileActs(host: HostFile, index: FileIndex, statements: readonly Statement[], flow: Flow): FileActs {
  const at = statementsBySite(index, statements);
  const sends = maySend(host);
  const functions = new Map<number, readonly FileAct[]>();
  for (const course of coursesOf(index)) {
    const acts = course.acts.flatMap((act) => actsAt(index, act, at.get(act.site) ?? [], sends, flow));
    if (acts.length > 0) functions.set(course.function, acts);
  }
  const sent = [...at].flatMap(([site, all]) => all.map((one) => [site, one] as const));
  return {
    host,
    functions,
    extents: extentsOf(index, sent, flow),
    handlers: handlersIn(index, flow),
    routes: routesIn(index, flow),
  };
}

function actsAt(
  index: FileIndex,
  { site, turns }: Act,
  statements: readonly Statement[],
  sends: boolean,
  flow: Flow,
): readonly FileAct[] {
  if (statements.length > 0) {
    const local = { ...localOf(index, { site, turns }), carried: isCarried(index, site) };
    return statements.map((statement) => ({ kind: 'statement', site, turns, statement, ...local }));
  }
  if (site.kind !== 'call' || site.isNew) return [];
  const name = calleeName(site.callee);
  if (name === undefined) return [];
  const waits = waitOf(index, name, site);
  if (waits !== undefined) return [{ kind: 'wait', site, turns, waits }];
  const broker = sends ? brokerOf(site, name, flow) : undefined;
  if (broker !== undefined) return [{ kind: 'message', site, turns, broker }];
  return [{ kind: 'call', site, turns, name, call: site }];
}

/** A statement belongs to the call or template that it is, else to the innermost one that it is named in. */
function statementsBySite(
  { sites }: FileIndex,
  statements: readonly Statement[],
): ReadonlyMap<CallValue | Template, readonly Statement[]> {
  const bySpan = new Map(sites.map((site) => [`${site.span.start}:${site.span.end}`, site] as const));
  const found = new Map<CallValue | Template, Statement[]>();
  for (const one of statements) {
    const { span } = one.found ?? one;
    const site = bySpan.get(`${span.start}:${span.end}`) ?? innermost(sites, one.nameSpan);
    if (site === undefined) continue;
    found.set(site, [...(found.get(site) ?? []), one]);
  }
  return found;
}

const innermost = (sites: readonly (CallValue | Template)[], span: Span): CallValue | Template | undefined =>
  sites
    .filter((site) => contains(site.span, span))
    .sort((a, b) => a.span.end - a.span.start - (b.span.end - b.span.start))[0];

/** `await sleep(2000)`, `waitForRetry(interval)`, `setTimeout(2000)` of `timers/promises`, `new Promise((done) => setTimeout(done, interval))`. */
function waitOf(index: FileIndex, name: string, site: CallValue): number | undefined {
  const isWait = /^(?:sleep|delay|wait|waitFor|pause|timeout|setTimeout)$/i.test(name);
  if (!isWait && !(site.args.length === 1 && /^(?:sleep|delay|wait)[A-Z]/.test(name))) return undefined;
  const [first] = site.args;
  if (name === 'setTimeout' && first && numberOf(index, first, 0) === undefined && !isInPromise(index, site))
    return undefined;
  return site.args.flatMap((arg) => numberOf(index, arg, 0) ?? [])[0];
}

/** What is done after a while is waited for where it settles a promise. */
function isInPromise(index: FileIndex, site: Value): boolean {
  const func = index.place(site)?.function;
  const executor = func === undefined ? undefined : index.functionValues.get(func);
  const up = executor && index.place(executor)?.parent;
  return up?.kind === 'call' && up.isNew && calleeName(up.callee) === 'Promise';
}

/** A number as it is written, a product of such, or a constant that holds one. */
function numberOf(index: FileIndex, value: Value, depth: number): number | undefined {
  if (value.kind === 'literal') return typeof value.value === 'number' ? value.value : undefined;
  if (value.kind === 'binary' && value.op === '*') {
    const [left, right] = [numberOf(index, value.left, depth), numberOf(index, value.right, depth)];
    return left === undefined || right === undefined ? undefined : left * right;
  }
  const declared = index.binding(value)?.declared;
  const isOne = declared?.kind === 'value' && declared.path.length === 0 && declared.value !== undefined && depth < 3;
  return isOne && index.binding(value)?.writes.length === 0 ? numberOf(index, declared.value, depth + 1) : undefined;
}

/** The name of what is called. */
export const calledAt = (site: FileAct['site']): Span =>
  site.kind !== 'call' ? site.span : site.callee.kind === 'member' ? site.callee.propertySpan : site.callee.span;
