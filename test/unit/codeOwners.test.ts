/** The examples of GitHub's "About code owners" and of GitLab's "Code Owners syntax", as their pages give them. */
import { describe, expect, test } from 'vitest';
import { memoryPlatform } from '../../server/src/platform/memory';
import { parseCodeOwners, readCodeOwners } from '../../server/src/shards/codeOwners';

const owners = (text: string, file: string) => parseCodeOwners(text, '/repo').ownersOf(`/repo/${file}`);

const github = `# These owners will be the default owners for everything in the repo.
*       @global-owner1 @global-owner2
*.js    @js-owner #This is an inline comment.
*.go docs@example.com
*.txt @octo-org/octocats
/build/logs/ @doctocat
docs/* docs@example.com
apps/ @octocat
/docs/ @doctocat
/scripts/ @doctocat @octocat
**/logs @octocat
/apps/ @octocat
/apps/github
`;

describe('CODEOWNERS of GitHub', () => {
  test.each([
    ['README.md', ['@global-owner1', '@global-owner2']],
    ['src/deep/a.js', ['@js-owner']],
    ['a.go', ['docs@example.com']],
    ['x/y.txt', ['@octo-org/octocats']],
    ['build/logs/a/b.out', ['@octocat']], // the later `**/logs`
    ['src/build/logs.out', ['@global-owner1', '@global-owner2']],
    ['src/docs/getting-started.js', ['@js-owner']],
    ['docs/build-app/troubleshooting.md', ['@doctocat']],
    ['lib/apps/deep/x.ts', ['@octocat']],
    ['scripts/run.sh', ['@doctocat', '@octocat']],
    ['deeply/nested/logs/x', ['@octocat']],
    ['apps/github/a.ts', []],
    ['apps/gitlab/a.ts', ['@octocat']],
  ])('%s', (file, wanted) => {
    expect(owners(github, file)).toEqual(wanted);
  });

  test.each([
    ['docs/* @a', 'docs/x.md', ['@a']],
    ['docs/* @a', 'docs/build/x.md', []],
    ['/docs/*.md @a', 'docs/x.md', ['@a']],
    ['/docs/**/*.md @a', 'docs/x/y/z.md', ['@a']],
    ['/docs/**/*.md @a', 'docs/z.md', ['@a']],
    ['src/a @a', 'src/a/b/c.ts', ['@a']],
    ['src/a @a', 'lib/src/a/b.ts', []],
    ['a\\ b.ts @a', 'x/a b.ts', ['@a']],
    ['\\#x @a', '#x', ['@a']],
    ['!*.ts @a', 'x.ts', []],
    ['file?.ts @a', 'file1.ts', ['@a']],
    ['file?.ts @a', 'file12.ts', []],
    ['* @a\r\n*.ts @b\r\n', 'x.ts', ['@b']],
  ])('%s: %s', (text, file, wanted) => {
    expect(owners(text, file)).toEqual(wanted);
  });

  test('are about files below their folder, and hostile patterns end', () => {
    expect(parseCodeOwners('* @a', '/repo').ownersOf('/other/x.ts')).toEqual([]);
    const many = `${'*a'.repeat(200)}b @x\n${'**/'.repeat(200)}z @y`;
    const started = performance.now();
    expect(owners(many, `${'a'.repeat(4000)}/${'a/'.repeat(500)}c`)).toEqual([]);
    expect(performance.now() - started).toBeLessThan(1000);
  });
});

test('sections of GitLab decide each for themselves, with owners by default', () => {
  const text = '[Documentation]\ndocs/ @docs\nREADME.md @docs\n^[Database][2] @dba\nmodel/db/\ndocs/db.md @extra\n';
  expect(owners(text, 'docs/x.md')).toEqual(['@docs']);
  expect(owners(text, 'docs/db.md')).toEqual(['@docs', '@extra']);
  expect(owners(text, 'model/db/x.rb')).toEqual(['@dba']);
});

test('are read where the repository has them, up to its root', async () => {
  const files = new Map([
    ['/w/CODEOWNERS', '* @outside'],
    ['/w/repo/.git/config', ''],
    ['/w/repo/.github/CODEOWNERS', 'apps/ @a'],
    ['/w/bare/.git/config', ''],
  ]);
  const platform = memoryPlatform(files, { wasm: async () => new Uint8Array(), log: () => {} });
  const found = await readCodeOwners(platform, '/w/repo/apps/shop');
  expect(found?.ownersOf('/w/repo/apps/shop/x.ts')).toEqual(['@a']);
  const none = await readCodeOwners({ ...platform, exists: async (path) => path === '/w/bare/.git' }, '/w/bare');
  expect(none).toBeUndefined();
});
