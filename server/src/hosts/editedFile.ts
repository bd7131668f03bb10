/**
 * A file in which somebody types: the statements of its top level that were touched are read anew, behind all others, which
 * stay as they were. What it says has its places in a text of its own, the one before with the stretch behind it, so that no
 * place of what stays has to be moved.
 */
import { type Edited, editBetween } from '../text/edited';
import { shifted } from '../text/movedSpan';
import type { Span } from '../text/span';
import type { Export, Func, HostFile, HostReader, HostStretch, Statement } from './host';

/** A text and what it says. */
export interface ReadFile {
  readonly text: string;
  readonly file: HostFile;
}

export interface EditedFile extends ReadFile {
  /** What was edited: the file as it was read, or as it was edited before. */
  readonly before: ReadFile | EditedFile;
  /** The text as it is now. Places in `file` count in `text`, which is another. */
  readonly now: string;
  /** What was read anew, in `text`. */
  readonly stretch: Span;
  /** From `text` to `now`; undefined for what is no more. */
  place(span: Span): Span | undefined;
  /** From the text that was edited to `now`; undefined for what was touched. */
  moved(span: Span): Span | undefined;
}

export const isEdited = (one: ReadFile | EditedFile): one is EditedFile => 'before' in one;

/** Of what is no more, as much as there is: then all is to be read again. */
const mostGone = 1;

/**
 * `last` with the text that it has now; whoever types on in the same place has edited the same file as before. Undefined where
 * more may have changed than the stretch says: names, imports, types, values that others take.
 */
export function editedFile(
  reader: HostReader,
  last: ReadFile | EditedFile,
  now: string,
): ReadFile | EditedFile | undefined {
  if (!isEdited(last)) return withStretch(reader, last, now);
  const edit = editBetween(last.now, now);
  const at = last.place(last.stretch);
  const isSame = !edit || !at || (at.start < edit.start && edit.end < at.end);
  return isSame ? withStretch(reader, last.before, now) : withStretch(reader, last, now);
}

function withStretch(
  reader: HostReader,
  before: ReadFile | EditedFile,
  now: string,
): ReadFile | EditedFile | undefined {
  const { now: was, place } = isEdited(before) ? before : { now: before.text, place: (span: Span) => span };
  const { file, text } = before;
  const edit = editBetween(was, now);
  if (!edit) return before;
  if (!reader.stretch || text.length > (1 + mostGone) * was.length) return undefined;
  const region = touched(
    file.top.flatMap((one) => place(one) ?? []),
    edit,
    was.length,
  );
  // Most of the file: to read it as a whole costs no more.
  if (2 * (region.end - region.start) > was.length) return undefined;
  const behind = { characters: text.length + 1, functions: file.functions.length, classes: file.classes.length };
  const part = now.slice(region.start, region.end + edit.shift);
  const added = reader.stretch(file.path, part, behind);
  const gone = (span: Span): boolean => {
    const at = place(span);
    return at !== undefined && region.start <= at.start && at.end <= region.end;
  };
  const isAlike = countOf(was.slice(region.start, region.end)) === countOf(part);
  if (!added || !isAlike || !standsFor(added, { file, gone })) return undefined;
  const stretch = { start: behind.characters, end: behind.characters + part.length };
  const moved = (span: Span): Span | undefined => {
    if (span.end <= region.start) return span;
    return span.start < region.end ? undefined : shifted(span, edit.shift);
  };
  const placed = (span: Span): Span | undefined => {
    if (span.start >= stretch.start) return shifted(span, region.start - stretch.start);
    const at = place(span);
    return at && moved(at);
  };
  return {
    before,
    file: joined(file, added, (span) => placed(span) !== undefined),
    text: `${text}\n${part}`,
    now,
    stretch,
    place: placed,
    moved,
  };
}

/** The statements that an edit touches, with what stands around them up to the next ones. */
function touched(top: readonly Span[], edit: Edited, length: number): Span {
  let [start, end] = [0, length];
  for (const one of top) {
    if (one.end < edit.start) start = Math.max(start, one.end);
    else if (one.start > edit.end) end = Math.min(end, one.start);
  }
  return { start, end };
}

