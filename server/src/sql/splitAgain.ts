/** Splits a script again after an edit: only the statements that it touched, and what must be read with them. */
import { editBetween } from '../text/edited';
import type { Lexical } from './lexical';
import { type Rest, type Script, splitStatements } from './statements';

/** A script as it was split last, of whose statements only the number counts. */
export interface SplitBefore extends Pick<Script, 'isLocal' | 'rests'> {
  readonly text: string;
  readonly statements: number;
  readonly comments: number;
}

export interface SplitAgain {
  /** What stands before it is as it was; what stands behind it has moved by `shift`. */
  readonly from: Rest;
  /** In the script before: where what has only moved begins. */
  readonly to: Rest;
  readonly shift: number;
  /** From `from.at`, a text of its own, so that one line does not keep a whole text in memory. */
  readonly text: string;
  readonly script: Script;
}

/** How many further statements are tried where a terminator went, before all is read again. */
const tries = 4;

/** Undefined where all must be read again. The answer is what `splitStatements` of the whole text would say. */
export function splitAgain(before: SplitBefore, text: string, lexical: Lexical): SplitAgain | undefined {
  const edit = editBetween(before.text, text);
  if (!edit || !before.isLocal) return undefined;
  const { rests } = before;
  const first = countUntil(rests, edit.start);
  const from = rests[first - 1] ?? { at: 0, statements: 0, comments: 0 };
  const end: Rest = { at: before.text.length, statements: before.statements, comments: before.comments };
  // The line's end belongs to what is the same in both.
  const next = countUntil(rests, edit.end);
  for (const to of [...rests.slice(next, next + tries), end]) {
    if (to === end && rests.length > next + tries) return undefined;
    const part = copied(text.slice(from.at, to.at + edit.shift));
    const script = splitStatements(part, lexical, { client: true });
    const isClosed = to === end ? script.isLocal : script.rests.at(-1)?.at === part.length;
    if (isClosed) return { from, to, shift: edit.shift, text: part, script };
  }
  return undefined;
}

/** How many rests stand at or before an offset. */
function countUntil(rests: readonly Rest[], offset: number): number {
  let [low, high] = [0, rests.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((rests[middle]?.at ?? 0) <= offset) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The rests of the whole script. */
export function restsAfter(before: readonly Rest[], { from, to, shift, script }: SplitAgain): readonly Rest[] {
  const [statements, comments] = [
    from.statements + script.statements.length - to.statements,
    from.comments + script.comments.length - to.comments,
  ];
  return [
    ...before.slice(0, countUntil(before, from.at)),
    ...script.rests.map((one) => ({
      at: one.at + from.at,
      statements: one.statements + from.statements,
      comments: one.comments + from.comments,
    })),
    ...before.slice(countUntil(before, to.at)).map((one) => ({
      at: one.at + shift,
      statements: one.statements + statements,
      comments: one.comments + comments,
    })),
  ];
}

/** Engines cut texts without copying them. */
const copied = (text: string): string => ` ${text}`.slice(1);
