/** What the functions of a workspace do around their statements, for advice: read once, when it is asked for. */
import { placeId, type Repeated, type Wait, type Work } from '../../advice/work';
import { calleeName, reaches, type Turn } from '../../flow/course';
import type { FileIndex } from '../../flow/fileIndex';
import type { Flow } from '../../flow/flow';
import type { CallValue, HostFile, Statement as HostStatement, Template, Value } from '../../hosts/host';
import { contains, type Location } from '../../text/span';
import { namesOf, titleOf } from '../functionNames';
import type { Statement } from '../statement';
import { type FileAct, type FileActs, fileActs } from './fileActs';
import { outsideOf } from './outside';

export interface WorkSource {
  readonly host: HostFile;
  readonly statements: readonly Statement[];
}

export interface WorkSurroundings {
  index(host: HostFile): FileIndex;
  flow(host: HostFile): Flow;
  source(path: string): WorkSource | undefined;
}

/** Calls that are followed from a transaction to what leaves the process. */
const depth = 3;

export function workIn(sources: readonly WorkSource[], around: WorkSurroundings): Work {
  const made = new Map<HostFile, FileActs>();
  const flows = new Map<HostFile, Flow>();
  const flow = (host: HostFile): Flow => remembered(flows, host, () => around.flow(host));
  const acts = (host: HostFile): FileActs =>
    remembered(made, host, () => {
      // Files without statements are no sources, and do things all the same.
      const source = around.source(host.path);
      return fileActs(host, around.index(host), source?.host === host ? source.statements : [], flow(host));
    });
  const walk: Walk = { around, flow, acts, seen: new Map() };
  const repeated = new Map<string, Repeated>();
  const waits = new Map<string, Wait>();
  for (const source of sources) {
    if (source.statements.length === 0) continue;
    const file = acts(source.host);
    for (const one of repeatedIn(file, walk))
      repeated.set(placeId(one.statement), repeated.get(placeId(one.statement)) ?? one);
    for (const one of waitsIn(file, walk)) waits.set(placeId(one.at), waits.get(placeId(one.at)) ?? one);
  }
  return { repeated: [...repeated.values()], waits: [...waits.values()] };
}

interface Walk {
  readonly around: WorkSurroundings;
  flow(host: HostFile): Flow;
  acts(host: HostFile): FileActs;
  /** What a function leaves the process for, by file and function. */
  readonly seen: Map<string, Away | undefined>;
}

interface Away {
  readonly what: string;
  readonly queued: boolean;
  readonly through: readonly string[];
}

function remembered<K, V>(known: Map<K, V>, key: K, make: () => V): V {
  const before = known.get(key);
  if (before !== undefined) return before;
  const value = make();
  known.set(key, value);
  return value;
}

// ── loops ───────────────────────────────────────────────────────────────────────────────────────────────────────

function repeatedIn(file: FileActs, walk: Walk): readonly Repeated[] {
  const { host } = file;
  const index = walk.around.index(host);
  const loops = loopsOf(host);
  const bySite = new Map<CallValue | Template, Statement>();
  for (const acts of file.functions.values())
    for (const act of acts) if (act.kind === 'statement') bySite.set(act.site, act.statement);
  return [...file.functions.values()].flatMap((acts) =>
    acts.flatMap((act): readonly Repeated[] => {
      if (act.kind !== 'statement' && act.kind !== 'call') return [];
      const rows = rowsAround(act, acts, loops, bySite, index);
      if (!rows || (act.kind === 'statement' && act.statement === rows)) return [];
      const at = nameOf(rows);
      if (act.kind === 'statement') return [{ statement: nameOf(act.statement), rows: at }];
      const called = calledBy(act.call, walk.flow(host));
      if (!called) return [];
      const name = titleOf(called.file, called.function, namesOf(called.file, walk.around.index(called.file)));
      const through = { at: { file: host.path, span: calledAt(act.call) }, name };
      return (walk.acts(called.file).functions.get(called.function.id) ?? []).flatMap((inner) =>
        inner.kind === 'statement' ? [{ statement: nameOf(inner.statement), rows: at, through }] : [],
      );
    }),
  );
}

/** The statement whose rows the nearest loop around an act goes through. */
function rowsAround(
  act: FileAct,
  acts: readonly FileAct[],
  loops: ReadonlyMap<number, Value>,
  bySite: ReadonlyMap<CallValue | Template, Statement>,
  index: FileIndex,
): Statement | undefined {
  for (const turn of [...act.turns].reverse()) {
    if (!turn.repeats) continue;
    const over = overOf(turn, index, loops);
    const site = over && sourceOf(over, index, bySite, new Set());
    const found = site && bySite.get(site);
    if (!site || !found) continue;
    const first = acts.find((one) => one.site === site);
    if (!first || first.turns.some(({ id }) => id === turn.id) || !reaches(first.turns, act.turns)) continue;
    // One row is no loop.
    const { query } = found;
    if (query?.kind !== 'select' || (query.limit?.kind === 'const' && Number(query.limit.value) <= 1)) continue;
    return found;
  }
  return undefined;
}

const offsetOf = ({ id }: Turn): number => Number(id.slice(id.lastIndexOf(':') + 1));

/** What a loop or a repeated callback goes through: `rows` of `for (const row of rows)` and of `rows.map(…)`. */
function overOf(turn: Turn, index: FileIndex, loops: ReadonlyMap<number, Value>): Value | undefined {
  const start = offsetOf(turn);
  if (turn.kind === 'loop') return loops.get(start);
  const func = index.file.functions.find(({ span }) => span.start === start);
  const value = func && index.functionValues.get(func.id);
  const call = value && index.place(value)?.parent;
  if (!call || !('kind' in call) || call.kind !== 'call') return undefined;
  return call.callee.kind === 'member' ? call.callee.object : undefined;
}

