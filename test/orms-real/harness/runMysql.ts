/** Executes one file of shapes against a MariaDB, whose port is `MARIADB_PORT` and which knows a user `shop`; otherwise as `run.ts`. */
import fs from 'node:fs';
import mysql from 'mysql2/promise';
import { executeShapes, recording } from './executed.ts';
import { openProxy } from './mysql.ts';

const [file = '', folder = '', version = ''] = process.argv.slice(2);
const port = Number(process.env.MARIADB_PORT);
const connection = await mysql.createConnection({
  host: '127.0.0.1',
  port,
  user: 'shop',
  password: 'shop',
  multipleStatements: true,
});
// `schema.sql` in this dialect: only columns of a bounded length can be unique.
const schema = fs
  .readFileSync(`${folder}/schema.sql`, 'utf8')
  .replaceAll('serial PRIMARY KEY', 'integer AUTO_INCREMENT PRIMARY KEY')
  .replaceAll('timestamptz', 'datetime(6)')
  .replaceAll('now()', 'now(6)')
  .replaceAll(' text', ' varchar(190)');
await connection.query(`DROP DATABASE IF EXISTS shop; CREATE DATABASE shop; USE shop; ${schema}`);
const tables = ['order_tags', 'tags', 'order_items', 'orders', 'profiles', 'users', 'tenants', 'settings', 'plans'];
const rows = fs.readFileSync(`${folder}/rows.sql`, 'utf8');

const { record, take } = recording();
const proxy = await openProxy(port, record);
process.env.DATABASE_URL = `mysql://shop:shop@127.0.0.1:${proxy.port}/shop`;
await executeShapes(file, version, {
  take,
  reset: async () => {
    await connection.query(`${tables.map((name) => `DELETE FROM ${name};`).join(' ')} ${rows}`);
  },
});
proxy.close();
process.exit(0);
