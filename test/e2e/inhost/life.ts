import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { ScanSummary } from '../../../server/src/protocol';
import { count, findings, otherServer, serverProcesses, show, write } from './editor';
import { eventually, type InHostTest } from './suite';

export const lifeTests: readonly InHostTest[] = [
  {
    name: 'a scan finds what is in files that are not open',
    async run() {
      await vscode.commands.executeCommand('workbench.action.closeAllEditors');
      const summary = await vscode.commands.executeCommand<ScanSummary>('shardlint.scanWorkspace');
      assert.ok(summary, 'the command answers with its summary');
      assert.equal(summary.cancelled, false);
      assert.equal(summary.problems, 2);
      assert.equal(summary.statements, 4);
      assert.equal(summary.understood, 4);
      await eventually('findings of closed files', () =>
        findings('orders.sql').length === 1 && findings('src/orders.ts').length === 1 ? true : undefined,
      );
    },
  },
  {
    name: 'a server that was killed is started again and goes on',
    async run() {
      const { document } = await show('orders.sql');
      await count('orders.sql', 1);
      const [killed, ...more] = serverProcesses();
      assert.ok(killed && more.length === 0, 'one server runs in a process of its own');
      process.kill(killed, 'SIGKILL');
      await otherServer([killed]);
      const before = document.getText();
      await write('orders.sql', `${before}\nselect count(*) from orders;\n`);
      await count('orders.sql', 2);
      await write('orders.sql', before);
      await count('orders.sql', 1);
    },
  },
  {
    name: 'the restart command replaces the server, also when given twice',
    async run() {
      const before = serverProcesses();
      const restart = () => vscode.commands.executeCommand('shardlint.restartServer');
      await Promise.all([restart(), restart()]);
      await otherServer(before);
      await show('orders.sql');
      await count('orders.sql', 1);
    },
  },
  {
    name: 'commands answer with pages: the query explained, the effective configuration',
    async run() {
      const editor = await show('orders.sql');
      editor.selection = new vscode.Selection(0, 25, 0, 25);
      await vscode.commands.executeCommand('shardlint.explainQuery');
      const explained = await eventually('the explanation', () =>
        vscode.workspace.textDocuments.find(({ uri }) => uri.scheme === 'shardlint' && uri.path.endsWith('.md')),
      );
      assert.match(explained.getText(), /32 shards/);
      await show('orders.sql');
      await vscode.commands.executeCommand('shardlint.showEffectiveConfiguration');
      const text = vscode.window.activeTextEditor?.document.getText() ?? '';
      assert.match(text, /tenant_id/);
      await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    },
  },
];
