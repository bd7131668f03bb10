import { proxy, readShardFor, shardFor } from '../db/shards.js';

export interface Line {
  listingId: string;
  quantity: number;
}

export async function placeOrder(
  sellerId: string,
  orderId: string,
  buyerId: string,
  totalCents: number,
  lines: Line[],
) {
  const shard = shardFor(sellerId);
  await shard.query('INSERT INTO orders (seller_id, id, buyer_id, total_cents) VALUES ($1, $2, $3, $4)', [
    sellerId,
    orderId,
    buyerId,
    totalCents,
  ]);
  for (const line of lines) {
    await shard.query('INSERT INTO order_lines (seller_id, order_id, listing_id, quantity) VALUES ($1, $2, $3, $4)', [
      sellerId,
      orderId,
      line.listingId,
      line.quantity,
    ]);
  }
}

export async function getOrder(sellerId: string, orderId: string) {
  const { rows } = await shardFor(sellerId).query('SELECT * FROM orders WHERE id = $1', [orderId]);
  return rows[0];
}

export async function linesOf(sellerId: string, orderId: string) {
  const { rows } = await shardFor(sellerId).query(
    `SELECT l.title, ol.quantity
       FROM order_lines ol
       JOIN listings l ON l.seller_id = ol.seller_id AND l.id = ol.listing_id
      WHERE ol.order_id = $1`,
    [orderId],
  );
  return rows;
}

export async function recentOrders(sellerId: string) {
  const { rows } = await readShardFor(sellerId).query(
    'SELECT id, status, total_cents FROM orders WHERE seller_id = $1 ORDER BY created_at DESC LIMIT 50',
    [sellerId],
  );
  return rows;
}

/** Parcels carry the order's number; the seller is found out here. */
export async function findOrder(orderId: string) {
  const { rows } = await proxy.query('SELECT seller_id, status FROM orders WHERE id = $1', [orderId]);
  return rows[0];
}

export async function ordersOfBuyer(buyerId: string) {
  const { rows } = await proxy.query(
    'SELECT seller_id, id, status FROM orders WHERE buyer_id = $1 ORDER BY created_at DESC LIMIT 20',
    [buyerId],
  );
  return rows;
}

export async function ordersWithBuyers(sellerId: string) {
  const { rows } = await proxy.query(
    `SELECT o.id, b.name, b.email
       FROM orders o
       JOIN buyers b ON b.buyer_id = o.buyer_id
      WHERE o.seller_id = $1`,
    [sellerId],
  );
  return rows;
}

export async function setStatus(sellerId: string, orderId: string, status: string) {
  await shardFor(sellerId).query('UPDATE orders SET status = $1 WHERE id = $2', [status, orderId]);
}

export async function closeAbandoned(before: Date) {
  await proxy.query("UPDATE orders SET status = 'closed' WHERE status = 'new' AND created_at < $1", [before]);
}

export async function addLine(orderId: string, listingId: string, quantity: number) {
  await proxy.query('INSERT INTO order_lines (order_id, listing_id, quantity) VALUES ($1, $2, $3)', [
    orderId,
    listingId,
    quantity,
  ]);
}
