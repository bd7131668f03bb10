/** Drizzle with `withReplicas`: who is asked by which call. */
import { and, eq, sql } from 'drizzle-orm';
import { drizzle } from 'drizzle-orm/node-postgres';
import { integer, pgTable, serial, text, withReplicas } from 'drizzle-orm/pg-core';

export const orders = pgTable('orders', {
  id: serial('id').primaryKey(),
  tenantId: integer('tenant_id').notNull(),
  status: text('status').notNull().default('open'),
  total: integer('total').notNull().default(0),
});

const primary = drizzle(process.env.DATABASE_URL ?? '', { schema: { orders } });
const replica = drizzle(process.env.REPLICA_URL ?? '', { schema: { orders } });
const db = withReplicas(primary, [replica]);

/** The earlier version's `withReplicas` hands out neither. */
export const only = { commonTable: 'current', counted: 'current' };

export async function select(tenantId: number) {
  return db.select().from(orders).where(eq(orders.tenantId, tenantId));
}

export async function selectDistinct(tenantId: number) {
  return db.selectDistinct({ status: orders.status }).from(orders).where(eq(orders.tenantId, tenantId));
}

export async function relational(tenantId: number) {
  return db.query.orders.findMany({ where: eq(orders.tenantId, tenantId) });
}

export async function counted(tenantId: number) {
  return await db.$count(orders, eq(orders.tenantId, tenantId));
}

export async function commonTable(tenantId: number) {
  const mine = db.$with('mine').as(db.select().from(orders).where(eq(orders.tenantId, tenantId)));
  return db.with(mine).select().from(mine);
}

export async function insert(tenantId: number) {
  return db.insert(orders).values({ tenantId }).returning();
}

export async function update(tenantId: number, id: number) {
  await db
    .update(orders)
    .set({ status: 'paid' })
    .where(and(eq(orders.tenantId, tenantId), eq(orders.id, id)));
}

export async function remove(tenantId: number) {
  await db.delete(orders).where(and(eq(orders.tenantId, tenantId), eq(orders.id, 13)));
}

export async function forced(tenantId: number) {
  return db.$primary.select().from(orders).where(eq(orders.tenantId, tenantId));
}

export async function forcedRelational(tenantId: number) {
  return db.$primary.query.orders.findFirst({ where: eq(orders.tenantId, tenantId) });
}

export async function executed(tenantId: number) {
  return db.execute(sql`select id from orders where tenant_id = ${tenantId}`);
}

export async function inTransaction(tenantId: number) {
  await db.transaction(async (tx) => {
    await tx.select().from(orders).where(eq(orders.tenantId, tenantId));
    await tx.update(orders).set({ total: 1 }).where(eq(orders.tenantId, tenantId));
  });
}

const readOnlyDb = drizzle(process.env.REPLICA_URL ?? '', { schema: { orders } });

export async function secondClient(tenantId: number) {
  return readOnlyDb.select().from(orders).where(eq(orders.tenantId, tenantId));
}
