import { buyerShardFor, proxy } from '../db/shards.js';

export async function getBuyer(buyerId: string) {
  const { rows } = await buyerShardFor(buyerId).query('SELECT name, email FROM buyers WHERE buyer_id = $1', [buyerId]);
  return rows[0];
}

export async function addressesOf(buyerId: string) {
  const { rows } = await buyerShardFor(buyerId).query(
    `SELECT b.name, a.line
       FROM buyers b
       JOIN addresses a ON a.buyer_id = b.buyer_id`,
  );
  return rows;
}

export async function addAddress(buyerId: string, id: string, line: string) {
  await proxy.query('INSERT INTO addresses (buyer_id, id, line) VALUES ($1, $2, $3)', [buyerId, id, line]);
}

export async function findByEmail(email: string) {
  const { rows } = await proxy.query('SELECT buyer_id, name FROM buyers WHERE email = $1', [email]);
  return rows[0];
}

export async function discount(code: string) {
  const { rows } = await proxy.query('SELECT percent FROM coupons WHERE code = $1', [code]);
  return rows[0]?.percent ?? 0;
}
