import type { Checked, Finding } from '../../server/src/engine/finding';
import type { ReportOptions } from '../../server/src/report/report';
import type { Span } from '../../server/src/text/span';

/** A finding at the first place of `at` in the text of its file. */
export interface Draft extends Partial<Omit<Finding, 'span'>> {
  readonly at: string;
}

/** A result of a check made by hand: files by path, and findings that name the text they stand on. */
export function checkedOf(
  files: Readonly<Record<string, string>>,
  drafts: readonly Draft[],
  more: Partial<Checked['coverage']> = {},
): Checked {
  const findings = drafts.map(({ at, ...draft }): Finding => {
    const file = draft.file ?? Object.keys(files)[0] ?? '';
    return {
      rule: 'scatter-query',
      severity: 'warning',
      confidence: 'certain',
      message: 'runs on all shards',
      related: [],
      fixes: [],
      fingerprint: `${draft.rule ?? 'scatter-query'}:${file}:${at}`,
      ...draft,
      file,
      span: spanOf(files[file] ?? '', at),
    };
  });
  return {
    findings,
    inventory: [],
    coverage: { statements: 3, understood: 2, unknown: 1, unread: [], ...more },
    text: (file) => files[file],
  };
}

export function spanOf(text: string, part: string): Span {
  const start = text.indexOf(part);
  if (start < 0) throw new Error(`no ${JSON.stringify(part)} in the text`);
  return { start, end: start + part.length };
}

export const reportOptions: ReportOptions = {
  root: '/shop',
  version: '0.1.0',
  color: false,
  width: 80,
  rules: new Map([
    [
      'scatter-query',
      {
        summary: 'Query runs on every shard',
        why: 'One round trip per shard.',
        remedy: 'Bind the shard key.',
        severity: 'warning',
      },
    ],
  ]),
};
