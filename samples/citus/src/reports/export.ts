import { pool } from '../db/pool.js';

/** The warehouse reads shops in batches of their numbers. */
export async function exportBatch(from: string, to: string) {
  const { rows } = await pool.query(
    'SELECT tenant_id, id, total_cents FROM orders WHERE tenant_id >= $1 AND tenant_id < $2',
    [from, to],
  );
  return rows;
}

export async function exportTenant(tenantId: string) {
  const { rows } = await pool.query(
    `WITH recent AS (
       SELECT id, user_id, total_cents FROM orders WHERE tenant_id = $1 AND created_at > now() - interval '30 days'
     )
     SELECT u.email, count(*) AS orders, sum(r.total_cents) AS total
       FROM recent r
       JOIN users u ON u.tenant_id = $1 AND u.id = r.user_id
      GROUP BY u.email`,
    [tenantId],
  );
  return rows;
}
