/** Expressions. */
import ts from 'typescript';
import type { Literal, ObjectEntry, Quote, Template, Value } from '../host';
import { readClass, readFunction } from './functions';
import { readJsx } from './jsx';
import { decode } from './literals';
import { readTarget } from './patterns';
import { deeper, opaque, type Reader, spanOf, staticName } from './reader';
import { readTypes } from './types';

const K = ts.SyntaxKind;

export const readValue = (reader: Reader, node: ts.Expression): Value =>
  deeper(
    reader,
    () => readInner(reader, node),
    () => opaque(reader, node, 'nested too deeply'),
  );

const readValues = (reader: Reader, nodes: readonly ts.Expression[] | undefined): readonly Value[] =>
  nodes?.map((node) => readValue(reader, node)) ?? [];

const readString = (reader: Reader, node: ts.StringLiteralLike): Literal => {
  const { start, end } = spanOf(reader, node);
  const text = reader.source.text;
  const open = text[start];
  const quote: Quote = open === '`' ? 'template' : open === "'" ? 'single' : 'double';
  const closed = end - start >= 2 && text[end - 1] === open;
  const { text: value, map } = decode(text, start + 1, closed ? end - 1 : end, quote);
  return { kind: 'literal', value, quote, ...(map === undefined ? {} : { map }), span: { start, end } };
};

const readTemplate = (reader: Reader, node: ts.TemplateLiteral, tag: Value | undefined, whole: ts.Node): Template => {
  const text = reader.source.text;
  const raw =
    tag?.kind === 'member' && tag.property === 'raw' && tag.object.kind === 'name' && tag.object.name === 'String';
  const quote = raw ? 'raw-template' : 'template';
  const parts: Template['parts'][number][] = [];
  const add = (piece: ts.Node, closing: number): void => {
    const start = piece.getStart(reader.source) + 1;
    const end = Math.max(start, text.endsWith('`', piece.end) || closing === 2 ? piece.end - closing : piece.end);
    if (end <= start) return;
    const decoded = decode(text, start, end, quote);
    const map = decoded.map ?? { segments: [verbatim(start, end - start, quote)], at: start };
    parts.push({ kind: 'text', text: decoded.text, map, span: { start, end } });
  };
  if (ts.isNoSubstitutionTemplateLiteral(node)) add(node, 1);
  else {
    add(node.head, 2);
    for (const { expression, literal } of node.templateSpans) {
      const value = readValue(reader, expression);
      const start = text.lastIndexOf('${', value.span.start);
      const end = literal.getStart(reader.source) + 1;
      parts.push({ kind: 'hole', value, span: { start: start < 0 ? value.span.start : start, end } });
      add(literal, literal.kind === K.TemplateTail ? 1 : 2);
    }
  }
  return { kind: 'template', ...(tag === undefined ? {} : { tag }), parts, span: spanOf(reader, whole) };
};

const verbatim = (src: number, len: number, literal: Quote) =>
  ({ kind: 'verbatim', gen: 0, len, src, srcLen: len, literal }) as const;

const readObject = (reader: Reader, node: ts.ObjectLiteralExpression): Value => {
  const entries: ObjectEntry[] = [];
  for (const property of node.properties) {
    const span = spanOf(reader, property);
    if (ts.isSpreadAssignment(property)) {
      entries.push({ kind: 'spread', value: readValue(reader, property.expression), span });
      continue;
    }
    const { name } = property;
    const keySpan = spanOf(reader, name);
    const key = staticName(name) ?? (ts.isComputedPropertyName(name) ? readValue(reader, name.expression) : '');
    const value: Value = ts.isShorthandPropertyAssignment(property)
      ? { kind: 'name', name: property.name.text, span: keySpan }
      : ts.isPropertyAssignment(property)
        ? readValue(reader, property.initializer)
        : { kind: 'function', function: readFunction(reader, property), span };
    entries.push({ kind: 'property', key, keySpan, value, span });
  }
  return { kind: 'object', entries, span: spanOf(reader, node) };
};

const isAssignment = (kind: ts.SyntaxKind): boolean => kind >= K.FirstAssignment && kind <= K.LastAssignment;

/** Left-leaning chains (`a + b + c …`) are read in a loop: generated code has thousands of terms. */
const readBinary = (reader: Reader, node: ts.BinaryExpression): Value => {
  const spine: ts.BinaryExpression[] = [];
  let left: ts.Expression = node;
  while (ts.isBinaryExpression(left) && !isAssignment(left.operatorToken.kind)) {
    spine.push(left);
    left = left.left;
  }
  if (spine.length === 0) {
    const op = node.operatorToken.getText(reader.source);
    const target = (op === '=' ? readTarget(reader, node.left) : undefined) ?? readValue(reader, node.left);
    return { kind: 'assign', op, target, value: readValue(reader, node.right), span: spanOf(reader, node) };
  }
  if (spine.length > 300) return opaque(reader, node, 'too many operands');
  let value = readValue(reader, left);
  for (const at of spine.reverse()) {
    const right = readValue(reader, at.right);
    if (at.operatorToken.kind === K.CommaToken)
      value = { kind: 'opaque', why: 'comma', parts: [value, right], span: spanOf(reader, at) };
    else
      value = {
        kind: 'binary',
        op: at.operatorToken.getText(reader.source),
        left: value,
        right,
        span: spanOf(reader, at),
      };
  }
  return value;
};

