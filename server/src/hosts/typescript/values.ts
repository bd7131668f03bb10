/** Expressions. */
import ts from 'typescript';
import type { Literal, ObjectEntry, Quote, Template, Value } from '../host';
import { readClass, readFunction } from './functions';
import { readJsx } from './jsx';
import { decode } from './literals';
import { readTarget } from './patterns';
import { filled, opaque, openTable, type Read, type Reader, spanOf, startOf, staticName } from './reader';
import { readType, readTypes } from './types';

const K = ts.SyntaxKind;

const table = openTable<Value>();

const unread = (reader: Reader, node: ts.Node, deep: boolean): Value =>
  opaque(reader, node, deep ? 'nested too deeply' : 'other syntax');

export const readValue = (reader: Reader, node: ts.Expression): Value => table.read(reader, node, unread);

const none: readonly Value[] = [];

const readValues = (reader: Reader, nodes: readonly ts.Expression[] | undefined): readonly Value[] =>
  nodes === undefined || nodes.length === 0 ? none : nodes.map((node) => readValue(reader, node));

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
    const start = startOf(reader, piece) + 1;
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
      const end = startOf(reader, literal) + 1;
      parts.push({ kind: 'hole', value, span: { start: start < 0 ? value.span.start : start, end } });
      add(literal, literal.kind === K.TemplateTail ? 1 : 2);
    }
  }
  return { kind: 'template', ...(tag === undefined ? {} : { tag }), parts: filled(parts), span: spanOf(reader, whole) };
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
  return { kind: 'object', entries: filled(entries), span: spanOf(reader, node) };
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

const literal = (reader: Reader, node: ts.Node, value: Literal['value']): Value => ({
  kind: 'literal',
  value,
  span: spanOf(reader, node),
});

const inside: Read<ts.ParenthesizedExpression | ts.SatisfiesExpression | ts.NonNullExpression, Value> = (
  reader,
  node,
) => readValue(reader, node.expression);

/** Types that say where a value comes from; `as const`, `as any` and their like say nothing. */
const tellsType = (node: ts.TypeNode): boolean =>
  ts.isTypeReferenceNode(node)
    ? !(ts.isIdentifier(node.typeName) && node.typeName.text === 'const')
    : ts.isUnionTypeNode(node) || ts.isIntersectionTypeNode(node) || ts.isImportTypeNode(node);

const assertion: Read<ts.AsExpression | ts.TypeAssertion, Value> = (reader, node) => {
  const value = readValue(reader, node.expression);
  if (value.kind !== 'call' && value.kind !== 'member' && value.kind !== 'name' && value.kind !== 'await') return value;
  return tellsType(node.type) ? { ...value, asserted: readType(reader, node.type) } : value;
};

const wrapped =
  (kind: 'await' | 'spread'): Read<ts.AwaitExpression | ts.SpreadElement, Value> =>
  (reader, node) => ({ kind, value: readValue(reader, node.expression), span: spanOf(reader, node) });

const unary =
  (op: string): Read<ts.TypeOfExpression | ts.VoidExpression | ts.DeleteExpression, Value> =>
  (reader, node) => ({ kind: 'unary', op, value: readValue(reader, node.expression), span: spanOf(reader, node) });

