/**
 * Functions that lead to no statement, message or transaction, however many calls one follows. Nine calls of ten lead to
 * such ones, and what lies in them matters only where somebody asks what lies between two acts: they are followed once for
 * all units.
 */
import type { Turn } from '../../flow/course';
import type { FuncRef } from '../../flow/flow';
import type { Project } from '../../flow/project';
import type { CallValue, Func, HostFile } from '../../hosts/host';
import { contains } from '../../text/span';
import type { Called } from './called';
import type { FileActs } from './fileActs';

export interface Quiet {
  readonly parts: readonly QuietPart[];
  /** Something in it waits. */
  readonly waits: boolean;
  /** All that are followed: it holds only on ways that none of them lies on. */
  readonly functions: ReadonlySet<Func>;
  /** Files that were asked about, and what answers were read from, in this function and those in it. */
  readonly files: ReadonlySet<string>;
  readonly reads: ReadonlySet<string>;
}

export type QuietPart = { readonly turns: readonly Turn[] } & (
  | { readonly waits: number }
  | { readonly call: string; readonly unresolved: () => boolean }
  | { readonly quiet: Quiet }
);

/** What holds for all units of a round. */
export interface Known {
  readonly project: Project;
  acts(host: HostFile): FileActs;
  /** Whether it is known what the file sends. */
  isKnown(path: string): boolean;
  called(call: CallValue, host: HostFile): Called;
  /** Whether functions of the workspace handle what the call announces. */
  isHandled(call: CallValue, name: string, host: HostFile): boolean;
}

/**
 * `left`: how many calls may still be followed; `way`: functions that lie on the way already. Undefined where it is not
 * quiet. Who uses it says again what it was read from.
 */
export type QuietIn = (fn: FuncRef, left: number, way: readonly Func[]) => Quiet | undefined;

interface Made {
  readonly quiet: Quiet | undefined;
}

export function quietIn(known: Known): QuietIn {
  const made = new Map<Func, Map<number, Made>>();
  const alone = (fn: FuncRef, left: number): Quiet | undefined => {
    const byLeft = made.get(fn.function) ?? new Map<number, Made>();
    made.set(fn.function, byLeft);
    const before = byLeft.get(left);
    if (before) return before.quiet;
    const { missed } = known.project;
    const quiet = read(known, of, fn, left, [fn.function]);
    if (known.project.missed === missed) byLeft.set(left, { quiet });
    return quiet;
  };
  const of: QuietIn = (fn, left, way) => {
    const quiet = alone(fn, left);
    if (!quiet || !way.some((one) => quiet.functions.has(one))) return quiet;
    return read(known, of, fn, left, [...way, fn.function]);
  };
  return of;
}

function read(known: Known, of: QuietIn, fn: FuncRef, left: number, way: readonly Func[]): Quiet | undefined {
  const { answer, reads } = known.project.watch(() => partsOf(known, of, fn, left, way));
  return answer && { ...answer, reads };
}

function partsOf(
  known: Known,
  of: QuietIn,
  { file: host, function: func }: FuncRef,
  left: number,
  way: readonly Func[],
): Omit<Quiet, 'reads'> | undefined {
  // What is not known yet may turn out to send something.
  if (!known.isKnown(host.path)) return undefined;
  const { functions: acts, extents } = known.acts(host);
  const own = acts.get(func.id) ?? [];
  if (own.some(({ kind, site }) => isLoud(kind) || extents.some(({ body }) => contains(body, site.span))))
    return undefined;
  const parts: QuietPart[] = [];
  const functions = new Set([func]);
  const files = new Set([host.path]);
  for (const act of own) {
    const { turns } = act;
    if (act.kind === 'wait') parts.push({ turns, waits: act.waits });
    if (act.kind !== 'call') continue;
    if (left > 0 && known.isHandled(act.call, act.name, host)) return undefined;
    const to = left > 0 ? known.called(act.call, host).to : undefined;
    if (!to || way.includes(to.function.function)) {
      parts.push({ turns, call: act.name, unresolved: () => known.called(act.call, host).unknown });
      continue;
    }
    const quiet = of(to.function, left - 1, way);
    if (!quiet) return undefined;
    known.project.reread(quiet.reads);
    if (quiet.parts.length > 0) parts.push({ turns: followed(turns, host, act.call), quiet });
    for (const one of quiet.functions) functions.add(one);
    for (const one of quiet.files) files.add(one);
  }
  return { parts, waits: parts.some((one) => ('quiet' in one ? one.quiet.waits : 'waits' in one)), functions, files };
}

const isLoud = (kind: string): boolean => kind === 'statement' || kind === 'message';

/** The way into a function that is called there. */
export const followed = (
  turns: readonly Turn[],
  host: HostFile,
  site: { readonly span: CallValue['span'] },
): readonly Turn[] => [
  ...turns,
  { id: `${host.path}:call:${site.span.start}`, kind: 'call', repeats: false, arm: 0, leaves: false },
];

export type Leaf = { readonly turns: readonly Turn[] } & (
  | { readonly waits: number }
  | { readonly call: string; readonly unresolved: () => boolean }
);

/** The first waits and calls in it, as seen from a function that calls it. */
export function leavesOf({ parts }: Quiet, turns: readonly Turn[], most: number): readonly Leaf[] {
  const leaves: Leaf[] = [];
  for (const part of parts) {
    if (leaves.length >= most) break;
    const at = [...turns, ...part.turns];
    if ('quiet' in part) leaves.push(...leavesOf(part.quiet, at, most - leaves.length));
    else leaves.push({ ...part, turns: at });
  }
  return leaves;
}
