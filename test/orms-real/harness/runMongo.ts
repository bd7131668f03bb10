/** Executes the exported async functions of one file of shapes against what answers like a mongos; otherwise as `run.ts`. */
import fs from 'node:fs';
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import { argumentsFor } from './arguments.ts';
import { type Bson, openMongo } from './mongo.ts';
import type { Recorded, Run, Sent } from './sent.ts';

const [file = '', , version = ''] = process.argv.slice(2);
const here = createRequire(pathToFileURL(`${process.cwd()}/package.json`));
const bson: Bson = createRequire(here.resolve('mongodb'))('bson');

let record: Sent[] = [];
const server = await openMongo(bson, (sent) => record.push(sent));
process.env.MONGO_URL = server.url;

type Shape = (...args: readonly unknown[]) => unknown;
const module = (await import(pathToFileURL(file).href)) as Readonly<Record<string, unknown>>;
const runs = (module.runs ?? {}) as Readonly<Record<string, readonly (readonly unknown[])[]>>;
const only = (module.only ?? {}) as Readonly<Record<string, string>>;
const apart = ['open', 'close'];
const shapes = Object.entries(module).filter(
  (entry): entry is [string, Shape] => entry[1]?.constructor.name === 'AsyncFunction' && !apart.includes(entry[0]),
);

const call = async (shape: Shape, args: readonly unknown[]): Promise<Run> => {
  record = [];
  try {
    await shape(...args);
    return { sent: record };
  } catch (error) {
    return { sent: record, error: String(error instanceof Error ? error.stack : error) };
  }
};

if (typeof module.open === 'function') await module.open();
const recorded: Recorded[] = [];
for (const [name, shape] of shapes) {
  if ((only[name] ?? version) !== version) continue;
  const done: Run[] = [];
  for (const args of runs[name] ?? [argumentsFor(shape)]) done.push(await call(shape, args));
  recorded.push({ shape: name, runs: done });
}
if (typeof module.close === 'function') await module.close();
server.close();
fs.writeFileSync(`${file}.json`, JSON.stringify(recorded));
process.exit(0);
