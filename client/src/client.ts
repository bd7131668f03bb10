import * as vscode from 'vscode';
import type { BaseLanguageClient, CloseAction, LanguageClientOptions } from 'vscode-languageclient';
import type { ClientNotifications, Requests, ServerNotifications, Status } from '../../server/src/protocol';
import type { Launch, Launched } from './launch';
import { documentSelector } from './selector';
import { fromWire, isServed, received, sent, toWire } from './virtual';

/** A server that ends this often within `crashWindow` stays down until the user restarts it. */
const crashLimit = 5;
const crashWindow = 3 * 60_000;

/** Loaded when the server is started. */
type Library = typeof import('vscode-languageclient');

/** The server as the rest of the extension sees it: it survives crashes and can be started afresh at any time. */
export class Server implements vscode.Disposable {
  private launched: Launched | undefined;
  private library: Library | undefined;
  private crashes: readonly number[] = [];
  /** How often it was ended or started: what is under way may be out of date. */
  private restarts = 0;
  private starting: Promise<void> = Promise.resolve();
  private get client(): BaseLanguageClient | undefined {
    return this.launched?.client;
  }

  private readonly statusEmitter = new vscode.EventEmitter<Status>();
  readonly onStatus = this.statusEmitter.event;

  constructor(
    private readonly launch: Launch,
    readonly output: vscode.LogOutputChannel,
  ) {}

  /** Starts the server, or ends the running one and starts another. Failures are told by the status, never thrown. */
  restart(): Promise<void> {
    this.starting = this.startAfresh();
    return this.starting;
  }

  /** Waits for a start that is under way. */
  running(): Promise<void> {
    return this.starting;
  }

  private async startAfresh(): Promise<void> {
    const ended = this.end();
    const restart = this.restarts;
    await ended;
    if (restart !== this.restarts) return; // a later one goes on
    this.crashes = [];
    this.tell('starting', 'Starting');
    // The editor goes on first: what comes takes longer than all that it waits for.
    await new Promise((resolve) => setTimeout(resolve));
    let launched: Launched | undefined;
    try {
      launched = await this.create();
      if (restart !== this.restarts) return launched.kill();
      this.launched = launched;
      await launched.client.start();
    } catch (error) {
      if (restart !== this.restarts || this.launched !== launched) return; // ended meanwhile
      this.output.error('The server did not start', error instanceof Error ? error : String(error));
      this.tell('problem', 'The server did not start; the output says why');
    }
  }

  /** Throws where the server is not running; one that is being started is waited for. */
  async request<M extends keyof Requests>(
    method: M,
    params: Requests[M]['params'],
    token?: vscode.CancellationToken,
  ): Promise<Requests[M]['result']> {
    await this.starting;
    if (!this.client?.isRunning()) throw new Error('The server is not running');
    // An absent token must not be handed on: it would count as a second parameter.
    const answer = token
      ? this.client.sendRequest<Requests[M]['result']>(method, sent(params), token)
      : this.client.sendRequest<Requests[M]['result']>(method, sent(params));
    return received(await answer);
  }

  /** Sends nothing where the server is not running. */
  notify<M extends keyof ClientNotifications>(method: M, params: ClientNotifications[M]): void {
    if (this.client?.isRunning()) void this.client.sendNotification(method, sent(params));
  }

  /** Progress of one request, by the token that was sent with it. */
  onProgress(token: string, listener: (percentage: number | undefined, message: string | undefined) => void) {
    if (!this.library) return undefined;
    return this.client?.onProgress(this.library.WorkDoneProgress.type, token, (value) => {
      if (value.kind === 'begin' || value.kind === 'report') listener(value.percentage, value.message);
    });
  }

  async end(): Promise<void> {
    this.restarts += 1;
    const { launched } = this;
    this.launched = undefined;
    // dispose() fails for a client that has not finished starting and for a server that hangs: those are killed.
    await launched?.client.dispose().catch((error: unknown) => {
      this.output.debug(`Ending the server: ${error}`);
      launched.kill();
    });
  }

  dispose(): void {
    this.statusEmitter.dispose();
  }

  private async create(): Promise<Launched> {
    const library = await import('vscode-languageclient');
    const { CloseAction, ErrorAction, RevealOutputChannelOn, State } = library;
    this.library = library;
    const clientOptions: LanguageClientOptions = {
      documentSelector: documentSelector(),
      initializationOptions: { pages: true },
      uriConverters: { code2Protocol: toWire, protocol2Code: fromWire },
      outputChannel: this.output,
      revealOutputChannelOn: RevealOutputChannelOn.Never,
      initializationFailedHandler: () => false,
      errorHandler: {
        error: () => ({ action: ErrorAction.Continue, handled: true }),
        closed: () => ({
          action: this.client === client ? this.afterCrash(library) : CloseAction.DoNotRestart,
          handled: true,
        }),
      },
    };
    const launched = await this.launch(clientOptions);
    const client: BaseLanguageClient = launched.client;
    const status: keyof ServerNotifications = 'shardlint/status';
    client.onNotification(status, (value: Status) => this.statusEmitter.fire(received(value)));
    client.onDidChangeState(({ newState }) => {
      if (newState === State.Running) this.activeDocument(vscode.window.activeTextEditor);
    });
    return launched;
  }

  /** Tells the server which file is in front, so that the status speaks of it; pages, panels and pickers do not count. */
  activeDocument(editor: vscode.TextEditor | undefined): void {
    const uri = editor?.document.uri;
    if (isServed(uri)) this.notify('shardlint/activeDocument', { uri: uri.toString() });
  }

  private afterCrash({ CloseAction }: Library): CloseAction {
    const now = performance.now();
    this.crashes = [...this.crashes.filter((time) => now - time < crashWindow), now];
    if (this.crashes.length < crashLimit) {
      this.output.warn('The server ended unexpectedly and is started again');
      this.tell('starting', 'Starting again');
      return CloseAction.Restart;
    }
    this.output.error(`The server ended ${crashLimit} times within three minutes and stays down`);
    this.tell('problem', 'The server keeps ending; restart it or report the issue');
    return CloseAction.DoNotRestart;
  }

  /** A status of the client's own, for the times when no server can speak. */
  private tell(state: Status['state'], message: string): void {
    const nothing = { router: null, map: null, tables: 0, statements: 0, understood: 0, problems: 0, hint: null };
    this.statusEmitter.fire({ ...nothing, state, message });
  }
}
