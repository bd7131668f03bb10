/** Code that machines write: variables that thousands of places change end as unknown, soon. */
import { expect, it } from 'vitest';
import { project, shown } from '../harness/project';

const places = (count: number, one: (i: number) => string): string =>
  Array.from({ length: count }, (_, i) => one(i)).join(';');

it('what few places change is followed', async () => {
  const opened = await project({ 'a.ts': `const m = {}; ${places(50, (i) => `m.k${i} = ${i}`)}; show(m)` });
  const [shape] = opened.flow('a.ts').shapes(shown(opened, 'a.ts'));
  expect(shape?.kind === 'object' && shape.entries.map(({ key }) => key)).toHaveLength(50);
});

it.each([
  ['members that are set', places(6000, (i) => `m["k${i}"] = m["k${i - 1}"]`)],
  ['values that replace each other', places(6000, (i) => `m = f(m, ${i})`)],
  ['builders that grow', places(6000, (i) => `m.where(${i})`)],
])('%s in thousands of places are unknown', { timeout: 10_000 }, async (_, text) => {
  const opened = await project({ 'a.ts': `import { x } from 'knex'; let m = x(); ${text}; show(m)` });
  const flow = opened.flow('a.ts');
  const begun = performance.now();
  for (const { value } of opened.sites('a.ts').slice(-500)) flow.shapes({ value, file: opened.file('a.ts') });
  const shapes = flow.shapes(shown(opened, 'a.ts'));
  expect(shapes.every(({ kind }) => kind === 'unknown')).toBe(true);
  expect(performance.now() - begun).toBeLessThan(5000);
});
