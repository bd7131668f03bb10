import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { actionsAt, count, file, ruleOf, show, write } from './editor';
import { eventually, type InHostTest } from './suite';

export const findingTests: readonly InHostTest[] = [
  {
    name: 'a query that leaves its shard is underlined, tightly, once, with rule, page and the declaring place',
    async run() {
      const { document } = await show('orders.sql');
      const [finding] = await count('orders.sql', 1);
      assert.ok(finding);
      assert.equal(ruleOf(finding), 'scatter-query');
      assert.equal(finding.severity, vscode.DiagnosticSeverity.Warning);
      assert.equal(document.getText(finding.range), 'orders');
      assert.match(finding.message, /all 32 shards/);
      assert.ok(typeof finding.code === 'object' && finding.code.target, 'the rule links to its page');
      const related = finding.relatedInformation?.map(({ location }) => vscode.workspace.asRelativePath(location.uri));
      assert.ok(related?.includes('shardlint.yaml'), 'the table’s declaration is a related place');
    },
  },
  {
    name: 'SQL inside TypeScript is underlined at its own place',
    async run() {
      const { document } = await show('src/orders.ts');
      const [finding] = await count('src/orders.ts', 1);
      assert.ok(finding);
      assert.equal(document.getText(finding.range), 'orders');
      assert.equal(finding.range.start.line, 7);
    },
  },
  {
    name: 'hover says on how many shards a query runs, and why',
    async run() {
      const hovers = await vscode.commands.executeCommand<vscode.Hover[]>(
        'vscode.executeHoverProvider',
        file('src/orders.ts'),
        new vscode.Position(7, 14),
      );
      const texts = hovers.flatMap(({ contents }) =>
        contents.map((part) => (typeof part === 'string' ? part : part.value)),
      );
      const ours = texts.find((text) => /shards/.test(text));
      assert.ok(ours, `no hover of ours in ${JSON.stringify(texts)}`);
      assert.match(ours, /32 shards/);
      assert.match(ours, /tenant_id/);
    },
  },
  {
    name: 'a suppression written by the quick fix removes the finding, in SQL and in TypeScript',
    async run() {
      for (const name of ['orders.sql', 'src/orders.ts']) {
        const { document } = await show(name);
        const before = document.getText();
        const [finding] = await count(name, 1);
        assert.ok(finding);
        const action = await actionsAt(name, finding.range, /disable scatter-query/i);
        assert.ok(action.edit, 'the fix is an edit');
        assert.ok(await vscode.workspace.applyEdit(action.edit));
        await count(name, 0);
        assert.match(document.getText(), /shardlint-disable-next-line scatter-query/);
        await write(name, before);
        await count(name, 1);
      }
    },
  },
  {
    name: 'typing the shard key takes the finding away, deleting it brings it back',
    async run() {
      const name = 'orders.sql';
      const { document } = await show(name);
      const before = document.getText();
      await write(name, before.replace("status = 'new'", "status = 'new' and tenant_id = 3"));
      await count(name, 0);
      await write(name, before);
      await count(name, 1);
    },
  },
  {
    name: 'an edit of the map, not yet saved, changes the findings of the files that it governs',
    async run() {
      const { document } = await show('shardlint.yaml');
      const before = document.getText();
      await show('orders.sql');
      await write('shardlint.yaml', before.replace('shardKey: tenant_id', 'shardKey: status'));
      const moved = await eventually('the finding at the other query', async () => {
        const [finding, ...others] = await count('orders.sql', 1);
        return finding && others.length === 0 && finding.range.start.line === 2 ? finding : undefined;
      });
      assert.equal(ruleOf(moved), 'scatter-query');
      await write('shardlint.yaml', before);
      await eventually('the finding where it was', async () => {
        const [finding] = await count('orders.sql', 1);
        return finding?.range.start.line === 0 || undefined;
      });
    },
  },
];
