/**
 * What a function does, in the order in which it does it: its calls and tagged templates, each with the branches, loops
 * and callbacks that it stands in. Callbacks that run while the function runs (`items.map(…)`, an awaited
 * `db.transaction(async tx => …)`) are part of it; those that are kept for later (`emitter.on(…)`, `setTimeout`) are not,
 * and have a course of their own.
 */
import type { CallValue, HostFile, Template, Value } from '../hosts/host';
import type { ArmNode, Leaving } from './branches';
import type { FileIndex } from './fileIndex';

export interface Course {
  readonly file: HostFile;
  /** `Func.id`; 0 is what the module does when it is loaded. */
  readonly function: number;
  readonly acts: readonly Act[];
}

/** One call or tagged template of a course. Acts stand in the order in which they happen. */
export interface Act {
  readonly site: CallValue | Template;
  /** From the function's own body inwards. Empty: always done, once. */
  readonly turns: readonly Turn[];
}

/** A branch, loop or callback on the way to an act. */
export interface Turn {
  /** Identity of the branch, loop, callback or call, across files. */
  readonly id: string;
  readonly kind: 'branch' | 'loop' | 'callback' | 'call';
  /** Done once for each item of something. */
  readonly repeats: boolean;
  /** Two arms of one branch exclude each other. */
  readonly arm: number;
  /** How control leaves at its end, where it does not go on behind the branch. */
  readonly leaves: Leaving;
}

/** Whether `later` may happen after `earlier` in one run, where both are of one course and stand in this order. */
export const reaches = (earlier: readonly Turn[], later: readonly Turn[]): boolean => {
  let i = 0;
  while (i < earlier.length && i < later.length && same(earlier[i], later[i])) i++;
  const [one, other] = [earlier[i], later[i]];
  if (one !== undefined && other !== undefined && one.id === other.id) return false;
  return earlier.slice(i).every(({ leaves }, at) => leaves === false || staysInside(leaves, earlier.slice(i, i + at)));
};

/** Whatever happens, what stands there was done once `later` is reached, which stands behind it. */
export const isSurelyPassed = (turns: readonly Turn[], later: readonly Turn[]): boolean => {
  const own = turns.findIndex((turn, i) => !same(turn, later[i]));
  return own < 0 || turns.slice(own).every(({ kind, repeats }) => kind === 'call' || (kind === 'callback' && !repeats));
};

/** A `return` leaves the innermost callback or called function, a `continue` its loop: what stands around them goes on. */
const staysInside = (leaves: Leaving, around: readonly Turn[]): boolean =>
  leaves !== 'throw' &&
  around.some(({ kind }) => kind === 'callback' || kind === 'call' || (kind === 'loop' && leaves === 'jump'));

const same = (a: Turn | undefined, b: Turn | undefined): boolean => a?.id === b?.id && a?.arm === b?.arm;

/** Calls that run their callback for each item. */
const repeats =
  /^(?:map|flatMap|forEach|filter|reduce|reduceRight|some|every|find|findIndex|findLast|from|eachSeries|eachLimit|times)$/;

const repeated = (index: FileIndex, id: number): boolean => {
  const value = index.functionValues.get(id);
  const call = value && callAround(index, value);
  return call !== undefined && repeats.test(calleeName(call.callee) ?? '');
};

/** Calls of other kinds than these run their callbacks later, or never, unless they are awaited or returned. */
const runsNow = /^(?:sort|then|catch|finally|Promise|replace|tap)$/;

/** Awaited or not, what is handed to these runs at another time or for another event. */
const runsLater =
  /^(?:on|once|addListener|addEventListener|prependListener|subscribe|setTimeout|setInterval|setImmediate|nextTick|queueMicrotask|defer|use|get|post|put|patch|delete|all|head|options|route|register|process|addWorker|cron|schedule|query|mutation|subscription|handler|describe|it|test|before|after|beforeEach|afterEach|beforeAll|afterAll|suite)$/;

