import type { Severity } from '../../shards/model';
import { oneLine } from '../printable';
import { type Format, inReadingOrder, places, summary } from '../report';

const command: Readonly<Record<Severity, string>> = {
  error: 'error',
  warning: 'warning',
  information: 'notice',
  hint: 'notice',
};

const data = (text: string): string => oneLine(text).replaceAll('%', '%25');
const property = (text: string): string => data(text).replaceAll(':', '%3A').replaceAll(',', '%2C');

/** Workflow commands, which GitHub Actions shows as annotations on the changed lines. */
export const github: Format = (checked, { root }) => {
  const { path, range } = places(checked, root);
  const lines = inReadingOrder(checked.findings).map((finding) => {
    const { start, end } = range(finding.file, finding.span);
    const where = [
      `file=${property(path(finding.file))}`,
      `line=${start.line}`,
      `endLine=${end.line}`,
      `col=${start.column}`,
      // GitHub refuses an end column where the lines differ.
      ...(start.line === end.line ? [`endColumn=${Math.max(start.column, end.column - 1)}`] : []),
      `title=${property(`Shardlint: ${finding.rule}`)}`,
    ];
    return `::${command[finding.severity]} ${where.join(',')}::${data(finding.message)}`;
  });
  return `${[...lines, summary(checked)].join('\n')}\n`;
};
