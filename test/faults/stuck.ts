/** A process with a heartbeat, whose analysis never comes back from one file. */
import path from 'node:path';
import type { Analysis } from '../../server/src/engine/analysis';
import { heartbeat } from '../../server/src/heartbeat';

const [bundle = '', cache = '', mode] = process.argv.slice(2);
let text = 'a';
let read = 0;
const analysis = {
  text: async () => text,
  file: async (file: string) => {
    read += 1;
    const end = performance.now() + (mode === 'slow' ? 400 : 30_000);
    if (file === '/w/ü.ts' && text === 'a') while (performance.now() < end);
    return { file };
  },
} as unknown as Analysis;
const watched = heartbeat({
  watchdog: path.join(bundle, 'watchdog.js'),
  folder: cache,
  say: (message) => console.log(message),
  looks: 10,
  every: 100,
  after: 0,
})(analysis);

setTimeout(async () => {
  const said = async (file: string) => ((await watched.file(file)) ? 'read' : 'nothing');
  const [stopper, other] = [await said('/w/ü.ts'), await said('/w/b.ts')];
  text = 'b';
  console.log(`/w/ü.ts: ${stopper}, /w/b.ts: ${other}, changed: ${await said('/w/ü.ts')} ${read}`);
}, 500);
