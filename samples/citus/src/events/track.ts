import { pool } from '../db/pool.js';

export async function track(deviceId: string, tenantId: string, kind: string, payload: object) {
  await pool.query('INSERT INTO events (device_id, tenant_id, kind, payload) VALUES ($1, $2, $3, $4)', [
    deviceId,
    tenantId,
    kind,
    JSON.stringify(payload),
  ]);
}

export async function historyOf(deviceId: string) {
  const { rows } = await pool.query(
    'SELECT kind, payload, created_at FROM events WHERE device_id = $1 ORDER BY id DESC LIMIT 100',
    [deviceId],
  );
  return rows;
}

export async function liveFeed(tenantId: string) {
  const { rows } = await pool.query(
    `SELECT kind, payload FROM events WHERE tenant_id = $1 AND created_at > now() - interval '1 minute'`,
    [tenantId],
  );
  return rows;
}

export async function attachTenant(deviceId: string, tenantId: string) {
  await pool.query('UPDATE events SET tenant_id = $2 WHERE device_id = $1', [deviceId, tenantId]);
}
