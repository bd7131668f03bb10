import { createHash } from 'node:crypto';
import { Pool, type PoolClient } from 'pg';

const servers = (process.env.SHARD_URLS ?? '').split(',');
const primaries = servers.map((url) => new Pool({ connectionString: url }));
const replicas = servers.map((url) => new Pool({ connectionString: url.replace('-primary', '-replica') }));

/**
 * The way in for code that does not pick a shard itself: our proxy reads `seller_id` or `buyer_id` out of the statement,
 * and asks every shard where it finds neither.
 */
export const proxy = new Pool({ connectionString: process.env.PROXY_URL });

const virtualShards = 16;

function slot(key: string): number {
  const hash = createHash('md5').update(key).digest().readUInt32BE(0);
  return Math.floor((hash % virtualShards) / (virtualShards / servers.length));
}

export function shardFor(sellerId: string): Pool {
  return primaries[slot(sellerId)];
}

export function readShardFor(sellerId: string): Pool {
  return replicas[slot(sellerId)];
}

export function buyerShardFor(buyerId: string): Pool {
  return primaries[slot(buyerId)];
}

export async function forEachShard<T>(work: (shard: Pool) => Promise<T>): Promise<T[]> {
  return Promise.all(primaries.map(work));
}

export async function inTransaction<T>(shard: Pool, work: (client: PoolClient) => Promise<T>): Promise<T> {
  const client = await shard.connect();
  try {
    await client.query('BEGIN');
    const result = await work(client);
    await client.query('COMMIT');
    return result;
  } catch (error) {
    await client.query('ROLLBACK');
    throw error;
  } finally {
    client.release();
  }
}
