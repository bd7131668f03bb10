/** What the parts of the flow analysis share: the project, bounds, and small questions about places. */
import type { CallValue, Func, HostFile, TypeRef, Value } from '../hosts/host';
import type { Binding } from './bindings';
import { type ArmNode, relative } from './branches';
import type { FileIndex } from './fileIndex';
import { type Chain, type Frame, type FuncRef, flowLimits, type Ref, type Shape, type Text } from './flow';
import type { Parent } from './gathered';
import { type Project, restIndexes } from './project';

/** What is shared by all questions of a run. */
export interface Linker {
  readonly project: Project;
  /** Answers about values without a frame, and within each frame. */
  known: Answers;
  framed: WeakMap<Frame, Answers>;
  /** Of each call, one for each place that it was followed from: answers within a frame are found again by its identity. */
  frames: WeakMap<CallValue, readonly Followed[]>;
  /** How many answers are kept. */
  kept: number;
  /** Nested questions; a circle or a very long way ends as unknown. */
  depth: number;
  /** The deepest that was reached since somebody looked. */
  deepest: number;
  steps: number;
  /** Types that stand in another file than the one they are read in: arguments of aliases and generic classes. */
  readonly homes: WeakMap<TypeRef, HostFile>;
  /** How often a question was cut short. */
  cut: number;
}

interface Followed {
  readonly from: Frame | undefined;
  readonly frame: Frame;
}

/** `sites`: chains whose last call is not followed. */
export interface Answers {
  readonly chains: Asked<readonly Chain[]>;
  readonly sites: Asked<readonly Chain[]>;
  readonly shapes: Asked<readonly Shape[]>;
  readonly texts: Asked<readonly Text[]>;
}

interface Asked<T> {
  readonly kept: WeakMap<Value, Kept<T>>;
  /** Answers that were cut short, of questions that nobody else asked: asked so again, they come out the same. */
  readonly short: WeakMap<Value, Pick<Kept<T>, 'answer' | 'reads'>>;
  /** Values that are being asked for: a circle ends at once. */
  readonly now: Set<Value>;
}

/** An answer, the files that it depends on, and what it took: asked again it counts as much, so that bounds do not depend on who asked first. */
interface Kept<T> {
  readonly answer: T;
  readonly reads: ReadonlySet<string>;
  readonly steps: number;
  readonly depth: number;
}

const noAnswers = <T>(): Asked<T> => ({ kept: new WeakMap(), short: new WeakMap(), now: new Set() });

export const openAnswers = (): Answers => ({
  chains: noAnswers(),
  sites: noAnswers(),
  shapes: noAnswers(),
  texts: noAnswers(),
});

/** Answers are worth keeping while they are few: between files, where nothing is being asked, they may go. */
const mostKept = 20_000;

export const restLinker = (linker: Linker): void => {
  if (linker.depth === 0) restIndexes();
  if (linker.kept < mostKept || linker.depth > 0) return;
  linker.known = openAnswers();
  linker.framed = new WeakMap();
  linker.frames = new WeakMap();
  linker.kept = 0;
};

export const answersFor = (linker: Linker, { frame }: Ref): Answers => {
  if (frame === undefined) return linker.known;
  const known = linker.framed.get(frame) ?? openAnswers();
  linker.framed.set(frame, known);
  return known;
};

/** The frame of a function that is followed into from a call; the same one whenever it is the same. */
export const frameInto = (
  linker: Linker,
  ref: Ref,
  call: CallValue,
  args: readonly Ref[],
  into: { readonly function: FuncRef; readonly this?: Chain; readonly frame?: Frame },
): Frame => {
  const { file, function: func } = into.function;
  const known = linker.frames.get(call) ?? [];
  const before = known.find(
    ({ from, frame }) =>
      from === ref.frame &&
      frame.file === file &&
      frame.function === func.id &&
      frame.this === into.this &&
      frame.outer === into.frame,
  );
  if (before !== undefined) return before.frame;
  const frame: Frame = {
    file,
    function: func.id,
    args,
    ...(into.this === undefined ? {} : { this: into.this }),
    ...(into.frame === undefined ? {} : { outer: into.frame }),
    depth: (ref.frame?.depth ?? 0) + 1,
  };
  linker.frames.set(call, [...known, { from: ref.frame, frame }]);
  return frame;
};

const nesting = 120;

/** Runs a nested question within the bounds. */
export const within = <T>(linker: Linker, ask: () => T, otherwise: () => T): T => {
  if (linker.depth === 0) linker.steps = 0;
  if (linker.depth >= nesting || linker.steps >= flowLimits.steps) {
    linker.cut++;
    return otherwise();
  }
  linker.depth++;
  linker.steps++;
  if (linker.depth > linker.deepest) linker.deepest = linker.depth;
  try {
    return ask();
  } finally {
    linker.depth--;
  }
};

