/** Functions and classes. */
import ts from 'typescript';
import type { Func, Member, Parameter, TypeRef, Value } from '../host';
import { readPattern } from './patterns';
import { type Block, hasModifier, type Reader, spanOf, staticName } from './reader';
import { readBlock } from './statements';
import { readType, readTypes } from './types';
import { readValue } from './values';

const K = ts.SyntaxKind;

const none: readonly Value[] = [];

const readDecorators = (reader: Reader, node: ts.Node): readonly Value[] => {
  const { modifiers } = node as { readonly modifiers?: readonly ts.ModifierLike[] };
  if (modifiers === undefined) return none;
  return modifiers.flatMap((one) => (ts.isDecorator(one) ? [readValue(reader, one.expression)] : []));
};

const typed = (reader: Reader, node: ts.TypeNode | undefined): { readonly type?: TypeRef } =>
  node === undefined ? {} : { type: readType(reader, node) };

const parameterProperty: readonly ts.SyntaxKind[] = [
  K.PublicKeyword,
  K.PrivateKeyword,
  K.ProtectedKeyword,
  K.ReadonlyKeyword,
];

const readParameter = (reader: Reader, node: ts.ParameterDeclaration): Parameter => ({
  pattern: readPattern(reader, node.name),
  ...typed(reader, node.type),
  ...(node.initializer === undefined ? {} : { default: readValue(reader, node.initializer) }),
  rest: node.dotDotDotToken !== undefined,
  decorators: readDecorators(reader, node),
  member: node.modifiers?.some(({ kind }) => parameterProperty.includes(kind)) ?? false,
});

const readBody = (reader: Reader, body: ts.ConciseBody | undefined): Block => {
  if (body === undefined) return [];
  if (ts.isBlock(body)) return readBlock(reader, body.statements);
  const value = readValue(reader, body);
  return [{ kind: 'return', value, span: value.span }];
};

/** `owner`: the class whose member it is. */
export const readFunction = (reader: Reader, node: ts.FunctionLikeDeclaration, owner?: number): number => {
  const id = reader.functions.push(undefined) - 1;
  const outer = { func: reader.func, class: reader.class };
  const decorators = readDecorators(reader, node);
  reader.func = id;
  const name = node.name === undefined ? undefined : staticName(node.name);
  const func: Func = {
    id,
    ...(name === undefined ? {} : { name }),
    params: node.parameters.filter((p) => !isThis(p)).map((p) => readParameter(reader, p)),
    body: readBody(reader, node.body),
    parent: outer.func,
    ...(owner === undefined ? {} : { class: owner }),
    async: hasModifier(node, K.AsyncKeyword),
    ownThis: !ts.isArrowFunction(node),
    decorators,
    ...(node.type === undefined ? {} : { returns: readType(reader, node.type) }),
    span: spanOf(reader, node),
  };
  reader.functions[id] = func;
  reader.func = outer.func;
  reader.class = outer.class;
  return id;
};

/** TypeScript's `this` parameter exists in the types alone. */
const isThis = (node: ts.ParameterDeclaration): boolean => ts.isIdentifier(node.name) && node.name.text === 'this';

const memberKind = (node: ts.ClassElement): Member['kind'] | undefined => {
  if (ts.isMethodDeclaration(node)) return 'method';
  if (ts.isPropertyDeclaration(node)) return 'property';
  if (ts.isGetAccessorDeclaration(node)) return 'getter';
  if (ts.isSetAccessorDeclaration(node)) return 'setter';
  return ts.isConstructorDeclaration(node) ? 'constructor' : undefined;
};

const readMember = (reader: Reader, node: ts.ClassElement, owner: number): Member | undefined => {
  const kind = memberKind(node);
  const name = kind === 'constructor' ? 'constructor' : node.name === undefined ? undefined : staticName(node.name);
  if (kind === undefined || name === undefined) return undefined;
  const base = {
    name,
    static: hasModifier(node, K.StaticKeyword),
    kind,
    decorators: readDecorators(reader, node),
    span: spanOf(reader, node),
  };
  if (ts.isPropertyDeclaration(node)) {
    const value = node.initializer === undefined ? {} : { value: readValue(reader, node.initializer) };
    return { ...base, ...value, ...typed(reader, node.type), optional: node.questionToken !== undefined };
  }
  if (!ts.isFunctionLike(node)) return undefined;
  const declaration = node as ts.FunctionLikeDeclaration;
  // Overload signatures have no body; the implementation follows.
  if (declaration.body === undefined && kind !== 'getter' && !hasModifier(node, K.AbstractKeyword)) return undefined;
  return { ...base, function: readFunction(reader, declaration, owner), ...typed(reader, node.type), optional: false };
};

export const readClass = (reader: Reader, node: ts.ClassLikeDeclaration): number => {
  const id = reader.classes.push(undefined) - 1;
  const heritage = node.heritageClauses?.find((clause) => clause.token === K.ExtendsKeyword)?.types[0];
  const name = node.name?.text;
  const decorators = readDecorators(reader, node);
  const members = node.members.flatMap((member) => readMember(reader, member, id) ?? []);
  reader.classes[id] = {
    id,
    ...(name === undefined ? {} : { name }),
    params: node.typeParameters?.map((p) => p.name.text) ?? [],
    ...(heritage === undefined ? {} : { extends: readValue(reader, heritage.expression) }),
    extendsTypes: readTypes(reader, heritage?.typeArguments),
    implements:
      node.heritageClauses?.flatMap((clause) =>
        clause.token === K.ImplementsKeyword ? readTypes(reader, clause.types) : [],
      ) ?? [],
    members,
    decorators,
    span: spanOf(reader, node),
  };
  return id;
};
