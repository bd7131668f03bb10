import { oneLine } from '../printable';
import { type Format, inReadingOrder, places, summary } from '../report';

/** A comment on a pull request holds 65,536 characters. */
const rowsShown = 150;

const icon = { error: '🛑', warning: '⚠️', information: 'ℹ️', hint: '💡' } as const;

const cell = (text: string): string =>
  oneLine(text)
    .replaceAll('\\', '\\\\')
    .replaceAll('|', '\\|')
    .replaceAll('<', '&lt;')
    .replace(/@(?=\w)/g, '@\u200b');

/** A path may hold any character, backticks too; a pipe ends a table cell even inside code. */
const code = (text: string): string => {
  const clean = oneLine(text).replaceAll('|', '\\|');
  return clean.includes('`') ? `\`\` ${clean} \`\`` : `\`${clean}\``;
};

/** A table for a comment on a pull request. */
export const md: Format = (checked, { root }) => {
  const { path, range } = places(checked, root);
  const findings = inReadingOrder(checked.findings);
  const rows = findings.slice(0, rowsShown).map((finding) => {
    const { line } = range(finding.file, finding.span).start;
    const where = code(`${path(finding.file)}:${line}`);
    return `| ${icon[finding.severity]} | ${where} | ${code(finding.rule)} | ${cell(finding.message)} |`;
  });
  const table = rows.length > 0 ? ['', '| | Where | Rule | What |', '| --- | --- | --- | --- |', ...rows] : [];
  const more = findings.length > rowsShown ? ['', `… and ${findings.length - rowsShown} more.`] : [];
  return `${[`**Shardlint:** ${summary(checked)}`, ...table, ...more].join('\n')}\n`;
};
