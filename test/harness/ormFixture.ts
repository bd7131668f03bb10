/**
 * Runs a literate ORM fixture (`test/orms/<id>.md`). Blocks before the first `##` are shared: the shard map
 * (```` ```yaml shards ````), the library's own schema (```` ```prisma schema.prisma ````), modules that others import.
 * Each `##` section is a test: prose, code (```` ```ts ````, or with a file name), then what `shardlint queries` says:
 *
 * - `inventory`: one line a statement, `line operation class tables`, with what else may happen (`or single`), `tx` and a
 *   number for statements of one transaction, the target, and how sure it is where that is not certain. Lines count
 *   from the block's first; several files are told apart by name. A section without the block asserts that nothing is sent.
 * - `model`: the queries as the engine sees them, in the same order.
 *
 * `UPDATE_FIXTURES=1` writes the answers of this version into the fixture, to be read before they are committed.
 */
import fs from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Checked } from '../../server/src/engine/finding';
import { Workspace } from '../../server/src/engine/workspace';
import { orms } from '../../server/src/orms';
import { memoryPlatform } from '../../server/src/platform/memory';
import { inventoryJson } from '../../server/src/report/inventory';
import { repository } from './imports';

const root = '/workspace';

interface Block {
  readonly info: readonly string[];
  readonly text: string;
}

const answers = ['inventory', 'model'];
const isAnswer = ({ info }: Block): boolean => answers.includes(info[0] ?? '');

const blocksOf = (source: string): readonly Block[] =>
  [...source.matchAll(/^```(.*)\n([\s\S]*?)^```$/gm)].map(([, info = '', text = '']) => ({
    info: info.trim().split(/\s+/),
    text,
  }));

const extensions: Readonly<Record<string, string>> = { ts: 'ts', typescript: 'ts', tsx: 'tsx', js: 'js', sql: 'sql' };

const fileOf = ({ info: [language = '', name] }: Block): string =>
  name === 'shards' ? 'shardlint.yaml' : (name ?? `code.${extensions[language] ?? language}`);

interface Item {
  readonly file: string;
  readonly line: number;
  readonly operation: string;
  readonly class: string;
  readonly tables: readonly string[];
  readonly alternatives: readonly string[];
  readonly transaction: string | null;
  readonly target: string;
  readonly confidence: string;
  readonly orm: string;
  readonly sql: string;
}

async function scan(id: string, shared: readonly Block[], own: readonly Block[]): Promise<Record<string, string>> {
  const inputs = [...shared, ...own].filter((block) => !isAnswer(block));
  const files = new Map(inputs.map((block) => [`${root}/${fileOf(block)}`, block.text]));
  const platform = memoryPlatform(files, {
    wasm: async (name) =>
      new Uint8Array(fs.readFileSync(path.join(repository, 'node_modules', 'libpg-query', 'wasm', name))),
    log: () => {},
  });
  const workspace = new Workspace(platform, root);
  const checked: Checked = await workspace.check();
  for (const problem of workspace.problems) throw new Error(problem.message);
  for (const file of files.keys()) for (const fault of (await workspace.file(file))?.faults ?? []) throw fault.error;
  const items: Item[] = JSON.parse(inventoryJson(checked, root, false));
  const ours = own.filter((block) => !isAnswer(block)).map(fileOf);
  const here = items.filter((item) => ours.includes(item.file));
  const several = new Set(here.map((item) => item.file)).size > 1;
  const transactions = [...new Set(here.map((item) => item.transaction))].filter((one) => one !== null);
  const line = (item: Item): string => {
    const marks = [
      ...item.alternatives.map((one) => `or ${one}`),
      ...(item.transaction === null ? [] : [`tx ${transactions.indexOf(item.transaction) + 1}`]),
      ...(item.target === 'unknown' ? [] : [item.target]),
      ...(item.confidence === 'certain' ? [] : [item.confidence]),
      ...(item.orm === id ? [] : [item.orm]),
    ];
    const place = several ? `${item.file}:${item.line}` : `${item.line}`;
    const said = marks.length > 0 ? ` · ${marks.join(' · ')}` : '';
    return `${place} ${item.operation} ${item.class} ${item.tables.join(', ')}${said}`.trimEnd();
  };
  const short = (sql: string): string =>
    sql.replaceAll(/@\/[^\s.,()[\]{}|:]*(?:\.\w+)?:\d+/g, '').replaceAll(/#\d+\./g, '#.');
  return { inventory: here.map(line).join('\n'), model: here.map((item) => short(item.sql)).join('\n') };
}

export function ormFixture(id: string): void {
  const fixture = path.join(repository, 'test', 'orms', `${id}.md`);
  const markdown = fs.readFileSync(fixture, 'utf8').replaceAll('\r\n', '\n');
  const [head = '', ...sections] = markdown.split(/^(?=## )/m);
  const updated = new Map<string, string>();
  describe(/^# (.*)$/m.exec(head)?.[1] ?? id, () => {
    for (const section of sections) {
      test(/^## (.*)$/m.exec(section)?.[1] ?? '', async () => {
        const blocks = blocksOf(section);
        const found = await scan(id, blocksOf(head), blocks);
        if (process.env.UPDATE_FIXTURES) {
          let source = section;
          for (const block of blocks.filter(isAnswer)) {
            const [word = ''] = block.info;
            const text = found[word] ?? '';
            source = source.replace(
              `\`\`\`${word}\n${block.text}\`\`\``,
              () => `\`\`\`${word}\n${text}${text ? '\n' : ''}\`\`\``,
            );
          }
          updated.set(section, source);
          let whole = markdown;
          for (const [from, to] of updated) whole = whole.replace(from, () => to);
          fs.writeFileSync(fixture, whole);
          return;
        }
        for (const block of blocks.filter(isAnswer))
          expect(found[block.info[0] ?? ''], block.info[0]).toBe(block.text.trimEnd());
        if (!blocks.some(({ info }) => info[0] === 'inventory')) expect(found.inventory, 'inventory').toBe('');
      });
    }
  });
}

/** ORMs that have a fixture; every module must have one. */
export const fixtureIds: readonly string[] = orms
  .map(({ id }) => id)
  .filter((id) => fs.existsSync(path.join(repository, 'test', 'orms', `${id}.md`)));
