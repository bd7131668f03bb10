/** A page about one statement: where it runs, why, and what was found about it. */
import type { Analysis, StatementView } from '../engine/analysis';
import { relativeTo } from '../platform/paths';
import type { ExplainParams, Explanation } from '../protocol';
import { block, link, plain, prose } from '../text/markdown';
import type { Span } from '../text/span';
import { foundIn } from './diagnostics';
import { shapeMarkdown, unreadText } from './hover';
import { routeNotes, routeSentence } from './routeText';
import type { Session } from './session';
import { statementAt } from './statementAt';
import { uriOf } from './uris';

export async function explain(session: Session, { uri, position }: ExplainParams): Promise<Explanation | null> {
  const subject = session.subject(uri);
  if (!subject) return null;
  const { analysis, folder } = subject;
  const { view, findings: all } = await foundIn(analysis, subject.path);
  if (!view) return null;
  const offset = session.places.offset(view.text, position);
  const statement = statementAt(view, offset);
  if (!statement) return null;
  const placed = async (file: string, span: Span): Promise<string> => {
    const text = file === view.file ? view.text : await analysis.text(file);
    const line = text === undefined ? 0 : session.places.position(text, span.start).line + 1;
    return link(`${relativeTo(folder.path, file) ?? file}:${line}`, `${uriOf(file)}#L${line}`);
  };
  const findings = all.filter(({ span }) => statementAt(view, span.start) === statement);
  const parts = [
    `# ${plain(statement.why ? 'Not understood' : routeSentence(statement.route))}`,
    statement.shape ? shapeMarkdown(statement.shape) : block('sql', statement.sql.trim()),
    `At ${await placed(view.file, statement.span)}.`,
    ...(statement.why ? [`Shardlint cannot read this statement: ${unreadText(statement.why)}.`] : []),
    ...(await reasonsOf(statement, view.file, placed)),
    ...routeNotes(statement.route).map(prose),
    ...(await tablesIn(statement, analysis, placed)),
    ...(findings.length > 0
      ? ['## Findings', findings.map(({ rule, message }) => `- **${plain(rule)}**: ${prose(message)}`).join('\n')]
      : []),
  ];
  return { range: session.places.range(view.text, statement.span), markdown: `${parts.join('\n\n')}\n` };
}

type Placed = (file: string, span: Span) => Promise<string>;

async function reasonsOf({ route }: StatementView, file: string, placed: Placed): Promise<readonly string[]> {
  if (route.reasons.length === 0) return [];
  const lines = await Promise.all(
    route.reasons.map(async ({ text, span }) => `- ${prose(text)}${span ? ` (${await placed(file, span)})` : ''}`),
  );
  return ['## Why', lines.join('\n')];
}

async function tablesIn({ tables }: StatementView, _analysis: Analysis, placed: Placed): Promise<readonly string[]> {
  const distinct = [...new Map(tables.map((one) => [one.name, one])).values()];
  if (distinct.length === 0) return [];
  const lines = await Promise.all(
    distinct.map(async ({ name, declared }) =>
      declared
        ? `- ${plain(name)}: declared at ${await placed(declared.file, declared.span)}`
        : `- ${plain(name)}: the map does not name it`,
    ),
  );
  return ['## Tables', lines.join('\n')];
}
