import { forEachShard, proxy } from '../db/shards.js';

/** Asked once a night; every shard adds up its own. */
export async function totalRevenue() {
  const parts = await forEachShard(async (shard) => {
    const { rows } = await shard.query('SELECT coalesce(sum(total_cents), 0) AS total FROM orders');
    return Number(rows[0].total);
  });
  return parts.reduce((sum, part) => sum + part, 0);
}

export async function revenueOf(sellerId: string, from: Date) {
  const { rows } = await proxy.query(
    `SELECT date_trunc('day', created_at) AS day, sum(total_cents) AS total
       FROM orders
      WHERE seller_id = $1 AND created_at >= $2
      GROUP BY 1
      ORDER BY 1`,
    [sellerId, from],
  );
  return rows;
}

export async function revenueByStatus() {
  const { rows } = await proxy.query('SELECT status, sum(total_cents) AS total FROM orders GROUP BY status');
  return rows;
}

export async function fees(sellerId: string) {
  const { rows } = await proxy.query(
    `SELECT sum(o.total_cents * s.fee_percent / 100) AS fees
       FROM orders o
       JOIN sellers v ON v.seller_id = o.seller_id
       JOIN site_settings s ON s.fee_class = v.fee_class
      WHERE o.seller_id = $1`,
    [sellerId],
  );
  return rows[0].fees;
}

export async function bestSellers() {
  const { rows } = await proxy.query(
    `SELECT l.title, sum(ol.quantity) AS sold
       FROM order_lines ol
       JOIN listings l ON l.id = ol.listing_id
      GROUP BY l.title
      ORDER BY sold DESC
      LIMIT 10`,
  );
  return rows;
}

export async function feeTable() {
  const { rows } = await proxy.query('SELECT fee_class, fee_percent FROM site_settings ORDER BY fee_class');
  return rows;
}
