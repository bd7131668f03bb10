import type { ResultSetHeader, RowDataPacket } from 'mysql2/promise';
import { pool } from '../db/pool.js';

export async function register(email: string, name: string): Promise<number> {
  const [result] = await pool.execute<ResultSetHeader>('INSERT INTO users (email, name) VALUES (?, ?)', [email, name]);
  return result.insertId;
}

export async function findById(userId: number) {
  const [rows] = await pool.execute<RowDataPacket[]>('SELECT id, email, name FROM users WHERE id = ?', [userId]);
  return rows[0];
}

/** `email` has a lookup vindex: one shard after one look. */
export async function findByEmail(email: string) {
  const [rows] = await pool.execute<RowDataPacket[]>('SELECT id, name FROM users WHERE email = ?', [email]);
  return rows[0];
}

export async function searchByName(term: string) {
  const [rows] = await pool.execute<RowDataPacket[]>('SELECT id, name FROM users WHERE name LIKE ? LIMIT 20', [
    `%${term}%`,
  ]);
  return rows;
}

/** Profiles have addresses such as /p/u1042. */
export async function findByHandle(handle: string) {
  const [rows] = await pool.execute<RowDataPacket[]>("SELECT id, name FROM users WHERE CONCAT('u', id) = ?", [handle]);
  return rows[0];
}

export async function rename(userId: number, name: string) {
  await pool.execute('UPDATE users SET name = ? WHERE id = ?', [name, userId]);
}

export async function recordLogin(userId: number) {
  await pool.execute('UPDATE users SET last_login = NOW() WHERE id = ?', [userId]);
}

export async function forgetInactive(before: Date) {
  await pool.execute("UPDATE users SET name = '' WHERE last_login < ?", [before]);
}

/** Two accounts of one person become one. */
export async function mergeAccounts(from: number, into: number) {
  await pool.execute('UPDATE orders SET user_id = ? WHERE user_id = ?', [into, from]);
  await pool.execute('DELETE FROM sessions WHERE user_id = ?', [from]);
  await pool.execute('DELETE FROM users WHERE id = ?', [from]);
}

export async function openSession(userId: number, token: string, expires: Date) {
  await pool.execute('INSERT INTO sessions (user_id, token, expires_at) VALUES (?, ?, ?)', [userId, token, expires]);
}

export async function remember(userId: number, productId: number) {
  await pool.execute('INSERT INTO wishlists (user_id, product_id) VALUES (?, ?)', [userId, productId]);
}

export async function findSession(userId: number, token: string) {
  const [rows] = await pool.execute<RowDataPacket[]>(
    'SELECT expires_at FROM sessions WHERE user_id = ? AND token = ? AND expires_at > NOW()',
    [userId, token],
  );
  return rows[0];
}

export async function closeSession(userId: number, token: string) {
  await pool.execute('DELETE FROM sessions WHERE user_id = ? AND token = ?', [userId, token]);
}
