import { pool } from '../src/db/pool.js';

const { rowCount } = await pool.query("DELETE FROM events WHERE created_at < now() - interval '90 days'");
console.log(`${rowCount} events deleted`);
await pool.end();