/** As `within`, for a question whose answer depends on the value, its file and its frame alone: it is kept. */
export const once = <T>(
  linker: Linker,
  { kept, short, now }: Asked<T>,
  { value, frame }: Ref,
  ask: () => T,
  otherwise: () => T,
): T => {
  if (linker.depth === 0) linker.steps = 0;
  const known = kept.get(value);
  if (known !== undefined && linker.depth + known.depth <= nesting && linker.steps + known.steps <= flowLimits.steps) {
    linker.steps += known.steps;
    linker.deepest = Math.max(linker.deepest, linker.depth + known.depth);
    linker.project.reread(known.reads);
    return known.answer;
  }
  const cutShort = linker.depth === 0 ? short.get(value) : undefined;
  if (cutShort !== undefined) {
    linker.project.reread(cutShort.reads);
    return cutShort.answer;
  }
  if (frame === undefined && now.has(value)) {
    linker.cut++;
    return otherwise();
  }
  const { depth, steps, cut, deepest } = linker;
  const { missed } = linker.project;
  linker.deepest = depth;
  now.add(value);
  try {
    const { answer, reads } = linker.project.watch(() => within(linker, ask, otherwise));
    // What was cut short depends on who asked, what was missing may be there soon.
    if (linker.project.missed === missed && (linker.cut === cut || depth === 0)) {
      if (linker.cut === cut)
        kept.set(value, { answer, reads, steps: linker.steps - steps, depth: linker.deepest - depth });
      else short.set(value, { answer, reads });
      linker.kept++;
    }
    return answer;
  } finally {
    now.delete(value);
    linker.deepest = Math.max(deepest, linker.deepest);
  }
};

export const indexOf = (linker: Linker, file: HostFile): FileIndex => linker.project.index(file);

/** A part of a value, read in the same file and frame. */
export const part = (of: Ref, value: Value): Ref =>
  of.frame === undefined ? { value, file: of.file } : { value, file: of.file, frame: of.frame };

export const refIn = (file: HostFile, value: Value, frame?: Frame): Ref =>
  frame === undefined ? { value, file } : { value, file, frame };

export const bindingOf = (linker: Linker, ref: Ref): Binding | undefined =>
  ref.value.kind === 'name' ? indexOf(linker, ref.file).binding(ref.value) : undefined;

export const armOf = (linker: Linker, ref: Ref): ArmNode | undefined => indexOf(linker, ref.file).place(ref.value)?.arm;

export const parentOf = (linker: Linker, ref: Ref): Parent | undefined =>
  indexOf(linker, ref.file).place(ref.value)?.parent;

/** The frame of the innermost call of that function. */
export const frameOf = (ref: { readonly frame?: Frame }, file: HostFile, func: number): Frame | undefined => {
  for (let frame = ref.frame; frame !== undefined; frame = frame.outer) {
    if (frame.function === func && frame.file === file) return frame;
  }
  return undefined;
};

export const functionAt = (linker: Linker, ref: Ref): Func | undefined => {
  const id = indexOf(linker, ref.file).place(ref.value)?.function ?? 0;
  return ref.file.functions[id];
};

export const funcRef = (file: HostFile, id: number): FuncRef | undefined => {
  const func = file.functions[id];
  return func === undefined ? undefined : { file, function: func };
};

/** Through `await`, assignments and spreads' dots to what is meant. */
export const bare = (value: Value): Value =>
  value.kind === 'await' ? bare(value.value) : value.kind === 'assign' ? bare(value.value) : value;

/** The value at the bottom of members and calls: `q` of `q.where(x).first()`. */
export const spineRoot = (value: Value): Value => {
  let at = bare(value);
  for (;;) {
    if (at.kind === 'member') at = bare(at.object);
    else if (at.kind === 'call' && !at.isNew) at = bare(at.callee);
    else return at;
  }
};

/** Climbs from a receiver to the end of its chain in this expression. */
export const spineTop = (linker: Linker, ref: Ref): Value => {
  const index = indexOf(linker, ref.file);
  let at = ref.value;
  for (;;) {
    const up = index.place(at)?.parent;
    if (up === undefined || !('kind' in up)) return at;
    if (up.kind === 'member' && up.object === at) at = up;
    else if (up.kind === 'call' && up.callee === at) at = up;
    else if (up.kind === 'template' && up.tag === at) at = up;
    else return at;
  }
};

/** Arms of a write, seen from a reading place; undefined where the write cannot be seen there. */
export const armsOf = (file: HostFile, of: ArmNode | undefined, from: ArmNode | undefined) => {
  const nodes = relative(of, from);
  return nodes?.map(({ branch, arm, of: arms, many }) => ({ branch: `${file.path}:${branch}`, arm, of: arms, many }));
};
