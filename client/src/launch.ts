import type { BaseLanguageClient, LanguageClientOptions } from 'vscode-languageclient';

/** A server that was started, with the client that speaks to it. */
export interface Launched {
  readonly client: BaseLanguageClient;
  /** For one that does not end by itself. */
  kill(): void;
}

export type Launch = (options: LanguageClientOptions) => Launched;
