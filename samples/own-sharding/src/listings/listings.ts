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
              1007, 1019, 1036, 1042, 1058, 1071, 1083, 1099, 1104, 1120, 1137, 1142, 1159, 1168, 1175, 1191,
              1206, 1213, 1228, 1240, 1257, 1263, 1279, 1284, 1302, 1315, 1327, 1336, 1348, 1352, 1369, 1377,
              1385, 1398, 1404, 1413, 1426, 1431, 1447, 1450, 1468, 1473, 1489, 1495, 1501, 1512, 1526, 1533)
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
