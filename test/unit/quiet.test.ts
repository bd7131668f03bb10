/** Functions that lead to nothing are followed once, and what lies in them is as if they had been followed each time. */
import { expect, it } from 'vitest';
import { lookupIn } from '../../server/src/engine/units/called';
import { fileActs } from '../../server/src/engine/units/fileActs';
import { leavesOf, type Quiet, quietIn } from '../../server/src/engine/units/quiet';
import type { FuncRef } from '../../server/src/flow/flow';
import { project } from '../harness/project';

const opened = async (text: string, known = true, others: Readonly<Record<string, string>> = {}) => {
  const at = await project({ 'a.ts': text, ...others });
  const host = at.file('a.ts');
  const index = at.linker.project.index(host);
  const flow = at.flow('a.ts');
  const acts = fileActs(host, index, [], flow);
  const lookup = lookupIn(at.linker);
  let asked = 0;
  const quiet = quietIn({
    project: at.linker.project,
    acts: (of) => (of === host ? acts : fileActs(of, at.linker.project.index(of), [], at.flow(of.path))),
    isKnown: () => known,
    called: (call) => {
      asked += 1;
      return lookup(call, flow);
    },
    isHandled: (_, name) => name === 'emit',
  });
  const fn = (name: string): FuncRef => ({ file: host, function: host.functions.find((one) => one.name === name)! });
  return { fn, quiet, asked: () => asked };
};

const shown = (quiet: Quiet | undefined, most = 400): readonly (string | number)[] | undefined =>
  quiet && leavesOf(quiet, [], most).map((leaf) => ('waits' in leaf ? leaf.waits : leaf.call));

it('waits and calls are said in their order, those of called functions in their place', async () => {
  const { fn, quiet } = await opened(
    'function f() { first(); g(); last() } function g() { sleep(20); inner() } declare function first(): void',
  );
  const found = quiet(fn('f'), 4, []);
  expect(shown(found)).toEqual(['first', 20, 'inner', 'last']);
  expect(shown(found, 2)).toEqual(['first', 20]);
  expect(found?.waits).toBe(true);
  expect(shown(quiet(fn('f'), 0, []))).toEqual(['first', 'g', 'last']);
  expect(quiet(fn('f'), 0, [])?.waits).toBe(false);
});

it('a function is not followed into itself, wherever on the way it stands', async () => {
  const { fn, quiet } = await opened('function f() { a(); g() } function g() { b(); f() }');
  expect(shown(quiet(fn('f'), 4, []))).toEqual(['a', 'b', 'f']);
  expect(shown(quiet(fn('g'), 3, [fn('f').function]))).toEqual(['b', 'f']);
  expect(shown(quiet(fn('g'), 4, []))).toEqual(['b', 'a', 'g']);
});

it('functions that many ways lead to are followed once', async () => {
  const level = (i: number): string => `function f${i}() { ${`f${i + 1}();`.repeat(6)} }`;
  const { fn, quiet, asked } = await opened([0, 1, 2, 3].map(level).join('\n'));
  expect(shown(quiet(fn('f0'), 4, []), 10_000)).toHaveLength(6 ** 4);
  expect(asked()).toBe(24);
});

it('messages and transactions are not quiet, nor is what is not known yet', async () => {
  const text = `
    import amqp from 'amqplib';
    import knex from 'knex';
    const db = knex({}), channel = await (await amqp.connect('')).createChannel();
    function sends() { channel.sendToQueue('q', data) }
    function begins() { return db.transaction(async (trx) => { helper(trx) }) }
    function emits() { events.emit('made') }
    function leads() { sends() }
    function plain() { helper() }`;
  const { fn, quiet } = await opened(text);
  for (const name of ['sends', 'begins', 'emits', 'leads']) expect(quiet(fn(name), 4, [])).toBeUndefined();
  expect(shown(quiet(fn('leads'), 0, []))).toEqual(['sends']);
  expect(shown(quiet(fn('plain'), 4, []))).toEqual(['helper']);
  const unknown = await opened(text, false);
  expect(unknown.quiet(unknown.fn('plain'), 4, [])).toBeUndefined();
});

it('what a function was read from is said of all that lead to it, whoever came first', async () => {
  const { fn, quiet } = await opened(
    "import { h } from './b'; function f() { both() } function g() { both() } function both() { h() }",
    true,
    { 'b.ts': 'export function h() { helper() }' },
  );
  for (const name of ['f', 'g']) {
    const found = quiet(fn(name), 4, []);
    expect([...(found?.files ?? [])]).toEqual(['a.ts', 'b.ts']);
    expect([...(found?.reads ?? [])]).toContain('b.ts');
  }
});
