import { pool } from '../db/pool.js';

export async function search(tenantId: string, term: string) {
  const { rows } = await pool.query(
    'SELECT id, sku, name, price_cents FROM products WHERE tenant_id = $1 AND name ILIKE $2 ORDER BY name LIMIT 50',
    [tenantId, `%${term}%`],
  );
  return rows;
}

export async function reserve(tenantId: string, productId: string, quantity: number) {
  const { rowCount } = await pool.query(
    'UPDATE products SET stock = stock - $3 WHERE tenant_id = $1 AND id = $2 AND stock >= $3',
    [tenantId, productId, quantity],
  );
  return rowCount === 1;
}

export async function raisePrices(percent: number) {
  await pool.query('UPDATE products SET price_cents = price_cents + price_cents * $1 / 100', [percent]);
}

/** Everything that was never sold. */
export async function unsold(tenantId: string) {
  const { rows } = await pool.query(
    `SELECT p.id, p.name
       FROM products p
       LEFT JOIN order_items i ON i.tenant_id = p.tenant_id AND i.product_id = p.id
      WHERE p.tenant_id = $1 AND i.product_id IS NULL`,
    [tenantId],
  );
  return rows;
}

export async function compare(tenantIds: string[], sku: string) {
  const { rows } = await pool.query(
    'SELECT tenant_id, price_cents FROM products WHERE tenant_id = ANY($1) AND sku = $2 ORDER BY price_cents',
    [tenantIds, sku],
  );
  return rows;
}
