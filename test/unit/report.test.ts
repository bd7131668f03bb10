import schema from '@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json';
import Ajv from 'ajv';
import addFormats from 'ajv-formats';
import { describe, expect, test } from 'vitest';
import type { Checked } from '../../server/src/engine/finding';
import { github } from '../../server/src/report/formats/github';
import { json } from '../../server/src/report/formats/json';
import { md } from '../../server/src/report/formats/md';
import { pretty } from '../../server/src/report/formats/pretty';
import { sarif } from '../../server/src/report/formats/sarif';
import { hunksOf, unifiedDiff } from '../../server/src/report/patch';
import { checkedOf, type Draft, reportOptions, spanOf } from '../harness/checked';

const file = '/shop/src/orders.ts';
const map = '/shop/shardlint.yaml';
const text = ['const rows = await db.query(`', '  select * from orders', "  where status = 'new'", '`);', ''].join(
  '\n',
);
const files = { [file]: text, [map]: 'tables:\n  orders: { shardKey: tenant_id }\n' };
const draft: Draft = {
  at: 'orders',
  message: '`orders` is sharded by `tenant_id`, which this query does not bind: it runs on all 32 shards.',
  related: [{ location: { file: map, span: spanOf(files[map] ?? '', 'orders') }, message: '`orders` is sharded here' }],
  fixes: [
    {
      title: 'Bind tenant_id to tenantId',
      safe: false,
      edits: [{ file, span: spanOf(text, "status = 'new'"), text: "tenant_id = ${tenantId} AND status = 'new'" }],
    },
  ],
};
const checked = checkedOf(files, [draft]);

