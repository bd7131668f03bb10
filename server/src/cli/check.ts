import type { Checked, Finding } from '../engine/finding';
import { oneLine } from '../report/printable';
import type { Format } from '../report/report';
import { severities } from '../report/report';
import type { Confidence } from '../routing/route';
import { applyBaselineFile } from './baselineFile';
import type { Engine } from './engine';
import { applyFixes, printDiff } from './fix';
import { type CheckOptions, confidences, type FormatName } from './options';
import { reportOptions, type Shell, type Status, status, UsageError } from './shell';
import { withoutOlder } from './since';
import { checkWhere, type Where, whereOf } from './workspace';

const load: Readonly<Record<FormatName, () => Promise<Format>>> = {
  pretty: async () => (await import('../report/formats/pretty')).pretty,
  json: async () => (await import('../report/formats/json')).json,
  sarif: async () => (await import('../report/formats/sarif')).sarif,
  github: async () => (await import('../report/formats/github')).github,
  md: async () => (await import('../report/formats/md')).md,
};

export async function check(shell: Shell, args: readonly string[], options: CheckOptions): Promise<Status> {
  const { shard: slice } = options;
  if (slice && options.since !== undefined) throw new UsageError('--shard does not go with --since');
  const where = { ...whereOf(shell, args, options.config), ...(slice ? { slice } : {}) };
  const engine = await shell.engine();
  const unknown = options.rule?.find((id) => !engine.rules.has(id));
  if (unknown !== undefined) throw new UsageError(`no rule ${oneLine(unknown)}`);
  if (options.rule && options.updateBaseline) throw new UsageError('--rule does not go with --update-baseline');
  const all = options.fix ? await fixed(shell, engine, where, options) : await checked(shell, engine, where, options);
  const shown = atLeast(all.findings, laxer(options.minConfidence, 'likely'));
  const recent = options.since === undefined ? shown : await withoutOlder(shell, engine, where, options.since, shown);
  const { findings, stale } = applyBaselineFile(shell, where, recent, options);
  const result: Checked = { ...all, findings };

  if (options.diff) printDiff(shell, result, options.unsafeFixes === true);
  else {
    const format = await load[options.format]();
    // Scripts get paths relative to the folder that they asked for, people and annotations those of the current one.
    const settings = reportOptions(shell, engine, options.format === 'json' ? where.scanned : shell.cwd);
    shell.out(format(result, { ...settings, ...(slice ? { part: `${slice.part}-of-${slice.of}` } : {}) }));
  }
  const failing = atLeast(findings, options.minConfidence).some(
    ({ severity }) => severities.indexOf(severity) <= severities.indexOf(options.failOn),
  );
  // What other rules found is no news of the baseline.
  return failing || (stale && !options.rule) ? status.findings : status.clean;
}

/** With the findings of the rules alone that are asked for. */
async function checked(shell: Shell, engine: Engine, where: Where, { rule }: CheckOptions): Promise<Checked> {
  const all = await checkWhere(shell, engine, where);
  return rule ? { ...all, findings: all.findings.filter((one) => rule.includes(one.rule)) } : all;
}

const laxer = (a: Confidence, b: Confidence): Confidence => (confidences.indexOf(a) > confidences.indexOf(b) ? a : b);

const atLeast = (findings: readonly Finding[], least: Confidence): readonly Finding[] =>
  findings.filter(({ confidence }) => confidences.indexOf(confidence) <= confidences.indexOf(least));

/** A fix may uncover another finding, but each round must end. */
const rounds = 5;

async function fixed(shell: Shell, engine: Engine, where: Where, options: CheckOptions) {
  let total = 0;
  for (let round = 1; ; round++) {
    const now = await checked(shell, engine, where, options);
    const applied = round > rounds ? 0 : applyFixes(now, options.unsafeFixes === true);
    total += applied;
    if (applied > 0) continue;
    if (total > 0) shell.err(`${total} ${total === 1 ? 'problem' : 'problems'} fixed\n`);
    return now;
  }
}
