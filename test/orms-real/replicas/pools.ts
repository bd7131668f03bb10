/** Pools of the plain driver, one for each server: who is asked by which. */
import pg from 'pg';

const pool = new pg.Pool({ connectionString: process.env.DATABASE_URL, max: 2 });
const replicaPool = new pg.Pool({ connectionString: process.env.REPLICA_URL, max: 2 });
const readOnly = new pg.Client({ connectionString: process.env.REPLICA_URL });

export const open = () => readOnly.connect();

export async function close() {
  await pool.end();
  await replicaPool.end();
  await readOnly.end();
}

const db = { rw: pool, ro: replicaPool };

export async function select(tenantId: number) {
  return pool.query('SELECT id FROM orders WHERE tenant_id = $1', [tenantId]);
}

export async function selectReplica(tenantId: number) {
  return replicaPool.query('SELECT id FROM orders WHERE tenant_id = $1', [tenantId]);
}

export async function selectClient(tenantId: number) {
  return readOnly.query('SELECT id FROM orders WHERE tenant_id = $1', [tenantId]);
}

export async function selectConfig(tenantId: number) {
  return replicaPool.query({ text: 'SELECT id FROM orders WHERE tenant_id = $1', values: [tenantId] });
}

export async function ofObject(tenantId: number) {
  return db.ro.query('SELECT id FROM orders WHERE tenant_id = $1', [tenantId]);
}

export async function ofObjectWrite(tenantId: number) {
  return db.rw.query('UPDATE orders SET total = 1 WHERE tenant_id = $1', [tenantId]);
}

export async function insert(tenantId: number) {
  await pool.query('INSERT INTO orders (tenant_id) VALUES ($1)', [tenantId]);
}

export async function remove(tenantId: number) {
  await pool.query('DELETE FROM orders WHERE tenant_id = $1 AND id = 13', [tenantId]);
}

export async function checkedOut(tenantId: number) {
  const client = await replicaPool.connect();
  try {
    return await client.query('SELECT id FROM orders WHERE tenant_id = $1', [tenantId]);
  } finally {
    client.release();
  }
}

export async function checkedOutOfPrimary(tenantId: number) {
  const client = await pool.connect();
  try {
    await client.query('SELECT id FROM orders WHERE tenant_id = $1 FOR UPDATE', [tenantId]);
    await client.query('UPDATE orders SET total = 1 WHERE tenant_id = $1', [tenantId]);
  } finally {
    client.release();
  }
}
