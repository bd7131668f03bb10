/** The literate fixtures of the commands that advise: files, a command, and what it prints. */
import fs from 'node:fs';
import path from 'node:path';
import { consoleFixture } from '../harness/consoleFixture';

for (const name of fs.readdirSync(import.meta.dirname).filter((one) => one.endsWith('.md')))
  consoleFixture(path.join(import.meta.dirname, name));
