// Memory of the language server over 20,000 edits of one file (`--edits N`), from when it is warm to the end.
import fs from 'node:fs';
import path from 'node:path';
import { openDocument, startServer } from './client.mjs';
import { generate } from './generate.mjs';
import { option, report, workFolder } from './process.mjs';

const edits = Number(option('edits', 20_000));
const root = workFolder('edits');
generate(root, 200, 1);
const file = path.join(root, 'src/services/s0.ts');
const server = startServer(root);
await server.initialize();
const document = openDocument(server, file, 'typescript', fs.readFileSync(file, 'utf8'));
const from = document.text().indexOf('tenantId');
/** The least of a while: what is garbage comes and goes. */
const settled = async (count) => {
  let least = Number.POSITIVE_INFINITY;
  for (let i = 0; i < count; i++) {
    await (i % 2 === 0
      ? document.edit(from, from, String.fromCharCode(97 + (i % 26)))
      : document.edit(from, from + 1, ''));
    least = Math.min(least, server.megabytes() ?? 0);
  }
  return least;
};
await settled(Math.floor(edits * 0.2));
const before = await settled(Math.floor(edits * 0.1));
await settled(Math.floor(edits * 0.6));
const after = await settled(Math.floor(edits * 0.1));
await server.stop();
const note = `${before.toFixed(0)} → ${after.toFixed(0)} MB`;
report([{ name: `memory over ${edits} edits, growth`, value: after / before - 1, unit: '', target: 0.05, note }]);