/** Courses of a file, by function. Functions that run within another one's course have none of their own. */
export const coursesOf = (index: FileIndex): readonly Course[] => {
  const { file } = index;
  const callbacks = new Map(file.functions.map(({ id, span }) => [span.start, repeated(index, id)] as const));
  const within = file.functions.map((func) => (runsWithin(index, func.id) ? func.parent : undefined));
  const rootOf = (id: number): number => {
    let at = id;
    for (let outer = within[at]; outer !== undefined; outer = within[at]) at = outer;
    return at;
  };
  const acts = new Map<number, Act[]>();
  for (const site of index.sites) {
    const place = index.place(site);
    if (place === undefined) continue;
    const root = rootOf(place.function);
    const known = acts.get(root) ?? [];
    known.push({ site, turns: turnsOf(file, place.arm, file.functions[root]?.span.start, root === 0, callbacks) });
    acts.set(root, known);
  }
  return [...acts].map(([id, all]) => ({ file, function: id, acts: all }));
};

const turnsOf = (
  file: HostFile,
  arm: ArmNode | undefined,
  body: number | undefined,
  module: boolean,
  /** Start of a function → whether it is called for each item of something. */
  callbacks: ReadonlyMap<number, boolean>,
): readonly Turn[] => {
  const turns: Turn[] = [];
  for (let node = arm; node !== undefined; node = node.parent) {
    const isFunction = node.many && callbacks.has(node.branch);
    if (isFunction && !module && node.branch === body) break;
    turns.push({
      id: `${file.path}:${node.branch}`,
      kind: isFunction ? 'callback' : node.many ? 'loop' : 'branch',
      repeats: isFunction ? callbacks.get(node.branch) === true : node.many,
      arm: node.arm,
      leaves: node.exits,
    });
  }
  return turns.reverse();
};

/** The function is handed to a call that runs it before the function around it goes on. */
const runsWithin = (index: FileIndex, id: number): boolean => {
  const func = index.file.functions[id];
  const value = index.functionValues.get(id);
  if (func?.parent === undefined || value === undefined) return false;
  const call = callAround(index, value);
  if (call === undefined) return false;
  const name = calleeName(call.callee);
  // `(async () => { … })()`
  if (bareFunction(call.callee) === id) return true;
  if (name !== undefined && (runsNow.test(name) || repeats.test(name))) return true;
  if (name !== undefined && runsLater.test(name) && !isAwaited(index, call)) return false;
  return isAwaited(index, call);
};

const bareFunction = (value: Value): number | undefined => (value.kind === 'function' ? value.function : undefined);

/** The call whose argument, or member of an argument, the value is. */
const callAround = (index: FileIndex, value: Value): CallValue | undefined => {
  let at: Value = value;
  for (let i = 0; i < 4; i++) {
    const up = index.place(at)?.parent;
    if (up === undefined || !('kind' in up)) return undefined;
    if (up.kind === 'call') return up;
    if (up.kind !== 'object' && up.kind !== 'list' && up.kind !== 'keyword') return undefined;
    at = up;
  }
  return undefined;
};

/** Awaited, returned, or handed on in a list to what is (`await Promise.all([…])`). */
export const isAwaited = (index: FileIndex, value: Value): boolean => {
  let at: Value = value;
  for (let i = 0; i < 12; i++) {
    const up = index.place(at)?.parent;
    if (up === undefined) return false;
    switch (up.kind) {
      case 'await':
      case 'return':
        return true;
      case 'call':
      case 'member':
      case 'list':
      case 'conditional':
      case 'binary':
      case 'assign':
      case 'spread':
        at = up;
        continue;
      default:
        return false;
    }
  }
  return false;
};

/** The last name of what is called. */
export const calleeName = (callee: Value): string | undefined =>
  callee.kind === 'name'
    ? callee.name
    : callee.kind === 'member' && typeof callee.property === 'string'
      ? callee.property
      : undefined;
