/**
 * The blocks and plain attributes of HCL (Terraform). What is computed is passed over: expressions, interpolations,
 * heredocs. The parsers on npm are HashiCorp's Go code compiled to megabytes of JavaScript, and give no places.
 */
import type { Location } from '../../text/span';

export interface HclBlock {
  readonly type: string;
  readonly labels: readonly string[];
  readonly attributes: ReadonlyMap<string, HclAttribute>;
  readonly blocks: readonly HclBlock[];
  readonly at: Location;
}

export interface HclAttribute {
  /** Undefined where it is computed, or is no text. */
  readonly text?: string;
  readonly at: Location;
}

export interface Hcl {
  readonly blocks: readonly HclBlock[];
  /** The first place where a quote or bracket is open to the end. */
  readonly open?: Location;
}

const token =
  /#.*|\/\/.*|\/\*[\s\S]*?(?:\*\/|$)|<<-?([A-Za-z_]\w*)[^\n]*\n[\s\S]*?(?:\n[ \t]*\1(?![\w-])|$)|"(?:[^"\\\n$%]|\\.|[$%](?!\{)|[$%]\{[^}\n]*\})*"|[A-Za-z_][\w-]*|\n|[^\s]/g;

interface Token {
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

const mostDepth = 100;

export function readHcl(file: string, text: string): Hcl {
  const tokens: Token[] = [];
  for (const found of text.matchAll(token)) {
    if (/^(?:#|\/\/|\/\*)/.test(found[0])) continue;
    tokens.push({ text: found[0], start: found.index, end: found.index + found[0].length });
  }
  const at = ({ start, end }: { start: number; end: number }): Location => ({ file, span: { start, end } });
  let next = 0;
  let open: Location | undefined;

  const body = (depth: number): Pick<HclBlock, 'attributes' | 'blocks'> => {
    const attributes = new Map<string, HclAttribute>();
    const blocks: HclBlock[] = [];
    for (let one = tokens[next]; one && one.text !== '}'; one = tokens[next]) {
      next++;
      if (!/^[A-Za-z_]/.test(one.text)) {
        open ??= one.text === '"' ? at(one) : undefined;
        continue;
      }
      if (tokens[next]?.text === '=') {
        next++;
        attributes.set(one.text, value());
        continue;
      }
      const labels: string[] = [];
      while (/^["A-Za-z_]/.test(tokens[next]?.text ?? '')) labels.push(plain(tokens[next++]?.text ?? '') ?? '');
      const brace = tokens[next];
      if (brace?.text !== '{' || depth > mostDepth) continue;
      next++;
      const inner = body(depth + 1);
      if (tokens[next]?.text === '}') next++;
      else open ??= at(brace);
      blocks.push({ type: one.text, labels, ...inner, at: at(one) });
    }
    return { attributes, blocks };
  };

  /** To the end of the line, or of the brackets that are open there. */
  const value = (): HclAttribute => {
    const from = next;
    let depth = 0;
    for (let one = tokens[next]; one; one = tokens[next]) {
      if (depth === 0 && (one.text === '\n' || one.text === '}')) break;
      // Two attributes on one line are not allowed, but clear.
      const another = tokens[next + 1]?.text === '=' && tokens[next + 2]?.text !== '=';
      if (depth === 0 && next > from && another && /^[A-Za-z_]/.test(one.text)) break;
      if (one.text === '"') open ??= at(one);
      if (/^[([{]$/.test(one.text)) depth++;
      else if (/^[)\]}]$/.test(one.text)) depth--;
      next++;
    }
    // Without a value, the sign before it is the place.
    const first = tokens[next === from ? from - 1 : from];
    const last = tokens[next - 1];
    const place = at({ start: first?.start ?? 0, end: last?.end ?? 0 });
    if (depth > 0) open ??= place;
    const written = next === from + 1 ? plain(first?.text ?? '') : undefined;
    return { ...(written !== undefined && { text: written }), at: place };
  };

  const blocks: HclBlock[] = [];
  while (next < tokens.length) {
    blocks.push(...body(0).blocks);
    next++;
  }
  return { blocks, ...(open && { open }) };
}

/** A quoted text without anything computed in it. */
const plain = (text: string): string | undefined =>
  text.startsWith('"') && text.length > 1 && !/[$%]\{/.test(text)
    ? text.slice(1, -1).replace(/\\(.)/g, '$1')
    : undefined;
