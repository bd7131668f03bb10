/**
 * Executes one file of shapes against an embedded PostgreSQL and writes down what was sent. Runs as a process of its own,
 * in the folder of one version: `node run.mjs shapes.mjs`. Before each call the rows are as in `rows.sql`.
 */
import fs from 'node:fs';
import { PGlite } from '@electric-sql/pglite';
import { executeShapes, recording } from './executed.ts';
import { openServer } from './postgres.ts';

const [file = '', folder = '', version = ''] = process.argv.slice(2);
const database = await PGlite.create();
await database.exec(fs.readFileSync(`${folder}/schema.sql`, 'utf8'));
const rows = fs.readFileSync(`${folder}/rows.sql`, 'utf8');
const tables = 'order_tags, tags, order_items, orders, profiles, users, tenants, settings, plans';
const numbered = "'settings', 'tenants', 'users', 'profiles', 'orders', 'order_items', 'tags'";

const { record, take } = recording();
const [primary, replica] = [
  await openServer(database, 'primary', record),
  await openServer(database, 'replica', record),
];
process.env.DATABASE_URL = primary.url;
process.env.REPLICA_URL = replica.url;
await executeShapes(file, version, {
  take,
  reset: async () => {
    await database.exec(`TRUNCATE ${tables} RESTART IDENTITY;\n${rows}
      SELECT setval(pg_get_serial_sequence(name, 'id'), 1000) FROM unnest(ARRAY[${numbered}]) AS name;`);
  },
});
primary.close();
replica.close();
process.exit(0);
