/** Functions that lead to an aim are found backwards from it: only calls by their names are looked up, over as many calls as units follow. */
import { expect, it } from 'vitest';
import { importersIn, mayCall, modulesIn, reachedFrom } from '../../server/src/engine/units/callers';
import { type Gate, gateOf, type Share } from '../../server/src/engine/units/gate';
import { leadingIn, type Step } from '../../server/src/engine/units/leading';

/** One function a file, of id 1, named as its file; it calls what is listed. */
const files: Readonly<Record<string, readonly string[]>> = {
  send: ['push'],
  save: ['send', 'push'],
  create: ['save'],
  route: ['create'],
  serve: ['route'],
  main: ['serve'],
  aside: ['push', 'create'],
  push: [],
};

const share = (name: string, aims: readonly number[], more: Partial<Share> = {}): Share => ({
  routed: [],
  messages: aims.length > 0,
  ambient: [],
  doers: aims,
  aims,
  names: new Map([[1, name]]),
  calls: new Map((files[name] ?? []).map((called) => [called, [1]])),
  handlers: [],
  ...more,
});

async function found(all: ReadonlyMap<string, Share>, gate: Gate, target: (file: string, name: string) => Step) {
  const shares = new Map([...all].filter(([, { aims, handlers }]) => aims.length + handlers.length > 0));
  const asked = new Set<string>();
  const leading = await leadingIn(
    {
      shares,
      takeCallers: async (_, names) => {
        for (const [file, one] of all) if ([...one.calls.keys()].some((name) => names.has(name))) shares.set(file, one);
      },
      steps: async (file, name) => {
        asked.add(name);
        return [target(file, name)];
      },
    },
    gate,
  );
  return { leading: [...leading.keys()].sort(), asked: [...asked].sort() };
}

const called = (_: string, name: string): Step => ({ from: 1, announces: [], to: { file: name, function: 1 } });

it('as many calls as units follow, by no other names', async () => {
  const all = new Map(Object.keys(files).map((name) => [name, share(name, name === 'send' ? [1] : [])]));
  const { leading, asked } = await found(all, gateOf([...all.values()], false), called);
  expect(leading).toEqual(['aside', 'create', 'route', 'save', 'send', 'serve']);
  expect(asked).toEqual(['create', 'route', 'save', 'send']);
});

it('a call of the name that leads elsewhere does not count', async () => {
  const all = new Map(Object.keys(files).map((name) => [name, share(name, name === 'send' ? [1] : [])]));
  const elsewhere = (file: string, name: string): Step => called(file, file === 'create' ? 'push' : name);
  expect((await found(all, gateOf([...all.values()], false), elsewhere)).leading).toEqual(['save', 'send']);
});

it('what is announced leads to its handler', async () => {
  const handlers = [{ key: 'event:made', file: 'send', function: 1 }];
  const all = new Map([
    ['send', share('send', [1], { routed: ['x'], handlers })],
    ['maker', share('maker', [], { calls: new Map([['emit', [1]]]) })],
  ]);
  const announcing = (): Step => ({ from: 1, announces: ['event:made'] });
  expect((await found(all, gateOf([...all.values()], false), announcing)).leading).toEqual(['maker', 'send']);
});

it('files lead on by imports of imports, in circles too', () => {
  const imports: Readonly<Record<string, readonly string[]>> = { a: ['b'], b: ['c', 'a'], c: [], d: ['e'], e: ['d'] };
  const importers = importersIn(Object.keys(imports), (file) => imports[file] ?? []);
  expect([...reachedFrom(['c'], (file) => importers.get(file))].sort()).toEqual(['a', 'b']);
  expect([...modulesIn(`import a from './a'; export * from "b"; const c = require('c'); import('d')`)]).toEqual([
    './a',
    'b',
    'c',
    'd',
  ]);
});

it('calls are seen in every form that they are written in', () => {
  const names = new Set(['find']);
  for (const text of ['find(', 'x.find (1)', 'x.find?.(1)', 'x.find!(1)', 'find<Row>(1)', "x['find'](1)", 'find`a`'])
    expect(mayCall(text, names), text).toBe(true);
  for (const text of ['find', 'x.find = 1', 'refind(1)', 'findAll(1)', '(find)'])
    expect(mayCall(text, names), text).toBe(false);
});