const readInner = (reader: Reader, node: ts.Expression): Value => {
  const span = spanOf(reader, node);
  if (ts.isIdentifier(node)) {
    if (node.text === 'undefined') return { kind: 'literal', value: undefined, span };
    return node.text === ''
      ? { kind: 'opaque', why: 'missing', parts: [], span }
      : { kind: 'name', name: node.text, span };
  }
  if (ts.isStringLiteralLike(node)) return readString(reader, node);
  if (ts.isPropertyAccessExpression(node)) {
    const object = readValue(reader, node.expression);
    return { kind: 'member', object, property: node.name.text, propertySpan: spanOf(reader, node.name), span };
  }
  if (ts.isElementAccessExpression(node)) {
    const object = readValue(reader, node.expression);
    const index = readValue(reader, node.argumentExpression);
    const property = index.kind === 'literal' && typeof index.value === 'string' ? index.value : index;
    return { kind: 'member', object, property, propertySpan: index.span, span };
  }
  if (ts.isCallExpression(node) || ts.isNewExpression(node)) {
    const { kind } = node.expression;
    const start = node.expression.getStart(reader.source);
    const callee: Value =
      kind === K.ImportKeyword
        ? { kind: 'name', name: 'import', span: { start, end: node.expression.end } }
        : readValue(reader, node.expression);
    const args = readValues(reader, node.arguments);
    return {
      kind: 'call',
      callee,
      args,
      types: readTypes(reader, node.typeArguments),
      isNew: ts.isNewExpression(node),
      span,
    };
  }
  if (ts.isTaggedTemplateExpression(node)) {
    return readTemplate(reader, node.template, readValue(reader, node.tag), node);
  }
  if (ts.isTemplateExpression(node)) return readTemplate(reader, node, undefined, node);
  if (ts.isObjectLiteralExpression(node)) return readObject(reader, node);
  if (ts.isArrayLiteralExpression(node)) return { kind: 'list', items: readValues(reader, node.elements), span };
  if (ts.isArrowFunction(node) || ts.isFunctionExpression(node)) {
    return { kind: 'function', function: readFunction(reader, node), span };
  }
  if (ts.isClassExpression(node)) return { kind: 'class', class: readClass(reader, node), span };
  if (ts.isParenthesizedExpression(node)) return readValue(reader, node.expression);
  if (ts.isAsExpression(node) || ts.isSatisfiesExpression(node) || ts.isTypeAssertionExpression(node)) {
    return readValue(reader, node.expression);
  }
  if (ts.isNonNullExpression(node) || ts.isExpressionWithTypeArguments(node)) return readValue(reader, node.expression);
  if (ts.isAwaitExpression(node)) return { kind: 'await', value: readValue(reader, node.expression), span };
  if (ts.isSpreadElement(node)) return { kind: 'spread', value: readValue(reader, node.expression), span };
  if (ts.isBinaryExpression(node)) return readBinary(reader, node);
  if (ts.isConditionalExpression(node)) {
    const test = readValue(reader, node.condition);
    const [then, otherwise] = [readValue(reader, node.whenTrue), readValue(reader, node.whenFalse)];
    return { kind: 'conditional', test, then, otherwise, span };
  }
  if (ts.isPrefixUnaryExpression(node)) {
    const op = ts.tokenToString(node.operator) ?? '';
    if (op === '-' && ts.isNumericLiteral(node.operand))
      return { kind: 'literal', value: -Number(node.operand.text), span };
    return { kind: 'unary', op, value: readValue(reader, node.operand), span };
  }
  if (ts.isPostfixUnaryExpression(node)) {
    return { kind: 'unary', op: ts.tokenToString(node.operator) ?? '', value: readValue(reader, node.operand), span };
  }
  if (ts.isTypeOfExpression(node))
    return { kind: 'unary', op: 'typeof', value: readValue(reader, node.expression), span };
  if (ts.isVoidExpression(node)) return { kind: 'unary', op: 'void', value: readValue(reader, node.expression), span };
  if (ts.isDeleteExpression(node))
    return { kind: 'unary', op: 'delete', value: readValue(reader, node.expression), span };
  if (ts.isYieldExpression(node)) {
    if (node.expression === undefined) return opaque(reader, node, 'yield');
    return { kind: 'await', value: readValue(reader, node.expression), span };
  }
  if (ts.isNumericLiteral(node)) return { kind: 'literal', value: Number(node.text), span };
  if (ts.isBigIntLiteral(node)) return { kind: 'literal', value: bigint(node.text), span };
  if (ts.isJsxElement(node) || ts.isJsxSelfClosingElement(node) || ts.isJsxFragment(node)) return readJsx(reader, node);
  switch (node.kind) {
    case K.ThisKeyword:
      return { kind: 'this', span };
    case K.SuperKeyword:
      return { kind: 'super', span };
    case K.TrueKeyword:
    case K.FalseKeyword:
      return { kind: 'literal', value: node.kind === K.TrueKeyword, span };
    case K.NullKeyword:
      return { kind: 'literal', value: null, span };
    case K.RegularExpressionLiteral:
      return opaque(reader, node, 'pattern');
    default:
      return opaque(reader, node, 'other syntax');
  }
};

const bigint = (text: string): bigint | undefined => {
  try {
    return BigInt(text.replace(/n$/, ''));
  } catch {
    return undefined;
  }
};
