/** Slonik: each exported function is one shape, as applications write it. */
import { createPool, type DatabasePool, sql } from 'slonik';

export const pool: DatabasePool = await createPool(process.env.DATABASE_URL ?? '');

const orders = {
  table: sql.identifier(['orders']),
  fields: { id: sql.identifier(['id']), tenantId: sql.identifier(['tenant_id']) },
};

// ── the ways to ask ─────────────────────────────────────────────────────────────────────────────────────────────

export async function any(tenantId: number) {
  return pool.any(sql.unsafe`SELECT id FROM orders WHERE tenant_id = ${tenantId}`);
}

export async function many(tenantId: number) {
  return pool.many(sql.unsafe`SELECT id FROM orders WHERE tenant_id = ${tenantId}`);
}

export async function one(tenantId: number, id: number) {
  return pool.one(sql.unsafe`SELECT id FROM orders WHERE tenant_id = ${tenantId} AND id = ${id}`);
}

export async function maybeOne(id: number) {
  return pool.maybeOne(sql.unsafe`SELECT id FROM orders WHERE id = ${id}`);
}

export async function oneFirst(tenantId: number) {
  return pool.oneFirst(sql.unsafe`SELECT count(*) FROM orders WHERE tenant_id = ${tenantId}`);
}

export async function anyFirst(status: string) {
  return pool.anyFirst(sql.unsafe`SELECT id FROM orders WHERE status = ${status}`);
}

export async function manyFirst(tenantId: number) {
  return pool.manyFirst(sql.unsafe`SELECT id FROM orders WHERE tenant_id = ${tenantId}`);
}

export async function maybeOneFirst(email: string) {
  return pool.maybeOneFirst(sql.unsafe`SELECT id FROM users WHERE email = ${email}`);
}

export async function query(tenantId: number) {
  const { rows } = await pool.query(sql.unsafe`SELECT id FROM orders WHERE tenant_id = ${tenantId}`);
  return rows;
}

export async function exists(tenantId: number) {
  return pool.exists(sql.unsafe`SELECT 1 FROM orders WHERE tenant_id = ${tenantId}`);
}

export async function connected(tenantId: number) {
  return pool.connect((connection) => connection.any(sql.unsafe`SELECT id FROM orders WHERE tenant_id = ${tenantId}`));
}

export async function inTransaction(tenantId: number, orderId: number) {
  await pool.transaction(async (tx) => {
    await tx.query(sql.unsafe`UPDATE orders SET status = 'paid' WHERE tenant_id = ${tenantId} AND id = ${orderId}`);
    await tx.query(sql.unsafe`INSERT INTO order_items (tenant_id, order_id) VALUES (${tenantId}, ${orderId})`);
  });
}

export async function handedOn(tenantId: number) {
  return pool.transaction((tx) => tx.any(sql.unsafe`SELECT id FROM orders WHERE tenant_id = ${tenantId}`));
}

// ── what is put together ────────────────────────────────────────────────────────────────────────────────────────

export async function identifiers(tenantId: number) {
  return pool.any(
    sql.unsafe`SELECT id FROM ${sql.identifier(['orders'])} WHERE ${sql.identifier(['tenant_id'])} = ${tenantId}`,
  );
}

export async function qualifiedIdentifiers(tenantId: number) {
  return pool.any(
    sql.unsafe`SELECT ${sql.identifier(['o', 'id'])} FROM ${sql.identifier(['public', 'orders'])} o WHERE ${sql.identifier(['o', 'tenant_id'])} = ${tenantId}`,
  );
}

export async function tableObject(tenantId: number) {
  const { table, fields } = orders;
  return pool.any(sql.unsafe`SELECT ${fields.id} FROM ${table} WHERE ${fields.tenantId} = ${tenantId}`);
}

export async function fragment(tenantId: number, status: string) {
  const filter = sql.fragment`AND status = ${status}`;
  return pool.any(sql.unsafe`SELECT id FROM orders WHERE tenant_id = ${tenantId} ${filter}`);
}

export async function fragmentWithKey(tenantId: number, status: string) {
  const mine = sql.fragment`tenant_id = ${tenantId}`;
  return pool.any(sql.unsafe`SELECT id FROM orders WHERE ${mine} AND status = ${status}`);
}

export async function optionalFragment(tenantId: number, status?: string) {
  return pool.any(
    sql.unsafe`SELECT id FROM orders WHERE tenant_id = ${tenantId} ${status ? sql.fragment`AND status = ${status}` : sql.fragment``}`,
  );
}

const ofTenant = (tenantId: number) => sql.fragment`tenant_id = ${tenantId}`;

export async function fragmentHelper(tenantId: number) {
  return pool.any(sql.unsafe`SELECT id FROM orders WHERE ${ofTenant(tenantId)}`);
}

export async function joinedList(tenantIds: number[]) {
  return pool.any(sql.unsafe`SELECT id FROM orders WHERE tenant_id IN (${sql.join(tenantIds, sql.fragment`, `)})`);
}

