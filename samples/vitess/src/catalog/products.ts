import type { ResultSetHeader, RowDataPacket } from 'mysql2/promise';
import { pool } from '../db/pool.js';

export async function product(productId: number) {
  const [rows] = await pool.execute<RowDataPacket[]>('SELECT id, name, price_cents, stock FROM products WHERE id = ?', [
    productId,
  ]);
  return rows[0];
}

export async function inCategory(categoryId: number) {
  const [rows] = await pool.execute<RowDataPacket[]>(
    `SELECT p.id, p.name, p.price_cents, c.name AS category
       FROM products p
       JOIN categories c ON c.id = p.category_id
      WHERE p.category_id = ?
      ORDER BY p.name`,
    [categoryId],
  );
  return rows;
}

export async function reserve(productId: number, quantity: number): Promise<boolean> {
  const [result] = await pool.execute<ResultSetHeader>(
    'UPDATE products SET stock = stock - ? WHERE id = ? AND stock >= ?',
    [quantity, productId, quantity],
  );
  return result.affectedRows === 1;
}

export async function addProduct(categoryId: number, name: string, priceCents: number) {
  await pool.execute('INSERT INTO products (category_id, name, price_cents) VALUES (?, ?, ?)', [
    categoryId,
    name,
    priceCents,
  ]);
}

export async function neverSold() {
  const [rows] = await pool.execute<RowDataPacket[]>(
    'SELECT id, name FROM products WHERE id NOT IN (SELECT product_id FROM order_items)',
  );
  return rows;
}

export async function categories() {
  const [rows] = await pool.execute<RowDataPacket[]>('SELECT id, name FROM categories ORDER BY name');
  return rows;
}

export async function setPrice(productId: number, priceCents: number) {
  await pool.execute('UPDATE products SET price_cents = ? WHERE id = ?', [priceCents, productId]);
}
