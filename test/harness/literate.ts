/** Literate Markdown: sections, fenced blocks, and expectations drawn under the code. */

export interface Block {
  /** Words after the fence: language, then what the harness makes of them. */
  readonly info: readonly string[];
  /** The info string as written. */
  readonly words: string;
  readonly text: string;
}

export interface Section {
  readonly title: string;
  readonly blocks: readonly Block[];
}

/** The part before the first `##` comes first, with an empty title. */
export function sectionsOf(markdown: string): readonly Section[] {
  return markdown.split(/^(?=## )/m).map((source) => ({
    title: /^## (.*)$/m.exec(source)?.[1] ?? '',
    blocks: [...source.matchAll(/^```(.+)\n([\s\S]*?)^```$/gm)].map(([, words = '', text = '']) => ({
      words: words.trim(),
      info: words.trim().split(/\s+/),
      text,
    })),
  }));
}

/** `^^^ rule-id: message` drawn under the code; lines and columns are 0-based, the end exclusive. */
export interface Mark {
  readonly line: number;
  readonly start: number;
  readonly end: number;
  readonly rule: string;
  /** Undefined: any message. */
  readonly message: string | undefined;
}

const drawn = /^(\s*(?:--|\/\/|#)?\s*)(\^+)\s+([a-z][a-z0-9-]*)(?::\s*(.*))?$/;

/** Takes the drawn lines out: what is left is the code, which is how they may stand inside template literals. */
export function readMarks(text: string): { readonly code: string; readonly marks: readonly Mark[] } {
  const code: string[] = [];
  const marks: Mark[] = [];
  for (const line of text.split('\n')) {
    const [, before, carets, rule, message] = drawn.exec(line) ?? [];
    if (before === undefined || carets === undefined || rule === undefined) {
      code.push(line);
      continue;
    }
    marks.push({
      line: code.length - 1,
      start: before.length,
      end: before.length + carets.length,
      rule,
      message: message?.trim() || undefined,
    });
  }
  return { code: code.join('\n'), marks };
}

/** The code with its findings drawn under it, in the order of their places. */
export function drawMarks(code: string, marks: readonly Mark[], comment: string): string {
  const lines = code.split('\n');
  return lines
    .flatMap((line, i) => {
      const here = marks
        .filter((mark) => mark.line === i)
        .sort((a, b) => a.start - b.start || a.rule.localeCompare(b.rule));
      return [line, ...here.map((mark) => draw(mark, comment))];
    })
    .join('\n');
}

function draw({ start, end, rule, message }: Mark, comment: string): string {
  const lead = start > comment.length ? comment.padEnd(start) : ' '.repeat(start);
  return `${lead}${'^'.repeat(Math.max(1, end - start))} ${rule}${message === undefined ? '' : `: ${message}`}`;
}