describe('pretty', () => {
  test('draws the code, the reason, related places and the patch of the preferred fix', () => {
    expect(pretty(checked, reportOptions)).toBe(
      [
        'src/orders.ts:2:17: warning[scatter-query]: `orders` is sharded by `tenant_id`, which this query does not bind: it runs on all 32 shards.',
        '  │',
        '2 │   select * from orders',
        '  │                 ^^^^^^',
        '  = why: One round trip per shard.',
        '  = shardlint.yaml:2:3: `orders` is sharded here',
        '  = help: Bind tenant_id to tenantId (unsafe)',
        '  │',
        "3 -   where status = 'new'",
        "3 +   where tenant_id = ${tenantId} AND status = 'new'",
        '  │',
        '',
        '✗ 1 problem (1 warning) · 2 of 3 statements understood · 1 unknown',
        'More on a rule: shardlint explain scatter-query',
        '',
      ].join('\n'),
    );
  });

  test('says the reason of a rule once', () => {
    const twice = checkedOf(files, [{ at: 'orders' }, { at: 'status' }]);
    expect(pretty(twice, reportOptions).match(/= why:/g)).toHaveLength(1);
  });

  test('says so where nothing was found', () => {
    const none = checkedOf(files, [], { statements: 121, understood: 121, unknown: 0 });
    expect(pretty(none, reportOptions)).toBe('✓ No problems · 121 of 121 statements understood\n');
  });

  const frameOf = (source: string, at: string, width = 80): readonly string[] => {
    const lines = pretty(checkedOf({ '/shop/a.sql': source }, [{ at }]), { ...reportOptions, width, rules: new Map() });
    return lines.split('\n').slice(2, -3);
  };

  test('puts carets below tabs, wide and combining characters', () => {
    expect(frameOf("\tselect '漢字', 'e\u0301' from orders", 'orders')).toEqual([
      "1 │     select '漢字', 'e\u0301' from orders",
      '  │                             ^^^^^^',
    ]);
    expect(frameOf("select '🛒' from orders", "'🛒'")[1]).toBe('  │        ^^^^');
  });

  test('cuts a long line around the range', () => {
    const [code = '', carets = ''] = frameOf(`${'x'.repeat(5000)} orders ${'y'.repeat(5000)}`, 'orders', 60);
    expect(code.length).toBeLessThanOrEqual(60);
    expect(code).toMatch(/^1 │ …x+ orders y+…$/);
    expect(code.slice(carets.indexOf('^'), carets.lastIndexOf('^') + 1)).toBe('orders');
  });

  test('cuts a range that is longer than the terminal', () => {
    const [code = '', carets = ''] = frameOf(`select ${'x'.repeat(500)}`, 'x'.repeat(500), 60);
    expect(code.length).toBeLessThanOrEqual(60);
    expect(carets.length).toBeLessThanOrEqual(60);
    expect(code.endsWith('…')).toBe(true);
  });

  test('draws carets on every line of a range and leaves out the middle of a long one', () => {
    const lines = Array.from({ length: 20 }, (_, i) => `  line ${i}`).join('\n');
    const frame = frameOf(lines, lines.trimStart());
    expect(frame).toHaveLength(13);
    expect(frame.filter((line) => line.includes('…'))).toHaveLength(1);
    expect(frame.at(-1)).toBe('   │   ^^^^^^^');
  });

  test('points behind the last character where a range is empty', () => {
    expect(frameOf('select', '')[1]).toBe('  │ ^');
  });

  test('prints nothing that a terminal would obey', () => {
    const evil = 'select "a\u001b[2Jb\u0007\u202e\u009b" from t';
    const out = pretty(
      checkedOf({ '/shop/e\u001b]0;x\u0007.sql': evil }, [{ at: evil, message: `bad \u001b[31m name\r\n::error::` }]),
      reportOptions,
    );
    // biome-ignore lint/suspicious/noControlCharactersInRegex: that is what must be absent.
    expect(out).not.toMatch(/[\0-\x09\x0b-\x1f\x7f-\x9f\u202e]/);
    expect(out).toContain('\\x1b[2J');
    expect(out).toContain('\\u202e');
  });

  test('colours only where it is told to', () => {
    // biome-ignore lint/suspicious/noControlCharactersInRegex: colours are escapes.
    const escapes = /\x1b\[\d+m/g;
    expect(pretty(checked, { ...reportOptions, color: true }).match(escapes)).not.toBeNull();
    expect(pretty(checked, { ...reportOptions, color: true }).replace(escapes, '')).toBe(
      pretty(checked, reportOptions),
    );
  });
});

test('json has the public shape, counted from one', () => {
  const [{ file, span } = { file: '', span: { start: 0, end: 0 } }] = checkedOf(files, [draft]).findings;
  const paired: Checked = checkedOf(files, [{ ...draft, places: { write: { file, span } } }]);
  expect(JSON.parse(json(paired, reportOptions))).toEqual({
    findings: [
      {
        writeFile: 'src/orders.ts',
        writeLine: 2,
        rule: 'scatter-query',
        severity: 'warning',
        confidence: 'certain',
        message: draft.message,
        file: 'src/orders.ts',
        range: { start: { line: 2, column: 17 }, end: { line: 2, column: 23 } },
        related: [
          {
            file: 'shardlint.yaml',
            range: { start: { line: 2, column: 3 }, end: { line: 2, column: 9 } },
            message: '`orders` is sharded here',
          },
        ],
        fixes: [
          {
            title: 'Bind tenant_id to tenantId',
            safe: false,
            edits: [
              {
                file: 'src/orders.ts',
                range: { start: { line: 3, column: 9 }, end: { line: 3, column: 23 } },
                text: "tenant_id = ${tenantId} AND status = 'new'",
              },
            ],
          },
        ],
        fingerprint: `scatter-query:${file}:orders`,
      },
    ],
    coverage: { statements: 3, understood: 2, unknown: 1, unread: [] },
  });
});

describe('sarif', () => {
  // The published schema is draft 4; nothing in it but its identifier differs from draft 7.
  const { $schema: _draft, id: _id, ...body } = schema as Record<string, unknown>;
  const ajv = new Ajv({ strict: false, allErrors: true, unicodeRegExp: false });
  addFormats(ajv);
  const validate = ajv.compile(body);
  const valid = (log: string) => {
    validate(JSON.parse(log));
    return validate.errors ?? [];
  };

  test('is valid by the published schema', () => {
    expect(valid(sarif(checked, reportOptions))).toEqual([]);
    expect(valid(sarif(checkedOf(files, []), reportOptions))).toEqual([]);
    const unread = [{ location: { file: '/elsewhere/ä b.sql', span: { start: 0, end: 0 } }, why: 'too deeply nested' }];
    expect(
      valid(sarif(checkedOf({ [file]: text }, [draft], { unread }), { ...reportOptions, root: 'C:/shop' })),
    ).toEqual([]);
    expect(valid('{ "version": "2.1.0" }')).not.toEqual([]);
  });

  test('names files relative to the folder, and carries fingerprints, related places, fixes and coverage', () => {
    const [run] = JSON.parse(sarif(checked, reportOptions)).runs;
    expect(run.originalUriBaseIds.ROOT.uri).toBe('file:///shop/');
    expect(run.tool.driver.rules[0]).toMatchObject({ id: 'scatter-query', defaultConfiguration: { level: 'warning' } });
    expect(run.results[0]).toMatchObject({
      ruleIndex: 0,
      partialFingerprints: { 'shardlint/v1': `scatter-query:${file}:orders` },
      locations: [
        {
          physicalLocation: {
            artifactLocation: { uri: 'src/orders.ts', uriBaseId: 'ROOT' },
            region: { startLine: 2, startColumn: 17, endLine: 2, endColumn: 23 },
          },
        },
      ],
    });
    expect(run.results[0].relatedLocations).toHaveLength(1);
    expect(run.results[0].fixes[0].artifactChanges[0].replacements).toHaveLength(1);
    expect(run.invocations[0].toolExecutionNotifications[0].message.text).toBe(
      'The route of 1 of 3 statements is not known.',
    );
  });
});

describe('github', () => {
  test('writes workflow commands', () => {
    expect(github(checked, reportOptions)).toBe(
      '::warning file=src/orders.ts,line=2,endLine=2,col=17,endColumn=22,title=Shardlint%3A scatter-query' +
        '::`orders` is sharded by `tenant_id`, which this query does not bind: it runs on all 32 shards.\n' +
        '1 problem (1 warning) · 2 of 3 statements understood · 1 unknown\n',
    );
  });

  test('lets no text start a command of its own', () => {
    const out = github(
      checkedOf({ '/shop/a,b:c%.sql': 'x' }, [{ at: 'x', severity: 'information', message: '100%\n::error::x' }]),
      reportOptions,
    );
    expect(out.split('\n')[0]).toBe(
      '::notice file=a%2Cb%3Ac%25.sql,line=1,endLine=1,col=1,endColumn=1,title=Shardlint%3A scatter-query::100%25 ::error::x',
    );
  });
});

test('md is a table whose cells cannot break out', () => {
  const out = md(checkedOf({ '/shop/a|b`.sql': 'x' }, [{ at: 'x', message: 'a | b\n<img> @team' }]), reportOptions);
  expect(out.split('\n')).toEqual([
    '**Shardlint:** 1 problem (1 warning) · 2 of 3 statements understood · 1 unknown',
    '',
    '| | Where | Rule | What |',
    '| --- | --- | --- | --- |',
    '| ⚠️ | `` a\\|b`.sql:1 `` | `scatter-query` | a \\| b &lt;img> @\u200bteam |',
    '',
  ]);
});

describe('patch', () => {
  const lines = Array.from({ length: 30 }, (_, i) => `line ${i + 1}\n`).join('');
  const edit = (part: string, by: string) => ({ span: spanOf(lines, part), text: by });

  test('keeps only the lines that change', () => {
    expect(hunksOf('a\nb\nc\n', [{ span: { start: 0, end: 5 }, text: 'a\nB\nc' }])).toEqual([
      { start: 1, newStart: 1, removed: ['b'], added: ['B'] },
    ]);
    expect(hunksOf('a\n', [{ span: { start: 0, end: 9 }, text: '' }])).toBeUndefined();
  });

  test('is a unified diff', () => {
    expect(unifiedDiff('a.txt', lines, [edit('line 2\n', 'LINE 2\nmore\n'), edit('line 20', 'LINE 20')])).toBe(
      [
        '--- a/a.txt',
        '+++ b/a.txt',
        '@@ -1,5 +1,6 @@',
        ' line 1',
        '-line 2',
        '+LINE 2',
        '+more',
        ' line 3',
        ' line 4',
        ' line 5',
        '@@ -17,7 +18,7 @@',
        ' line 17',
        ' line 18',
        ' line 19',
        '-line 20',
        '+LINE 20',
        ' line 21',
        ' line 22',
        ' line 23',
        '',
      ].join('\n'),
    );
  });

  test('says where the last line has no end', () => {
    expect(unifiedDiff('a', 'x', [{ span: { start: 0, end: 1 }, text: 'y' }])).toBe(
      '--- a/a\n+++ b/a\n@@ -1,1 +1,1 @@\n-x\n\\ No newline at end of file\n+y\n\\ No newline at end of file\n',
    );
    expect(unifiedDiff('a', 'x', [])).toBe('');
  });
});
