/** What the parts of the flow analysis share: the project, bounds, and small questions about places. */
import type { Func, HostFile, TypeRef, Value } from '../hosts/host';
import type { Binding } from './bindings';
import { type ArmNode, relative } from './branches';
import type { FileIndex, Parent } from './fileIndex';
import { type Chain, type Frame, type FuncRef, flowLimits, type Ref } from './flow';
import type { Project } from './project';

/** An answer that is kept, with the files that it depends on. */
export interface Kept {
  readonly chains: readonly Chain[];
  readonly reads: ReadonlySet<string>;
}

export interface Linker {
  readonly project: Project;
  /** Chains of values without a frame, for the life of the linker. */
  readonly known: WeakMap<Value, Kept>;
  /** The same for sites, whose last call is not followed. */
  readonly sites: WeakMap<Value, Kept>;
  /** Nested questions; a circle or a very long way ends as unknown. */
  depth: number;
  steps: number;
  /** Values whose chains or shapes are being asked for: a circle ends at once. */
  readonly asked: { readonly chains: Set<Value>; readonly sites: Set<Value>; readonly shapes: Set<Value> };
  /** Types that stand in another file than the one they are read in: arguments of aliases and generic classes. */
  readonly homes: WeakMap<TypeRef, HostFile>;
  /** How often a question was cut short. */
  cut: number;
}

export const nesting = 120;

/** Runs a nested question within the bounds. */
export const within = <T>(linker: Linker, ask: () => T, otherwise: () => T): T => {
  if (linker.depth === 0) linker.steps = 0;
  if (linker.depth >= nesting || linker.steps >= flowLimits.steps) {
    linker.cut++;
    return otherwise();
  }
  linker.depth++;
  linker.steps++;
  try {
    return ask();
  } finally {
    linker.depth--;
  }
};

/** As `within`, for a question that must not be asked while it is being answered. */
export const once = <T>(linker: Linker, asked: Set<Value>, value: Value, ask: () => T, otherwise: () => T): T => {
  if (asked.has(value)) {
    linker.cut++;
    return otherwise();
  }
  asked.add(value);
  try {
    return within(linker, ask, otherwise);
  } finally {
    asked.delete(value);
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
