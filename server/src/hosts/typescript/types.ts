/** Types as written, as far as they say where a value comes from. */
import ts from 'typescript';
import type { TypeRef } from '../host';
import { deeper, hasModifier, type Reader, spanOf, staticName, textOf } from './reader';

type Members = NonNullable<TypeRef['members']>;

export const readMembers = (reader: Reader, nodes: ts.NodeArray<ts.TypeElement>): Members => {
  const members: Members[number][] = [];
  for (const node of nodes) {
    const name = node.name === undefined ? undefined : staticName(node.name);
    if (name === undefined) continue;
    const optional = node.questionToken !== undefined;
    if (ts.isPropertySignature(node) && node.type !== undefined) {
      members.push({ name, type: readType(reader, node.type), optional });
    } else if (ts.isMethodSignature(node)) {
      const args = node.type === undefined ? [] : [readType(reader, node.type)];
      members.push({ name, type: { name: '=>', args, span: spanOf(reader, node) }, optional });
    }
  }
  return members;
};

export const readType = (reader: Reader, node: ts.TypeNode): TypeRef =>
  deeper(
    reader,
    () => readInner(reader, node),
    () => ({ name: '', args: [], span: spanOf(reader, node) }),
  );

export const readTypes = (reader: Reader, nodes: readonly ts.TypeNode[] | undefined): readonly TypeRef[] =>
  nodes?.map((node) => readType(reader, node)) ?? [];

const dotted = (name: ts.EntityName): string =>
  ts.isIdentifier(name) ? name.text : `${dotted(name.left)}.${name.right.text}`;

const readInner = (reader: Reader, node: ts.TypeNode): TypeRef => {
  const span = spanOf(reader, node);
  const make = (name: string, args: readonly ts.TypeNode[] = []): TypeRef => ({
    name,
    args: readTypes(reader, args),
    span,
  });
  if (ts.isParenthesizedTypeNode(node)) return readType(reader, node.type);
  if (ts.isTypeReferenceNode(node)) return make(dotted(node.typeName), node.typeArguments);
  if (ts.isExpressionWithTypeArguments(node)) return make(textOf(reader, node.expression), node.typeArguments);
  if (ts.isArrayTypeNode(node)) return make('Array', [node.elementType]);
  if (ts.isUnionTypeNode(node)) return make('|', node.types);
  if (ts.isIntersectionTypeNode(node)) return make('&', node.types);
  if (ts.isFunctionTypeNode(node)) return make('=>', [node.type]);
  if (ts.isIndexedAccessTypeNode(node)) return make('[]', [node.objectType, node.indexType]);
  if (ts.isTypeOperatorNode(node)) return readType(reader, node.type);
  if (ts.isTypeQueryNode(node))
    return { name: 'typeof', args: [{ name: dotted(node.exprName), args: [], span }], span };
  if (ts.isImportTypeNode(node)) {
    const module = ts.isLiteralTypeNode(node.argument) ? textOf(reader, node.argument.literal).slice(1, -1) : '';
    return make(`import("${module}")${node.qualifier === undefined ? '' : `.${dotted(node.qualifier)}`}`);
  }
  if (ts.isTypeLiteralNode(node)) return { name: '{}', args: [], members: readMembers(reader, node.members), span };
  return make(textOf(reader, node));
};

export const readInterface = (reader: Reader, node: ts.InterfaceDeclaration): void => {
  const span = spanOf(reader, node);
  reader.types.push({
    name: node.name.text,
    params: node.typeParameters?.map((p) => p.name.text) ?? [],
    extends: node.heritageClauses?.flatMap((clause) => readTypes(reader, clause.types)) ?? [],
    type: { name: '{}', args: [], members: readMembers(reader, node.members), span },
    span,
  });
  exportDeclared(reader, node, node.name.text);
};

export const readAlias = (reader: Reader, node: ts.TypeAliasDeclaration): void => {
  reader.types.push({
    name: node.name.text,
    params: node.typeParameters?.map((p) => p.name.text) ?? [],
    extends: [],
    type: readType(reader, node.type),
    span: spanOf(reader, node),
  });
  exportDeclared(reader, node, node.name.text);
};

/** `export` and `export default` in front of a declaration. */
export const exportDeclared = (reader: Reader, node: ts.Node, local: string): void => {
  if (!hasModifier(node, ts.SyntaxKind.ExportKeyword)) return;
  const exported = hasModifier(node, ts.SyntaxKind.DefaultKeyword) ? 'default' : local;
  reader.exports.push({ kind: 'local', exported, local });
};
