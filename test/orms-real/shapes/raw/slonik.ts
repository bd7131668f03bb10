/** Slonik: each helper of the tag. */
import { sql } from 'slonik';
import { z } from 'zod';
import { pool } from '../slonik';

export { close } from '../slonik';

const row = z.object({ id: z.number() });

/** `` sql.unsafe`…` `` */
export async function unsafe(tenantId: number) {
  return pool.any(sql.unsafe`SELECT id FROM orders WHERE tenant_id = ${tenantId}`);
}

/** `` sql.type(schema)`…` `` */
export async function typed(tenantId: number) {
  return pool.any(sql.type(row)`SELECT id FROM orders WHERE tenant_id = ${tenantId}`);
}

/** `` sql.fragment`…` `` */
export async function fragment(tenantId: number) {
  const filter = sql.fragment`tenant_id = ${tenantId}`;
  return pool.any(sql.unsafe`SELECT id FROM orders WHERE ${filter}`);
}

/** `sql.identifier` */
export async function identifier(tenantId: number) {
  return pool.any(
    sql.unsafe`SELECT ${sql.identifier(['orders', 'id'])} FROM ${sql.identifier(['public', 'orders'])} WHERE ${sql.identifier(['tenant_id'])} = ${tenantId}`,
  );
}

/** `sql.join` of values */
export async function joined(tenantIds: number[]) {
  return pool.any(sql.unsafe`SELECT id FROM orders WHERE tenant_id IN (${sql.join(tenantIds, sql.fragment`, `)})`);
}

/** `sql.join` of fragments */
export async function joinedFragments(tenantId: number, status: string) {
  const filters = [sql.fragment`tenant_id = ${tenantId}`, sql.fragment`status = ${status}`];
  return pool.any(sql.unsafe`SELECT id FROM orders WHERE ${sql.join(filters, sql.fragment` AND `)}`);
}

/** `sql.array` */
export async function array(tenantIds: number[]) {
  return pool.any(sql.unsafe`SELECT id FROM orders WHERE tenant_id = ANY(${sql.array(tenantIds, 'int4')})`);
}

/** `sql.unnest` */
export async function unnest(tenantId: number) {
  await pool.query(
    sql.unsafe`INSERT INTO tags (tenant_id, name) SELECT tenant_id, name FROM ${sql.unnest([[tenantId, 'x']], ['int4', 'text'])} AS t (tenant_id, name)`,
  );
}

/** `sql.literalValue` */
export async function literalValue(tenantId: number) {
  return pool.any(
    sql.unsafe`SELECT id FROM orders WHERE tenant_id = ${tenantId} AND status = ${sql.literalValue('open')}`,
  );
}

/** `sql.timestamp` */
export async function timestamp(tenantId: number, since: Date) {
  return pool.any(
    sql.unsafe`SELECT id FROM orders WHERE tenant_id = ${tenantId} AND created_at > ${sql.timestamp(since)}`,
  );
}

/** `sql.jsonb` */
export async function jsonb(tenantId: number) {
  return pool.any(sql.unsafe`SELECT id FROM orders WHERE tenant_id = ${tenantId} AND ${sql.jsonb({ a: 1 })} ? 'a'`);
}

/** within `pool.transaction` */
export async function inTransaction(tenantId: number) {
  await pool.transaction(async (connection) => {
    await connection.query(sql.unsafe`UPDATE orders SET total = 0 WHERE tenant_id = ${tenantId}`);
  });
}
