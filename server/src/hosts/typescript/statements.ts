/** Statements in their order. */
import ts from 'typescript';
import type { ObjectEntry, Pattern, Statement, Value } from '../host';
import { readClass, readFunction } from './functions';
import { readExport, readExportAssignment, readImport, readImportEquals } from './modules';
import { readPattern, readTarget } from './patterns';
import { type Block, deeper, hasModifier, namePattern, type Reader, spanOf, staticName } from './reader';
import { exportDeclared, readAlias, readInterface, readType } from './types';
import { readValue } from './values';

export const readBlock = (reader: Reader, nodes: readonly ts.Statement[]): Block =>
  nodes.flatMap((node) =>
    deeper(
      reader,
      () => readStatement(reader, node),
      () => [],
    ),
  );

const readBody = (reader: Reader, node: ts.Statement | undefined): Block => {
  if (node === undefined) return [];
  return readBlock(reader, ts.isBlock(node) ? node.statements : [node]);
};

const readDeclarations = (reader: Reader, list: ts.VariableDeclarationList): Block =>
  list.declarations.map((node) => ({
    kind: 'declare',
    pattern: readPattern(reader, node.name),
    ...(node.initializer === undefined ? {} : { value: readValue(reader, node.initializer) }),
    ...(node.type === undefined ? {} : { type: readType(reader, node.type) }),
    constant: (list.flags & ts.NodeFlags.Const) !== 0,
    span: spanOf(reader, node),
  }));

const names = (pattern: Pattern | undefined): readonly string[] => {
  if (pattern === undefined) return [];
  if (pattern.kind === 'name') return [pattern.name];
  const inner = pattern.kind === 'object' ? pattern.entries.map((entry) => entry.pattern) : pattern.items;
  return [...inner.flatMap(names), ...(pattern.rest === undefined ? [] : [pattern.rest])];
};

/** An enum is a constant object. Members without a value count from the one before. */
const readEnum = (reader: Reader, node: ts.EnumDeclaration): Statement => {
  let next: number | undefined = 0;
  const entries = node.members.map((member): ObjectEntry => {
    const span = spanOf(reader, member);
    const keySpan = spanOf(reader, member.name);
    const counted: Value =
      next === undefined ? { kind: 'opaque', why: 'enum', parts: [], span } : { kind: 'literal', value: next, span };
    const value = member.initializer === undefined ? counted : readValue(reader, member.initializer);
    next = value.kind === 'literal' && typeof value.value === 'number' ? value.value + 1 : undefined;
    return { kind: 'property', key: staticName(member.name) ?? '', keySpan, value, span };
  });
  const span = spanOf(reader, node);
  return {
    kind: 'declare',
    pattern: namePattern(reader, node.name),
    value: { kind: 'object', entries, span },
    constant: true,
    span,
  };
};

const readFor = (reader: Reader, node: ts.ForInStatement | ts.ForOfStatement): Statement => {
  const { initializer } = node;
  const first = ts.isVariableDeclarationList(initializer) ? initializer.declarations[0]?.name : undefined;
  const pattern =
    first !== undefined
      ? readPattern(reader, first)
      : ts.isVariableDeclarationList(initializer)
        ? undefined
        : readTarget(reader, initializer);
  const over = readValue(reader, node.expression);
  const known = pattern === undefined ? {} : { pattern };
  // Keys of `for … in` are nothing that is followed.
  const items = ts.isForOfStatement(node) ? { over, head: [] } : { head: [over] };
  return { kind: 'loop', ...known, ...items, body: readBody(reader, node.statement), span: spanOf(reader, node) };
};

