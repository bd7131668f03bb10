/**
 * Runs a literate importer fixture (`test/importers/<id>.md`). Each `##` section is a test: prose, input blocks named
 * by a file (```` ```json vschema.json ````), then what is expected of them: `map`, `schema`, `problems`. Without a
 * `problems` block there must be none. A section without a shard map imports its files by `import: { <id>: … }`.
 * `UPDATE_FIXTURES=1` writes the answers of this version into the fixture, to be read before they are committed.
 */
import fs from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { findDialect } from '../../server/src/dialects';
import { readersOf } from '../../server/src/engine/readers';
import { memoryPlatform } from '../../server/src/platform/memory';
import { importers } from '../../server/src/shards/importers';
import { type LoadedMap, loadShardMap } from '../../server/src/shards/load';
import { repository } from './imports';
import { parserFor } from './parsers';
import { printMap, printProblem } from './printMap';
import { printSchema } from './printSchema';

const root = '/workspace';

const parsers: ReturnType<typeof readersOf>['parserFor'] = async (name) => {
  const dialect = findDialect(name);
  return dialect && { dialect, parser: await parserFor(name) };
};

const answers = ['map', 'schema', 'problems', 'file'] as const;
type Answer = (typeof answers)[number];

interface Block {
  readonly info: readonly string[];
  readonly text: string;
}

interface Section {
  readonly title: string;
  readonly source: string;
  readonly blocks: readonly Block[];
}

function sections(markdown: string): readonly Section[] {
  return markdown
    .split(/^(?=## )/m)
    .filter((source) => source.startsWith('## '))
    .map((source) => ({
      title: /^## (.*)$/m.exec(source)?.[1] ?? '',
      source,
      blocks: [...source.matchAll(/^```(.*)\n([\s\S]*?)^```$/gm)].map(([, info = '', text = '']) => ({
        info: info.trim().split(/\s+/),
        text,
      })),
    }));
}

const isAnswer = (word: string | undefined): word is Answer => answers.some((each) => each === word);

async function load(
  id: string,
  { blocks, title }: Section,
): Promise<{ loaded: LoadedMap; files: Map<string, string> }> {
  const inputs = blocks.filter(({ info }) => !isAnswer(info[0]));
  const files = new Map(inputs.map(({ info, text }) => [`${root}/${info[1]}`, text]));
  if (inputs.some(({ info }) => info[1] === undefined)) throw new Error(`${title}: an input block without a file name`);
  const map = [...files.keys()].find((file) => /shardlint\.(?:ya?ml|json)$/.test(file));
  const file = map ?? `${root}/shardlint.yaml`;
  if (!map) {
    const names = inputs.map(({ info }) => JSON.stringify(info[1]));
    files.set(file, `version: 1\nimport: [{ ${id}: [${names.join(', ')}] }]\n`);
  }
  const platform = memoryPlatform(files);
  const readers = { ...readersOf(platform), parserFor: parsers };
  return { loaded: await loadShardMap(platform, file, { root, readers }), files };
}

function answer(what: Answer, block: Block | undefined, { loaded, files }: Awaited<ReturnType<typeof load>>): string {
  switch (what) {
    case 'map':
      return printMap(loaded.map);
    case 'schema':
      return printSchema(loaded.schema);
    case 'problems':
      return loaded.problems
        .map((problem) =>
          printProblem(problem, files.get(problem.at.file) ?? '', problem.at.file.slice(root.length + 1)),
        )
        .join('\n');
    case 'file':
      return printMap(loaded.forFile(`${root}/${block?.info[1]}`).map);
  }
}

export function importerFixture(id: string): void {
  const fixture = path.join(repository, 'test', 'importers', `${id}.md`);
  const markdown = fs.readFileSync(fixture, 'utf8').replaceAll('\r\n', '\n');
  const updated = new Map<string, string>();
  describe(/^# (.*)$/m.exec(markdown)?.[1] ?? id, () => {
    for (const section of sections(markdown)) {
      test(section.title, async () => {
        const outcome = await load(id, section);
        if (process.env.UPDATE_FIXTURES) {
          let source = section.source;
          for (const block of section.blocks) {
            const [word] = block.info;
            if (!isAnswer(word)) continue;
            const old = `\`\`\`${block.info.join(' ')}\n${block.text}\`\`\``;
            const text = answer(word, block, outcome);
            source = source.replace(old, () => `\`\`\`${block.info.join(' ')}\n${text}${text ? '\n' : ''}\`\`\``);
          }
          updated.set(section.source, source);
          let whole = markdown;
          for (const [from, to] of updated) whole = whole.replace(from, () => to);
          fs.writeFileSync(fixture, whole);
          return;
        }
        for (const block of section.blocks) {
          const [word] = block.info;
          if (isAnswer(word)) expect(answer(word, block, outcome), word).toBe(block.text.trimEnd());
        }
        if (!section.blocks.some(({ info }) => info[0] === 'problems')) {
          expect(answer('problems', undefined, outcome), 'problems').toBe('');
        }
      });
    }
  });
}

/** The fixtures that exist: each importer must have one. */
export const importerIds: readonly string[] = ['native', ...importers.map(({ id }) => id)];
