// What one scan of `FOLDER [MAP]` spends on files, and what on following calls between functions: milliseconds of the
// processor as JSON. `units.mjs` asks for it.
import path from 'node:path';
import { type Contribution, evidenceIn } from '../../server/src/engine/contribution';
import { Workspace } from '../../server/src/engine/workspace';
import { nodePlatform } from '../../server/src/platform/node';

const [root = '.', configFile] = process.argv.slice(2);
const assets = path.resolve('node_modules/libpg-query/wasm');
const workspace = new Workspace(
  nodePlatform({ assets }),
  path.resolve(root),
  configFile ? { configFile, allowOutside: true } : {},
);
const processor = (): number => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
};

const contributions: Contribution[] = [];
let units = 0;
const ofUnits = async (work: () => unknown): Promise<void> => {
  const before = processor();
  await work();
  units += processor() - before;
};
for (const file of await workspace.sources()) {
  const one = await workspace.contribution(file);
  if (one) contributions.push(one);
  await ofUnits(() => workspace.prepareUnits(file));
}
await ofUnits(() => workspace.unitFindings(contributions.map(evidenceIn)));
console.log(JSON.stringify({ files: processor() - units, units }));
