/** String and template literals: decoded text with the place of every character. */
import type { SourceMap } from '../../text/sourceMap';
import { sourceMap } from '../../text/sourceMap';
import type { Quote } from '../host';

const simple: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r', b: '\b', f: '\f', v: '\v', '0': '\0' };

/** `text`: what the escape at `at` (a backslash) stands for; `length`: how long it is in the source. */
const readEscape = (source: string, at: number, end: number): { readonly text: string; readonly length: number } => {
  const next = source[at + 1] ?? '';
  if (at + 1 >= end) return { text: '', length: 1 };
  if (next === 'u' || next === 'x') {
    const match = /^\\(?:u\{([0-9a-fA-F]{1,6})\}|u([0-9a-fA-F]{4})|x([0-9a-fA-F]{2}))/.exec(source.slice(at, at + 12));
    const code = Number.parseInt(match?.[1] ?? match?.[2] ?? match?.[3] ?? '', 16);
    if (match !== null && at + match[0].length <= end && code <= 0x10ffff) {
      return { text: String.fromCodePoint(code), length: match[0].length };
    }
    return { text: next, length: 2 };
  }
  if (next === '\r') return { text: '', length: source[at + 2] === '\n' ? 3 : 2 };
  if (next === '\n' || next === '\u2028' || next === '\u2029') return { text: '', length: 2 };
  const code = source.codePointAt(at + 1) ?? 0;
  return { text: simple[next] ?? String.fromCodePoint(code), length: code > 0xffff ? 3 : 2 };
};

export interface Decoded {
  readonly text: string;
  /** Undefined where the text stands in the source as it is. */
  readonly map: SourceMap | undefined;
}

/** Decodes what stands between the quotes. In templates CRLF and CR are read as LF. */
export const decode = (source: string, start: number, end: number, quote: Quote): Decoded => {
  const raw = source.slice(start, end);
  const template = quote === 'template' || quote === 'raw-template';
  const plain =
    quote === 'raw-template' ? !raw.includes('\r') : !raw.includes('\\') && !(template && raw.includes('\r'));
  if (plain) return { text: raw, map: undefined };
  const builder = sourceMap(start);
  let from = start;
  const flush = (to: number): void => {
    if (to > from) builder.verbatim(source.slice(from, to), from, quote);
  };
  for (let i = start; i < end; ) {
    const c = source[i];
    if (c === '\\' && quote !== 'raw-template') {
      flush(i);
      const { text, length } = readEscape(source, i, end);
      builder.escape(text, { start: i, end: Math.min(i + length, end) }, quote);
      i = Math.min(i + length, end);
      from = i;
    } else if (c === '\r' && template) {
      flush(i);
      const length = source[i + 1] === '\n' && i + 1 < end ? 2 : 1;
      builder.escape('\n', { start: i, end: i + length }, quote);
      i += length;
      from = i;
    } else i++;
  }
  flush(end);
  return builder.finish();
};
