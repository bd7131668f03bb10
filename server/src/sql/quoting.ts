/** Names that a library writes into a text are quoted as the dialect of the map quotes them. */
import type { Span } from '../text/span';
import type { Lexical } from './lexical';

const closing = { '"': '"', '`': '`', '[': ']' } as const;

/** `names`: parts of the text that hold names in double quotes. No offset moves. */
export function requoted(text: string, names: readonly Span[], { identifierQuotes }: Lexical): string {
  const [open = '"'] = identifierQuotes;
  if (identifierQuotes.includes('"')) return text;
  let made = '';
  let at = 0;
  for (const { start, end } of names) {
    made += text.slice(at, start) + text.slice(start, end).replace(/"([^"]*)"/g, `${open}$1${closing[open]}`);
    at = end;
  }
  return made + text.slice(at);
}
