import * as vscode from 'vscode';
import type { Status } from '../../server/src/protocol';
import { documentSelector } from './selector';

/** The item beside the language's name that answers "why do I see nothing?"; its words come from the server. */
export class StatusItem implements vscode.Disposable {
  private readonly item = vscode.languages.createLanguageStatusItem('shardlint', documentSelector());
  private current: Status | undefined;

  constructor() {
    this.item.name = 'Shardlint';
    this.item.command = { command: 'shardlint.showStatus', title: 'More', tooltip: 'What Shardlint reads and shows' };
  }

  get status(): Status | undefined {
    return this.current;
  }

  show(status: Status): void {
    this.current = status;
    this.item.text = `Shardlint: ${status.message}`;
    this.item.detail = detail(status);
    this.item.busy = status.state === 'starting' || status.state === 'scanning';
    this.item.severity =
      status.state === 'problem' ? vscode.LanguageStatusSeverity.Warning : vscode.LanguageStatusSeverity.Information;
  }

  dispose(): void {
    this.item.dispose();
  }
}

/** "vitess · 12 tables · 3 findings"; empty without a map. */
export function detail(status: Status): string {
  if (status.map === null) return '';
  return [status.router, count(status.tables, 'table'), count(status.problems, 'finding')].filter(Boolean).join(' · ');
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}
