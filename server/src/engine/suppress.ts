/** Findings that people have accepted where they stand, with a reason; and suppressions that suppress nothing. */
import { lineIndex, positionAt } from '../text/lineIndex';
import type { Span } from '../text/span';
import type { Finding } from './finding';
import { fingerprint } from './fingerprint';

export interface Directive {
  readonly kind: 'next-line' | 'line' | 'file' | 'disable' | 'enable';
  /** Empty: all rules. */
  readonly rules: readonly string[];
  readonly reason: string;
  readonly span: Span;
}

const pattern = /shardlint-(disable-next-line|disable-line|disable-file|disable|enable)\b([^\n\r]*)/g;

/** Reads `shardlint-disable-next-line rule, rule: reason` out of a comment. */
export function directivesIn(comment: string, at: Span): readonly Directive[] {
  return [...comment.matchAll(pattern)].map((match): Directive => {
    const words = (match[2] ?? '').replace(/\*\/\}?\s*$|-->\s*$/, '');
    const colon = words.indexOf(':');
    const names = (colon < 0 ? words : words.slice(0, colon))
      .split(/[\s,]+/)
      .filter((word) => /^[a-z][a-z0-9-]*$/.test(word));
    const start = at.start + (match.index ?? 0);
    const kind = (match[1] ?? '').replace('disable-', '') as Directive['kind'];
    return {
      kind,
      rules: names,
      reason: colon < 0 ? '' : words.slice(colon + 1).trim(),
      span: { start, end: start + match[0].trimEnd().length },
    };
  });
}

/** What is left of the findings of one file, with a finding for each suppression that met nothing. */
export function suppress(
  file: string,
  text: string,
  findings: readonly Finding[],
  directives: readonly Directive[],
  starts: (finding: Finding) => readonly number[],
): readonly Finding[] {
  if (directives.length === 0) return findings;
  const lines = lineIndex(text);
  const line = (offset: number): number => positionAt(lines, offset).line;
  const used = new Set<Directive>();
  const kept = findings.filter((finding) => {
    const places = [finding.span.start, ...starts(finding)].map(line);
    const by = directives.filter(
      (one) =>
        (one.rules.length === 0 || one.rules.includes(finding.rule)) && covers(one, finding, places, directives, line),
    );
    for (const one of by) used.add(one);
    return by.length === 0;
  });
  const unused = directives.filter((one) => one.kind !== 'enable' && !used.has(one));
  return [...kept, ...unused.map((one) => unusedFinding(file, text, one))];
}

function covers(
  one: Directive,
  finding: Finding,
  places: readonly number[],
  all: readonly Directive[],
  line: (offset: number) => number,
): boolean {
  switch (one.kind) {
    case 'file':
      return true;
    case 'line':
      return places.includes(line(one.span.start));
    case 'next-line':
      return places.includes(nextCode(one, all, line));
    case 'disable': {
      if (finding.span.start < one.span.end) return false;
      const ends = all.find(
        (other) =>
          other.kind === 'enable' &&
          other.span.start > one.span.start &&
          (other.rules.length === 0 || one.rules.some((rule) => other.rules.includes(rule))),
      );
      return !ends || finding.span.start < ends.span.start;
    }
    case 'enable':
      return false;
  }
}

/** Stacked directives all speak of the first line below them. */
function nextCode(one: Directive, all: readonly Directive[], line: (offset: number) => number): number {
  let next = line(one.span.end) + 1;
  while (all.some((other) => other !== one && other.kind === 'next-line' && line(other.span.start) === next)) next++;
  return next;
}

function unusedFinding(file: string, text: string, one: Directive): Finding {
  const what = one.rules.length > 0 ? one.rules.join(', ') : 'all rules';
  return {
    rule: 'unused-suppression',
    severity: 'information',
    confidence: 'certain',
    message: `This comment suppresses nothing (${what}): remove it.`,
    file,
    span: one.span,
    related: [],
    fixes: [],
    fingerprint: fingerprint('unused-suppression', file, text.slice(one.span.start, one.span.end), ''),
  };
}
