/** Types as written, as far as they say where a value comes from. */
import ts from 'typescript';
import type { TypeRef } from '../host';
import { filled, hasModifier, openTable, type Reader, spanOf, staticName, textOf } from './reader';

const K = ts.SyntaxKind;

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
      members.push({ name, type: signature(reader, node), optional });
    }
  }
  return filled(members);
};

const table = openTable<TypeRef>();

/** Anything else keeps its text as name. */
const unread = (reader: Reader, node: ts.Node, deep: boolean): TypeRef => ({
  name: deep ? '' : textOf(reader, node),
  args: [],
  span: spanOf(reader, node),
});

export const readType = (reader: Reader, node: ts.TypeNode): TypeRef => table.read(reader, node, unread);

const none: readonly TypeRef[] = [];

export const readTypes = (reader: Reader, nodes: readonly ts.TypeNode[] | undefined): readonly TypeRef[] =>
  nodes === undefined || nodes.length === 0 ? none : nodes.map((node) => readType(reader, node));

const dotted = (name: ts.EntityName): string =>
  ts.isIdentifier(name) ? name.text : `${dotted(name.left)}.${name.right.text}`;

/** What it gives, then what it takes; where no type is written, one without a name. */
const signature = (reader: Reader, node: ts.FunctionTypeNode | ts.MethodSignature): TypeRef => {
  const span = spanOf(reader, node);
  const said = (type: ts.TypeNode | undefined): TypeRef =>
    type === undefined ? { name: '', args: none, span } : readType(reader, type);
  return { name: '=>', args: [said(node.type), ...node.parameters.map(({ type }) => said(type))], span };
};

/** A type that is another name over types. */
const composed = <N extends ts.Node>(
  kind: ts.SyntaxKind,
  name: string | ((reader: Reader, node: N) => string),
  args: (node: N) => readonly ts.TypeNode[] | undefined,
): void =>
  table.on([kind], (reader, node: N) => ({
    name: typeof name === 'string' ? name : name(reader, node),
    args: readTypes(reader, args(node)),
    span: spanOf(reader, node),
  }));

composed(
  K.TypeReference,
  (_, node: ts.TypeReferenceNode) => dotted(node.typeName),
  (node) => node.typeArguments,
);
composed(
  K.ExpressionWithTypeArguments,
  (reader, node: ts.ExpressionWithTypeArguments) => textOf(reader, node.expression),
  (node) => node.typeArguments,
);
composed(K.ArrayType, 'Array', (node: ts.ArrayTypeNode) => [node.elementType]);
composed(K.UnionType, '|', (node: ts.UnionTypeNode) => node.types);
composed(K.IntersectionType, '&', (node: ts.IntersectionTypeNode) => node.types);
table.on([K.FunctionType], (reader, node: ts.FunctionTypeNode) => signature(reader, node));
composed(K.IndexedAccessType, '[]', (node: ts.IndexedAccessTypeNode) => [node.objectType, node.indexType]);
composed(
  K.ImportType,
  (reader, node: ts.ImportTypeNode) => {
    const module = ts.isLiteralTypeNode(node.argument) ? textOf(reader, node.argument.literal).slice(1, -1) : '';
    return `import("${module}")${node.qualifier === undefined ? '' : `.${dotted(node.qualifier)}`}`;
  },
  () => [],
);
table.on([K.ParenthesizedType, K.TypeOperator], (reader, node: ts.ParenthesizedTypeNode | ts.TypeOperatorNode) =>
  readType(reader, node.type),
);
table.on([K.TypeQuery], (reader, node: ts.TypeQueryNode) => {
  const span = spanOf(reader, node);
  return { name: 'typeof', args: [{ name: dotted(node.exprName), args: [], span }], span };
});
table.on([K.TypeLiteral], (reader, node: ts.TypeLiteralNode) => ({
  name: '{}',
  args: [],
  members: readMembers(reader, node.members),
  span: spanOf(reader, node),
}));

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
