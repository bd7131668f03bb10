/** The documents that are open in the editor. Changes come in the encoding that was agreed on, which need not be UTF-16. */
import type {
  DidChangeTextDocumentParams,
  DidOpenTextDocumentParams,
  TextDocumentContentChangeEvent,
} from 'vscode-languageserver';
import type { Places } from './places';
import { pathOf, sameUri } from './uris';

export interface OpenDocument {
  /** As the editor writes it. */
  readonly uri: string;
  readonly path: string;
  readonly version: number;
  readonly text: string;
  /** Changed since it was opened or saved. */
  readonly dirty: boolean;
}

export class Documents {
  private readonly open = new Map<string, OpenDocument>();

  constructor(private readonly places: () => Places) {}

  get all(): readonly OpenDocument[] {
    return [...this.open.values()];
  }

  get(uri: string): OpenDocument | undefined {
    return this.open.get(sameUri(uri));
  }

  at(path: string): OpenDocument | undefined {
    return this.all.find((one) => one.path === path);
  }

  /** Undefined where the document is no file. */
  opened({ textDocument: { uri, version, text } }: DidOpenTextDocumentParams): OpenDocument | undefined {
    const path = pathOf(uri);
    if (path === undefined) return undefined;
    const document = { uri, path, version, text, dirty: false };
    this.open.set(sameUri(uri), document);
    return document;
  }

  changed({ textDocument, contentChanges }: DidChangeTextDocumentParams): OpenDocument | undefined {
    const before = this.get(textDocument.uri);
    if (!before) return undefined;
    const text = contentChanges.reduce((now, change) => this.changedText(now, change), before.text);
    const document = { ...before, text, version: textDocument.version, dirty: true };
    this.open.set(sameUri(textDocument.uri), document);
    return document;
  }

  saved(uri: string): OpenDocument | undefined {
    const before = this.get(uri);
    if (!before) return undefined;
    const document = { ...before, dirty: false };
    this.open.set(sameUri(uri), document);
    return document;
  }

  closed(uri: string): OpenDocument | undefined {
    const before = this.get(uri);
    this.open.delete(sameUri(uri));
    return before;
  }

  private changedText(text: string, change: TextDocumentContentChangeEvent): string {
    if (!('range' in change)) return change.text;
    const places = this.places();
    const start = places.offset(text, change.range.start);
    const end = Math.max(start, places.offset(text, change.range.end));
    return text.slice(0, start) + change.text + text.slice(end);
  }
}
