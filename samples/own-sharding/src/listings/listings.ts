import { proxy, readShardFor, shardFor } from '../db/shards.js';

export async function listingsOf(sellerId: string) {
  const { rows } = await readShardFor(sellerId).query(
    'SELECT id, sku, title, price_cents FROM listings ORDER BY title',
  );
  return rows;
}

export async function getListing(sellerId: string, listingId: string) {
  const { rows } = await proxy.query('SELECT * FROM listings WHERE seller_id = $1 AND id = $2', [sellerId, listingId]);
  return rows[0];
}

export async function priced(sellerId: string) {
  const { rows } = await proxy.query(
    `SELECT l.id, l.price_cents, c.digits
       FROM listings l
       JOIN sellers s ON s.seller_id = l.seller_id
       JOIN currencies c ON c.code = s.currency
      WHERE l.seller_id = $1`,
    [sellerId],
  );
  return rows;
}

export async function search(term: string) {
  const { rows } = await proxy.query('SELECT seller_id, id, title FROM listings WHERE title ILIKE $1 LIMIT 50', [
    `%${term}%`,
  ]);
  return rows;
}

/** Shop windows are shared by a token, so that nobody can count sellers up. */
export async function byShareToken(token: string) {
  const { rows } = await proxy.query('SELECT id, title FROM listings WHERE md5(seller_id::text) = $1', [token]);
  return rows;
}

/** The search index is filled page by page. */
export async function page(afterSeller: string) {
  const { rows } = await proxy.query(
    'SELECT seller_id, id, title FROM listings WHERE seller_id > $1 ORDER BY seller_id LIMIT 500',
    [afterSeller],
  );
  return rows;
}

export async function compareOffers(first: string, second: string, third: string, sku: string) {
  const { rows } = await proxy.query(
    'SELECT seller_id, price_cents FROM listings WHERE seller_id IN ($1, $2, $3) AND sku = $4 ORDER BY price_cents',
    [first, second, third, sku],
  );
  return rows;
}

/** Sellers that the landing page shows this season. */
export async function featured() {
  const { rows } = await proxy.query(
    `SELECT seller_id, id, title, price_cents
       FROM listings
      WHERE seller_id IN (
              1009, 1017, 1065, 1087, 1089, 1124, 1137, 1145, 1154, 1159, 1175, 1177, 1185, 1191,
              1228, 1241, 1242, 1243, 1258, 1274, 1289, 1290, 1293, 1299, 1368, 1372, 1394, 1405,
              1412, 1416, 1430, 1434, 1445, 1464, 1477, 1501, 1510, 1513, 1567, 1568, 1608, 1630,
              1679, 1704, 1728, 1761, 1791, 1843, 1856, 1889, 1897, 1909, 1910, 1943, 1968, 1985)
        AND stock > 0`,
  );
  return rows;
}

export async function setPrice(sellerId: string, listingId: string, priceCents: number) {
  await shardFor(sellerId).query('UPDATE listings SET price_cents = $1 WHERE seller_id = $2 AND id = $3', [
    priceCents,
    sellerId,
    listingId,
  ]);
}

export async function soldOut(sellerId: string) {
  const { rows } = await readShardFor(sellerId).query('SELECT id, sku, title FROM listings WHERE stock = 0');
  return rows;
}
