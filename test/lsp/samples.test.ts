import path from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { localEngine } from '../../server/src/cli/localEngine';
import { nodePlatform } from '../../server/src/platform/node';
import type { ScanSummary } from '../../server/src/protocol';
import { lineIndex, positionAt } from '../../server/src/text/lineIndex';
import { repository } from '../harness/imports';
import { type Editor, startEditor } from '../harness/lspClient';

let editor: Editor;
afterEach(() => editor?.stop());

const platform = nodePlatform({ assets: path.join(repository, 'node_modules/libpg-query/wasm') });

it.each(['citus', 'own-sharding', 'vitess'])(
  'the editor finds in samples/%s what the command line finds',
  async (shop) => {
    editor = await startEditor({ copyOf: `samples/${shop}`, settings: { minConfidence: 'guess' }, pull: false });
    const { root } = editor;
    const checked = await localEngine().check({ platform, root, paths: [] });
    const line = ({
      file,
      rule,
      start,
      severity,
    }: {
      file: string;
      rule: string;
      start: { line: number; column: number };
      severity: number;
    }) => `${path.relative(root, file)}:${start.line}:${start.column} ${severity} ${rule}`;
    const severities = { error: 1, warning: 2, information: 3, hint: 4 };
    const expected = checked.findings.map(({ file, rule, span, severity }) =>
      line({
        file,
        rule,
        start: positionAt(lineIndex(checked.text(file) ?? ''), span.start),
        severity: severities[severity],
      }),
    );
    const summary = await editor.request<ScanSummary>('shardlint/scan', { workDoneToken: null, folders: null });
    const files = new Set([...checked.findings.map(({ file }) => file), ...checked.inventory.map(({ file }) => file)]);
    const shown = [...files].flatMap((file) =>
      (editor.pushed(path.relative(root, file)) ?? []).map(({ code, range: { start }, severity }) =>
        line({
          file,
          rule: String(code),
          start: { line: start.line, column: start.character },
          severity: severity ?? 0,
        }),
      ),
    );
    expect(expected.length).toBeGreaterThan(5);
    expect(shown.sort()).toEqual([...expected].sort());
    expect(summary.problems).toBe(checked.findings.length);
    expect(summary.statements).toBe(checked.coverage.statements);
    expect(summary.understood).toBe(checked.coverage.understood);
  },
);
