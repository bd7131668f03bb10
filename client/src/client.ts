import * as vscode from 'vscode';
import {
  CloseAction,
  ErrorAction,
  LanguageClient,
  type LanguageClientOptions,
  RevealOutputChannelOn,
  type ServerOptions,
  State,
  TransportKind,
  WorkDoneProgress,
} from 'vscode-languageclient/node';
import type { ClientNotifications, Requests, ServerNotifications, Status } from '../../server/src/protocol';
import { selector } from './selector';

/** A server that ends this often within `crashWindow` stays down until the user restarts it. */
const crashLimit = 5;
const crashWindow = 3 * 60_000;

/** The server as the rest of the extension sees it: it survives crashes and can be started afresh at any time. */
export class Server implements vscode.Disposable {
  private client: LanguageClient | undefined;
  private crashes: readonly number[] = [];
  private restarts = 0;
  private starting: Promise<void> = Promise.resolve();
  private readonly statusEmitter = new vscode.EventEmitter<Status>();
  readonly onStatus = this.statusEmitter.event;

  constructor(
    private readonly module: string,
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
    this.restarts += 1;
    const restart = this.restarts;
    await this.end();
    if (restart !== this.restarts) return; // a later one goes on
    this.crashes = [];
    this.tell('starting', 'Starting');
    const client = this.create();
    this.client = client;
    try {
      await client.start();
    } catch (error) {
      if (this.client !== client) return; // ended meanwhile, by another restart
      this.output.error('The server did not start', error instanceof Error ? error : String(error));
      this.tell('problem', 'The server did not start; the output says why');
    }
  }

  /** Throws where the server is not running. */
  request<M extends keyof Requests>(
    method: M,
    params: Requests[M]['params'],
    token?: vscode.CancellationToken,
  ): Promise<Requests[M]['result']> {
    if (!this.client?.isRunning()) throw new Error('The server is not running');
    // An absent token must not be handed on: it would count as a second parameter.
    return token ? this.client.sendRequest(method, params, token) : this.client.sendRequest(method, params);
  }

  /** Sends nothing where the server is not running. */
  notify<M extends keyof ClientNotifications>(method: M, params: ClientNotifications[M]): void {
    if (this.client?.isRunning()) void this.client.sendNotification(method, params);
  }

  /** Progress of one request, by the token that was sent with it. */
  onProgress(token: string, listener: (percentage: number | undefined, message: string | undefined) => void) {
    return this.client?.onProgress(WorkDoneProgress.type, token, (value) => {
      if (value.kind === 'begin' || value.kind === 'report') listener(value.percentage, value.message);
    });
  }

  async end(): Promise<void> {
    const client = this.client;
    this.client = undefined;
    const process = client?.serverProcess;
    // dispose() fails for a client that has not finished starting and for a server that hangs: those are killed.
    await client?.dispose().catch((error: unknown) => {
      this.output.debug(`Ending the server: ${error}`);
      process?.kill('SIGKILL');
    });
  }

  dispose(): void {
    this.statusEmitter.dispose();
  }

  private create(): LanguageClient {
    const run = { module: this.module, transport: TransportKind.ipc };
    const serverOptions: ServerOptions = {
      run,
      debug: { ...run, options: { execArgv: ['--nolazy', '--inspect=6009'] } },
    };
    const clientOptions: LanguageClientOptions = {
      documentSelector: selector,
      initializationOptions: { pages: true },
      outputChannel: this.output,
      revealOutputChannelOn: RevealOutputChannelOn.Never,
      initializationFailedHandler: () => false,
      errorHandler: {
        error: () => ({ action: ErrorAction.Continue, handled: true }),
        closed: () => ({
          action: this.client === client ? this.afterCrash() : CloseAction.DoNotRestart,
          handled: true,
        }),
      },
    };
    const client: LanguageClient = new LanguageClient('shardlint', 'Shardlint', serverOptions, clientOptions);
    const status: keyof ServerNotifications = 'shardlint/status';
    client.onNotification(status, (value: Status) => this.statusEmitter.fire(value));
    client.onDidChangeState(({ newState }) => {
      if (newState === State.Running) this.activeDocument(vscode.window.activeTextEditor);
    });
    return client;
  }

  /** Tells the server which file is in front, so that the status speaks of it; pages, panels and pickers do not count. */
  activeDocument(editor: vscode.TextEditor | undefined): void {
    const uri = editor?.document.uri;
    if (uri?.scheme === 'file') this.notify('shardlint/activeDocument', { uri: uri.toString() });
  }

  private afterCrash(): CloseAction {
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
