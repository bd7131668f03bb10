/** The light bulb: preferred fix, other fixes, all of the rule, suppress for the line, for the file, the rule's page. */
import type { CodeAction, CodeActionParams, Diagnostic } from 'vscode-languageserver';
import type { FileEdit, Finding, Fix } from '../engine/finding';
import { chooseFixes } from '../engine/fixes';
import { unusedRule } from '../engine/unsuppressed';
import type { Span } from '../text/span';
import { keyActions } from './advice';
import { showPageCommand } from './capabilities';
import { findingDiagnostic, foundIn } from './diagnostics';
import type { Session } from './session';
import { shown } from './shown';
import { workspaceEdit } from './workspaceEdit';

export const fixAllKind = 'source.fixAll.shardlint';

/** `source` asks for `source.fixAll.shardlint` too. */
const wants = (only: readonly string[] | undefined, kind: string): boolean =>
  only === undefined || only.some((one) => kind === one || kind.startsWith(`${one}.`));

type Subject = NonNullable<ReturnType<Session['subject']>>;

export async function codeActions(session: Session, params: CodeActionParams): Promise<CodeAction[]> {
  const { textDocument, range, context } = params;
  const subject = session.subject(textDocument.uri);
  if (!subject?.document) return [];
  const { analysis, path, document, folder } = subject;
  const { view, findings } = await foundIn(analysis, path, 'settled');
  if (view && view.text !== document.text) return [];
  const visible = await shown(folder, findings);
  const asked: Span = {
    start: session.places.offset(document.text, range.start),
    end: session.places.offset(document.text, range.end),
  };
  const actions: CodeAction[] = [];
  if (wants(context.only, 'quickfix')) {
    const here = visible.filter(({ span }) => span.start <= asked.end && asked.start <= span.end);
    actions.push(...(await quickFixes(session, subject, document.text, here, context.diagnostics, visible)));
  }
  if (wants(context.only, 'refactor')) actions.push(...(await keyActions(session, textDocument.uri, asked.start)));
  // Offered where it is asked for: at the light bulb it would only repeat the fixes.
  if (context.only && wants(context.only, fixAllKind)) actions.push(...(await fixAll(session, subject, visible)));
  return actions;
}

async function quickFixes(
  session: Session,
  subject: Subject,
  text: string,
  findings: readonly Finding[],
  given: readonly Diagnostic[],
  all: readonly Finding[],
): Promise<readonly CodeAction[]> {
  const groups = await Promise.all(
    findings.map(async (finding) => {
      const diagnostic = await diagnosticFor(session, subject, text, finding, given);
      const action = async (title: string, edits: readonly FileEdit[], how?: 'preferred' | 'unsafe') => {
        // What changes in front of the user's eyes is one step to undo; what reaches further is shown before.
        const reaches = how === 'unsafe' && edits.some(({ file }) => file !== subject.path);
        const edit = await workspaceEdit(session, subject.analysis, edits, reaches ? title : undefined);
        const more = how === 'preferred' ? { isPreferred: true } : {};
        return edit ? [{ title, kind: 'quickfix', diagnostics: [diagnostic], edit, ...more }] : [];
      };
      const safe = finding.fixes.find((fix) => fix.safe);
      const others = finding.fixes.filter((fix) => fix !== safe);
      return {
        preferred: safe ? await action(safe.title, safe.edits, 'preferred') : [],
        others: (
          await Promise.all(others.map((fix) => action(titleOf(fix), fix.edits, fix.safe ? undefined : 'unsafe')))
        ).flat(),
        alike: await allOfRule(session, subject, finding, all),
        suppress: await suppressActions(subject, finding, action),
        page: pageAction(session, finding),
      };
    }),
  );
  const parts = (['preferred', 'others', 'alike', 'suppress', 'page'] as const).flatMap((part) =>
    groups.flatMap((group) => group[part]),
  );
  // Two findings of one rule and line ask for the same comment.
  return [...new Map(parts.map((one) => [`${one.title}\0${JSON.stringify(one.edit ?? one.command)}`, one])).values()];
}

const titleOf = ({ title, safe }: Fix): string => (safe ? title : `${title} (unsafe: check that it is the right one)`);

async function suppressActions(
  { analysis, path }: Subject,
  finding: Finding,
  action: (title: string, edits: readonly FileEdit[]) => Promise<CodeAction[]>,
): Promise<readonly CodeAction[]> {
  if (finding.rule === unusedRule) return [];
  const place = { rule: finding.rule, span: finding.span };
  const [line, file] = await Promise.all([
    analysis.suppress(path, place, 'line'),
    analysis.suppress(path, place, 'file'),
  ]);
  return [
    ...(line ? await action(`Disable ${finding.rule} for this line`, [line]) : []),
    ...(file ? await action(`Disable ${finding.rule} for this file`, [file]) : []),
  ];
}

function pageAction({ client, surroundings }: Session, { rule }: Finding): readonly CodeAction[] {
  const page = client.showDocument ? surroundings.pageOf(rule) : undefined;
  if (page === undefined) return [];
  const title = `Show the page of ${rule}`;
  return [{ title, kind: 'quickfix', command: { title, command: showPageCommand, arguments: [page] } }];
}

/** The preferred fix of every finding of that rule in the file, as far as they go together. */
async function allOfRule(
  session: Session,
  { analysis }: Subject,
  { rule, fixes: own }: Finding,
  all: readonly Finding[],
): Promise<readonly CodeAction[]> {
  if (own.length === 0) return [];
  const { fixes } = chooseFixes(
    all.filter((one) => one.rule === rule),
    true,
  );
  if (fixes.length < 2) return [];
  const safe = fixes.every((fix) => fix.safe);
  const title = titleOf({ title: `Fix all ${fixes.length} of ${rule} in this file`, safe, edits: [] });
  const edits = fixes.flatMap((fix) => fix.edits);
  const edit = await workspaceEdit(session, analysis, edits, safe ? undefined : title);
  return edit ? [{ title, kind: 'quickfix', edit }] : [];
}

/** The client's own object where it has one: it recognises the diagnostic by it. */
async function diagnosticFor(
  session: Session,
  { analysis }: Subject,
  text: string,
  finding: Finding,
  given: readonly Diagnostic[],
): Promise<Diagnostic> {
  const { line, character } = session.places.position(text, finding.span.start);
  const same = given.find(
    ({ code, range: { start } }) => code === finding.rule && start.line === line && start.character === character,
  );
  return same ?? findingDiagnostic(session, analysis, text, finding);
}

async function fixAll(
  session: Session,
  { analysis }: Subject,
  findings: readonly Finding[],
): Promise<readonly CodeAction[]> {
  const { fixes } = chooseFixes(findings, false);
  if (fixes.length === 0) return [];
  const edit = await workspaceEdit(
    session,
    analysis,
    fixes.flatMap(({ edits }) => edits),
  );
  return edit ? [{ title: 'Apply all safe fixes of Shardlint', kind: fixAllKind, edit }] : [];
}
