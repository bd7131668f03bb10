/** JSX: the expressions inside, and the regions where a comment must be written as a JSX expression. */
import ts from 'typescript';
import type { Value } from '../host';
import { type Reader, spanOf } from './reader';
import { readValue } from './values';

export const readJsx = (reader: Reader, node: ts.JsxElement | ts.JsxSelfClosingElement | ts.JsxFragment): Value => {
  const parts: Value[] = [];
  if (!ts.isJsxFragment(node)) {
    const { attributes } = ts.isJsxElement(node) ? node.openingElement : node;
    for (const attribute of attributes.properties) {
      if (ts.isJsxSpreadAttribute(attribute)) parts.push(readValue(reader, attribute.expression));
      else if (attribute.initializer !== undefined) readChild(reader, attribute.initializer, parts);
    }
  }
  if (!ts.isJsxSelfClosingElement(node)) {
    for (const child of node.children) {
      if (ts.isJsxText(child)) reader.jsx.push({ start: child.pos, end: child.end });
      else readChild(reader, child, parts);
    }
  }
  return { kind: 'opaque', why: 'jsx', parts, span: spanOf(reader, node) };
};

const readChild = (reader: Reader, node: ts.JsxChild | ts.JsxAttributeValue, parts: Value[]): void => {
  if (ts.isJsxExpression(node)) {
    if (node.expression !== undefined) parts.push(readValue(reader, node.expression));
  } else if (ts.isJsxElement(node) || ts.isJsxSelfClosingElement(node) || ts.isJsxFragment(node)) {
    parts.push(readValue(reader, node));
  }
};
