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

/** Where a node begins, behind blanks and comments. Blanks alone, the usual case, are passed over here: it is asked of every node. */
export const startOf = ({ source }: Reader, node: ts.Node): number => {
  const { text } = source;
  if (node.pos === node.end) return node.getStart(source);
  for (let at = node.pos; ; at++) {
    const c = text.charCodeAt(at);
    if (c === 0x20 || c === 0x0a || c === 0x0d || c === 0x09) continue;
    // Letters, digits, quotes, brackets; all else may begin a comment or a blank of another kind.
    const plain =
      (c >= 0x40 && c < 0x7c) || (c >= 0x30 && c < 0x3c) || c === 0x7b || (c > 0x23 && c < 0x2f) || c === 0x22;
    return plain ? at : node.getStart(source);
  }
};

export const spanOf = (reader: Reader, node: ts.Node): Span => ({ start: startOf(reader, node), end: node.end });

export const textOf = (reader: Reader, node: ts.Node): string =>
  reader.source.text.slice(startOf(reader, node), node.end);

export const opaque = (reader: Reader, node: ts.Node, why: string, parts: readonly Value[] = []): Value => ({
  kind: 'opaque',
  why,
  parts,
  span: spanOf(reader, node),
});

/**
 * How a kind of node is read. Tables by kind, since a chain of tests costs more than all the rest: a file has a node for
 * every five characters.
 */
export type Read<N extends ts.Node, T> = (reader: Reader, node: N) => T;

export interface Table<T> {
  on<N extends ts.Node>(kinds: readonly ts.SyntaxKind[], read: Read<N, T>): void;
  /** Deep nesting and unknown kinds give `otherwise`. */
  read(reader: Reader, node: ts.Node, otherwise: (reader: Reader, node: ts.Node, deep: boolean) => T): T;
}

export const openTable = <T>(): Table<T> => {
  const reads: (Read<ts.Node, T> | undefined)[] = [];
  return {
    on: (kinds, read) => {
      for (const kind of kinds) reads[kind] = read as Read<ts.Node, T>;
    },
    read: (reader, node, otherwise) => {
      const read = reads[node.kind];
      if (read === undefined || reader.depth >= limits.nesting) return otherwise(reader, node, read !== undefined);
      // What is thrown ends the reading of the file: nobody looks at the depth then.
      reader.depth++;
      const made = read(reader, node);
      reader.depth--;
      return made;
    },
  };
};

export const hasModifier = (node: ts.Node, kind: ts.SyntaxKind): boolean => {
  const { modifiers } = node as { readonly modifiers?: readonly ts.Node[] };
  return modifiers?.some((modifier) => modifier.kind === kind) ?? false;
};

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

/** What was filled one by one has room for more: a kept list has not. */
export const filled = <T>(list: readonly T[]): readonly T[] => (list.length === 0 ? none : list.slice());

const none: readonly never[] = [];

export type Block = readonly Statement[];
