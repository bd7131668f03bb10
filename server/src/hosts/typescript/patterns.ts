/** What declarations, parameters and destructuring assignments bind. */
import ts from 'typescript';
import type { Pattern, Value } from '../host';
import { type Reader, spanOf, staticName } from './reader';
import { readValue } from './values';

const optional = (reader: Reader, node: ts.Expression | undefined): { readonly default?: Value } =>
  node === undefined ? {} : { default: readValue(reader, node) };

export const readPattern = (reader: Reader, node: ts.BindingName): Pattern => {
  const span = spanOf(reader, node);
  if (ts.isIdentifier(node)) return { kind: 'name', name: node.text, span };
  let rest: string | undefined;
  if (ts.isObjectBindingPattern(node)) {
    const entries: { key: string; pattern: Pattern; default?: Value }[] = [];
    for (const element of node.elements) {
      if (element.dotDotDotToken !== undefined) {
        rest = ts.isIdentifier(element.name) ? element.name.text : undefined;
        continue;
      }
      const key = staticName(element.propertyName ?? element.name) ?? '';
      entries.push({ key, pattern: readPattern(reader, element.name), ...optional(reader, element.initializer) });
    }
    return { kind: 'object', entries, ...(rest === undefined ? {} : { rest }), span };
  }
  const items: (Pattern | undefined)[] = [];
  for (const element of node.elements) {
    if (ts.isOmittedExpression(element)) items.push(undefined);
    else if (element.dotDotDotToken !== undefined) rest = ts.isIdentifier(element.name) ? element.name.text : undefined;
    else items.push(readPattern(reader, element.name));
  }
  return { kind: 'list', items, ...(rest === undefined ? {} : { rest }), span };
};

/** `({ a, b: c } = x)`: undefined where the target is no pattern. */
export const readTarget = (reader: Reader, node: ts.Expression): Pattern | undefined => {
  const span = spanOf(reader, node);
  if (ts.isIdentifier(node)) return { kind: 'name', name: node.text, span };
  if (ts.isObjectLiteralExpression(node)) {
    const entries: { key: string; pattern: Pattern }[] = [];
    for (const property of node.properties) {
      if (ts.isShorthandPropertyAssignment(property)) {
        entries.push({ key: property.name.text, pattern: readPattern(reader, property.name) });
      } else if (ts.isPropertyAssignment(property)) {
        const pattern = readTarget(reader, property.initializer);
        if (pattern !== undefined) entries.push({ key: staticName(property.name) ?? '', pattern });
      }
    }
    return { kind: 'object', entries, span };
  }
  if (ts.isArrayLiteralExpression(node)) {
    return { kind: 'list', items: node.elements.map((element) => readTarget(reader, element)), span };
  }
  return undefined;
};
