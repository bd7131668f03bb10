import type { ResultSetHeader } from 'mysql2/promise';
import { pool } from '../src/db/pool.js';

const [result] = await pool.execute<ResultSetHeader>('DELETE FROM sessions WHERE expires_at < NOW()');
console.log(`${result.affectedRows} sessions closed`);
await pool.end();
