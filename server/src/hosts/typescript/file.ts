/** A whole file through the compiler's own parser: tolerant, without types, parents or JSDoc. */

import ts from 'typescript';
import { own } from '../../text/own';
import type { HostFile, HostReader } from '../host';
import { readComments } from './comments';
import { readCommonJs } from './modules';
import { parse } from './parse';
import type { Reader } from './reader';
import { readBlock } from './statements';

const kinds: Readonly<Record<string, ts.ScriptKind>> = {
  ts: ts.ScriptKind.TS,
  mts: ts.ScriptKind.TS,
  cts: ts.ScriptKind.TS,
  tsx: ts.ScriptKind.TSX,
};

/** JavaScript is read as JSX, which it may hold. */
const kindOf = (path: string): ts.ScriptKind => own(kinds, path.slice(path.lastIndexOf('.') + 1)) ?? ts.ScriptKind.JSX;

const read = (path: string, text: string): HostFile => {
  const options = { languageVersion: ts.ScriptTarget.Latest, jsDocParsingMode: ts.JSDocParsingMode.ParseNone };
  const source = parse(path, text, options, kindOf(path));
  const reader: Reader = {
    source,
    functions: [undefined],
    classes: [],
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
  const span = { start: 0, end: text.length };
  reader.functions[0] = { id: 0, params: [], body, async: true, ownThis: true, decorators: [], span };
  return {
    path,
    host: 'typescript',
    imports: reader.imports,
    exports: reader.exports,
    functions: reader.functions.flatMap((f) => f ?? []),
    classes: reader.classes.flatMap((c) => c ?? []),
    types: reader.types,
    comments: readComments(reader),
    jsx: reader.jsx,
  };
};

const empty = (path: string): HostFile => ({
  path,
  host: 'typescript',
  imports: [],
  exports: [],
  functions: [{ id: 0, params: [], body: [], async: true, ownThis: true, decorators: [], span: { start: 0, end: 0 } }],
  classes: [],
  types: [],
  comments: [],
  jsx: [],
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
};
