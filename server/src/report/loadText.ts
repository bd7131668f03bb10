/** What load tests say, for the terminal and as Markdown. */
import { duration, type Load, type LoadDiagnosis, nameOf, percent } from '../advice/capacity/load';
import { columns, markdownTable, type Table } from './columns';
import { oneLine } from './printable';

export function loadText({ loads, verdicts }: LoadDiagnosis): string {
  const lines = verdicts.flatMap(({ code, text, next }) => [
    `  • ${code}: ${oneLine(text)}`,
    ...(next === '' ? [] : [`    ${oneLine(next)}`]),
  ]);
  return `Load\n${columns(loadTable(loads))}\n\n${lines.join('\n')}`;
}

export function loadMarkdown({ loads, verdicts }: LoadDiagnosis): string {
  const lines = verdicts.map(({ code, text, next }) => oneLine(`- **${code}**: ${text} ${next}`));
  return ['## Load', markdownTable(loadTable(loads)), lines.join('\n')].join('\n\n');
}

/** Only the columns that some load has a figure for. */
function loadTable(loads: readonly Load[]): Table {
  const all: readonly (readonly [string, (load: Load) => string | undefined])[] = [
    ['median', ({ median }) => time(median)],
    ['p95', ({ p95 }) => time(p95)],
    ['p99', ({ p99 }) => time(p99)],
    ['waiting p95', ({ waitingP95 }) => time(waitingP95)],
    ['blocked p95', ({ blockedP95 }) => time(blockedP95)],
    ['requests/s', ({ rate }) => (rate === undefined ? undefined : String(Number(rate.toFixed(1))))],
    ['errors', ({ failed }) => (failed === undefined ? undefined : percent(failed))],
    ['dropped', ({ dropped }) => dropped?.toString()],
    ['CPU', ({ cpu }) => (cpu === undefined ? undefined : percent(cpu))],
  ];
  const shown = all.filter(([, figure]) => loads.some((load) => figure(load) !== undefined));
  return {
    head: ['', ...shown.map(([name]) => name)],
    rows: loads.map((load) => [oneLine(nameOf(load)), ...shown.map(([, figure]) => figure(load) ?? '')]),
    right: shown.map((_, i) => i + 1),
  };
}

const time = (value: number | undefined): string | undefined => (value === undefined ? undefined : duration(value));
