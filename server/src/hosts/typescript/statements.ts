/** Statements in their order. */
import ts from 'typescript';
import type { ObjectEntry, Pattern, Statement, Value } from '../host';
import { readClass, readFunction } from './functions';
import { readExport, readExportAssignment, readImport, readImportEquals } from './modules';
import { readPattern, readTarget } from './patterns';
import { type Block, filled, hasModifier, namePattern, openTable, type Reader, spanOf, staticName } from './reader';
import { exportDeclared, readAlias, readInterface, readType } from './types';
import { readValue } from './values';

const K = ts.SyntaxKind;

const table = openTable<Block>();

const unread = (): Block => filled([]);

export const readBlock = (reader: Reader, nodes: readonly ts.Statement[]): Block => {
  const block: Statement[] = [];
  for (const node of nodes) for (const statement of table.read(reader, node, unread)) block.push(statement);
  return filled(block);
};

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

table.on([K.VariableStatement], (reader, node: ts.VariableStatement) => {
  const declarations = readDeclarations(reader, node.declarationList);
  if (hasModifier(node, K.ExportKeyword)) {
    for (const declaration of declarations) {
      if (declaration.kind !== 'declare') continue;
      for (const name of names(declaration.pattern))
        reader.exports.push({ kind: 'local', exported: name, local: name });
    }
  }
  return declarations;
});
table.on([K.ExpressionStatement], (reader, node: ts.ExpressionStatement) => [
  { kind: 'expression', value: readValue(reader, node.expression), span: spanOf(reader, node) },
]);
table.on([K.ReturnStatement], (reader, node: ts.ReturnStatement) => {
  const value = node.expression === undefined ? {} : { value: readValue(reader, node.expression) };
  return [{ kind: 'return', ...value, span: spanOf(reader, node) }];
});
table.on([K.IfStatement], (reader, node: ts.IfStatement) => {
  const test = readValue(reader, node.expression);
  const then = readBody(reader, node.thenStatement);
  return [{ kind: 'if', test, then, otherwise: readBody(reader, node.elseStatement), span: spanOf(reader, node) }];
});
table.on([K.FunctionDeclaration], (reader, node: ts.FunctionDeclaration) => {
  if (node.body === undefined) return [];
  const span = spanOf(reader, node);
  exportDeclared(reader, node, node.name?.text ?? 'default');
  const id = readFunction(reader, node);
  if (node.name === undefined) {
    reader.exports.pop();
    // Without a name it stands among the exports alone: nothing of it is read twice.
    reader.exports.push({ kind: 'value', exported: 'default', value: { kind: 'function', function: id, span } });
    return [];
  }
  return [{ kind: 'function', function: id, span }];
});
table.on([K.ClassDeclaration], (reader, node: ts.ClassDeclaration) => {
  const span = spanOf(reader, node);
  const id = readClass(reader, node);
  if (node.name === undefined) {
    reader.exports.push({ kind: 'value', exported: 'default', value: { kind: 'class', class: id, span } });
    return [];
  }
  exportDeclared(reader, node, node.name.text);
  return [{ kind: 'class', class: id, span }];
});
table.on([K.Block], (reader, node: ts.Block) => [
  { kind: 'block', body: readBlock(reader, node.statements), span: spanOf(reader, node) },
]);
table.on([K.ThrowStatement], (reader, node: ts.ThrowStatement) => [
  { kind: 'throw', value: readValue(reader, node.expression), span: spanOf(reader, node) },
]);
table.on([K.ForOfStatement, K.ForInStatement], (reader, node: ts.ForInStatement | ts.ForOfStatement) => [
  readFor(reader, node),
]);
table.on([K.ForStatement], (reader, node: ts.ForStatement) => {
  const { initializer, condition, incrementor } = node;
  const span = spanOf(reader, node);
  const declared = initializer !== undefined && ts.isVariableDeclarationList(initializer);
  const before = declared ? readDeclarations(reader, initializer) : [];
  const head = [declared ? undefined : initializer, condition, incrementor].flatMap((e) =>
    e === undefined ? [] : [readValue(reader, e)],
  );
  const body = readBody(reader, node.statement);
  const loop: Statement = { kind: 'loop', head, body, span };
  return before.length === 0 ? [loop] : [{ kind: 'block', body: [...before, loop], span }];
});
table.on([K.WhileStatement, K.DoStatement], (reader, node: ts.WhileStatement | ts.DoStatement) => {
  const head = [readValue(reader, node.expression)];
  return [{ kind: 'loop', head, body: readBody(reader, node.statement), span: spanOf(reader, node) }];
});
table.on([K.SwitchStatement], (reader, node: ts.SwitchStatement) => {
  const cases = node.caseBlock.clauses.map((clause) => ({
    ...(ts.isCaseClause(clause) ? { test: readValue(reader, clause.expression) } : {}),
    body: readBlock(reader, clause.statements),
  }));
  return [{ kind: 'switch', subject: readValue(reader, node.expression), cases, span: spanOf(reader, node) }];
});
table.on([K.TryStatement], (reader, node: ts.TryStatement) => {
  const body = readBody(reader, node.tryBlock);
  const handler = readBody(reader, node.catchClause?.block);
  return [{ kind: 'try', body, handler, finalizer: readBody(reader, node.finallyBlock), span: spanOf(reader, node) }];
});
table.on([K.BreakStatement, K.ContinueStatement], (reader, node) => [{ kind: 'jump', span: spanOf(reader, node) }]);
table.on([K.LabeledStatement], (reader, node: ts.LabeledStatement) => readBlock(reader, [node.statement]));
table.on([K.EnumDeclaration], (reader, node: ts.EnumDeclaration) => {
  exportDeclared(reader, node, node.name.text);
  return [readEnum(reader, node)];
});
table.on([K.ModuleDeclaration], (reader, node: ts.ModuleDeclaration) => {
  if (node.body === undefined || !ts.isModuleBlock(node.body)) return [];
  // Its exports are members of the namespace, not of the module.
  const kept = reader.exports.length;
  const body = readBlock(reader, node.body.statements);
  reader.exports.length = kept;
  return [{ kind: 'block', body, span: spanOf(reader, node) }];
});

const silent = <N extends ts.Node>(kind: ts.SyntaxKind, read: (reader: Reader, node: N) => void): void =>
  table.on([kind], (reader, node: N) => {
    read(reader, node);
    return [];
  });

silent(K.InterfaceDeclaration, (reader, node: ts.InterfaceDeclaration) => readInterface(reader, node));
silent(K.TypeAliasDeclaration, (reader, node: ts.TypeAliasDeclaration) => readAlias(reader, node));
silent(K.ImportDeclaration, (reader, node: ts.ImportDeclaration) => readImport(reader, node));
silent(K.ImportEqualsDeclaration, (reader, node: ts.ImportEqualsDeclaration) => readImportEquals(reader, node));
silent(K.ExportDeclaration, (reader, node: ts.ExportDeclaration) => readExport(reader, node));
silent(K.ExportAssignment, (reader, node: ts.ExportAssignment) => readExportAssignment(reader, node));
