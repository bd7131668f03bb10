/** Findings that people have not accepted where they stand; and comments that accept nothing. */
import unusedSuppression from '../rules/unused-suppression';
import type { Severity } from '../shards/model';
import type { Directive } from '../sql/directive';
import { type Suppressions, suppresses } from '../sql/suppressions';
import { type LineIndex, lineSpan, positionAt } from '../text/lineIndex';
import type { Span } from '../text/span';
import type { FileEdit, Finding } from './finding';
import { fingerprint } from './fingerprint';
import { fill, findRule } from './runRules';

export const unusedRule = unusedSuppression.id;
const { messages } = unusedSuppression.meta;

/**
 * What is left of the findings of one file, with a finding for each suppression that met nothing. `starts` gives the
 * offsets besides the finding's own at which a comment reaches it: its statement's, the host statement's; `severity` is
 * that of the finding about a comment.
 */
export function unsuppressed(
  file: string,
  index: LineIndex,
  findings: readonly Finding[],
  { directives, suppressions }: Suppressions,
  starts: (finding: Finding) => readonly number[],
  severity: Severity | 'off',
): readonly Finding[] {
  if (directives.length === 0) return findings;
  const used = new Set<Suppressions['suppressions'][number]>();
  const kept = findings.filter((finding) => {
    const offsets = [finding.span.start, ...starts(finding)];
    const by = suppressions.filter((one) => suppresses(one, finding.rule, offsets));
    for (const one of by) used.add(one);
    return by.length === 0;
  });
  if (severity === 'off') return kept;
  const unused = suppressions.filter((one) => !used.has(one) && one.rule !== unusedRule && !isOfMap(one.rule));
  const reports = unused.map(({ rule, span, directive }): Finding => {
    const whole = directive.rules.length <= 1;
    const what = rule === undefined ? 'any finding' : `\`${rule}\``;
    const edit = whole ? removal(index, directive) : withoutRule(index.text, directive, span);
    return {
      rule: unusedRule,
      severity,
      confidence: 'certain',
      message: fill(messages.unused, { what }),
      file,
      span,
      related: [],
      fixes: edit ? [{ title: 'Remove the unused suppression', safe: true, edits: [{ file, ...edit }] }] : [],
      fingerprint: fingerprint(unusedRule, file, index.text.slice(directive.comment.start, directive.comment.end), ''),
    };
  });
  const accepted = (one: Finding) =>
    suppressions.some((by) => by.rule === unusedRule && suppresses(by, unusedRule, [one.span.start]));
  return [...kept, ...reports.filter((one) => !accepted(one)), ...misspelt(file, index.text, directives, severity)];
}

/** Whether those meet something is not known from one file. */
const isOfMap = (id: string | undefined): boolean => {
  const rule = id === undefined ? undefined : findRule(id);
  return rule?.map !== undefined || rule?.unit !== undefined || rule?.workspace !== undefined;
};

function misspelt(
  file: string,
  text: string,
  directives: readonly Directive[],
  severity: Severity,
): readonly Finding[] {
  return directives
    .filter(({ kind }) => kind === 'unknown')
    .map(({ keyword }): Finding => {
      const word = text.slice(keyword.start, keyword.end);
      return {
        rule: unusedRule,
        severity,
        confidence: 'certain',
        message: fill(messages.misspelt, { word }),
        file,
        span: keyword,
        related: [],
        fixes: [],
        fingerprint: fingerprint(unusedRule, file, word, 'misspelt'),
      };
    });
}

/** The comment, with its line where nothing else stands there. */
function removal(index: LineIndex, { comment }: Directive): Omit<FileEdit, 'file'> {
  const { text, starts } = index;
  const first = positionAt(index, comment.start).line;
  const last = positionAt(index, comment.end).line;
  const from = lineSpan(index, first).start;
  const to = lineSpan(index, last).end;
  if (text.slice(from, comment.start).trim() === '' && text.slice(comment.end, to).trim() === '')
    return { span: { start: from, end: starts[last + 1] ?? to }, text: '' };
  const before = /[ \t]*$/.exec(text.slice(from, comment.start))?.[0].length ?? 0;
  const atEnd = text.slice(comment.end, to).trim() === '';
  return { span: { start: atEnd ? comment.start - before : comment.start, end: comment.end }, text: '' };
}

/** One name less in the list, with the comma that goes with it. */
function withoutRule(text: string, { rules }: Directive, span: Span): Omit<FileEdit, 'file'> | undefined {
  const at = rules.findIndex((rule) => rule.span.start === span.start);
  const next = rules[at + 1];
  const before = rules[at - 1];
  if (next) return { span: { start: span.start, end: next.span.start }, text: '' };
  return before && text.slice(before.span.end, span.start).includes(',')
    ? { span: { start: before.span.end, end: span.end }, text: '' }
    : undefined;
}
