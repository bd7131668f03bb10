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
              20014, 20077, 20131, 20218, 20262, 20345, 20401, 20498, 20533, 20617,
              20684, 20729, 20790, 20846, 20911, 20975, 21033, 21098, 21147, 21206,
              21288, 21340, 21415, 21479, 21522, 21601, 21663, 21718, 21794, 21850,
              21903, 21969, 22024, 22087, 22151, 22216, 22290, 22345, 22407, 22461)
      GROUP BY user_id`,
  );
  return rows;
}
