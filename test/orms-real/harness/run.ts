/**
 * Executes the exported async functions of one file of shapes against an embedded PostgreSQL and prints what was sent. Runs as
 * a process of its own, in the folder of one version: `node run.mjs shapes.mjs`.
 *
 * Arguments are chosen by the parameters' names; a file may export `runs`, the lists of arguments of single shapes. Before
 * each call the rows are as in `rows.sql`. Another export, `only`, names the version that knows a shape.
 */
import fs from 'node:fs';
import { pathToFileURL } from 'node:url';
import { PGlite } from '@electric-sql/pglite';
import { argumentsFor } from './arguments.ts';
import { openServer } from './postgres.ts';
import type { Recorded, Run, Sent } from './sent.ts';

const [file = '', folder = '', version = ''] = process.argv.slice(2);
const database = await PGlite.create();
await database.exec(fs.readFileSync(`${folder}/schema.sql`, 'utf8'));
const rows = fs.readFileSync(`${folder}/rows.sql`, 'utf8');

let record: Sent[] = [];
const open = (name: string) => openServer(database, name, (sent) => record.push(sent));
const [primary, replica] = [await open('primary'), await open('replica')];
process.env.DATABASE_URL = primary.url;
process.env.REPLICA_URL = replica.url;

type Shape = (...args: readonly unknown[]) => unknown;
const module = (await import(pathToFileURL(file).href)) as Readonly<Record<string, unknown>>;
const runs = (module.runs ?? {}) as Readonly<Record<string, readonly (readonly unknown[])[]>>;
const only = (module.only ?? {}) as Readonly<Record<string, string>>;
const apart = ['open', 'close'];
/** Async functions; what else a file exports are its models. */
const shapes = Object.entries(module).filter(
  (entry): entry is [string, Shape] => entry[1]?.constructor.name === 'AsyncFunction' && !apart.includes(entry[0]),
);

const call = async (shape: Shape, args: readonly unknown[]): Promise<Run> => {
  await database.exec(rows);
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
  const lists = runs[name] ?? [argumentsFor(shape)];
  const done: Run[] = [];
  for (const args of lists) done.push(await call(shape, args));
  recorded.push({ shape: name, runs: done });
}
if (typeof module.close === 'function') await module.close();
primary.close();
replica.close();
fs.writeFileSync(`${file}.json`, JSON.stringify(recorded));
process.exit(0);
