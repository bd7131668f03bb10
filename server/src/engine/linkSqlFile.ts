/**
 * The statements of an `.sql` file. After an edit what it touched is read again, and what stands behind it is moved: the
 * answer is that of a first reading.
 */
import type { Effective } from '../shards/load';
import { restsAfter, type SplitBefore, splitAgain } from '../sql/splitAgain';
import { splitStatements } from '../sql/statements';
import { shifted } from '../text/movedSpan';
import { fromText, type LinkContext, type Linked } from './link';
import { type Reading, type Rereading, rereading } from './readBefore';
import { type ReadText, readSql } from './readSql';
import { free, type Session, sessionAfter } from './session';
import type { Since } from './spoken';
import { movedStatement, writtenPlace } from './statement';
import { StatementShapes } from './statementShapes';

interface Kept extends Linked {
  readonly since?: Since;
  readonly split: SplitBefore;
  /** Behind each statement. */
  readonly sessions: readonly Session[];
  /** Undefined where no engine reads the text. */
  readonly readings: readonly (Reading | undefined)[];
}

/** By map, dialect and schema, which are one object until one of them is another; then by file. */
const kept = new WeakMap<Effective, Map<string, Kept>>();
const shapes = new WeakMap<Effective, StatementShapes>();

export function linkSqlFile(file: string, text: string, context: LinkContext): Linked & Pick<Kept, 'since'> {
  const files = kept.get(context.effective) ?? new Map<string, Kept>();
  kept.set(context.effective, files);
  const last = files.get(file);
  if (last?.split.text === text) return last;
  const now =
    (last && linkedAgain(file, text, context, last)) ??
    linked(file, text, context, last?.split.isLocal ? last.readings : []);
  files.set(file, now);
  return now;
}

function shapesOf({ effective, dialect }: LinkContext): StatementShapes {
  const known = shapes.get(effective) ?? new StatementShapes(dialect);
  shapes.set(effective, known);
  return known;
}

function linked(file: string, text: string, context: LinkContext, before: Kept['readings']): Kept {
  const script = splitStatements(text, context.dialect.dialect.lexical, { client: true });
  const reused = rereading(before, script.isLocal);
  const read = readSql(text, context.dialect, {
    client: true,
    before: reused.before,
    script,
    shapes: shapesOf(context),
  });
  const part = linkRead(file, { read, text, at: 0, before: free }, context, reused);
  const { isLocal, rests } = script;
  const { comments } = read;
  const split = { text, statements: part.statements.length, comments: comments.length, isLocal, rests };
  return { ...part, comments, split };
}

/** Undefined where all must be read again. */
function linkedAgain(file: string, text: string, context: LinkContext, last: Kept): Kept | undefined {
  const again = splitAgain(last.split, text, context.dialect.dialect.lexical);
  if (!again) return undefined;
  const { from, to, shift } = again;
  const before = last.sessions[from.statements - 1] ?? free;
  const reused = rereading(last.readings.slice(from.statements, to.statements), true);
  const read = readSql(again.text, context.dialect, {
    client: true,
    before: reused.before,
    script: again.script,
    shapes: shapesOf(context),
  });
  const part = linkRead(file, { read, text: again.text, at: from.at, before }, context, reused);
  const after = part.sessions.at(-1) ?? before;
  if (to.statements < last.statements.length && !isSame(after, last.sessions[to.statements - 1] ?? free))
    return undefined;
  const around = <T>(old: readonly T[], made: readonly T[], move: (one: T) => T = (one) => one): readonly T[] => [
    ...old.slice(0, from.statements),
    ...made,
    ...(shift === 0 ? old.slice(to.statements) : old.slice(to.statements).map(move)),
  ];
  const statements = around(last.statements, part.statements, (one) => movedStatement(one, shift));
  const comments = [
    ...last.comments.slice(0, from.comments),
    ...read.comments.map((one) => shifted(one, from.at)),
    ...last.comments.slice(to.comments).map((one) => shifted(one, shift)),
  ];
  const rests = restsAfter(last.split.rests, again);
  return {
    statements,
    comments,
    sessions: around(last.sessions, part.sessions),
    readings: around(last.readings, part.readings),
    split: { text, statements: statements.length, comments: comments.length, isLocal: true, rests },
    since: { before: last.statements, from: from.statements, to: to.statements, shift },
  };
}

const isSame = (a: Session, b: Session): boolean => a === b || JSON.stringify(a) === JSON.stringify(b);

interface Part {
  readonly read: ReadText;
  readonly text: string;
  /** Where the text begins in the file. */
  readonly at: number;
  readonly before: Session;
}

/** `USE` and `SET SHARDING KEY` bind what follows. */
function linkRead(
  file: string,
  { read, text, at, before }: Part,
  context: LinkContext,
  reused: Rereading,
): Pick<Kept, 'statements' | 'sessions' | 'readings'> {
  const sessions: Session[] = [];
  const readings: (Reading | undefined)[] = [];
  const statements = read.statements.map((one) => {
    const now = sessions.at(-1) ?? before;
    const bound = one.parsed.ok ? sessionAfter(one.parsed.query, now) : now;
    sessions.push(bound);
    let reading: Reading | undefined;
    const span = shifted(one.span, at);
    const place = writtenPlace(span.start, one.parsed.shaped?.stretch);
    const source = { file, orm: 'sql', found: undefined, text, span, place };
    const statement = fromText(source, one, context, bound.pins, (sql, make) => {
      reading = reused.read(sql, one.hints, bound.pins, one.parsed, make);
      return reading;
    });
    readings.push(reading);
    return statement;
  });
  return { statements, sessions, readings };
}
