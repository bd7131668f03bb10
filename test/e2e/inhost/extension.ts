import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { eventually, type InHostTest } from './suite';

export const extensionTests: readonly InHostTest[] = [
  {
    name: 'activates by the name of a shard map alone',
    async run() {
      const extension = vscode.extensions.getExtension('shardlint.shardlint');
      assert.ok(extension, 'the VSIX is installed');
      await eventually('activation', () => extension.isActive || undefined);
    },
  },
  {
    name: 'registers exactly the commands that the manifest shows',
    async run() {
      const extension = vscode.extensions.getExtension('shardlint.shardlint');
      const shown: { command: string }[] = extension?.packageJSON.contributes.commands;
      const registered = (await vscode.commands.getCommands(true)).filter((id) => /^shardlint\.\w+$/.test(id));
      assert.deepEqual(registered.sort(), shown.map(({ command }) => command).sort());
    },
  },
];
