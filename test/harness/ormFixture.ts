/**
 * Runs a literate ORM fixture (`test/orms/<id>.md`). Blocks before the first `##` are shared: the shard map
 * (```` ```yaml shards ````), the library's own schema (```` ```prisma schema.prisma ````), modules that others import.
 * Each `##` section is a test: prose, code (```` ```ts ````, or with a file name), then what `shardlint queries` says:
 *
 * - `inventory`: one line a statement, `line operation class tables`, with what else may happen (`or single`), `tx` and a
 *   number for statements of one transaction, the target, and how sure it is where that is not certain. Lines count
 *   from the block's first; several files are told apart by name. An empty block says that nothing is sent.
 * - `model`: the queries as the engine sees them, in the same order.
 *
 * A section without these is about findings, drawn under the code as in the fixtures of rules.
 * `UPDATE_FIXTURES=1` writes the answers of this version into the fixture, to be read before they are committed.
 */
import fs from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Checked } from '../../server/src/engine/finding';
import { Workspace } from '../../server/src/engine/workspace';
import { memoryPlatform } from '../../server/src/platform/memory';
import { inventoryJson } from '../../server/src/report/inventory';
import { repository } from './imports';
import { type Block, sectionsOf } from './literate';
import { runSection } from './ruleFixture';

const root = '/workspace';

const answers = ['inventory', 'model'];
const isAnswer = ({ info }: Block): boolean => answers.includes(info[0] ?? '');
const isMap = ({ info }: Block): boolean => info[1] === 'shards';

const extensions: Readonly<Record<string, string>> = { ts: 'ts', typescript: 'ts', tsx: 'tsx', js: 'js', sql: 'sql' };

const fileOf = (block: Block): string => {
  const [language = '', name] = block.info;
  return isMap(block) ? 'shardlint.yaml' : (name ?? `code.${extensions[language] ?? language}`);
};

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

export function ormFixture(file: string): void {
  const markdown = fs.readFileSync(file, 'utf8').replaceAll('\r\n', '\n');
  const [head, ...sections] = sectionsOf(markdown);
  const shared = head?.blocks ?? [];
  const id = path.basename(file, '.md');
  const updated: [string, string][] = [];
  describe(id, () => {
    for (const { title, blocks } of sections) {
      test(title, async () => {
        if (!blocks.some(isAnswer)) {
          const others = shared.filter((block) => !isMap(block));
          return runSection({ title, blocks }, shared.find(isMap)?.text, others);
        }
        const found = await scan(id, shared, blocks);
        if (process.env.UPDATE_FIXTURES) {
          const source = markdown.split(/^(?=## )/m).find((one) => one.startsWith(`## ${title}\n`)) ?? '';
          let after = source;
          for (const block of blocks.filter(isAnswer)) {
            const text = found[block.words] ?? '';
            const fenced = (inside: string): string => `\`\`\`${block.words}\n${inside}\`\`\``;
            after = after.replace(fenced(block.text), () => fenced(text && `${text}\n`));
          }
          updated.push([source, after]);
          fs.writeFileSync(
            file,
            updated.reduce((whole, [from, to]) => whole.replace(from, () => to), markdown),
          );
          return;
        }
        for (const block of blocks.filter(isAnswer)) expect(found[block.words], block.words).toBe(block.text.trimEnd());
      });
    }
  });
}
