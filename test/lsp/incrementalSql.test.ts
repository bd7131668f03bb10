/** An `.sql` file that is typed in: whatever the keystrokes, it says what a first reading of its text says. */
import path from 'node:path';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { findDialect } from '../../server/src/dialects';
import type { Analysis } from '../../server/src/engine/analysis';
import { localAnalysis } from '../../server/src/engine/localAnalysis';
import { memoryPlatform } from '../../server/src/platform/memory';
import { nodePlatform } from '../../server/src/platform/node';
import { restsAfter, type SplitBefore, splitAgain } from '../../server/src/sql/splitAgain';
import { splitStatements } from '../../server/src/sql/statements';
import { repository } from '../harness/imports';

const outside = nodePlatform({ assets: path.join(repository, 'node_modules/libpg-query/wasm') });
const root = '/shop';
const file = `${root}/q.sql`;
const map = (dialect: string, router: string) => `version: 1
dialect: ${dialect}
router: ${router}
tables:
  orders: { shardKey: tenant_id, shards: 32, columns: { id: bigint, tenant_id: bigint, status: text, total: numeric } }
  order_items: { shardKey: tenant_id, shards: 32, columns: { id: bigint, order_id: bigint, tenant_id: bigint } }
`;

const lines = [
  'SELECT id, total FROM orders WHERE tenant_id = 5 AND id > 7;\n',
  'SELECT o.id, i.id FROM orders o JOIN order_items i ON i.order_id = o.id WHERE o.total > 3;\n',
  'UPDATE orders SET total = total + 1 WHERE id = 3;\r\n',
  'INSERT INTO order_items (id, order_id)\nVALUES (1, 2);\n',
  "-- What was ordered first.\nSELECT status, count(*) FROM orders WHERE status = 's; x' GROUP BY status; -- all of it\n",
  '-- shardlint-disable-next-line scatter-query: once a day\nSELECT id FROM orders;\n',
  '/* shardlint-disable-file cross-shard-join */\n',
  'SELECT id FROM orders; SELECT id FROM order_items WHERE tenant_id IN (1, 2);\n',
  'USE `shop:-80`;\n',
  "BEGIN; SET LOCAL pgdog.sharding_key = '7';\n",
  'COMMIT;\n',
  "SET SHARDING KEY TO '42';\n",
  'CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT 1; SELECT id FROM orders; END;\n',
  'CREATE PROCEDURE p() BEGIN UPDATE orders SET total = 1; END;\n',
  '\n\n',
  ';;\n',
  'SELECT FROM WHERE;\n',
];
/** What decides how far is read, and what does not. */
const typed = [
  ...['7', ' ', '\n', 'x', '(', ')', ';', "'", '"', '`', '$$', '--', '/*', '*/', '[', ']', '\r', ':', '%(', ')s', '{{'],
  ...[
    'DELIMITER //\n',
    '\\c shop\n',
    'COPY orders FROM stdin;\n',
    '\\.\n',
    '/*!40101 ',
    ' OR tenant_id = 1',
    'SELECT id FROM orders;\n',
  ],
  ...['END', 'BEGIN', 'CREATE PROCEDURE p() BEGIN ', '-- shardlint-disable\n', 'WHERE tenant_id = 4', 'USE `a:-80`;\n'],
];
const edit = fc.record({
  at: fc.nat(),
  gone: fc.oneof(fc.constant(0), fc.nat(12)),
  typed: fc.constantFrom('', ...typed),
});
const script = fc.array(fc.constantFrom(...lines), { minLength: 1, maxLength: 12 }).map((some) => some.join(''));
interface Typed {
  readonly at: number;
  readonly gone: number;
  readonly typed: string;
}
const edited = (text: string, one: Typed): string => {
  const at = one.at % (text.length + 1);
  return text.slice(0, at) + one.typed + text.slice(at + one.gone);
};

it('splits again what one edit touched, as the whole text is split', () => {
  for (const name of ['postgresql', 'mysql']) {
    const { lexical } = findDialect(name) ?? {};
    if (!lexical) throw new Error(`no dialect ${name}`);
    let again = 0;
    fc.assert(
      fc.property(script, fc.array(edit, { minLength: 1, maxLength: 6 }), (first, edits) => {
        const split = (text: string): SplitBefore => {
          const { statements, comments, ...rest } = splitStatements(text, lexical, { client: true });
          return { ...rest, text, statements: statements.length, comments: comments.length };
        };
        let before = split(first);
        for (const one of edits) {
          const text = edited(before.text, one);
          const now = splitAgain(before, text, lexical);
          const cold = split(text);
          if (now) {
            again++;
            const { from, to, shift, script: part } = now;
            const statements = before.statements + part.statements.length - (to.statements - from.statements);
            expect([text, statements, cold.isLocal]).toEqual([text, cold.statements, true]);
            const whole = splitStatements(text, lexical, { client: true });
            expect(part.statements.map(({ span }) => [span.start + from.at, span.end + from.at])).toEqual(
              whole.statements
                .slice(from.statements, from.statements + part.statements.length)
                .map(({ span }) => [span.start, span.end]),
            );
            expect(text.slice(to.at + shift)).toBe(before.text.slice(to.at));
            for (const rest of restsAfter(before.rests, now))
              expect([rest.statements, rest.comments]).toEqual([
                whole.statements.filter(({ span }) => span.start < rest.at).length,
                whole.comments.filter(({ start }) => start < rest.at).length,
              ]);
          }
          before = cold;
        }
      }),
      { numRuns: 1000 },
    );
    expect(again).toBeGreaterThan(500);
  }
});

/** Everything that people would see. */
async function answers(analysis: Analysis): Promise<unknown> {
  const view = await analysis.file(file);
  return [view, view?.statements, await analysis.unitFindings(file), await analysis.mapReports()];
}

/** `*\/` closes MySQL's version comment, which is opened later and further up. */
const versioned: [string, Typed[]] = [
  'SELECT 1 FROM orders WHERE total > 3;\nUPDATE orders SET total = 1 WHERE id = 3;\r\n',
  [
    { at: 60, gone: 0, typed: '*/' },
    { at: 0, gone: 0, typed: '/*!40101 ' },
  ],
];

/** `:d` is no placeholder between brackets, which one statement leaves open for itself alone. */
const bracketed: [string, Typed[]] = [
  'SELECT 1;\nSELECT i:d, total FROM orders WHERE tenant_id = 5;\n',
  [{ at: 0, gone: 0, typed: '[' }],
];

it.each([
  ['postgresql', 'citus'],
  ['mysql', 'vitess'],
])('keystrokes in %s end where a cold start ends', { timeout: 60_000 }, async (dialect, router) => {
  const disk = new Map([[`${root}/shardlint.yaml`, map(dialect, router)]]);
  const platform = memoryPlatform(disk, { wasm: outside.wasm, log: () => {} });
  await fc.assert(
    fc.asyncProperty(script, fc.array(edit, { minLength: 1, maxLength: 8 }), async (first, edits) => {
      disk.set(file, first);
      const warm = localAnalysis(platform, root);
      await warm.file(file);
      let text = first;
      for (const one of edits) {
        text = edited(text, one);
        warm.setBuffer(file, text);
        await warm.file(file);
      }
      const cold = localAnalysis(platform, root);
      cold.setBuffer(file, text);
      expect(await answers(warm)).toEqual(await answers(cold));
    }),
    { numRuns: 60, examples: [versioned, bracketed] },
  );
});
