import { pool } from '../db/pool.js';

export async function grantsOf(email: string) {
  const { rows } = await pool.query('SELECT role FROM staff_grants WHERE email = $1', [email]);
  return rows.map((row) => row.role);
}

/** Staff that is a customer as well gets a discount. */
export async function staffAmongCustomers(tenantId: string) {
  const { rows } = await pool.query(
    `SELECT u.email, g.role
       FROM users u
       JOIN staff_grants g ON g.email = u.email
      WHERE u.tenant_id = $1 AND u.active`,
    [tenantId],
  );
  return rows;
}

export async function vatOf(countryCode: string) {
  const { rows } = await pool.query('SELECT vat_percent FROM countries WHERE code = $1', [countryCode]);
  return rows[0]?.vat_percent;
}

export async function logAccess(email: string, tenantId: string) {
  await pool.query('INSERT INTO access_log (email, tenant_id) VALUES ($1, $2)', [email, tenantId]);
}

/** Shown on the wall of the office; the fan-out is known and cheap. */
export async function ordersRightNow() {
  const { rows } = await pool.query(
    // shardlint-disable-next-line scatter-query: a count a minute, asked by one screen
    `SELECT count(*) FROM orders WHERE created_at > now() - interval '1 minute'`,
  );
  return Number(rows[0].count);
}
