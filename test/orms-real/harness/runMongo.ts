/** Executes one file of shapes against what answers like a mongos; otherwise as `run.ts`. */
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import { executeShapes, recording } from './executed.ts';
import { type Bson, openMongo } from './mongo.ts';

const [file = '', , version = ''] = process.argv.slice(2);
const here = createRequire(pathToFileURL(`${process.cwd()}/package.json`));
const bson: Bson = createRequire(here.resolve('mongodb'))('bson');

const { record, take } = recording();
const server = await openMongo(bson, record);
process.env.MONGO_URL = server.url;
await executeShapes(file, version, { take });
server.close();
process.exit(0);
