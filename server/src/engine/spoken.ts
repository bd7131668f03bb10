/** The statements of a file of which rules say something; after an edit of an `.sql` file only what it touched is asked for again. */
import { shifted } from '../text/movedSpan';
import { nothingSaid, type RuleRun } from './ruleRun';
import type { Statement } from './statement';

/** Statements that came of others: those before `from` are as they were, those from `to` on were moved by `shift`. */
export interface Since {
  readonly before: readonly Statement[];
  readonly from: number;
  readonly to: number;
  readonly shift: number;
}

export interface Spoken {
  readonly index: number;
  readonly statement: Statement;
  readonly run: RuleRun;
  /** Wherever it stands the same is said, but for its own place. */
  readonly isPlain: boolean;
}

const known = new WeakMap<readonly Statement[], readonly Spoken[]>();

/** In order. `since` only where the same map governs. */
export function spokenIn(
  statements: readonly Statement[],
  since: Since | undefined,
  check: (statement: Statement) => RuleRun,
): readonly Spoken[] {
  const spoken: Spoken[] = [];
  const add = (index: number, say: (statement: Statement) => Omit<Spoken, 'index' | 'statement'> | undefined): void => {
    const statement = statements[index];
    const said = statement && say(statement);
    if (said) spoken.push({ index, statement, run: said.run, isPlain: said.isPlain });
  };
  const ask = (statement: Statement) => {
    const run = check(statement);
    return run === nothingSaid ? undefined : { run, isPlain: isPlain(statement, run) };
  };
  const before = since && known.get(since.before);
  if (!since || !before) for (let i = 0; i < statements.length; i++) add(i, ask);
  else {
    const { from, to, shift } = since;
    const more = statements.length - since.before.length;
    for (const one of before) {
      if (one.index >= from) break;
      if (one.isPlain) spoken.push(one);
      else add(one.index, ask);
    }
    for (let i = from; i < to + more; i++) add(i, ask);
    for (const one of before)
      if (one.index >= to)
        add(one.index + more, one.isPlain ? () => ({ run: moved(one.run, shift), isPlain: true }) : ask);
  }
  known.set(statements, spoken);
  return spoken;
}

const isPlain = ({ memory }: Statement, { findings }: RuleRun): boolean =>
  memory?.said !== undefined &&
  findings.every(
    ({ file, fixes, related, places }) =>
      fixes.length === 0 && places === undefined && related.every(({ location }) => location.file !== file),
  );

/** What rules say of a statement is not looked at again: thousands lie far apart in memory. */
const moved = ({ findings, faults }: RuleRun, by: number): RuleRun => ({
  findings: findings.map(({ rule, severity, confidence, message, file, span, related, fixes, fingerprint }) => ({
    rule,
    severity,
    confidence,
    message,
    file,
    span: shifted(span, by),
    related,
    fixes,
    fingerprint,
  })),
  faults,
});
