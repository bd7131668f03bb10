/** PostgreSQL's grammar runs in WebAssembly: a module that gives way is replaced, and what it refused is unread, not lost. */

import { readFileSync } from 'node:fs';
import { afterEach, expect, test, vi } from 'vitest';
import type { LibpgQuery } from '../../server/src/dialects/engines/libpgQuery';

/** What the next modules do instead of their work. */
const failing = { malloc: 0, parse: 0, instantiate: 0 };

vi.mock('libpg-query/wasm/libpg-query.js', async (original) => {
  const real = (await original<{ default: (options: object) => Promise<Record<string, unknown>> }>()).default;
  return {
    default: async (options: object) => {
      if (failing.instantiate-- > 0) throw new RangeError('WebAssembly.instantiate(): Out of memory');
      const module = await real(options);
      const fail = (name: string, key: 'malloc' | 'parse', thrown: () => never) => {
        const own = module[name] as (...args: unknown[]) => unknown;
        module[name] = (...args: unknown[]) => (failing[key]-- > 0 ? thrown() : own(...args));
      };
      fail('_malloc', 'malloc', () => {
        throw new Error('Aborted(OOM)');
      });
      fail('_wasm_parse_query_raw', 'parse', () => {
        throw new Error('memory access out of bounds');
      });
      return module;
    },
  };
});

afterEach(() => {
  Object.assign(failing, { malloc: 0, parse: 0, instantiate: 0 });
});

const load = async (): Promise<LibpgQuery> => {
  const { loadLibpgQuery } = await import('../../server/src/dialects/engines/libpgQuery');
  return loadLibpgQuery(new Uint8Array(readFileSync('node_modules/libpg-query/wasm/libpg-query.wasm')));
};
const turn = () => new Promise((resolve) => setTimeout(resolve, 50));

test.each(['malloc', 'parse'] as const)('no memory in %s, many times in a row', async (what) => {
  const engine = await load();
  expect(engine.parse('SELECT 1').ok).toBe(true);
  for (let times = 0; times < 20; times++) {
    failing[what] = 1;
    expect(engine.parse('SELECT 1')).toEqual({ ok: false, why: 'unsupported' });
    await turn();
    expect(engine.parse('SELECT 1').ok).toBe(true);
  }
});

test('no memory for another module either: the next statement asks again', async () => {
  const engine = await load();
  Object.assign(failing, { parse: 2, instantiate: 2 });
  expect(engine.parse('SELECT 1').ok).toBe(false);
  expect(engine.parse('SELECT 1').ok).toBe(false);
  await turn();
  for (let times = 0; times < 4 && !engine.parse('SELECT 1').ok; times++) await turn();
  expect(engine.parse('SELECT 1').ok).toBe(true);
});

test('a statement that is larger than the memory is unread; its neighbours are read', async () => {
  const engine = await load();
  const huge = `SELECT ${'a + '.repeat(400_000)} 1`;
  expect(engine.parse(huge).ok).toBe(false);
  await turn();
  expect(engine.parse('SELECT 1').ok).toBe(true);
});
