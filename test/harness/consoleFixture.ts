/**
 * Literate fixtures of commands: each section has files (` ```yaml shardlint.yaml `) and sessions (` ```console `): lines
 * with `$ shardlint …`, and below each what it prints. `UPDATE_FIXTURES=1` writes what was printed, for you to read.
 */
import fs from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { localEngine } from '../../server/src/cli/localEngine';
import { repository } from './imports';
import { folderWith, shardlint } from './shell';

const updating = process.env.UPDATE_FIXTURES !== undefined;

const fence = /^(`{3,})([^\n`]*)\n([\s\S]*?)^\1$/gm;

export function consoleFixture(file: string): void {
  const markdown = fs.readFileSync(file, 'utf8');
  const sections = sectionsIn(markdown);
  describe(path.relative(repository, file), () => {
    for (const section of sections) {
      const blocks = [...section.matchAll(fence)].map(([whole, , words = '', text = '']) => ({ whole, words, text }));
      const sessions = blocks.filter(({ words }) => words === 'console');
      if (sessions.length === 0) continue;
      test(/^## (.*)$/m.exec(section)?.[1] ?? 'the beginning', async () => {
        const files = blocks.flatMap(({ words, text }) => {
          const name = words.split(' ')[1];
          return name === undefined ? [] : [[name, text] as const];
        });
        const folder = folderWith(Object.fromEntries(files));
        let updated = section;
        for (const { whole, text } of sessions) {
          const printed = await session(folder, text);
          if (updating) updated = updated.replace(whole, () => whole.replace(text, () => printed));
          else expect(printed).toBe(text);
        }
        if (updating)
          fs.writeFileSync(
            file,
            fs.readFileSync(file, 'utf8').replace(section, () => updated),
          );
      });
    }
  });
}

/** At headings of the second level, but not at those that a command prints. */
function sectionsIn(markdown: string): readonly string[] {
  const fenced = [...markdown.matchAll(fence)].map(({ index, 0: whole }) => [index, index + whole.length] as const);
  const starts = [...markdown.matchAll(/^## /gm)]
    .map(({ index }) => index)
    .filter((start) => !fenced.some(([from, to]) => from < start && start < to));
  return [0, ...starts].map((start, i) => markdown.slice(start, starts[i]));
}

/** What a terminal would show: the commands, and what they print. A status other than 0 is said. */
async function session(folder: string, text: string): Promise<string> {
  const commands = [...text.matchAll(/^\$ shardlint (.*)$/gm)].map(([, words = '']) => words);
  const shown: string[] = [];
  for (const words of commands) {
    const argv = words.match(/"[^"]*"|\S+/g)?.map((word) => word.replaceAll('"', '')) ?? [];
    const { status, out, err } = await shardlint(folder, argv, localEngine());
    const printed = `${out}${err}`.replaceAll(folder, '').replaceAll(/[ \t]+$/gm, '');
    shown.push(`$ shardlint ${words}\n${printed}${status === 0 ? '' : `[status ${status}]\n`}`);
  }
  return shown.join('\n');
}
