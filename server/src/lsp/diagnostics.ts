/** Findings and mistakes in maps as diagnostics. */
import type { Diagnostic, DiagnosticSeverity } from 'vscode-languageserver';
import type { Analysis, FileView, MapReport } from '../engine/analysis';
import type { Finding } from '../engine/finding';
import { unusedRule } from '../engine/unsuppressed';
import type { MapProblem, Severity } from '../shards/model';
import type { Folder, Session } from './session';
import { shown } from './shown';

const severities: Readonly<Record<Severity, DiagnosticSeverity>> = { error: 1, warning: 2, information: 3, hint: 4 };
/**
 * All that is found in a file: by itself, as a map, and as a part of what functions do. `settled`: of what the whole workspace
 * says only what holds now; otherwise what was said last, until the editor rests.
 */
export async function foundIn(
  analysis: Analysis,
  path: string,
  settled = false,
): Promise<{
  readonly view: FileView | undefined;
  readonly report: MapReport | undefined;
  readonly findings: readonly Finding[];
}> {
  const view = await analysis.file(path);
  const units = view ? await analysis.unitFindings(path) : [];
  const own = [...(view?.findings ?? []), ...units];
  if (analysis.isDeclaration(path)) {
    const report = (await analysis.mapReports()).find(({ file }) => file === path);
    return { view, report, findings: [...own, ...(report?.findings ?? [])] };
  }
  // Advice over a whole workspace stands at statements, too.
  const standing = view ? await analysis.standing(path) : undefined;
  const said = standing && (standing.current || !settled) ? standing.findings : [];
  return { view, report: undefined, findings: [...own, ...said] };
}

/** Everything that is to be shown in a file, in its order. */
export async function diagnosticsOf(session: Session, folder: Folder, path: string): Promise<readonly Diagnostic[]> {
  const { analysis } = folder;
  if (!analysis) return [];
  const { view, report, findings: all } = await foundIn(analysis, path);
  for (const { rule, error } of view?.faults ?? []) session.fault(rule, error);
  const findings = await shown(folder, all);
  if (findings.length === 0 && !report?.problems.length) return [];
  const text = view?.text ?? (await analysis.text(path));
  if (text === undefined) return [];
  const diagnostics = await Promise.all(findings.map((one) => findingDiagnostic(session, analysis, text, one)));
  return [...(report?.problems ?? []).map((one) => problemDiagnostic(session, text, one)), ...diagnostics].sort(
    (a, b) => a.range.start.line - b.range.start.line || a.range.start.character - b.range.start.character,
  );
}

export async function findingDiagnostic(
  session: Session,
  analysis: Analysis,
  text: string,
  finding: Finding,
): Promise<Diagnostic> {
  const { client, places, surroundings } = session;
  const page = client.codeDescription ? surroundings.pageOf(finding.rule) : undefined;
  const related = client.relatedInformation ? await relatedTo(session, analysis, finding) : [];
  return {
    range: places.range(text, finding.span),
    severity: severities[finding.severity],
    source: 'shardlint',
    code: finding.rule,
    ...(page === undefined ? {} : { codeDescription: { href: page } }),
    message: finding.message,
    ...(related.length > 0 ? { relatedInformation: related } : {}),
    ...(client.tags && finding.rule === unusedRule ? { tags: [1] } : {}),
  };
}

async function relatedTo(
  { places }: Session,
  analysis: Analysis,
  { related }: Finding,
): Promise<NonNullable<Diagnostic['relatedInformation']>> {
  const found = await Promise.all(
    related.map(async ({ location: { file, span }, message }) => {
      const text = await analysis.text(file);
      return text === undefined ? [] : [{ location: places.location(file, text, span), message }];
    }),
  );
  return found.flat();
}

export const problemDiagnostic = ({ places }: Session, text: string, problem: MapProblem): Diagnostic => ({
  range: places.range(text, problem.at.span),
  severity: severities[problem.severity],
  source: 'shardlint',
  code: problem.code,
  message: problem.message,
});
