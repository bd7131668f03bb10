import fs from 'node:fs';
import path from 'node:path';
import type { ShardReport, Trend } from '../advice/shardReport/model';
import { shardReport } from '../advice/shardReport/shardReport';
import { parseBaseline } from '../engine/baseline';
import type { Finding } from '../engine/finding';
import { trendOf } from '../engine/trend';
import { oneLine } from '../report/printable';
import { places } from '../report/report';
import { readCodeOwners } from '../shards/codeOwners';
import type { ReportCommandOptions } from './options';
import { type Shell, type Status, status, UsageError } from './shell';
import { surveyWhere, whereOf } from './workspace';
import { writeFile } from './writeFile';

type Print = (report: ShardReport) => string;

const printers: Readonly<Record<ReportCommandOptions['format'], () => Promise<Print>>> = {
  html: async () => (await import('../report/shardReport/page')).shardReportPage,
  md: async () => (await import('../report/shardReport/md')).shardReportMd,
  json: async () => (report) => `${JSON.stringify(report, null, 2)}\n`,
};

/** What the workspace sends to its shards, table by table. */
export async function report(shell: Shell, args: readonly string[], options: ReportCommandOptions): Promise<Status> {
  const { baseline, out, format } = options;
  const where = whereOf(shell, args, options.config);
  const result = await surveyWhere(shell, await shell.engine(), where);
  const findings = result.findings.filter(({ confidence }) => confidence !== 'guess');
  // Links lead from where the report lies; scripts get paths relative to the folder that they asked for.
  const linked = out !== undefined && format !== 'json';
  const folder = linked ? path.dirname(path.resolve(shell.cwd, out)) : where.scanned;
  const { range } = places(result, folder);
  const text = (await printers[format]())(
    shardReport({
      surveys: result.surveys,
      findings,
      nameOf: (file) => path.relative(folder, file).replaceAll('\\', '/'),
      rangeOf: range,
      owners: await readCodeOwners(shell.platform, where.root),
      trend: baseline === undefined ? undefined : trendAgainst(shell, baseline, findings),
    }),
  );
  if (out === undefined) shell.out(text);
  else {
    writeFile(path.resolve(shell.cwd, out), text);
    shell.err(`${oneLine(out)} written\n`);
  }
  return status.clean;
}

function trendAgainst(shell: Shell, baseline: string, findings: readonly Finding[]): Trend {
  const file = path.resolve(shell.cwd, baseline);
  if (!fs.existsSync(file)) throw new UsageError(`no such file or folder: ${oneLine(baseline)}`);
  const accepted = parseBaseline(fs.readFileSync(file, 'utf8'));
  if (!accepted) throw new UsageError(`${oneLine(baseline)} is not a baseline of this version`);
  return trendOf(baseline, findings, accepted);
}