const readStatement = (reader: Reader, node: ts.Statement): Block => {
  const span = spanOf(reader, node);
  const value = (expression: ts.Expression): Value => readValue(reader, expression);
  if (ts.isVariableStatement(node)) {
    const declarations = readDeclarations(reader, node.declarationList);
    if (hasModifier(node, ts.SyntaxKind.ExportKeyword)) {
      for (const declaration of declarations) {
        if (declaration.kind !== 'declare') continue;
        for (const name of names(declaration.pattern))
          reader.exports.push({ kind: 'local', exported: name, local: name });
      }
    }
    return declarations;
  }
  if (ts.isExpressionStatement(node)) return [{ kind: 'expression', value: value(node.expression), span }];
  if (ts.isReturnStatement(node)) {
    return [{ kind: 'return', ...(node.expression === undefined ? {} : { value: value(node.expression) }), span }];
  }
  if (ts.isIfStatement(node)) {
    const test = value(node.expression);
    const then = readBody(reader, node.thenStatement);
    return [{ kind: 'if', test, then, otherwise: readBody(reader, node.elseStatement), span }];
  }
  if (ts.isFunctionDeclaration(node)) {
    if (node.body === undefined) return [];
    exportDeclared(reader, node, node.name?.text ?? 'default');
    const id = readFunction(reader, node);
    if (node.name === undefined) {
      reader.exports.pop();
      reader.exports.push({ kind: 'value', exported: 'default', value: { kind: 'function', function: id, span } });
    }
    return [{ kind: 'function', function: id, span }];
  }
  if (ts.isClassDeclaration(node)) {
    const id = readClass(reader, node);
    if (node.name !== undefined) exportDeclared(reader, node, node.name.text);
    else reader.exports.push({ kind: 'value', exported: 'default', value: { kind: 'class', class: id, span } });
    return [{ kind: 'class', class: id, span }];
  }
  if (ts.isBlock(node)) return [{ kind: 'block', body: readBlock(reader, node.statements), span }];
  if (ts.isThrowStatement(node)) return [{ kind: 'throw', value: value(node.expression), span }];
  if (ts.isForOfStatement(node) || ts.isForInStatement(node)) return [readFor(reader, node)];
  if (ts.isForStatement(node)) {
    const { initializer, condition, incrementor } = node;
    const declared = initializer !== undefined && ts.isVariableDeclarationList(initializer);
    const before = declared ? readDeclarations(reader, initializer) : [];
    const head = [declared ? undefined : initializer, condition, incrementor].flatMap((e) =>
      e === undefined ? [] : [value(e)],
    );
    const body = readBody(reader, node.statement);
    const loop: Statement = { kind: 'loop', head, body, span };
    return before.length === 0 ? [loop] : [{ kind: 'block', body: [...before, loop], span }];
  }
  if (ts.isWhileStatement(node) || ts.isDoStatement(node)) {
    return [{ kind: 'loop', head: [value(node.expression)], body: readBody(reader, node.statement), span }];
  }
  if (ts.isSwitchStatement(node)) {
    const cases = node.caseBlock.clauses.map((clause) => ({
      ...(ts.isCaseClause(clause) ? { test: value(clause.expression) } : {}),
      body: readBlock(reader, clause.statements),
    }));
    return [{ kind: 'switch', subject: value(node.expression), cases, span }];
  }
  if (ts.isTryStatement(node)) {
    const body = readBody(reader, node.tryBlock);
    const handler = readBody(reader, node.catchClause?.block);
    return [{ kind: 'try', body, handler, finalizer: readBody(reader, node.finallyBlock), span }];
  }
  if (ts.isBreakOrContinueStatement(node)) return [{ kind: 'jump', span }];
  if (ts.isLabeledStatement(node)) return readStatement(reader, node.statement);
  if (ts.isEnumDeclaration(node)) {
    exportDeclared(reader, node, node.name.text);
    return [readEnum(reader, node)];
  }
  if (ts.isInterfaceDeclaration(node)) readInterface(reader, node);
  else if (ts.isTypeAliasDeclaration(node)) readAlias(reader, node);
  else if (ts.isImportDeclaration(node)) readImport(reader, node);
  else if (ts.isImportEqualsDeclaration(node)) readImportEquals(reader, node);
  else if (ts.isExportDeclaration(node)) readExport(reader, node);
  else if (ts.isExportAssignment(node)) readExportAssignment(reader, node);
  else if (ts.isModuleDeclaration(node) && node.body !== undefined && ts.isModuleBlock(node.body)) {
    // Its exports are members of the namespace, not of the module.
    const kept = reader.exports.length;
    const body = readBlock(reader, node.body.statements);
    reader.exports.length = kept;
    return [{ kind: 'block', body, span }];
  }
  return [];
};
