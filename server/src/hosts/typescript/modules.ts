/** Imports and exports, ES modules and CommonJS. */
import ts from 'typescript';
import type { Statement } from '../host';
import { type Reader, spanOf } from './reader';
import { readValue } from './values';

const moduleOf = (node: ts.Expression | undefined): string | undefined =>
  node !== undefined && ts.isStringLiteralLike(node) ? node.text : undefined;

export const readImport = (reader: Reader, node: ts.ImportDeclaration): void => {
  const module = moduleOf(node.moduleSpecifier);
  const clause = node.importClause;
  if (module === undefined || clause === undefined) return;
  const add = (name: ts.Identifier, imported: string): void => {
    reader.imports.push({ local: name.text, module, imported, span: spanOf(reader, name) });
  };
  if (clause.name !== undefined) add(clause.name, 'default');
  const bindings = clause.namedBindings;
  if (bindings === undefined) return;
  if (ts.isNamespaceImport(bindings)) add(bindings.name, '*');
  else for (const element of bindings.elements) add(element.name, (element.propertyName ?? element.name).text);
};

export const readImportEquals = (reader: Reader, node: ts.ImportEqualsDeclaration): void => {
  const reference = node.moduleReference;
  const module = ts.isExternalModuleReference(reference) ? moduleOf(reference.expression) : undefined;
  if (module === undefined) return;
  reader.imports.push({ local: node.name.text, module, imported: '*', span: spanOf(reader, node.name) });
};

export const readExport = (reader: Reader, node: ts.ExportDeclaration): void => {
  const module = moduleOf(node.moduleSpecifier);
  const clause = node.exportClause;
  if (clause === undefined) {
    if (module !== undefined) reader.exports.push({ kind: 'from', exported: '*', module, imported: '*' });
  } else if (ts.isNamespaceExport(clause)) {
    if (module !== undefined) reader.exports.push({ kind: 'from', exported: clause.name.text, module, imported: '*' });
  } else {
    for (const element of clause.elements) {
      const exported = element.name.text;
      const local = (element.propertyName ?? element.name).text;
      reader.exports.push(
        module === undefined ? { kind: 'local', exported, local } : { kind: 'from', exported, module, imported: local },
      );
    }
  }
};

export const readExportAssignment = (reader: Reader, node: ts.ExportAssignment): void => {
  const value = readValue(reader, node.expression);
  reader.exports.push({ kind: 'value', exported: node.isExportEquals === true ? '=' : 'default', value });
};

/** `module.exports = x`, `module.exports.a = x`, `exports.a = x` at the top level. */
export const readCommonJs = (reader: Reader, body: readonly Statement[]): void => {
  for (const statement of body) {
    if (statement.kind !== 'expression' || statement.value.kind !== 'assign') continue;
    const { target, value } = statement.value;
    if (target.kind !== 'member' || typeof target.property !== 'string') continue;
    const { object, property } = target;
    if (object.kind === 'name' && object.name === 'module' && property === 'exports') {
      reader.exports.push({ kind: 'value', exported: '=', value });
    } else if (object.kind === 'name' && object.name === 'exports') {
      reader.exports.push({ kind: 'value', exported: property, value });
    } else if (object.kind === 'member' && object.property === 'exports') {
      if (object.object.kind === 'name' && object.object.name === 'module') {
        reader.exports.push({ kind: 'value', exported: property, value });
      }
    }
  }
};
