/** Globs of a map, an ignore file or a setting decide in bounded time, whatever is written in them. */
import { describe, expect, test } from 'vitest';
import { boundedGlob } from '../../server/src/platform/boundedGlob';
import { anyGlob, globMatcher } from '../../server/src/platform/globs';
import { noIgnores, withIgnoreFile } from '../../server/src/platform/ignore';

const path = `${'a'.repeat(200)}/${'a'.repeat(200)}/${'a/'.repeat(60)}${'a'.repeat(200)}`;

test.each([
  '*a'.repeat(40),
  `${'**/'.repeat(40)}x`,
  `${'*a*'.repeat(20)}/${'*a*'.repeat(20)}b`,
  '+(a|aa)+(a|aa)+(a|aa)b',
  '((a+)+)+$',
  '(a|a)*'.repeat(20),
  '!(!(!(!(a))))',
  '{a,{a,{a,{a,{a,b}}}}}'.repeat(20),
  `${'{a,b}'.repeat(30)}c`,
  '{1..99999999}',
  '['.repeat(2000),
  '{'.repeat(2000),
  '('.repeat(2000),
  '\\'.repeat(2001),
  '?'.repeat(400),
  `[${'a-z'.repeat(500)}`,
])('%s', (pattern) => {
  const start = performance.now();
  globMatcher([pattern])(path);
  anyGlob([pattern])(path);
  withIgnoreFile(noIgnores, pattern, '').ignores(path, false);
  expect(performance.now() - start).toBeLessThan(500);
});

describe('a glob that is matched without a regular expression', () => {
  test.each([
    ['**/*.sql', 'a/b/c.sql', true],
    ['**/*.sql', 'c.sql', true],
    ['src/**', 'src', true],
    ['src/**', 'src/a/b', true],
    ['src/*', 'src/a/b', false],
    ['a/**/b', 'a/b', true],
    ['a/**/b', 'a/x/y/b', true],
    ['a/**/b', 'a/x/y/c', false],
    ['*.{ts,tsx}', 'a.tsx', true],
    ['*.{ts,tsx}', 'a.js', false],
    ['v[0-9]?.sql', 'v1x.sql', true],
    ['v[!0-9].sql', 'v1.sql', false],
    ['app/(shop)/*.ts', 'app/(shop)/a.ts', true],
    ['app/(shop)/*.ts', 'app/shop/a.ts', false],
    ['**/a/**/b/**/*c*d*', 'x/a/y/b/z/1c2d3', true],
    ['**/a/**/b/**/*c*d*', 'x/a/y/z/1c2d3', false],
  ])('%s on %s', (pattern, name, fits) => {
    expect(boundedGlob(pattern)(name)).toBe(fits);
    if (!pattern.includes('(')) expect(anyGlob([pattern])(name)).toBe(fits);
  });
});
