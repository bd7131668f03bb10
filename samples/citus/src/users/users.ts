import { pool } from '../db/pool.js';

export async function signUp(tenantId: string, email: string, displayName: string) {
  const { rows } = await pool.query(
    'INSERT INTO users (tenant_id, email, display_name) VALUES ($1, $2, $3) RETURNING id',
    [tenantId, email, displayName],
  );
  return rows[0].id;
}

/** Sign-in starts with an address only: the shop is not known yet. */
export async function findByEmail(email: string) {
  const { rows } = await pool.query('SELECT tenant_id, id, display_name FROM users WHERE lower(email) = lower($1)', [
    email,
  ]);
  return rows;
}

export async function findInTenant(tenantId: string, email: string) {
  const { rows } = await pool.query('SELECT id, display_name FROM users WHERE tenant_id = $1 AND email = $2', [
    tenantId,
    email,
  ]);
  return rows[0];
}

/** Public profiles are addressed as `t42-7`. */
export async function findByHandle(tenant: string, userId: string) {
  const { rows } = await pool.query("SELECT display_name FROM users WHERE 't' || tenant_id::text = $1 AND id = $2", [
    tenant,
    userId,
  ]);
  return rows[0];
}

export async function touch(tenantId: string, userId: string) {
  await pool.query('UPDATE users SET last_seen_at = now() WHERE tenant_id = $1 AND id = $2', [tenantId, userId]);
}

export async function rename(tenantId: string, userId: string, displayName: string) {
  await pool.query('UPDATE users SET display_name = $3 WHERE tenant_id = $1 AND id = $2', [
    tenantId,
    userId,
    displayName,
  ]);
}

export async function deactivateIdle(days: number) {
  await pool.query("UPDATE users SET active = false WHERE last_seen_at < now() - $1 * interval '1 day'", [days]);
}

export async function saveCart(tenantId: string, userId: string, items: unknown) {
  await pool.query(
    `INSERT INTO carts (tenant_id, user_id, items)
     VALUES ($1, $2, $3)
     ON CONFLICT (tenant_id, user_id) DO UPDATE
       SET items = excluded.items, updated_at = now()`,
    [tenantId, userId, JSON.stringify(items)],
  );
}

export async function loadCart(tenantId: string, userId: string) {
  const { rows } = await pool.query('SELECT items FROM carts WHERE tenant_id = $1 AND user_id = $2', [
    tenantId,
    userId,
  ]);
  return rows[0]?.items ?? [];
}
