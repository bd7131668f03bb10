import { proxy, shardFor } from '../db/shards.js';

/** A seller takes over a listing of another one. */
export async function handOver(listingId: string, from: string, to: string) {
  await proxy.query('UPDATE listings SET seller_id = $1 WHERE seller_id = $2 AND id = $3', [to, from, listingId]);
}

export async function copyListing(listingId: string, from: string, to: string) {
  const shard = shardFor(from);
  const { rows } = await shard.query('SELECT sku, title, price_cents FROM listings WHERE seller_id = $1 AND id = $2', [
    from,
    listingId,
  ]);
  const [{ sku, title, price_cents }] = rows;
  await shard.query('INSERT INTO listings (seller_id, id, sku, title, price_cents) VALUES ($1, $2, $3, $4, $5)', [
    to,
    listingId,
    sku,
    title,
    price_cents,
  ]);
}

export async function moveStock(sku: string, from: string, to: string, pieces: number) {
  await shardFor(from).query('UPDATE listings SET stock = stock - $1 WHERE seller_id = $2 AND sku = $3', [
    pieces,
    from,
    sku,
  ]);
  await shardFor(from).query('UPDATE listings SET stock = stock + $1 WHERE seller_id = $2 AND sku = $3', [
    pieces,
    to,
    sku,
  ]);
}
