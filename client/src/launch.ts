import type { BaseLanguageClient, LanguageClientOptions } from 'vscode-languageclient';

/** A server that was started, with the client that speaks to it. */
export interface Launched {
  readonly client: BaseLanguageClient;
  /** For one that does not end by itself. */
  kill(): void;
}

/** Also loads what speaks the protocol, which takes longer than all else of the extension. */
export type Launch = (options: LanguageClientOptions) => Promise<Launched>;
