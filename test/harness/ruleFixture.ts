/**
 * Runs a rule's fixture (`test/rules/<id>.md`): specification, test and the examples of the rule's page.
 *
 * - The ```` ```yaml shards ```` block before the first section is the shard map of all sections; one inside a section
 *   stands for that section alone. Findings on the map are drawn into it as comments.
 * - Other blocks are files: ```` ```sql ````, ```` ```ts src/orders.ts ````. Findings are drawn under the code; what is not drawn must not be
 *   found, by any rule.
 * - ```` ```ts fix "title" ```` is the block before it after that fix: the harness applies it, compares, and analyses again:
 *   the finding must be gone.
 * - ```` ```sql creates migrations/0002_x.sql ```` after it is a file that the same fix makes: nothing may be found in it. Where
 *   the code stays as it is, the finding may stay too: the files have to be used first.
 */
import fs from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { Finding } from '../../server/src/engine/finding';
import { Workspace } from '../../server/src/engine/workspace';
import { memoryPlatform } from '../../server/src/platform/memory';
import { applyEdits } from '../../server/src/text/edits';
import { lineIndex, positionAt } from '../../server/src/text/lineIndex';
import { type Block, drawMarks, type Mark, readMarks, type Section, sectionsOf } from './literate';

const root = '/shop';

interface Example {
  readonly path: string;
  readonly comment: string;
  readonly code: string;
  readonly marks: readonly Mark[];
  readonly fixes: readonly ExpectedFix[];
}

interface ExpectedFix {
  readonly title: string;
  readonly text: string;
  /** By path from the root. */
  readonly creates: Readonly<Record<string, string>>;
}

export function ruleFixture(file: string): void {
  const [head, ...sections] = sectionsOf(fs.readFileSync(file, 'utf8'));
  const map = head?.blocks.find(isMap)?.text;
  describe(file.replace(/^.*\//, '').replace(/\.md$/, ''), () => {
    for (const section of sections) test(section.title, () => runSection(section, map));
  });
}

/** `shared`: files that are there as well, and whose findings are not the section's matter. */
export async function runSection(
  section: Section,
  outer: string | undefined,
  shared: readonly Block[] = [],
): Promise<void> {
  const map = section.blocks.find(isMap)?.text ?? outer;
  if (map === undefined) throw new Error('no ```yaml shards block');
  const drawnMap = readMarks(map);
  const examples = [
    {
      path: `${root}/shardlint.yaml`,
      comment: '#',
      code: drawnMap.code,
      marks: section.blocks.some(isMap) ? drawnMap.marks : [],
      fixes: [],
    },
    ...examplesOf(section.blocks),
  ];
  const files = new Map([...examplesOf(shared), ...examples].map(({ path, code }) => [path, code]));
  const findings = await check(files);
  for (const example of examples) {
    const own = findings.filter(({ file }) => file === example.path);
    // The shared map is drawn where a section declares it; elsewhere its own findings are not the section's matter.
    if (example.comment === '#' && !section.blocks.some(isMap)) continue;
    const found = own.map((finding) => markOf(finding, example));
    expect(drawMarks(example.code, found, example.comment)).toBe(
      drawMarks(example.code, example.marks, example.comment),
    );
    for (const fix of example.fixes) await fixes(files, example, own, fix);
  }
}

async function fixes(
  files: ReadonlyMap<string, string>,
  { path, code }: Example,
  findings: readonly Finding[],
  { title, text, creates }: ExpectedFix,
): Promise<void> {
  const offered = findings.flatMap((finding) => finding.fixes.map((fix) => ({ finding, fix })));
  const chosen = offered.find(({ fix }) => fix.title === title);
  expect(
    offered.map(({ fix }) => fix.title),
    'offered fixes',
  ).toContain(title);
  if (!chosen) return;
  const fixed = applyEdits(
    code,
    chosen.fix.edits.filter(({ file }) => file === path),
  );
  expect(fixed).toBe(text);
  const created = chosen.fix.edits.filter((edit) => edit.file !== path);
  const made = [...new Set(created.map(({ file }) => file))].map((file) => {
    const edits = created.filter((edit) => edit.file === file);
    return [file, applyEdits(files.get(file) ?? '', edits) ?? ''] as const;
  });
  expect(Object.fromEntries(made.map(([file, whole]) => [file.slice(root.length + 1), whole]))).toEqual(creates);
  if (fixed === undefined) return;
  const after = await check(new Map([...files, [path, fixed], ...made]));
  const fresh = made.filter(([file]) => !files.has(file));
  expect(after.filter(({ file }) => fresh.some(([one]) => one === file)).map(({ message }) => message)).toEqual([]);
  const count = (all: readonly Finding[]) =>
    all.filter(({ rule, file }) => rule === chosen.finding.rule && file === path).length;
  if (fixed !== code || made.length === 0) expect(count(after), 'the finding is gone').toBe(count(findings) - 1);
}

async function check(files: ReadonlyMap<string, string>): Promise<readonly Finding[]> {
  const wasm = async (name: string) => new Uint8Array(fs.readFileSync(`node_modules/libpg-query/wasm/${name}`));
  const workspace = new Workspace(memoryPlatform(files, { wasm, log: () => {} }), root);
  const checked = await workspace.check();
  const wrong = checked.problems.filter(({ severity }) => severity === 'error' || severity === 'warning');
  expect(wrong.map(({ message }) => message)).toEqual([]);
  return checked.findings;
}

const isMap = ({ info }: Block): boolean => info[0] === 'yaml' && info[1] === 'shards';

function examplesOf(blocks: readonly Block[]): readonly Example[] {
  const examples: Example[] = [];
  for (const block of blocks) {
    if (isMap(block)) continue;
    const [language = '', name] = block.info;
    const fix = /^\w+ fix "(.*)"$/.exec(block.words)?.[1];
    const before = examples[examples.length - 1];
    if (fix !== undefined) {
      if (!before) throw new Error('a fix block needs the code before it');
      const fixes = [...before.fixes, { title: fix, text: block.text, creates: {} }];
      examples[examples.length - 1] = { ...before, fixes };
      continue;
    }
    if (name === 'creates') {
      const last = before?.fixes.at(-1);
      if (!before || !last) throw new Error('a file that is created needs the fix before it');
      const creates = { ...last.creates, [block.info[2] ?? '']: block.text };
      examples[examples.length - 1] = { ...before, fixes: [...before.fixes.slice(0, -1), { ...last, creates }] };
      continue;
    }
    const { code, marks } = readMarks(block.text);
    const comment = language === 'sql' ? '--' : '//';
    examples.push({
      path: `${root}/${name ?? `src/example${examples.length}.${language}`}`,
      comment,
      code,
      marks,
      fixes: [],
    });
  }
  return examples;
}

function markOf({ span, rule, message, file }: Finding, { code, marks }: Example): Mark {
  const lines = lineIndex(code);
  const start = positionAt(lines, span.start);
  const end = positionAt(lines, span.end);
  const last = end.line === start.line ? end.column : (code.split('\n')[start.line]?.length ?? start.column);
  const same = marks.find((mark) => mark.line === start.line && mark.start === start.column && mark.rule === rule);
  // A message is compared where the fixture draws one.
  const said = same && same.message === undefined ? undefined : message;
  return {
    line: start.line,
    start: start.column,
    end: Math.max(last, start.column + 1),
    rule,
    message: file === undefined ? undefined : said,
  };
}
