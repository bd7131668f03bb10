/** Drizzle on MySQL: what this dialect has beside and instead of the shapes of every dialect. */
import { and, desc, eq, exists, inArray, sql } from 'drizzle-orm';
import { db, orderItems, orders, tags, users } from '../drizzle';

export * from '../drizzle';

/** MySQL joins LATERAL, a MariaDB does not. */
export const refused = ['withOneByKey', 'withManyOffKey', 'withManyByKey', 'withNested', 'withOneOffKey'];

/** Nothing is returned but the number of the row. */
export async function insertOne(tenantId: number, userId: number) {
  const [{ insertId }] = await db.insert(orders).values({ tenantId, userId, total: 1 });
  const [order] = await db.select().from(orders).where(eq(orders.id, insertId));
  return order;
}

export async function insertReturningId(tenantId: number) {
  const [row] = await db.insert(orders).values({ tenantId }).$returningId();
  return db.query.orders.findFirst({ where: and(eq(orders.id, row?.id ?? 0), eq(orders.tenantId, tenantId)) });
}

export async function upserted(tenantId: number, email: string, name: string) {
  await db.insert(users).values({ tenantId, email, name }).onDuplicateKeyUpdate({ set: { name } });
}

export async function upsertedWithValues(tenantId: number, email: string, name: string) {
  await db
    .insert(users)
    .values({ tenantId, email, name })
    .onDuplicateKeyUpdate({ set: { name: sql`values(${users.name})` } });
}

export async function insertedOrIgnored(tenantId: number, email: string) {
  await db.insert(users).ignore().values({ tenantId, email });
}

export async function insertFromSelect(tenantId: number) {
  await db.insert(tags).select(
    db
      .select({ id: sql<number>`null`.as('id'), tenantId: tags.tenantId, name: tags.name })
      .from(tags)
      .where(eq(tags.tenantId, tenantId)),
  );
}

export async function updatedByKey(tenantId: number, id: number, status: string) {
  await db
    .update(orders)
    .set({ status })
    .where(and(eq(orders.tenantId, tenantId), eq(orders.id, id)));
}

export async function updatedLimited(tenantId: number, limit: number) {
  await db
    .update(orders)
    .set({ status: 'paid' })
    .where(eq(orders.tenantId, tenantId))
    .orderBy(desc(orders.id))
    .limit(limit);
}

export async function updatedLimitedOffKey(status: string) {
  await db.update(orders).set({ total: 0 }).where(eq(orders.status, status)).limit(2);
}

export async function deletedByIdOnly(itemId: number) {
  return db.delete(orderItems).where(eq(orderItems.id, itemId));
}

export async function deletedLimited(tenantId: number) {
  await db.delete(orderItems).where(eq(orderItems.tenantId, tenantId)).orderBy(orderItems.id).limit(1);
}

export async function existsBesideKey(tenantId: number) {
  return db
    .select()
    .from(orders)
    .where(
      and(
        eq(orders.tenantId, tenantId),
        exists(
          db
            .select({ one: sql`1` })
            .from(orderItems)
            .where(and(eq(orderItems.orderId, orders.id), eq(orderItems.tenantId, tenantId))),
        ),
      ),
    );
}

export async function inTransaction(tenantId: number, userId: number) {
  return db.transaction(async (tx) => {
    const [{ insertId }] = await tx.insert(orders).values({ tenantId, userId });
    await tx.insert(orderItems).values({ tenantId, orderId: insertId, sku: 'z' });
    await tx
      .update(users)
      .set({ name: 'Buyer' })
      .where(and(eq(users.tenantId, tenantId), eq(users.id, userId)));
  });
}

export async function lockedShared(tenantId: number, ids: number[]) {
  return db.transaction(async (tx) =>
    tx
      .select()
      .from(orders)
      .where(and(eq(orders.tenantId, tenantId), inArray(orders.id, ids)))
      .for('update', { skipLocked: true }),
  );
}

export async function executedUpsert(tenantId: number, email: string) {
  await db.execute(
    sql`insert into users (tenant_id, email) values (${tenantId}, ${email}) on duplicate key update email = values(email)`,
  );
}

export async function executedIgnore(tenantId: number, email: string) {
  await db.execute(sql`insert ignore into ${users} (tenant_id, email) values (${tenantId}, ${email})`);
}
