/**
 * The examples that every book and talk on sharding has, said literally (`test/mission.md`) and held against what people
 * see: findings drawn under the code, fixes with the files that they write, and commands with lines of their answers.
 *
 * ```` ```console ```` blocks hold `$ shardlint …`, run in a folder with the section's files, and lines that the answer has in
 * this order; `…` stands for any characters. Findings, fixes and maps: as in a rule's fixture.
 */
import fs from 'node:fs';
import path from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import { localEngine } from '../server/src/cli/localEngine';
import { repository } from './harness/imports';
import { readMarks, type Section, sectionsOf } from './harness/literate';
import { runSection } from './harness/ruleFixture';
import { folderWith, shardlint } from './harness/shell';

vi.setConfig({ testTimeout: 60_000 });

const [, ...sections] = sectionsOf(fs.readFileSync(path.join(repository, 'test/mission.md'), 'utf8'));

describe('the mission', () => {
  for (const section of sections) test(section.title, () => hold(section));
});

async function hold({ title, blocks }: Section): Promise<void> {
  const isMap = (words: string): boolean => words === 'yaml shards';
  const consoles = blocks.filter(({ words }) => words === 'console');
  const others = blocks.filter(({ words }) => words !== 'console' && !words.startsWith('json '));
  const map = blocks.find(({ words }) => isMap(words));
  if (map && others.length > 1) await runSection({ title, blocks: others }, map.text);
  const files = blocks.flatMap(({ words, info, text }): readonly (readonly [string, string])[] => {
    if (isMap(words)) return [['shardlint.yaml', readMarks(text).code]];
    const name = info[1];
    return name === undefined || name === 'fix' || name === 'creates' ? [] : [[name, readMarks(text).code]];
  });
  const folder = folderWith(Object.fromEntries(files));
  for (const { text } of consoles)
    for (const [, command = '', expected = ''] of text.matchAll(/^\$ shardlint (.*)\n((?:(?!\$ ).*\n)*)/gm)) {
      const ran = await shardlint(folder, wordsOf(command), localEngine());
      expect(ran.err, command).not.toContain('a bug');
      const lines = ran.out.split('\n').map(squeezed);
      const wanted = expected
        .split('\n')
        .map(squeezed)
        .filter((line) => line !== '');
      expect(wanted.length, `${command} promises something`).toBeGreaterThan(0);
      let from = 0;
      for (const line of wanted) {
        const at = lines.findIndex((one, i) => i >= from && fits(one, line));
        if (at < 0) expect(`${ran.out}${ran.err}`, `$ shardlint ${command}`).toContain(line);
        from = at + 1;
      }
    }
}

/** What is aligned differs with the widths around it. */
const squeezed = (line: string): string => line.replace(/\s+/g, ' ').trim();

const fits = (line: string, pattern: string): boolean => {
  let at = 0;
  const parts = pattern.split('…');
  for (const [i, part] of parts.entries()) {
    const found = line.indexOf(part, at);
    if (found < 0 || (i === 0 && found !== 0)) return false;
    at = found + part.length;
  }
  return parts.at(-1) === '' || line.endsWith(parts.at(-1) ?? '');
};

/** `explain "SELECT 1" --format json` as a shell would take it apart. */
const wordsOf = (command: string): readonly string[] =>
  [...command.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain ?? '');
