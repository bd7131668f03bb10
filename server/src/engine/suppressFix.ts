/** Writes the comment that accepts a finding where it stands, in the language of the place. */
import { hostOf } from '../hosts';
import { addRule, type Directive } from '../sql/directive';
import type { TextEdit } from '../text/edits';
import { type LineIndex, lineIndex, lineSpan, positionAt } from '../text/lineIndex';
import type { FileResult } from './analyzeFile';
import { anchorOf } from './anchor';
import type { Finding } from './finding';

/** Stands where the person's reason belongs. */
export const reasonPlaceholder = '<reason>';

/** Undefined where no comment can stand, or where one names the rule already. */
export function suppressFix(
  result: FileResult,
  finding: Pick<Finding, 'rule' | 'span'>,
  scope: 'line' | 'file',
): TextEdit | undefined {
  const index = lineIndex(result.text);
  const { directives, suppressions } = result.suppressions;
  if (scope === 'file') {
    const known = directives.find(({ kind, rules }) => kind === 'file' && rules.length > 0);
    return known ? addRule(known, finding.rule) : fileComment(result, index, finding.rule);
  }
  const place = placeFor(result, index, finding);
  if (!place) return undefined;
  const { start } = lineSpan(index, place.line);
  const covering = suppressions.find(
    ({ directive, covers }) => isMergeable(directive) && covers.start <= start && start <= covers.end,
  );
  if (covering) return addRule(covering.directive, finding.rule);
  const indent = /^[ \t]*/.exec(result.text.slice(start))?.[0] ?? '';
  const words = `shardlint-disable-next-line ${finding.rule}: ${reasonPlaceholder}`;
  const comment = place.jsx ? `{/* ${words} */}` : `${hostOf(result.file)?.lineComment} ${words}`;
  return { span: { start, end: start }, text: `${indent}${comment}${lineEnd(index, place.line)}` };
}

const isMergeable = ({ kind, rules }: Directive): boolean => kind === 'next-line' && rules.length > 0;

interface Where {
  /** The comment stands above it. */
  readonly line: number;
  readonly jsx: boolean;
}

function placeFor(
  { host, statements }: FileResult,
  index: LineIndex,
  { span }: Pick<Finding, 'span'>,
): Where | undefined {
  const lineOf = (offset: number): number => positionAt(index, offset).line;
  const sent = statements.find((one) => one.span.start <= span.start && span.start <= one.span.end);
  if (!host) {
    const line = lineOf(sent?.span.start ?? span.start);
    const { start } = lineSpan(index, line);
    // Another statement may begin above and end on this line: its text takes no comment.
    return statements.some((one) => one.span.start < start && start < one.span.end) ? undefined : { line, jsx: false };
  }
  const own = lineOf(sent?.span.start ?? span.start);
  const { start } = lineSpan(index, own);
  if (host.jsx.some((text) => text.start < start && start <= text.end)) return { line: own, jsx: true };
  const anchor = anchorOf(host, span.start);
  if (!anchor) return { line: own, jsx: false };
  // A comment above a host statement that sends several would accept more than was asked for.
  const inside = statements.filter((one) => anchor.start <= one.span.start && one.span.start < anchor.end);
  return { line: inside.length > 1 ? own : lineOf(anchor.start), jsx: false };
}

function fileComment({ file, text }: FileResult, index: LineIndex, rule: string): TextEdit {
  const line = text.startsWith('#!') ? 1 : 0;
  const at = index.starts[line] ?? 0;
  const comment = `${hostOf(file)?.lineComment} shardlint-disable-file ${rule}: ${reasonPlaceholder}`;
  return { span: { start: at, end: at }, text: `${comment}${lineEnd(index, line)}` };
}

/** As the file ends its lines. */
function lineEnd({ text, starts }: LineIndex, line: number): string {
  const next = starts[line + 1] ?? starts[line] ?? 0;
  const end = text.slice(Math.max(0, next - 2), next);
  return end.endsWith('\r\n') ? '\r\n' : end.endsWith('\r') ? '\r' : '\n';
}
