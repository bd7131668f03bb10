// How soon it is there: the extension's own code without a map, and the first diagnostics with one. Milliseconds of the
// thread where the kernel counts them.
import fs from 'node:fs';
import path from 'node:path';
import { startServer } from './client.mjs';
import { generate } from './generate.mjs';
import { report, repository, run, workFolder } from './process.mjs';

const best = (list) => Math.min(...list);
const rounds = 5;

/** What the extension is loaded with stands in for the editor: everything can be called, and answers with itself. */
const loader = `
const anything = new Proxy(function () {}, { set: () => true, get: (_, key) => key === Symbol.toPrimitive ? () => '' : key === 'then' ? undefined : anything, apply: () => anything, construct: () => anything });
const vscode = Object.fromEntries(['commands', 'EventEmitter', 'languages', 'LanguageStatusSeverity', 'Uri', 'window', 'workspace'].map((name) => [name, anything]));
const Module = require('node:module');
const load = Module._load;
Module._load = function (name, ...rest) { return name === 'vscode' ? vscode : load.call(this, name, ...rest); };
const started = process.cpuUsage();
require(process.argv[1]).activate(anything);
const { user, system } = process.cpuUsage(started);
console.log((user + system) / 1000);
process.exit();
`;
const extension = path.join(repository, 'dist', 'extension.js');
const loads = Array.from({ length: rounds }, () => {
  const { out, err, status } = run(process.execPath, ['-e', loader, extension]);
  if (status !== 0) throw new Error(err);
  return Number(out);
});

async function first() {
  const root = workFolder('start');
  generate(root, 200, 1);
  const file = path.join(root, 'src/services/s0.ts');
  const before = performance.now();
  const server = startServer(root);
  await server.initialize();
  server.open(file, 'typescript', fs.readFileSync(file, 'utf8'));
  await server.diagnostics(file);
  const trip = performance.now() - before;
  const worked = server.worked() ?? trip;
  await server.stop();
  return worked;
}
const firsts = [];
for (let i = 0; i < rounds; i++) firsts.push(await first());
report([
  { name: 'activation, the extension is loaded and registers itself', value: best(loads), unit: 'ms', target: 20 },
  { name: 'first diagnostics with a map, after the start', value: best(firsts), unit: 'ms', target: 600 },
]);
