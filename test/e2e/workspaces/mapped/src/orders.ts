import { Pool } from 'pg';

const pool = new Pool();

export function open(status: string) {
  return pool.query(
    `SELECT id, total
       FROM orders
      WHERE status = $1`,
    [status],
  );
}

export const ofTenant = (tenant: number) => pool.query('SELECT id FROM orders WHERE tenant_id = $1', [tenant]);
