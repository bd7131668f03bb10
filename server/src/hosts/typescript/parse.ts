/**
 * The compiler's parser, held to work in proportion to the text. Where an arrow function may begin it reads ahead and,
 * in vain, begins again, and that nests: thirty times `async(` in one line would keep it busy for hours. It cannot be
 * interrupted, but it asks for a constructor for each node that it makes, and those count.
 */
import ts from 'typescript';
import { editBetween } from '../../text/edited';

type Maker = new (kind: ts.SyntaxKind, start: number, end: number) => ts.Node;

/** Not among the published types. */
interface Allocator {
  getNodeConstructor(): Maker;
  getTokenConstructor(): Maker;
  getIdentifierConstructor(): Maker;
}

interface Internals {
  readonly objectAllocator: Allocator;
  setObjectAllocator(allocator: Allocator): void;
}

/** Nodes that a text may cost. Real code takes about one for four characters. */
const perCharacter = 4;
const atLeast = 50_000;

let left = Number.POSITIVE_INFINITY;

function counting(Base: Maker): Maker {
  function Counted(kind: ts.SyntaxKind, start: number, end: number): ts.Node {
    left -= 1;
    if (left < 0) throw new RangeError('The text costs more than it is long');
    return new Base(kind, start, end);
  }
  return Counted as unknown as Maker;
}

const { objectAllocator, setObjectAllocator } = ts as unknown as Internals;
const node = counting(objectAllocator.getNodeConstructor());
const token = counting(objectAllocator.getTokenConstructor());
const identifier = counting(objectAllocator.getIdentifierConstructor());
setObjectAllocator({
  ...objectAllocator,
  getNodeConstructor: () => node,
  getTokenConstructor: () => token,
  getIdentifierConstructor: () => identifier,
});

/** The tree of the file that was parsed last: whoever types has it parsed again and again. */
let last: ts.SourceFile | undefined;

/** As `parse`, of a text that is no file's: trees of other texts stay. */
export const parseAlone = (
  path: string,
  text: string,
  options: ts.CreateSourceFileOptions,
  kind: ts.ScriptKind,
): ts.SourceFile => bounded(text, () => ts.createSourceFile(path, text, options, false, kind));

/** Throws where the text costs too much, or is nested too deeply for the stack. */
export function parse(
  path: string,
  text: string,
  options: ts.CreateSourceFileOptions,
  kind: ts.ScriptKind,
): ts.SourceFile {
  const before = last?.fileName === path ? last : undefined;
  last = undefined;
  last = (before && parsedAgain(before, text)) ?? parseAlone(path, text, options, kind);
  return last;
}

/** Nodes that an edit has not touched are taken over, and moved. Undefined where that fails: a tree is of one use. */
function parsedAgain(before: ts.SourceFile, text: string): ts.SourceFile | undefined {
  const edit = editBetween(before.text, text);
  if (!edit) return before;
  const { start, end, shift } = edit;
  const range = { span: { start, length: end - start }, newLength: end - start + shift };
  try {
    return bounded(text, () => ts.updateSourceFile(before, text, range));
  } catch {
    return undefined;
  }
}

function bounded(text: string, run: () => ts.SourceFile): ts.SourceFile {
  left = perCharacter * text.length + atLeast;
  try {
    return run();
  } catch (error) {
    left = Number.POSITIVE_INFINITY;
    // What the parser had noted about the text that it left would count for the next one.
    ts.createSourceFile('', '', ts.ScriptTarget.Latest);
    throw error;
  } finally {
    left = Number.POSITIVE_INFINITY;
  }
}
