import pc from 'picocolors';
import type { Checked, Finding, Fix } from '../../engine/finding';
import type { Severity } from '../../shards/model';
import type { Location } from '../../text/span';
import { codeFrame } from '../codeFrame';
import { hunksOf } from '../patch';
import { oneLine, printable } from '../printable';
import { type Format, inReadingOrder, type Places, places, type ReportOptions, summary } from '../report';

type Colors = ReturnType<typeof pc.createColors>;

interface Pen {
  readonly colors: Colors;
  readonly where: Places;
  readonly width: number;
}

/** Longer patches are for the editor. */
const patchLines = 6;
const relatedShown = 4;

const word: Readonly<Record<Severity, string>> = {
  error: 'error',
  warning: 'warning',
  information: 'info',
  hint: 'hint',
};

/** Code frames for people at a terminal. The reason of a rule is given once. */
export const pretty: Format = (checked, options) => {
  const pen: Pen = {
    colors: pc.createColors(options.color),
    where: places(checked, options.root),
    width: options.width,
  };
  const explained = new Set<string>();
  const blocks = inReadingOrder(checked.findings).map((finding) => {
    const first = !explained.has(finding.rule);
    explained.add(finding.rule);
    return `${block(finding, first ? options.rules.get(finding.rule)?.why : undefined, pen)}\n`;
  });
  return `${[...blocks, closing(checked, options, pen)].join('\n')}\n`;
};

function block(finding: Finding, why: string | undefined, pen: Pen): string {
  const { colors, where } = pen;
  const kind = paint(finding.severity, colors)(`${word[finding.severity]}[${oneLine(finding.rule)}]`);
  const gutter = String(where.range(finding.file, finding.span).end.line).length;
  const bar = `${' '.repeat(gutter + 1)}${colors.dim('│')}`;
  const note = (label: string, text: string) =>
    `${' '.repeat(gutter + 1)}${colors.dim('=')} ${colors.bold(label)} ${text}`;
  const fixes = finding.fixes.map((fix) =>
    note('help:', `${oneLine(fix.title)}${fix.safe ? '' : colors.dim(' (unsafe)')}`),
  );
  const [preferred] = finding.fixes;
  return [
    `${colors.bold(place(finding, where))}: ${kind}: ${oneLine(finding.message)}`,
    ...frame(finding, gutter, bar, pen),
    ...(why ? [note('why:', oneLine(why))] : []),
    ...finding.related
      .slice(0, relatedShown)
      .map(({ location, message }) => note(`${place(location, where)}:`, oneLine(message))),
    ...fixes.slice(0, 1),
    ...(preferred ? patch(preferred, gutter, bar, pen) : []),
    ...fixes.slice(1),
  ].join('\n');
}

const place = ({ file, span }: Location, where: Places): string => {
  const { line, column } = where.range(file, span).start;
  return `${oneLine(where.path(file))}:${line}:${column}`;
};

function frame(finding: Finding, gutter: number, bar: string, { where, width, colors }: Pen): readonly string[] {
  const index = where.lines(finding.file);
  if (!index) return [];
  const lines = codeFrame(index, finding.span, width - gutter - 4);
  return [
    bar,
    ...lines.flatMap(({ number, code, carets }) => [
      `${colors.dim(`${String(number ?? '').padStart(gutter)} │`)} ${code}`,
      ...(carets ? [`${bar} ${paint(finding.severity, colors)(carets)}`] : []),
    ]),
  ];
}

function patch(fix: Fix, gutter: number, bar: string, { where, colors }: Pen): readonly string[] {
  const file = fix.edits[0]?.file;
  const text = file === undefined ? undefined : where.lines(file)?.text;
  if (text === undefined || fix.edits.some((edit) => edit.file !== file)) return [];
  const hunks = hunksOf(text, fix.edits) ?? [];
  const changed = hunks.reduce((sum, { removed, added }) => sum + removed.length + added.length, 0);
  if (changed === 0 || changed > patchLines) return [];
  const row = (number: number, sign: string, line: string) =>
    `${String(number + 1).padStart(gutter)} ${sign} ${printable(line.replaceAll('\t', '    '))}`;
  return [
    bar,
    ...hunks.flatMap(({ start, newStart, removed, added }) => [
      ...removed.map((line, i) => colors.red(row(start + i, '-', line))),
      ...added.map((line, i) => colors.green(row(newStart + i, '+', line))),
    ]),
    bar,
  ];
}

function closing(checked: Checked, { rules }: ReportOptions, { colors }: Pen): string {
  const worst = checked.findings.some(({ severity }) => severity === 'error') ? colors.red : colors.yellow;
  const mark = checked.findings.length === 0 ? colors.green('✓') : worst('✗');
  const known = checked.findings.find(({ rule }) => rules.has(rule));
  const more = known ? [colors.dim(`More on a rule: shardlint explain ${known.rule}`)] : [];
  return [`${mark} ${colors.bold(summary(checked))}`, ...more].join('\n');
}

function paint(severity: Severity, colors: Colors): (text: string) => string {
  if (severity === 'error') return (text) => colors.bold(colors.red(text));
  if (severity === 'warning') return (text) => colors.bold(colors.yellow(text));
  return severity === 'information' ? colors.blue : colors.dim;
}