/** The call that a value comes from, through names, members, and what is done to lists on the way. */
function sourceOf(
  value: Value,
  index: FileIndex,
  sites: ReadonlyMap<CallValue | Template, Statement>,
  seen: Set<Value>,
): CallValue | Template | undefined {
  if (seen.has(value) || seen.size > 40) return undefined;
  seen.add(value);
  const on = (one: Value | undefined) => (one ? sourceOf(one, index, sites, seen) : undefined);
  switch (value.kind) {
    case 'call':
      if (sites.has(value)) return value;
      // `Object.values(rows)`, `rows.filter(…)`, `chunk(rows, 10)`.
      return (value.callee.kind === 'member' ? on(value.callee.object) : undefined) ?? on(value.args[0]);
    case 'template':
      return sites.has(value) ? value : undefined;
    case 'await':
    case 'spread':
      return on(value.value);
    case 'member':
      return on(value.object);
    case 'list':
      return value.items.length === 1 ? on(value.items[0]) : undefined;
    case 'binary':
      return on(value.left);
    case 'name': {
      const declared = index.binding(value)?.declared;
      // The rows of one row's own list are not the rows of the statement, but they come with them.
      return declared?.kind === 'value' ? on(declared.value) : undefined;
    }
    default:
      return undefined;
  }
}

/** By the offset that names them in turns. */
function loopsOf({ functions }: HostFile): ReadonlyMap<number, Value> {
  const found = new Map<number, Value>();
  const visit = (statements: readonly HostStatement[]): void => {
    for (const one of statements) {
      switch (one.kind) {
        case 'loop':
          if (one.over) found.set(one.span.start, one.over);
          visit(one.body);
          break;
        case 'if':
          visit(one.then);
          visit(one.otherwise);
          break;
        case 'switch':
          for (const each of one.cases) visit(each.body);
          break;
        case 'try':
          visit(one.body);
          visit(one.handler);
          visit(one.finalizer);
          break;
        case 'block':
          visit(one.body);
          break;
        default:
      }
    }
  };
  for (const func of functions) visit(func.body);
  return found;
}

// ── transactions ────────────────────────────────────────────────────────────────────────────────────────────────

function waitsIn(file: FileActs, walk: Walk): readonly Wait[] {
  const { host, extents, functions } = file;
  if (extents.length === 0) return [];
  return [...functions].flatMap(([id, acts]) =>
    acts.flatMap((act): readonly Wait[] => {
      if (act.kind !== 'call' && act.kind !== 'message') return [];
      const extent = extents.findLast(({ body }) => contains(body, act.site.span));
      const own = host.functions[id];
      // What is handed on for later (`afterCommit(() => …)`) is not waited for.
      if (!extent || (own && contains(extent.body, own.span) && own.span.start !== extent.body.start)) return [];
      const at = { file: host.path, span: act.site.kind === 'call' ? calledAt(act.site) : act.site.span };
      const transaction = { file: extent.file, span: extent.call.span };
      if (act.kind === 'message') return [{ at, what: act.broker, queued: true, transaction, through: [] }];
      const away = awayOf(act.call, act.name, host, walk, 0);
      return away ? [{ at, transaction, ...away }] : [];
    }),
  );
}

function awayOf(call: CallValue, name: string, host: HostFile, walk: Walk, deep: number): Away | undefined {
  const flow = walk.flow(host);
  const what = outsideOf(call, name, flow);
  if (what !== undefined) return { what, queued: false, through: [] };
  if (deep >= depth) return undefined;
  const called = calledBy(call, flow);
  if (!called) return undefined;
  const key = `${called.file.path}:${called.function.id}`;
  if (!walk.seen.has(key)) {
    walk.seen.set(key, undefined);
    walk.seen.set(key, awayIn(called.file, called.function.id, walk, deep + 1));
  }
  const away = walk.seen.get(key);
  const title = titleOf(called.file, called.function, namesOf(called.file, walk.around.index(called.file)));
  return away && { ...away, through: [title, ...away.through] };
}

/** What a function surely leaves the process for: not in a branch, where it may as well not. */
function awayIn(host: HostFile, func: number, walk: Walk, deep: number): Away | undefined {
  for (const act of walk.acts(host).functions.get(func) ?? []) {
    if (act.turns.some(({ kind }) => kind === 'branch')) continue;
    if (act.kind === 'message') return { what: act.broker, queued: true, through: [] };
    const away = act.kind === 'call' ? awayOf(act.call, act.name, host, walk, deep) : undefined;
    if (away) return away;
  }
  return undefined;
}

// ── both ────────────────────────────────────────────────────────────────────────────────────────────────────────

const nameOf = ({ file, nameSpan }: Statement): Location => ({ file, span: nameSpan });

const calledAt = ({ callee, span }: CallValue): Location['span'] =>
  callee.kind === 'member' ? callee.propertySpan : callee.kind === 'name' ? callee.span : span;

/** The function of the workspace that a call leads to. */
function calledBy(call: CallValue, flow: Flow) {
  if (calleeName(call.callee) === undefined) return undefined;
  const { root, steps } = flow.call(call);
  return root.kind === 'function' && steps.length === 1 && steps[0]?.kind === 'call' ? root.function : undefined;
}
