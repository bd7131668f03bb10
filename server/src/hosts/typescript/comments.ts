/** The few comments that speak to us. Most files have none, so a regular expression decides whether to look at all. */
import ts from 'typescript';
import type { HostComment } from '../host';
import type { Reader } from './reader';

const speaks = /shardlint|\/\*\s*sql\s*\*\//i;

/** Trivia stands before tokens alone, so that text in strings and templates is never taken for a comment. */
export const readComments = (reader: Reader): readonly HostComment[] => {
  const { source } = reader;
  const { text } = source;
  if (!speaks.test(text)) return [];
  const found = new Map<number, HostComment>();
  const add = (start: number, end: number, kind: ts.CommentKind, jsx: boolean): void => {
    const comment = text.slice(start, end);
    if (!speaks.test(comment)) return;
    const block = kind === ts.SyntaxKind.MultiLineCommentTrivia;
    found.set(start, { text: comment, span: { start, end }, style: jsx ? 'jsx' : block ? 'block' : 'line' });
  };
  const visit = (node: ts.Node, depth: number): void => {
    if (depth > 1000) return;
    const jsx = ts.isJsxExpression(node) && node.expression === undefined;
    if (jsx) {
      ts.forEachLeadingCommentRange(text, node.getStart(source) + 1, (start, end, kind) => add(start, end, kind, true));
      ts.forEachTrailingCommentRange(text, node.getStart(source) + 1, (start, end, kind) =>
        add(start, end, kind, true),
      );
      return;
    }
    const leaf = node.kind < ts.SyntaxKind.FirstNode;
    if (leaf && node.kind !== ts.SyntaxKind.JsxText) {
      ts.forEachLeadingCommentRange(text, node.pos, (start, end, kind) => add(start, end, kind, false));
      ts.forEachTrailingCommentRange(text, node.end, (start, end, kind) => add(start, end, kind, false));
    }
    for (const child of node.getChildren(source)) visit(child, depth + 1);
  };
  visit(source, 0);
  return [...found.values()].sort((a, b) => a.span.start - b.span.start);
};
