/** Findings and mistakes in maps as diagnostics. */
import type { Diagnostic, DiagnosticSeverity } from 'vscode-languageserver';
import type { Analysis, FileView, MapReport } from '../engine/analysis';
import type { Finding } from '../engine/finding';
import { unusedRule } from '../engine/unsuppressed';
import type { MapProblem, Severity } from '../shards/model';
import type { Places } from './places';
import type { Folder, Session } from './session';
import { shown } from './shown';

const severities: Readonly<Record<Severity, DiagnosticSeverity>> = { error: 1, warning: 2, information: 3, hint: 4 };
/**
 * How exactly findings are asked for. `settled`: of what the whole workspace says only what holds now; `rested`: that as it was
 * said last, until it is asked for by itself; `typed`: with every keystroke, so that of the file itself, too, only what was
 * touched is looked at; `hurried`: as `rested`, and what functions do as it was said last, too, since a scan that is under way
 * adds to it with every file.
 */
export type Pace = 'settled' | 'rested' | 'typed' | 'hurried';

/** All that is found in a file: by itself, as a map, and as a part of what functions do. */
export async function foundIn(
  analysis: Analysis,
  path: string,
  pace: Exclude<Pace, 'typed'> = 'rested',
): Promise<{
  readonly view: FileView | undefined;
  readonly report: MapReport | undefined;
  readonly findings: readonly Finding[];
}> {
  const view = await analysis.file(path);
  const units = view ? await analysis.unitFindings(path, pace === 'hurried') : [];
  const own = [...(view?.findings ?? []), ...units];
  if (analysis.isDeclaration(path)) {
    const report = (await analysis.mapReports()).find(({ file }) => file === path);
    return { view, report, findings: [...own, ...(report?.findings ?? [])] };
  }
  // Advice over a whole workspace stands at statements, too.
  const standing = view ? await analysis.standing(path) : undefined;
  const said = standing && (standing.current || pace !== 'settled') ? standing.findings : [];
  return { view, report: undefined, findings: [...own, ...said] };
}

type Shown = Pick<Awaited<ReturnType<typeof foundIn>>, 'report' | 'findings'> & {
  readonly view: Pick<FileView, 'text' | 'faults'> | undefined;
};

async function foundWhileTyping(analysis: Analysis, path: string): Promise<Shown | undefined> {
  const view = analysis.isDeclaration(path) ? undefined : await analysis.whileTyping(path);
  if (!view) return undefined;
  const [units, standing] = [await analysis.unitFindings(path, true), await analysis.standing(path)];
  return { view, report: undefined, findings: [...view.findings, ...units, ...standing.findings] };
}

/** Everything that is to be shown in a file, in its order. */
export async function diagnosticsOf(
  session: Session,
  folder: Folder,
  path: string,
  pace: 'rested' | 'typed',
): Promise<readonly Diagnostic[]> {
  const { analysis } = folder;
  if (!analysis) return [];
  const typed = pace === 'typed' ? await foundWhileTyping(analysis, path) : undefined;
  const {
    view,
    report,
    findings: all,
  } = typed ?? (await foundIn(analysis, path, session.scanning ? 'hurried' : 'rested'));
  for (const { rule, error } of view?.faults ?? []) session.fault(rule, error);
  const findings = await shown(folder, all);
  if (findings.length === 0 && !report?.problems.length) return [];
  const text = view?.text ?? (await analysis.text(path));
  if (text === undefined) return [];
  const related = await relatedTo(session, analysis, findings);
  const diagnostics = [...findings]
    .sort((a, b) => a.span.start - b.span.start)
    .map((one) => diagnosticIn(session, text, one, related(one)));
  if (!report?.problems.length) return diagnostics;
  return [...report.problems.map((one) => problemDiagnostic(session, text, one)), ...diagnostics].sort(
    (a, b) => a.range.start.line - b.range.start.line || a.range.start.character - b.range.start.character,
  );
}

export async function findingDiagnostic(
  session: Session,
  analysis: Analysis,
  text: string,
  finding: Finding,
): Promise<Diagnostic> {
  const related = await relatedTo(session, analysis, [finding]);
  return diagnosticIn(session, text, finding, related(finding));
}

type Related = NonNullable<Diagnostic['relatedInformation']>;

/** What findings are related to, as far as it is shown: thousands of findings lead to a few places. */
async function relatedTo(
  { client, places }: Session,
  analysis: Analysis,
  findings: readonly Finding[],
): Promise<(finding: Finding) => Related> {
  if (!client.relatedInformation) return () => nowhere;
  const texts = new Map<string, string | undefined>();
  for (const { related } of findings)
    for (const { location } of related)
      if (!texts.has(location.file)) texts.set(location.file, await analysis.text(location.file));
  return ({ related }) => {
    if (related.length === 0) return nowhere;
    const at = related.map(({ location }) => texts.get(location.file));
    const before = shownPlaces.get(related);
    if (before?.places === places && before.texts.every((text, i) => text === at[i])) return before.shown;
    const shown = related.flatMap(({ location: { file, span }, message }, i) => {
      const text = at[i];
      return text === undefined ? [] : [{ location: places.location(file, text, span), message }];
    });
    shownPlaces.set(related, { texts: at, places, shown });
    return shown;
  };
}

const nowhere: Related = [];

/** As it was shown last, which holds while the texts that it stands in do. */
const shownPlaces = new WeakMap<
  Finding['related'],
  { readonly texts: readonly (string | undefined)[]; readonly places: Places; readonly shown: Related }
>();

function diagnosticIn({ client, places, surroundings }: Session, text: string, finding: Finding, related: Related) {
  const page = client.codeDescription ? surroundings.pageOf(finding.rule) : undefined;
  const diagnostic: Diagnostic = {
    range: places.range(text, finding.span),
    severity: severities[finding.severity],
    source: 'shardlint',
    code: finding.rule,
    message: finding.message,
  };
  // By the thousand with every keystroke: nothing is spread.
  if (page !== undefined) diagnostic.codeDescription = { href: page };
  if (related.length > 0) diagnostic.relatedInformation = related;
  if (client.tags && finding.rule === unusedRule) diagnostic.tags = [1];
  return diagnostic;
}

export const problemDiagnostic = ({ places }: Session, text: string, problem: MapProblem): Diagnostic => ({
  range: places.range(text, problem.at.span),
  severity: severities[problem.severity],
  source: 'shardlint',
  code: problem.code,
  message: problem.message,
});
