import type { ResultSetHeader, RowDataPacket } from 'mysql2/promise';
import { pool } from '../db/pool.js';

export interface Item {
  productId: number;
  quantity: number;
}

export async function place(userId: number, countryCode: string, totalCents: number, items: Item[]): Promise<number> {
  const connection = await pool.getConnection();
  try {
    await connection.beginTransaction();
    const [order] = await connection.execute<ResultSetHeader>(
      'INSERT INTO orders (user_id, total_cents, country_code) VALUES (?, ?, ?)',
      [userId, totalCents, countryCode],
    );
    for (const { productId, quantity } of items) {
      await connection.execute(
        'INSERT INTO order_items (user_id, order_id, product_id, quantity) VALUES (?, ?, ?, ?)',
        [userId, order.insertId, productId, quantity],
      );
    }
    await connection.commit();
    return order.insertId;
  } catch (error) {
    await connection.rollback();
    throw error;
  } finally {
    connection.release();
  }
}

export async function addGift(orderId: number, productId: number) {
  await pool.execute('INSERT INTO order_items (order_id, product_id, quantity) VALUES (?, ?, 1)', [orderId, productId]);
}

/** `orders.id` has a lookup vindex. */
export async function findOrder(orderId: number) {
  const [rows] = await pool.execute<RowDataPacket[]>('SELECT * FROM orders WHERE id = ?', [orderId]);
  return rows[0];
}

export async function ordersOf(userId: number) {
  const [rows] = await pool.execute<RowDataPacket[]>(
    'SELECT id, status, total_cents FROM orders WHERE user_id = ? ORDER BY created_at DESC LIMIT 50',
    [userId],
  );
  return rows;
}

export async function itemsOf(orderId: number) {
  const [rows] = await pool.execute<RowDataPacket[]>(
    'SELECT product_id, quantity FROM order_items WHERE order_id = ?',
    [orderId],
  );
  return rows;
}

export async function itemsWithNames(userId: number, orderId: number) {
  const [rows] = await pool.execute<RowDataPacket[]>(
    `SELECT p.name, i.quantity
       FROM order_items i
       JOIN products p ON p.id = i.product_id
      WHERE i.user_id = ? AND i.order_id = ?`,
    [userId, orderId],
  );
  return rows;
}

export async function historyOf(userId: number) {
  const [rows] = await pool.execute<RowDataPacket[]>(
    `SELECT o.id, o.created_at, i.product_id, i.quantity
       FROM orders o
       JOIN order_items i ON i.order_id = o.id
      WHERE o.user_id = ?`,
    [userId],
  );
  return rows;
}

export async function invoice(userId: number, orderId: number) {
  const [rows] = await pool.execute<RowDataPacket[]>(
    `SELECT o.id, o.total_cents, u.email, c.name AS country, i.product_id, i.quantity
       FROM orders o
       JOIN users u ON u.id = o.user_id
       JOIN order_items i ON i.user_id = o.user_id AND i.order_id = o.id
       JOIN countries c ON c.code = o.country_code
      WHERE o.user_id = ? AND o.id = ?`,
    [userId, orderId],
  );
  return rows;
}

export async function openOrders() {
  const [rows] = await pool.execute<RowDataPacket[]>(
    "SELECT id, user_id FROM orders WHERE status = 'open' ORDER BY created_at LIMIT 100",
  );
  return rows;
}

export async function setStatus(userId: number, orderId: number, status: string) {
  await pool.execute('UPDATE orders SET status = ? WHERE user_id = ? AND id = ?', [status, userId, orderId]);
}

export async function expire(before: Date) {
  await pool.execute("UPDATE orders SET status = 'expired' WHERE status = 'open' AND created_at < ?", [before]);
}

export async function countOf(userId: number): Promise<number> {
  const [rows] = await pool.execute<RowDataPacket[]>('SELECT COUNT(*) AS orders FROM orders WHERE user_id = ?', [userId]);
  return rows[0].orders;
}

export async function removeItem(userId: number, orderId: number, productId: number) {
  await pool.execute('DELETE FROM order_items WHERE user_id = ? AND order_id = ? AND product_id = ?', [
    userId,
    orderId,
    productId,
  ]);
}
