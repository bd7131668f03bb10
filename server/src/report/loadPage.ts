/** What load tests say, as a part of a page. */

import { duration, type Load, type LoadDiagnosis, nameOf, percent } from '../advice/capacity/load';
import { heading, list, type Page, type Table, table } from '../advice/page';

export const loadPage = ({ loads, verdicts }: LoadDiagnosis): Page => [
  heading(2, 'Load'),
  ...table(loadTable(loads)),
  ...list(verdicts.map(({ code, text, next }) => ({ text: `\`${code}\`: ${text}${next === '' ? '' : ` ${next}`}` }))),
];

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
    rows: loads.map((load) => [nameOf(load), ...shown.map(([, figure]) => figure(load) ?? '')]),
    right: shown.map((_, i) => i + 1),
  };
}

const time = (value: number | undefined): string | undefined => (value === undefined ? undefined : duration(value));
