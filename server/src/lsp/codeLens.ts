/** "scatter · 32 shards" above each statement; off unless people want it. */
import type { CodeLens, CodeLensParams } from 'vscode-languageserver';
import { routeLabel } from './routeText';
import type { Session } from './session';

export async function codeLenses(session: Session, { textDocument }: CodeLensParams): Promise<CodeLens[]> {
  const subject = session.subject(textDocument.uri);
  if (!subject?.document || !subject.folder.settings.codeLens) return [];
  const view = await subject.analysis.file(subject.path);
  if (!view) return [];
  return view.statements
    .filter(({ why }) => why === undefined)
    .map(({ nameSpan, route }) => ({
      range: session.places.range(view.text, nameSpan),
      command: { title: routeLabel(route), command: '' },
    }));
}
