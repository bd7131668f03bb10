import type { RowDataPacket } from 'mysql2/promise';
import { pool } from '../db/pool.js';

export async function revenueByDay(from: Date) {
  const [rows] = await pool.execute<RowDataPacket[]>(
    'SELECT DATE(created_at) AS day, SUM(total_cents) AS total FROM orders WHERE created_at >= ? GROUP BY DATE(created_at)',
    [from],
  );
  return rows;
}

/** Runs once a night on a replica; the fan-out is meant. */
export async function revenueByCountry() {
  const [rows] = await pool.execute<RowDataPacket[]>(
    `SELECT /*vt+ ALLOW_SCATTER */ c.name, SUM(o.total_cents) AS total
       FROM orders o
       JOIN countries c ON c.code = o.country_code
      GROUP BY c.name`,
  );
  return rows;
}

export async function topCustomers() {
  const [rows] = await pool.execute<RowDataPacket[]>(
    `SELECT u.id, u.name, SUM(o.total_cents) AS total
       FROM users u
       JOIN orders o ON o.user_id = u.id
      GROUP BY u.id, u.name
      ORDER BY total DESC
      LIMIT 20`,
  );
  return rows;
}

export async function ranking(countryCode: string) {
  const [rows] = await pool.execute<RowDataPacket[]>(
    `SELECT id, user_id, RANK() OVER (ORDER BY total_cents DESC) AS place
       FROM orders
      WHERE country_code = ?`,
    [countryCode],
  );
  return rows;
}

export async function rankingOf(userId: number) {
  const [rows] = await pool.execute<RowDataPacket[]>(
    'SELECT id, RANK() OVER (ORDER BY total_cents DESC) AS place FROM orders WHERE user_id = ?',
    [userId],
  );
  return rows;
}

export async function withoutOrders() {
  const [rows] = await pool.execute<RowDataPacket[]>(
    `SELECT u.id, u.email
       FROM users u
       LEFT JOIN orders o ON o.user_id = u.id
      WHERE o.id IS NULL`,
  );
  return rows;
}

/** The data warehouse reads users in slices. */
export async function exportSlice(first: number, last: number) {
  const [rows] = await pool.execute<RowDataPacket[]>(
    'SELECT id, user_id, total_cents FROM orders WHERE user_id BETWEEN ? AND ?',
    [first, last],
  );
  return rows;
}

/** The panel that marketing asks every quarter. */
export async function panelRevenue() {
  const [rows] = await pool.execute<RowDataPacket[]>(
    `SELECT user_id, SUM(total_cents) AS total
       FROM orders
      WHERE user_id IN (
              20102, 20170, 20258, 20276, 20291, 20309, 20327, 20345, 20393, 20493, 20632, 20685, 20746, 21009,
              21027, 21115, 21175, 21189, 21237, 21239, 21278, 21295, 21403, 21411, 21416, 21431, 21444, 21491,
              21590, 21722, 21737, 21835, 21848, 21878, 21951, 22012, 22037, 22044, 22106, 22161, 22295, 22357,
              22362, 22377, 22385, 22444, 22504, 22660, 22730, 22747, 22748, 22800, 22857, 22865, 22873, 22883)
      GROUP BY user_id`,
  );
  return rows;
}
