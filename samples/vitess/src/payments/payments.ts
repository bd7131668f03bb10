import type { RowDataPacket } from 'mysql2/promise';
import { pool } from '../db/pool.js';

export async function startPayment(userId: number, orderId: number, providerRef: string, amountCents: number) {
  await pool.execute('INSERT INTO payments (user_id, order_id, provider_ref, amount_cents) VALUES (?, ?, ?, ?)', [
    userId,
    orderId,
    providerRef,
    amountCents,
  ]);
}

/** The provider calls back with its own reference. */
export async function findByReference(providerRef: string) {
  const [rows] = await pool.execute<RowDataPacket[]>(
    'SELECT id, user_id, status FROM payments WHERE provider_ref = ?',
    [providerRef],
  );
  return rows[0];
}

export async function settle(userId: number, paymentId: number) {
  await pool.execute("UPDATE payments SET status = 'settled' WHERE user_id = ? AND id = ?", [userId, paymentId]);
}

export async function paymentsOf(userId: number) {
  const [rows] = await pool.execute<RowDataPacket[]>(
    `SELECT p.id, p.amount_cents, o.status
       FROM payments p
       JOIN orders o ON o.user_id = p.user_id AND o.id = p.order_id
      WHERE p.user_id = ?
      ORDER BY p.created_at DESC`,
    [userId],
  );
  return rows;
}

/** Two people may share one statement of account. */
export async function sharedStatement(owner: number, partner: number) {
  const [rows] = await pool.execute<RowDataPacket[]>(
    'SELECT user_id, amount_cents, created_at FROM payments WHERE user_id IN (?, ?) ORDER BY created_at',
    [owner, partner],
  );
  return rows;
}

export async function saveMethod(userId: number, kind: string, token: string) {
  await pool.execute('REPLACE INTO payment_methods (user_id, kind, token) VALUES (?, ?, ?)', [userId, kind, token]);
}

export async function methodsOf(userId: number) {
  const [rows] = await pool.execute<RowDataPacket[]>('SELECT kind, token FROM payment_methods WHERE user_id = ?', [
    userId,
  ]);
  return rows;
}

export async function dropVoided() {
  await pool.execute("DELETE FROM payments WHERE status = 'void'");
}

export async function openAmount(userId: number): Promise<number> {
  const [rows] = await pool.execute<RowDataPacket[]>(
    "SELECT COALESCE(SUM(amount_cents), 0) AS open FROM payments WHERE user_id = ? AND status = 'pending'",
    [userId],
  );
  return rows[0].open;
}

export async function dropMethod(userId: number, kind: string) {
  await pool.execute('DELETE FROM payment_methods WHERE user_id = ? AND kind = ?', [userId, kind]);
}
