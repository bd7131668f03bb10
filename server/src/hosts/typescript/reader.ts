/** What the parts of the TypeScript host share while they read one file. `typescript` is imported in this folder alone. */
import ts from 'typescript';
import { limits } from '../../platform/platform';
import type { Span } from '../../text/span';
import type { Class, Export, Func, Import, Pattern, Statement, TypeDeclaration, Value } from '../host';

export interface Reader {
  readonly source: ts.SourceFile;
  readonly functions: (Func | undefined)[];
  readonly classes: (Class | undefined)[];
  readonly types: TypeDeclaration[];
  readonly imports: Import[];
  readonly exports: Export[];
  readonly jsx: Span[];
  /** Ids of the function and class that are being read. */
  func: number;
  class: number | undefined;
  depth: number;
}

export const spanOf = (reader: Reader, node: ts.Node): Span => ({ start: node.getStart(reader.source), end: node.end });

export const textOf = (reader: Reader, node: ts.Node): string =>
  reader.source.text.slice(node.getStart(reader.source), node.end);

export const opaque = (reader: Reader, node: ts.Node, why: string, parts: readonly Value[] = []): Value => ({
  kind: 'opaque',
  why,
  parts,
  span: spanOf(reader, node),
});

/** Deep nesting gives an opaque value instead of a full stack. */
export const deeper = <T>(reader: Reader, read: () => T, otherwise: () => T): T => {
  if (reader.depth >= limits.nesting) return otherwise();
  reader.depth++;
  try {
    return read();
  } finally {
    reader.depth--;
  }
};

export const hasModifier = (node: ts.Node, kind: ts.SyntaxKind): boolean =>
  ts.canHaveModifiers(node) && (ts.getModifiers(node)?.some((m) => m.kind === kind) ?? false);

/** Empty where a name is computed and not a literal. */
export const staticName = (name: ts.PropertyName | ts.BindingName | ts.ModuleExportName): string | undefined => {
  if (ts.isIdentifier(name) || ts.isPrivateIdentifier(name) || ts.isStringLiteralLike(name)) return name.text;
  if (ts.isNumericLiteral(name)) return name.text;
  if (ts.isComputedPropertyName(name) && ts.isStringLiteralLike(name.expression)) return name.expression.text;
  return undefined;
};

export const namePattern = (reader: Reader, node: ts.Identifier): Pattern => ({
  kind: 'name',
  name: node.text,
  span: spanOf(reader, node),
});

export type Block = readonly Statement[];
