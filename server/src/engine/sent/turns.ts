/** What a name stands for in each turn of the loop that makes it: over a list or an object that is written out. */
import type { PathStep } from '../../flow/bindings';
import type { Flow, Ref } from '../../flow/flow';
import { bare, bindingOf, frameOf, type Linker, parentOf, refIn } from '../../flow/linker';
import { stringMap } from '../../hosts/host';
import { type SourceMap, verbatimMap } from '../../text/sourceMap';

/** Text that is known, and where it stands. */
export interface Known {
  readonly text: string;
  readonly file: string;
  readonly map: SourceMap;
}

export interface Turns {
  /** Equal for all names that one loop makes. */
  readonly loop: string;
  /** Undefined where a turn's value is not written out. */
  readonly values: readonly (Known | undefined)[];
}

/** Undefined where the value is no loop's. */
export function turnsOf(linker: Linker, flow: Flow, ref: Ref): Turns | undefined {
  const item = itemOf(linker, ref, []);
  if (item === undefined) return undefined;
  const { over, path } = item;
  const { file, value, frame } = over;
  const loop = [file.path, value.span.start, ...(frame?.args ?? []).map((arg) => flow.valueId(arg))].join(' ');
  const values = rowsOf(flow, over)?.map((row) => {
    const at = path.reduce<Row | undefined>((of, step) => of && stepInto(flow, of, step), row);
    if (at === undefined || isPair(at)) return undefined;
    return typeof at === 'string' ? asKnown(over, at) : knownText(flow, at);
  });
  return values && { loop, values };
}

interface Item {
  readonly over: Ref;
  readonly path: readonly PathStep[];
}

/** Through constants and parameters to the loop. */
function itemOf(linker: Linker, ref: Ref, path: readonly PathStep[]): Item | undefined {
  const value = bare(ref.value);
  const binding = value.kind === 'name' ? bindingOf(linker, { ...ref, value }) : undefined;
  if (binding === undefined || binding.writes.length > 0) return undefined;
  const { declared, file } = binding;
  switch (declared.kind) {
    case 'item':
      return declared.over && { over: refIn(file, declared.over, ref.frame), path: [...declared.path, ...path] };
    case 'value':
      return declared.value && itemOf(linker, refIn(file, declared.value, ref.frame), [...declared.path, ...path]);
    case 'param': {
      const arg = frameOf(ref, file, declared.function)?.args[declared.index];
      if (arg !== undefined) return itemOf(linker, arg, [...declared.path, ...path]);
      const handed = linker.project.index(file).functionValues.get(declared.function);
      const call = handed && parentOf(linker, refIn(file, handed, ref.frame));
      if (call?.kind !== 'call' || call.callee.kind !== 'member' || declared.index !== 0) return undefined;
      if (!/^(?:forEach|map|flatMap)$/.test(String(call.callee.property))) return undefined;
      return { over: refIn(file, call.callee.object, ref.frame), path: [...declared.path, ...path] };
    }
    default:
      return undefined;
  }
}

/** A key of an object is text that has no value of its own. */
type Row = Ref | string | readonly [string, Ref];

/** The items of a list, or what `Object.entries` and its like make of an object. */
function rowsOf(flow: Flow, over: Ref): readonly Row[] | undefined {
  const value = bare(over.value);
  const made = value.kind === 'call' && value.callee.kind === 'member' ? value : undefined;
  const of = made?.callee.kind === 'member' && made.callee.object.kind === 'name' ? made.callee : undefined;
  const [arg] = made?.args ?? [];
  if (of?.object.kind === 'name' && of.object.name === 'Object' && arg !== undefined) {
    const [shape] = flow.shapes(refIn(over.file, arg, over.frame));
    if (shape?.kind !== 'object' || shape.open) return undefined;
    return shape.entries.flatMap(({ key, value: held }): readonly Row[] =>
      key === undefined ? [] : of.property === 'keys' ? [key] : of.property === 'values' ? [held] : [[key, held]],
    );
  }
  const [shape] = flow.shapes(over);
  return shape?.kind === 'list' && !shape.open ? shape.items.map((item) => item.value) : undefined;
}

function stepInto(flow: Flow, of: Row, step: PathStep): Ref | string | undefined {
  if (typeof of === 'string') return undefined;
  if (isPair(of)) return step.kind === 'index' ? of[step.index] : undefined;
  const [shape] = flow.shapes(of);
  if (step.kind === 'key' && shape?.kind === 'object')
    return shape.entries.findLast(({ key }) => key === step.key)?.value;
  return step.kind === 'index' && shape?.kind === 'list' ? shape.items[step.index]?.value : undefined;
}

const isPair = (row: Row): row is readonly [string, Ref] => Array.isArray(row);

const asKnown = ({ file, value }: Ref, text: string): Known => ({
  text,
  file: file.path,
  map: verbatimMap(text.length, value.span.start),
});

/** One literal, or nothing: of several ways to go nobody knows which. */
export function knownText(flow: Flow, ref: Ref): Known | undefined {
  const shapes = flow.shapes(ref);
  const [shape] = shapes;
  if (shapes.length !== 1 || shape?.kind !== 'literal') return undefined;
  const { value, file } = shape.ref;
  const text = String(shape.value);
  const isText = value.kind === 'literal' && typeof value.value === 'string';
  return { text, file: file.path, map: isText ? stringMap(value) : verbatimMap(text.length, value.span.start) };
}
