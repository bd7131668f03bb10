import { inTransaction, pool } from '../db/pool.js';

export async function cancel(tenantId: string, orderId: string) {
  const { rowCount } = await pool.query("UPDATE orders SET status = 'cancelled' WHERE id = $1 AND status = 'new'", [
    orderId,
  ]);
  return rowCount === 1;
}

export async function markShipped(tenantId: string, orderId: string) {
  await pool.query("UPDATE orders SET status = 'shipped' WHERE tenant_id = $1 AND id = $2", [tenantId, orderId]);
}

/** The packing stations take the oldest orders that nobody else works on. */
export async function takeNext(batch: number) {
  return inTransaction(async (client) => {
    const { rows } = await client.query(
      `SELECT tenant_id, id FROM orders
        WHERE status = 'paid'
        ORDER BY created_at
        LIMIT $1
        FOR UPDATE SKIP LOCKED`,
      [batch],
    );
    return rows;
  });
}

export async function takeNextOf(tenantId: string, batch: number) {
  return inTransaction(async (client) => {
    const { rows } = await client.query(
      `SELECT id FROM orders
        WHERE tenant_id = $1 AND status = 'paid'
        ORDER BY created_at
        LIMIT $2
        FOR UPDATE SKIP LOCKED`,
      [tenantId, batch],
    );
    return rows;
  });
}

export async function ordersWithProduct(tenantId: string, productId: string) {
  const { rows } = await pool.query(
    `SELECT id, status FROM orders
      WHERE tenant_id = $1
        AND id IN (SELECT order_id FROM order_items WHERE product_id = $2)`,
    [tenantId, productId],
  );
  return rows;
}

export async function openOrdersWithProduct(tenantId: string, productId: string) {
  const { rows } = await pool.query(
    `SELECT o.id FROM orders o
      WHERE o.tenant_id = $1 AND o.status = 'new'
        AND EXISTS (SELECT 1 FROM order_items i
                     WHERE i.tenant_id = o.tenant_id AND i.order_id = o.id AND i.product_id = $2)`,
    [tenantId, productId],
  );
  return rows;
}
