/** Importers read whatever lies in a workspace: text that breaks off anywhere, and fragments without end, in bounded time. */
import fs from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { importers } from '../../server/src/shards/importers';
import { repository } from '../harness/imports';

const fragments = [
  '{',
  '(',
  '"',
  '/*',
  'class A {',
  '@TenantId @Column(name="',
  'class A < B\n multi_tenant :a\n',
  '=begin\n',
];
const unfinished = [
  'Register(sharding.Config{',
  'resource "a" {',
  'CREATE TABLE a (',
  'connects_to shards: {\n',
  '<<EOF\n',
];
const size = 60_000;
const seconds = 4;

test.each(importers.filter(({ parses }) => parses === undefined).map((importer) => [importer.id, importer] as const))(
  '%s',
  (id, importer) => {
    const fixture = fs.readFileSync(path.join(repository, 'test', 'importers', `${id}.md`), 'utf8');
    const blocks = [...fixture.matchAll(/^```\w+ (\S+\.\w+)\n([\s\S]*?)^```$/gm)].filter(
      ([, name]) => !name?.startsWith('shardlint.'),
    );
    const read = (name: string, text: string): void => {
      importer.accepts({ path: name, text });
      const { problems } = importer.import([{ path: name, text }], {});
      for (const { at } of problems) expect(at.span.start).toBeLessThanOrEqual(at.span.end);
    };
    for (const [, name = '', body = ''] of blocks) {
      for (let end = 0; end <= body.length; end += 23) read(name, body.slice(0, end));
    }
    const name = blocks[0]?.[1] ?? '';
    for (const text of [...fragments, ...unfinished]) {
      const start = performance.now();
      read(name, text.repeat(size / text.length));
      expect((performance.now() - start) / 1000, text).toBeLessThan(seconds);
    }
  },
  120_000,
);
