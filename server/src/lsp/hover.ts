/** "Runs on 1 of 32 shards, because …" over a statement; what a key means over the shard map. */
import type { Hover, HoverParams } from 'vscode-languageserver';
import type { StatementView } from '../engine/analysis';
import { reasonLines } from '../report/explanation';
import { block, code, plain, prose } from '../text/markdown';
import { routeNotes, routeSentence } from './routeText';
import type { Session } from './session';
import { spokenAt, statementAt } from './statementAt';

export async function hover(session: Session, { textDocument, position }: HoverParams): Promise<Hover | null> {
  const subject = session.subject(textDocument.uri);
  if (!subject?.document) return null;
  const { analysis, path, document, folder } = subject;
  const { places } = session;
  const offset = places.offset(document.text, position);
  const described = await analysis.describe(path, offset);
  if (described)
    return {
      contents: { kind: 'markdown', value: described.markdown },
      range: places.range(document.text, described.span),
    };
  if (!folder.settings.hover) return null;
  const view = await analysis.file(path);
  if (!view || view.text !== document.text) return null;
  const statement = statementAt(view, offset);
  const span = statement && spokenAt(statement, offset);
  if (!statement || !span) return null;
  return {
    contents: { kind: 'markdown', value: statementMarkdown(statement) },
    range: places.range(document.text, span),
  };
}

const mostReasons = 8;

export function statementMarkdown({ route, why, shape }: StatementView): string {
  if (why) return `Shardlint cannot read this statement: ${plain(unreadText(why))}.`;
  const reasons = reasonLines(route)
    .slice(0, mostReasons)
    .map((text) => `- ${prose(text)}`);
  const notes = routeNotes(route).map((text) => prose(text));
  const lead = `**${plain(routeSentence(route))}**${reasons.length > 0 ? ', because' : ''}`;
  const list = reasons.length > 0 ? `\n\n${reasons.join('\n')}` : '';
  const said = `${lead}${list}${notes.length > 0 ? `\n\n${notes.join(' ')}` : ''}`;
  return shape ? `${said}\n\n${shapeMarkdown(shape)}` : said;
}

const mostValues = 8;

/** The statement, and what its placeholders stand for. */
export function shapeMarkdown({ language, text, values }: NonNullable<StatementView['shape']>): string {
  const shown = values
    .slice(0, mostValues)
    .map((value, i) => `${text.includes('$1') ? `\\$${i + 1} = ` : ''}${code(value)}`);
  const more = values.length > mostValues ? ', …' : '';
  return `${block(language, text)}${shown.length > 0 ? `\n\nwith ${shown.join(', ')}${more}` : ''}`;
}

export function unreadText(why: NonNullable<StatementView['why']>): string {
  switch (why) {
    case 'incomplete':
      return 'it is not finished';
    case 'unsupported':
      return 'the dialect’s grammar has no such statement';
    case 'too-large':
      return 'it is too large';
    default:
      return why;
  }
}
