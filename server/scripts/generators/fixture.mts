/** Literate fixtures as the pages take them: what stands before the first section, without its title, and the sections. */
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const fixtures = path.join(path.dirname(fileURLToPath(import.meta.url)), '..', '..', '..', 'test');

export interface Fixture {
  readonly head: string;
  /** One level deeper than they are written. */
  readonly sections: readonly string[];
}

/** `folder` of `test`; undefined where there is none. */
export function readFixture(folder: string, id: string): Fixture | undefined {
  const file = path.join(fixtures, folder, `${id}.md`);
  if (!fs.existsSync(file)) return undefined;
  const text = fs.readFileSync(file, 'utf8').replaceAll('\r\n', '\n').trim();
  const [head = '', ...sections] = text.split(/^(?=## )/m);
  return {
    head: head.replace(/^# .*\n/, '').trim(),
    sections: sections.map((section) => section.trim().replace(/^## /, '### ')),
  };
}
