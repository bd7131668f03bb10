import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { show } from './editor';
import { eventually, type InHostTest } from './suite';

const isActive = () => vscode.extensions.getExtension('shardlint.shardlint')?.isActive;

/** In a folder that declares its sharding only inside migrations. */
export const undeclaredTests: readonly InHostTest[] = [
  {
    name: 'without a map nothing starts, also when SQL is opened',
    async run() {
      await show('migrations/001_orders.sql');
      await new Promise((resolve) => setTimeout(resolve, 3000));
      assert.equal(isActive(), false);
    },
  },
  {
    name: 'Create Configuration proposes a map from the Citus calls, as an unsaved file',
    async run() {
      const done = vscode.commands.executeCommand('shardlint.createConfiguration');
      const proposal = await eventually('the proposed map', async () => {
        // Where there are several proposals, the best one stands first.
        await vscode.commands.executeCommand('workbench.action.acceptSelectedQuickOpenItem');
        return vscode.workspace.textDocuments.find(
          ({ uri, getText }) => uri.path.endsWith('/shardlint.yaml') && getText().includes('citus'),
        );
      });
      await done;
      assert.equal(proposal.uri.scheme, 'untitled');
      assert.match(proposal.getText(), /migrations/);
      assert.equal(isActive(), true);
    },
  },
];
