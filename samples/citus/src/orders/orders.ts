import type { PoolClient } from 'pg';
import { inTransaction, pool } from '../db/pool.js';

export interface NewOrder {
  userId: string;
  countryCode: string;
  items: { productId: string; quantity: number; priceCents: number }[];
}

export async function createOrder(tenantId: string, order: NewOrder): Promise<string> {
  const total = order.items.reduce((sum, item) => sum + item.quantity * item.priceCents, 0);
  return inTransaction(async (client) => {
    const { rows } = await client.query(
      `INSERT INTO orders (tenant_id, user_id, total_cents, country_code)
       VALUES ($1, $2, $3, $4)
       RETURNING id`,
      [tenantId, order.userId, total, order.countryCode],
    );
    for (const item of order.items) await addItem(client, tenantId, rows[0].id, item);
    await client.query('DELETE FROM carts WHERE tenant_id = $1 AND user_id = $2', [tenantId, order.userId]);
    return rows[0].id;
  });
}

async function addItem(client: PoolClient, tenantId: string, orderId: string, item: NewOrder['items'][number]) {
  await client.query(
    `INSERT INTO order_items (tenant_id, order_id, product_id, quantity, price_cents)
     VALUES ($1, $2, $3, $4, $5)`,
    [tenantId, orderId, item.productId, item.quantity, item.priceCents],
  );
}

/** The link in our mails carries the order's number only. */
export async function findOrder(orderId: string) {
  const { rows } = await pool.query('SELECT * FROM orders WHERE id = $1', [orderId]);
  return rows[0];
}

export async function getOrder(tenantId: string, orderId: string) {
  const { rows } = await pool.query(
    `SELECT o.*, u.email
       FROM orders o
       JOIN users u ON u.tenant_id = o.tenant_id AND u.id = o.user_id
      WHERE o.tenant_id = $1 AND o.id = $2`,
    [tenantId, orderId],
  );
  return rows[0];
}

export async function listOrders(tenantId: string, limit = 50) {
  const { rows } = await pool.query(
    'SELECT id, status, total_cents FROM orders WHERE tenant_id = $1 ORDER BY created_at DESC LIMIT $2',
    [tenantId, limit],
  );
  return rows;
}

export async function listOrdersOfUser(userId: string) {
  const { rows } = await pool.query(
    `SELECT id, status, total_cents
       FROM orders
      WHERE user_id = $1
      ORDER BY created_at DESC
      LIMIT 20`,
    [userId],
  );
  return rows;
}

export async function linesOf(tenantId: string, orderId: string) {
  const { rows } = await pool.query(
    `SELECT p.name, i.quantity, i.price_cents
       FROM order_items i
       JOIN products p ON p.id = i.product_id
      WHERE i.tenant_id = $1 AND i.order_id = $2`,
    [tenantId, orderId],
  );
  return rows;
}

export async function addNoteLine(orderId: string, productId: string) {
  await pool.query('INSERT INTO order_items (order_id, product_id, quantity, price_cents) VALUES ($1, $2, 1, 0)', [
    orderId,
    productId,
  ]);
}

export async function moveToTenant(orderId: string, from: string, to: string) {
  await pool.query('UPDATE orders SET tenant_id = $1 WHERE tenant_id = $2 AND id = $3', [to, from, orderId]);
}