/** What is exported where it is declared is so by this word. */
const countOf = (text: string): number => text.match(/\bexport\b/g)?.length ?? 0;

/**
 * Whether others find the same in what was read anew as in what is gone: what is between the braces of functions and classes is
 * nothing to them for now. What comments accept may reach on to the end of the file.
 */
function standsFor(
  added: HostStretch,
  { file, gone }: { readonly file: HostFile; readonly gone: (span: Span) => boolean },
): boolean {
  const [module] = file.functions;
  const some = <T extends { readonly span: Span }>(all: readonly T[]): readonly T[] =>
    all.filter(({ span }) => gone(span));
  const before = namesIn({
    ...file,
    body: some(module?.body ?? []),
    imports: some(file.imports),
    types: some(file.types),
  });
  const now = namesIn(added);
  const has = (one: Export): boolean =>
    file.exports.some((other) => exportedBy(other).join() === exportedBy(one).join());
  return (
    before !== undefined &&
    before.join() === now?.join() &&
    added.exports.every(has) &&
    added.comments.map(({ text }) => text).join('\n') ===
      some(file.comments)
        .map(({ text }) => text)
        .join('\n')
  );
}

type Top = Pick<HostStretch, 'body' | 'functions' | 'classes' | 'imports' | 'types'>;

/** What statements declare to others; undefined where there is more to it than names. */
function namesIn(part: Top): readonly string[] | undefined {
  if (part.imports.length > 0 || part.types.length > 0) return undefined;
  const declared = part.body.map((one) => declares(part, one));
  return declared.includes(undefined) ? undefined : declared.flatMap((one) => one ?? []);
}

/** Undefined for a value that others may take as it stands. */
function declares({ functions, classes }: Top, one: Statement): readonly string[] | undefined {
  switch (one.kind) {
    case 'function':
      return [`function ${functions.find(({ id }) => id === one.function)?.name}`];
    case 'class':
      return [`class ${classes.find(({ id }) => id === one.class)?.name}`];
    case 'declare': {
      if (one.pattern.kind !== 'name') return undefined;
      const holdsCode = functions.some(({ span }) => one.span.start <= span.start && span.end <= one.span.end);
      return holdsCode ? [`${one.value?.kind} ${one.pattern.name}`] : undefined;
    }
    default:
      return [];
  }
}

const exportedBy = (one: Export): readonly string[] =>
  one.kind === 'local'
    ? [one.kind, one.exported, one.local]
    : one.kind === 'from'
      ? [one.kind, one.exported, one.module, one.imported]
      : [one.kind, one.exported];

function joined(file: HostFile, { body, top, ...added }: HostStretch, stays: (span: Span) => boolean): HostFile {
  const [module, ...functions] = file.functions;
  const kept = <T extends { readonly span: Span }>(all: readonly T[]): readonly T[] =>
    all.filter(({ span }) => stays(span));
  return {
    ...file,
    // Ids are places in these lists: what was there is emptied.
    functions: [
      ...(module ? [{ ...module, body: [...kept(module.body), ...body] }] : []),
      ...functions.map((one) => (stays(one.span) ? one : emptied(one))),
      ...added.functions,
    ],
    classes: [
      ...file.classes.map((one) => (stays(one.span) ? one : { id: one.id, ...noClass, span: one.span })),
      ...added.classes,
    ],
    exports: [
      ...file.exports.filter((one) => one.kind !== 'value' || stays(one.value.span)),
      ...added.exports.filter(({ kind }) => kind === 'value'),
    ],
    comments: [...kept(file.comments), ...added.comments],
    jsx: [...file.jsx.filter(stays), ...added.jsx],
    top: [...file.top.filter(stays), ...top],
  };
}

const emptied = ({ id, async, ownThis, span }: Func): Func => ({
  id,
  params: [],
  body: [],
  async,
  ownThis,
  decorators: [],
  span,
});

const noClass = { params: [], extendsTypes: [], implements: [], members: [], decorators: [] };
