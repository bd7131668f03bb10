/** Plain tables: for a terminal in columns, for Markdown with bars. Cells are clean already. */
import type { Table } from '../advice/page';

export function columns({ head, rows, right = [] }: Table, indent = '  '): string {
  const all = [head, ...rows];
  const widths = head.map((_, i) => Math.max(...all.map((row) => row[i]?.length ?? 0)));
  const line = (row: readonly string[]): string =>
    `${indent}${row
      .map((cell, i) => (right.includes(i) ? cell.padStart(widths[i] ?? 0) : cell.padEnd(widths[i] ?? 0)))
      .join('  ')}`.trimEnd();
  return all.map(line).join('\n');
}

export function markdownTable({ head, rows, right = [] }: Table): string {
  const line = (row: readonly string[]): string => `| ${row.join(' | ')} |`;
  const rule = head.map((_, i) => (right.includes(i) ? '---:' : '---'));
  return [line(head), line(rule), ...rows.map((row) => line(row.map((cell) => cell.replaceAll('|', '\\|'))))].join(
    '\n',
  );
}
