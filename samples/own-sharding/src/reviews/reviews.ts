import { proxy, readShardFor, shardFor } from '../db/shards.js';

export async function reviewsOf(sellerId: string) {
  const { rows } = await readShardFor(sellerId).query(
    `SELECT r.stars, r.body, o.created_at
       FROM reviews r
       JOIN orders o ON o.seller_id = r.seller_id AND o.id = r.order_id
      WHERE r.seller_id = $1
      ORDER BY r.id DESC
      LIMIT 30`,
    [sellerId],
  );
  return rows;
}

export async function addReview(orderId: string, stars: number, body: string) {
  await proxy.query('INSERT INTO reviews (order_id, stars, body) VALUES ($1, $2, $3)', [orderId, stars, body]);
}

export async function answer(sellerId: string, reviewId: string, text: string) {
  await shardFor(sellerId).query('UPDATE reviews SET body = body || $1 WHERE id = $2', [`\n\n${text}`, reviewId]);
}

export async function removeSpam(word: string) {
  await proxy.query('DELETE FROM reviews WHERE body ILIKE $1', [`%${word}%`]);
}

export async function stars(sellerId: string) {
  const { rows } = await proxy.query('SELECT avg(stars) AS stars FROM reviews WHERE seller_id = $1', [sellerId]);
  return Number(rows[0].stars);
}
