import * as vscode from 'vscode';
import type { Server } from './client';
import { acceptFindings } from './commands/acceptFindings';
import { adviseShardKeys } from './commands/adviseShardKeys';
import { createConfiguration } from './commands/createConfiguration';
import { explainQuery } from './commands/explainQuery';
import { forecastResharding } from './commands/forecastResharding';
import { openSample } from './commands/openSample';
import { proposeServices } from './commands/proposeServices';
import { reportIssue } from './commands/reportIssue';
import { scanWorkspace } from './commands/scanWorkspace';
import { showEffectiveConfiguration } from './commands/showEffectiveConfiguration';
import { showStatus } from './commands/showStatus';
import type { Pages } from './pages';
import { exportReport } from './report/export';
import type { ReportPanel } from './report/panel';
import type { StatusItem } from './status';

/** What a command may use. */
export interface App {
  readonly server: Server;
  readonly status: StatusItem;
  readonly pages: Pages;
  readonly report: ReportPanel;
  readonly output: vscode.LogOutputChannel;
  /** Of the extension. */
  readonly version: string;
  readonly context: vscode.ExtensionContext;
}

/** Every command of the palette; `package.json` gives them their titles. */
export const commands: Readonly<Record<string, (app: App, about?: never) => Promise<unknown> | unknown>> = {
  'shardlint.acceptFindings': acceptFindings,
  'shardlint.adviseShardKeys': adviseShardKeys,
  'shardlint.createConfiguration': createConfiguration,
  'shardlint.explainQuery': explainQuery,
  'shardlint.exportReport': ({ server }) => exportReport(server),
  'shardlint.forecastResharding': forecastResharding,
  'shardlint.openSample': openSample,
  'shardlint.proposeServices': proposeServices,
  'shardlint.reportIssue': reportIssue,
  'shardlint.restartServer': ({ server }) => server.restart(),
  'shardlint.scanWorkspace': scanWorkspace,
  'shardlint.showEffectiveConfiguration': showEffectiveConfiguration,
  'shardlint.showOutput': ({ output }) => output.show(),
  'shardlint.showReport': ({ report }) => report.show(),
  'shardlint.showStatus': showStatus,
};

export function registerCommands(app: App): vscode.Disposable[] {
  return Object.entries(commands).map(([id, run]) =>
    vscode.commands.registerCommand(id, async (about?: never) => {
      try {
        return await run(app, about);
      } catch (error) {
        // The user asked for something and gets an answer, also where it is that the server is down.
        app.output.error(id, error instanceof Error ? error : String(error));
        void vscode.window.showWarningMessage(`Shardlint: ${error instanceof Error ? error.message : String(error)}`);
        return undefined;
      }
    }),
  );
}
