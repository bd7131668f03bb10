import type { TextEdit } from '../text/edits';
import { own } from '../text/own';
import type { Span } from '../text/span';

/** `unknown`: looks like a directive and is none, such as `shardlint-disable-nextline`. */
export type DirectiveKind = 'next-line' | 'line' | 'file' | 'disable' | 'enable' | 'unknown';

/** One `shardlint-…` comment, whatever language it stands in. All spans are in the file. */
export interface Directive {
  readonly kind: DirectiveKind;
  /** Empty: every rule. */
  readonly rules: readonly { readonly id: string; readonly span: Span }[];
  readonly reason?: string;
  /** The words `shardlint-disable-line` themselves. */
  readonly keyword: Span;
  /** The whole comment. */
  readonly comment: Span;
}

const kinds: Readonly<Record<string, DirectiveKind>> = {
  'disable-next-line': 'next-line',
  'disable-line': 'line',
  'disable-file': 'file',
  disable: 'disable',
  enable: 'enable',
};

/** A directive opens its comment; what is mentioned later in prose is none. */
const opening = /^[\s/*#{!<-]*(shardlint-((?:disable|enable)[\w-]*))/;
const ruleList = /[\s,]*([a-z][a-z0-9]*(?:-[a-z0-9]+)*)(?=[\s,:]|$)/y;

/**
 * Reads `shardlint-disable-next-line rule, rule: reason`. `text` is the file, `comment` the span of one comment in it,
 * with or without its delimiters.
 */
export const readDirective = (text: string, comment: Span): Directive | undefined => {
  const written = text.slice(comment.start, comment.end);
  const match = opening.exec(written);
  if (match === null) return undefined;
  const [all, keyword = '', word = ''] = match;
  const line = (/^[^\n\r]*/.exec(written.slice(all.length))?.[0] ?? '').replace(/\s*(?:\*\/\s*\}?|-->)\s*$/, '');
  const base = comment.start + all.length;
  const rules: { id: string; span: Span }[] = [];
  // Rules end at the colon or at the first word that no comma announces.
  const colon = line.search(/:|\s--\s/);
  const list = colon < 0 ? line : line.slice(0, colon);
  ruleList.lastIndex = 0;
  let end = 0;
  for (let m = ruleList.exec(list); m !== null; m = ruleList.exec(list)) {
    const id = m[1] ?? '';
    if (rules.length > 0 && !list.slice(end, ruleList.lastIndex - id.length).includes(',')) break;
    end = ruleList.lastIndex;
    rules.push({ id, span: { start: base + end - id.length, end: base + end } });
  }
  const reason = line
    .slice(end)
    .replace(/^[\s,:-]+/, '')
    .trim();
  const start = base - keyword.length;
  return {
    kind: own(kinds, word) ?? 'unknown',
    rules,
    ...(reason !== '' && { reason }),
    keyword: { start, end: base },
    comment,
  };
};

/** A comment that accepts findings, or ends that, for all that follows it. */
export const reachesOn = (comment: string): boolean => {
  const { kind } = readDirective(comment, { start: 0, end: comment.length }) ?? {};
  return kind === 'disable' || kind === 'enable';
};

/** Adds a rule to a directive that names some; a second directive beside it could be overlooked. */
export const addRule = ({ rules, keyword }: Directive, rule: string): TextEdit | undefined => {
  const last = rules[rules.length - 1];
  if (last === undefined || rules.some(({ id }) => id === rule)) return undefined;
  const at = Math.max(last.span.end, keyword.end);
  return { span: { start: at, end: at }, text: `, ${rule}` };
};