table.on([K.Identifier], (reader, node: ts.Identifier) => {
  const { text } = node;
  if (text === 'undefined') return literal(reader, node, undefined);
  const span = spanOf(reader, node);
  return text === '' ? { kind: 'opaque', why: 'missing', parts: [], span } : { kind: 'name', name: text, span };
});
table.on([K.StringLiteral, K.NoSubstitutionTemplateLiteral], readString);
table.on([K.PropertyAccessExpression], (reader, node: ts.PropertyAccessExpression) => {
  const object = readValue(reader, node.expression);
  const propertySpan = spanOf(reader, node.name);
  return { kind: 'member', object, property: node.name.text, propertySpan, span: spanOf(reader, node) };
});
table.on([K.ElementAccessExpression], (reader, node: ts.ElementAccessExpression) => {
  const object = readValue(reader, node.expression);
  const index = readValue(reader, node.argumentExpression);
  const property = index.kind === 'literal' && typeof index.value === 'string' ? index.value : index;
  return { kind: 'member', object, property, propertySpan: index.span, span: spanOf(reader, node) };
});
table.on([K.CallExpression, K.NewExpression], (reader, node: ts.CallExpression | ts.NewExpression) => {
  const callee: Value =
    node.expression.kind === K.ImportKeyword
      ? { kind: 'name', name: 'import', span: spanOf(reader, node.expression) }
      : readValue(reader, node.expression);
  const args = readValues(reader, node.arguments);
  const types = readTypes(reader, node.typeArguments);
  return { kind: 'call', callee, args, types, isNew: node.kind === K.NewExpression, span: spanOf(reader, node) };
});
table.on([K.TaggedTemplateExpression], (reader, node: ts.TaggedTemplateExpression) =>
  readTemplate(reader, node.template, readValue(reader, node.tag), node),
);
table.on([K.TemplateExpression], (reader, node: ts.TemplateExpression) => readTemplate(reader, node, undefined, node));
table.on([K.ObjectLiteralExpression], readObject);
table.on([K.ArrayLiteralExpression], (reader, node: ts.ArrayLiteralExpression) => ({
  kind: 'list',
  items: readValues(reader, node.elements),
  span: spanOf(reader, node),
}));
table.on([K.ArrowFunction, K.FunctionExpression], (reader, node: ts.ArrowFunction | ts.FunctionExpression) => ({
  kind: 'function',
  function: readFunction(reader, node),
  span: spanOf(reader, node),
}));
table.on([K.ClassExpression], (reader, node: ts.ClassExpression) => ({
  kind: 'class',
  class: readClass(reader, node),
  span: spanOf(reader, node),
}));
table.on(
  [K.ParenthesizedExpression, K.SatisfiesExpression, K.NonNullExpression, K.ExpressionWithTypeArguments],
  inside,
);
table.on([K.AsExpression, K.TypeAssertionExpression], assertion);
table.on([K.AwaitExpression], wrapped('await'));
table.on([K.SpreadElement], wrapped('spread'));
table.on([K.BinaryExpression], readBinary);
table.on([K.ConditionalExpression], (reader, node: ts.ConditionalExpression) => {
  const test = readValue(reader, node.condition);
  const then = readValue(reader, node.whenTrue);
  return { kind: 'conditional', test, then, otherwise: readValue(reader, node.whenFalse), span: spanOf(reader, node) };
});
table.on([K.PrefixUnaryExpression], (reader, node: ts.PrefixUnaryExpression) => {
  const op = ts.tokenToString(node.operator) ?? '';
  if (op === '-' && ts.isNumericLiteral(node.operand)) return literal(reader, node, -Number(node.operand.text));
  return { kind: 'unary', op, value: readValue(reader, node.operand), span: spanOf(reader, node) };
});
table.on([K.PostfixUnaryExpression], (reader, node: ts.PostfixUnaryExpression) => {
  const op = ts.tokenToString(node.operator) ?? '';
  return { kind: 'unary', op, value: readValue(reader, node.operand), span: spanOf(reader, node) };
});
table.on([K.TypeOfExpression], unary('typeof'));
table.on([K.VoidExpression], unary('void'));
table.on([K.DeleteExpression], unary('delete'));
table.on([K.YieldExpression], (reader, node: ts.YieldExpression) =>
  node.expression === undefined
    ? opaque(reader, node, 'yield')
    : { kind: 'await', value: readValue(reader, node.expression), span: spanOf(reader, node) },
);
table.on([K.NumericLiteral], (reader, node: ts.NumericLiteral) => literal(reader, node, Number(node.text)));
table.on([K.BigIntLiteral], (reader, node: ts.BigIntLiteral) => literal(reader, node, bigint(node.text)));
table.on(
  [K.JsxElement, K.JsxSelfClosingElement, K.JsxFragment],
  (reader, node: ts.JsxElement | ts.JsxSelfClosingElement | ts.JsxFragment) => readJsx(reader, node),
);
table.on([K.ThisKeyword], (reader, node) => ({ kind: 'this', span: spanOf(reader, node) }));
table.on([K.SuperKeyword], (reader, node) => ({ kind: 'super', span: spanOf(reader, node) }));
table.on([K.TrueKeyword], (reader, node) => literal(reader, node, true));
table.on([K.FalseKeyword], (reader, node) => literal(reader, node, false));
table.on([K.NullKeyword], (reader, node) => literal(reader, node, null));
table.on([K.RegularExpressionLiteral], (reader, node) => opaque(reader, node, 'pattern'));

const bigint = (text: string): bigint | undefined => {
  try {
    return BigInt(text.replace(/n$/, ''));
  } catch {
    return undefined;
  }
};
