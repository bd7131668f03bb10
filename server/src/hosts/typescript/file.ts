/** A whole file through the compiler's own parser: tolerant, without types, parents or JSDoc. */

import ts from 'typescript';
import { own } from '../../text/own';
import type { Behind, Func, HostFile, HostReader, HostStretch } from '../host';
import { readComments } from './comments';
import { readCommonJs } from './modules';
import { parse, parseAlone } from './parse';
import { type Reader, spanOf } from './reader';
import { readBlock } from './statements';

const kinds: Readonly<Record<string, ts.ScriptKind>> = {
  ts: ts.ScriptKind.TS,
  mts: ts.ScriptKind.TS,
  cts: ts.ScriptKind.TS,
  tsx: ts.ScriptKind.TSX,
};

/** JavaScript is read as JSX, which it may hold. */
const kindOf = (path: string): ts.ScriptKind => own(kinds, path.slice(path.lastIndexOf('.') + 1)) ?? ts.ScriptKind.JSX;

const options = { languageVersion: ts.ScriptTarget.Latest, jsDocParsingMode: ts.JSDocParsingMode.ParseNone };

const statementsOf = (source: ts.SourceFile, { functions, classes }: Omit<Behind, 'characters'>): HostStretch => {
  const reader: Reader = {
    source,
    functions: new Array<undefined>(functions).fill(undefined),
    classes: new Array<undefined>(classes).fill(undefined),
    types: [],
    imports: [],
    exports: [],
    jsx: [],
    func: 0,
    class: undefined,
    depth: 0,
  };
  const body = readBlock(reader, source.statements);
  readCommonJs(reader, body);
  return {
    body,
    imports: reader.imports,
    exports: reader.exports,
    functions: reader.functions.flatMap((f) => f ?? []),
    classes: reader.classes.flatMap((c) => c ?? []),
    types: reader.types,
    comments: readComments(reader),
    jsx: reader.jsx,
    top: source.statements.map((node) => spanOf(reader, node)),
  };
};

const moduleOf = (body: HostStretch['body'], end: number): Func => ({
  id: 0,
  params: [],
  body,
  async: true,
  ownThis: true,
  decorators: [],
  span: { start: 0, end },
});

const read = (path: string, text: string): HostFile => {
  const source = parse(path, text, options, kindOf(path));
  const { body, functions, ...rest } = statementsOf(source, { functions: 1, classes: 0 });
  return { path, host: 'typescript', functions: [moduleOf(body, text.length), ...functions], ...rest };
};

const empty = (path: string): HostFile => ({
  path,
  host: 'typescript',
  imports: [],
  exports: [],
  functions: [moduleOf([], 0)],
  classes: [],
  types: [],
  comments: [],
  jsx: [],
  top: [],
});

export const reader: HostReader = {
  read: (path, text) => {
    try {
      return read(path, text);
    } catch {
      // A parser that gives up (ten thousand parentheses, thirty beginnings of arrow functions) is an unreadable file, not a crash.
      return empty(path);
    }
  },
  stretch: (path, text, { characters, ...behind }) => {
    try {
      return statementsOf(parseAlone(path, ' '.repeat(characters) + text, options, kindOf(path)), behind);
    } catch {
      return undefined;
    }
  },
};
