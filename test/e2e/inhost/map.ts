import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { file, findings, show, write } from './editor';
import { eventually, type InHostTest } from './suite';

/** What completion offers at the end of a line of the map. */
async function offered(line: number, character: number): Promise<string[]> {
  const list = await vscode.commands.executeCommand<vscode.CompletionList>(
    'vscode.executeCompletionItemProvider',
    file('shardlint.yaml'),
    new vscode.Position(line, character),
  );
  return list.items.map(({ label }) => (typeof label === 'string' ? label : label.label));
}

export const mapTests: readonly InHostTest[] = [
  {
    name: 'completion in the map offers the keys of a table',
    async run() {
      const { document } = await show('shardlint.yaml');
      const before = document.getText();
      await write('shardlint.yaml', `${before}  payments:\n    sha\n`);
      const line = document.getText().split('\n').indexOf('    sha');
      const labels = await eventually('shardKey offered', async () => {
        const now = await offered(line, 7);
        return now.includes('shardKey') ? now : undefined;
      });
      assert.ok(labels.includes('shards'));
      await write('shardlint.yaml', before);
    },
  },
  {
    name: 'a mistake in the map is underlined at the mistake',
    async run() {
      const { document } = await show('shardlint.yaml');
      const before = document.getText();
      await write('shardlint.yaml', before.replace('shardKey:', 'shardkey:'));
      const finding = await eventually('a finding in the map', () =>
        findings('shardlint.yaml').find(({ range }) => document.getText(range).includes('shardkey')),
      );
      assert.match(finding.message, /shardKey/);
      await write('shardlint.yaml', before);
      await eventually('a clean map', () => findings('shardlint.yaml').length === 0 || undefined);
    },
  },
  {
    name: 'an edit of the map that is taken back leaves nothing behind',
    async run() {
      const { document } = await show('shardlint.yaml');
      await write('shardlint.yaml', `${document.getText()}  payments:\n    sha`);
      await eventually('a finding in the map', () => findings('shardlint.yaml').length > 0 || undefined);
      await vscode.commands.executeCommand('workbench.action.files.revert');
      await eventually('a clean map', () => findings('shardlint.yaml').length === 0 || undefined);
    },
  },
];
