/** JSON with comments and trailing commas as a positioned tree; broken text gives what can be read of it. */
import { type Node as JsonNode, type ParseError, parseTree, printParseErrorCode } from 'jsonc-parser';
import type { Span } from '../../text/span';
import type { MapProblem } from '../model';
import { type Entry, emptyMap, type Node, narrow, type Positioned } from './node';

export function readJson(file: string, source: string): Positioned {
  // A byte order mark is no JSON; a space in its place keeps every offset.
  const text = source.replace(/^\uFEFF/, ' ');
  const errors: ParseError[] = [];
  const tree = parse(text, errors);
  const problems: MapProblem[] = firstAtEachPlace(errors).map(({ error, offset, length }) => ({
    at: { file, span: visible(text, offset, length) },
    severity: 'error',
    code: 'syntax',
    message: words(printParseErrorCode(error)),
  }));
  const convert = (node: JsonNode): Node => {
    const at = { file, span: { start: node.offset, end: node.offset + node.length } };
    switch (node.type) {
      case 'object':
        return { kind: 'map', entries: entries(node), at };
      case 'array':
        return { kind: 'list', items: (node.children ?? []).map(convert), at };
      case 'number':
        return { kind: 'scalar', value: exact(text.slice(node.offset, node.offset + node.length), node.value), at };
      default:
        return { kind: 'scalar', value: node.value ?? null, at };
    }
  };
  const entries = (object: JsonNode): readonly Entry[] => {
    const found = new Map<string, Entry>();
    for (const property of object.children ?? []) {
      const [key, value] = property.children ?? [];
      if (!key || !value) continue;
      const keyAt = { file, span: { start: key.offset, end: key.offset + key.length } };
      const name = String(key.value);
      if (found.has(name)) {
        const message = `\`${name}\` is given twice; the last one counts.`;
        problems.push({ at: keyAt, severity: 'error', code: 'duplicate-key', message });
      }
      found.set(name, { key: name, keyAt, value: convert(value) });
    }
    return [...found.values()];
  };
  if (tree === undefined) {
    const message = 'The file is nested too deeply to be read.';
    problems.push({ at: emptyMap(file).at, severity: 'error', code: 'too-large', message });
  }
  return { node: typeof tree === 'object' ? convert(tree) : emptyMap(file), problems };
}

/** Undefined where the nesting is deeper than the parser's stack. */
function parse(text: string, errors: ParseError[]): JsonNode | 'empty' | undefined {
  try {
    return parseTree(text, errors, { allowTrailingComma: true, allowEmptyContent: true }) ?? 'empty';
  } catch {
    return undefined;
  }
}

/** One slip makes the parser stumble several times over the same character, and once for each bracket left open. */
const firstAtEachPlace = (errors: readonly ParseError[]): readonly ParseError[] =>
  errors.filter((error, i) => errors.findIndex(({ offset }) => offset === error.offset) === i);

/** The parser points behind the end of a text: an editor needs at least one character. */
function visible(text: string, offset: number, length: number): Span {
  const start = Math.max(0, Math.min(offset, text.trimEnd().length - 1));
  return { start, end: Math.max(start + 1, Math.min(offset + length, text.length)) };
}

const exact = (digits: string, value: number): number | bigint =>
  /^-?\d+$/.test(digits) && !Number.isSafeInteger(value) ? narrow(BigInt(digits)) : value;

function words(code: string): string {
  switch (code) {
    case 'PropertyNameExpected':
      return 'A key in double quotes is expected here.';
    case 'ValueExpected':
      return 'A value is expected here.';
    case 'ColonExpected':
      return 'A colon is expected between key and value.';
    case 'CommaExpected':
      return 'A comma is expected here.';
    case 'CloseBraceExpected':
      return 'A closing brace `}` is missing.';
    case 'CloseBracketExpected':
      return 'A closing bracket `]` is missing.';
    case 'EndOfFileExpected':
      return 'Nothing may follow the end of the document.';
    case 'UnexpectedEndOfString':
      return 'The text is not closed by a double quote.';
    case 'UnexpectedEndOfComment':
      return 'The comment is not closed.';
    case 'InvalidNumberFormat':
      return 'This is no number.';
    case 'InvalidUnicode':
    case 'InvalidEscapeCharacter':
    case 'InvalidCharacter':
      return 'This character or escape is not allowed in text.';
    default:
      return 'This is no JSON: text stands in double quotes.';
  }
}
