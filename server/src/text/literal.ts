/**
 * How inserted text must be written inside the literal that holds it.
 * `verbatim`: as it is (SQL files, heredocs without escapes); `single` and `double`: C-like escapes between `'` or `"`;
 * `template`: between backticks; `raw-template`: between backticks under a tag that reads `strings.raw`;
 * `none`: the place takes no insertions.
 */
export type Literal = 'verbatim' | 'single' | 'double' | 'template' | 'raw-template' | 'none';

const escapes: Readonly<Record<string, string>> = {
  '\\': '\\\\',
  '\n': '\\n',
  '\r': '\\r',
  '\u2028': '\\u2028',
  '\u2029': '\\u2029',
};

/** The characters to write; undefined where this literal cannot hold the text. */
export const encode = (literal: Literal, text: string): string | undefined => {
  switch (literal) {
    case 'verbatim':
      return text;
    case 'single':
      return text.replace(/[\\'\n\r\u2028\u2029]/g, (c) => escapes[c] ?? `\\${c}`);
    case 'double':
      return text.replace(/[\\"\n\r\u2028\u2029]/g, (c) => escapes[c] ?? `\\${c}`);
    case 'template':
      // A trailing `$` and a leading `{` could meet their other half in the text around; a raw CR would be read as LF.
      return text.replace(/[\\`]|\$(?=\{|$)|^\{|\r/g, (c) => (c === '\r' ? '\\r' : `\\${c}`));
    case 'raw-template':
      return /[`\r]|\$(?:\{|$)|^\{|\\$/.test(text) ? undefined : text;
    case 'none':
      return undefined;
  }
};
