/** Placeholders of drivers, query builders and template languages, as they stand in SQL text. */
import type { Lexical } from './lexical';
import { HOLE, isWordStart, scanWord } from './scan';

export interface PlaceholderContext {
  readonly text: string;
  readonly lexical: Lexical;
  /** A value has just ended: an operator may follow. */
  readonly afterOperand: boolean;
  /** Inside `[…]`, where `:` cuts slices. */
  readonly inBrackets: boolean;
}

const match = (pattern: RegExp, text: string, start: number): number | undefined => {
  pattern.lastIndex = start;
  return pattern.test(text) ? pattern.lastIndex : undefined;
};

const numbered = /\$\d+(?::(?:name|alias|raw|json|csv|list|value)\b)?/y;
const dollarName = /\$[A-Za-z_]\w*(?!\w*\$)/y;
const bracketed =
  /\$(?:\{[^{}\n]*\}|\([A-Za-z_][\w.:]*\)|<[A-Za-z_][\w.:]*>|\[[A-Za-z_][\w.:]*\]|\/[A-Za-z_][\w.:]*\/)/y;
const hashBraces = /#\{[^{}\n]*\}/y;
const braces = /\{\{[^\n]{0,200}?\}\}|\{%[^\n]{0,200}?%\}|\{(?:\d+|[A-Za-z_]\w*)?\}/y;
const percent = /%(?:\([A-Za-z_][\w.]*\)[sd]|[sd](?!\w))/y;
const colon = /:(?:[A-Za-z_]\w*|\d+|'[^'\n]*'|"[^"\n]*")/y;
const colonList = /::[A-Za-z_]\w*/y;
const atName = /@[A-Za-z_]\w*/y;
const question = /\?\??\d*/y;

const scanQuestion = ({ text, lexical, afterOperand }: PlaceholderContext, start: number): number | undefined => {
  const end = match(question, text, start);
  // JSON operators, and `??` as JDBC writes them, stand between two values.
  return lexical.questionOperators && afterOperand ? undefined : end;
};

const scanColon = (
  { text, lexical, afterOperand, inBrackets }: PlaceholderContext,
  start: number,
): number | undefined => {
  if (text.charCodeAt(start + 1) === 58) return lexical.dollarQuotes ? undefined : match(colonList, text, start);
  return inBrackets && afterOperand ? undefined : match(colon, text, start);
};

/** The offset behind the placeholder that starts at `start`; undefined where none does. */
export const scanPlaceholder = (context: PlaceholderContext, start: number): number | undefined => {
  const { text, lexical, afterOperand } = context;
  // `$${i}`, `:${name}`: a placeholder whose number or name the host makes.
  if (text[start + 1] === HOLE && /[$:@]/.test(text[start] ?? '')) return scanWord(text, start + 1);
  switch (text[start]) {
    case '?':
      return scanQuestion(context, start);
    case ':':
      return scanColon(context, start);
    case '$':
      return match(numbered, text, start) ?? match(bracketed, text, start) ?? match(dollarName, text, start);
    case '#':
      return match(hashBraces, text, start);
    case '{':
      return match(braces, text, start);
    case '%': {
      // `a %s` could be a remainder; nobody writes it with a blank on the left side only.
      const spaced = start === 0 || /\s/.test(text[start - 1] ?? '');
      return afterOperand && !spaced && text[start + 1] !== '(' ? undefined : match(percent, text, start);
    }
    case '@':
      return lexical.hashComments || isWordStart(text.charCodeAt(start - 1)) ? undefined : match(atName, text, start);
    default:
      return undefined;
  }
};