export async function joinedConditions(tenantId: number, status: string) {
  const conditions = [sql.fragment`tenant_id = ${tenantId}`, sql.fragment`status = ${status}`];
  return pool.any(sql.unsafe`SELECT id FROM orders WHERE ${sql.join(conditions, sql.fragment` AND `)}`);
}

export async function anyOfArray(tenantIds: number[]) {
  return pool.any(sql.unsafe`SELECT id FROM orders WHERE tenant_id = ANY(${sql.array(tenantIds, 'int4')})`);
}

export async function unnested(tenantId: number) {
  return pool.query(
    sql.unsafe`INSERT INTO tags (tenant_id, name) SELECT * FROM ${sql.unnest([[tenantId, 'x']], ['int4', 'text'])}`,
  );
}

export async function literal(tenantId: number) {
  return pool.any(sql.unsafe`SELECT id FROM orders WHERE tenant_id = ${sql.literalValue(String(tenantId))}`);
}

export async function dates(tenantId: number, since: Date) {
  return pool.any(
    sql.unsafe`SELECT id FROM orders WHERE tenant_id = ${tenantId} AND created_at > ${sql.timestamp(since)}`,
  );
}

// ── statements ──────────────────────────────────────────────────────────────────────────────────────────────────

export async function scatter(status: string) {
  return pool.any(sql.unsafe`SELECT id FROM orders WHERE status = ${status} ORDER BY created_at DESC LIMIT 10`);
}

export async function range(tenantId: number) {
  return pool.any(sql.unsafe`SELECT id FROM orders WHERE tenant_id >= ${tenantId}`);
}

export async function either(tenantId: number, otherTenant: number) {
  return pool.any(sql.unsafe`SELECT id FROM orders WHERE tenant_id = ${tenantId} OR tenant_id = ${otherTenant}`);
}

export async function joined(tenantId: number) {
  return pool.any(
    sql.unsafe`SELECT o.id FROM orders o JOIN order_items i ON i.order_id = o.id AND i.tenant_id = o.tenant_id WHERE o.tenant_id = ${tenantId}`,
  );
}

export async function joinedOffKey(tenantId: number) {
  return pool.any(
    sql.unsafe`SELECT o.id FROM orders o JOIN users u ON u.id = o.user_id WHERE o.tenant_id = ${tenantId}`,
  );
}

export async function commonTable(tenantId: number) {
  return pool.any(
    sql.unsafe`WITH mine AS (SELECT id, status FROM orders WHERE tenant_id = ${tenantId}) SELECT id FROM mine WHERE status = 'open'`,
  );
}

export async function union(tenantId: number, otherTenant: number) {
  return pool.any(
    sql.unsafe`SELECT id FROM orders WHERE tenant_id = ${tenantId} UNION ALL SELECT id FROM orders WHERE tenant_id = ${otherTenant}`,
  );
}

export async function aggregate(since: Date) {
  return pool.any(
    sql.unsafe`SELECT status, count(*) FROM orders WHERE created_at > ${sql.timestamp(since)} GROUP BY status`,
  );
}

export async function reference(code: string) {
  return pool.one(sql.unsafe`SELECT title FROM plans WHERE code = ${code}`);
}

export async function unsharded() {
  return pool.any(sql.unsafe`SELECT name FROM settings`);
}

export async function insert(tenantId: number, newNumber: string) {
  return pool.one(sql.unsafe`INSERT INTO orders (tenant_id, number) VALUES (${tenantId}, ${newNumber}) RETURNING id`);
}

export async function insertRows(tenantId: number, otherTenant: number) {
  return pool.query(sql.unsafe`INSERT INTO tags (tenant_id, name) VALUES (${tenantId}, 'a'), (${otherTenant}, 'b')`);
}

export async function upsert(tenantId: number, number: string) {
  return pool.query(
    sql.unsafe`INSERT INTO orders (tenant_id, number) VALUES (${tenantId}, ${number}) ON CONFLICT (tenant_id, number) DO UPDATE SET status = 'paid'`,
  );
}

export async function update(tenantId: number, status: string) {
  return pool.query(sql.unsafe`UPDATE orders SET status = ${status} WHERE tenant_id = ${tenantId}`);
}

export async function updateById(id: number, status: string) {
  return pool.query(sql.unsafe`UPDATE orders SET status = ${status} WHERE id = ${id}`);
}

export async function keyUpdate(id: number, otherTenant: number) {
  return pool.query(sql.unsafe`UPDATE orders SET tenant_id = ${otherTenant} WHERE id = ${id}`);
}

export async function remove(tenantId: number, orderId: number) {
  return pool.query(sql.unsafe`DELETE FROM order_items WHERE tenant_id = ${tenantId} AND order_id = ${orderId}`);
}

export async function removeAll() {
  return pool.query(sql.unsafe`DELETE FROM order_items`);
}

export const runs = {
  optionalFragment: [[7], [7, 'open']],
};

export async function close() {
  await pool.end();
}
