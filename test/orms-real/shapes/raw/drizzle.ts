/** Drizzle: each way to send SQL text, or to put some into a builder. */
import { and, eq, sql } from 'drizzle-orm';
import { db, orderItems, orders } from '../drizzle';

/** `` db.execute(sql`…`) `` */
export async function executed(tenantId: number) {
  return db.execute(sql`select id from orders where tenant_id = ${tenantId}`);
}

/** `db.execute(text)` */
export async function executedText() {
  return db.execute('select id from orders where tenant_id = 7');
}

/** `sql.raw` */
export async function ofRaw() {
  return db.execute(sql.raw('select id from orders where tenant_id = 7'));
}

/** `sql.raw` within `` sql`…` `` */
export async function nestedRaw(tenantId: number) {
  return db.execute(sql`select id from orders where tenant_id = ${tenantId} ${sql.raw('order by id')}`);
}

/** `sql.join` */
export async function joined(tenantId: number, status: string) {
  const filters = [sql`tenant_id = ${tenantId}`, sql`status = ${status}`];
  return db.execute(sql`select id from orders where ${sql.join(filters, sql.raw(' and '))}`);
}

/** `sql.identifier` */
export async function ofIdentifier(tenantId: number) {
  return db.execute(sql`select id from ${sql.identifier('orders')} where ${sql.identifier('tenant_id')} = ${tenantId}`);
}

/** tables and columns within `` sql`…` `` */
export async function ofTables(tenantId: number) {
  return db.execute(sql`select ${orders.id} from ${orders} where ${orders.tenantId} = ${tenantId}`);
}

/** `sql.empty()`, `.append` */
export async function appended(tenantId: number) {
  const query = sql.empty();
  query.append(sql`select id from orders`);
  query.append(sql` where tenant_id = ${tenantId}`);
  return db.execute(query);
}

/** a query within `` sql`…` `` */
export async function ofQuery(tenantId: number) {
  const mine = db.select({ id: orderItems.orderId }).from(orderItems).where(eq(orderItems.tenantId, tenantId));
  return db
    .select()
    .from(orders)
    .where(and(eq(orders.tenantId, tenantId), sql`${orders.id} in ${mine}`));
}

/** `` where(sql`…`) `` */
export async function whereSql(tenantId: number) {
  return db.select().from(orders).where(sql`${orders.tenantId} = ${tenantId}`);
}

/** `` select({ n: sql`…` }) `` */
export async function selectedSql(tenantId: number) {
  return db.select({ n: sql<number>`count(*)` }).from(orders).where(eq(orders.tenantId, tenantId));
}

/** `` set({ column: sql`…` }) `` */
export async function setSql(tenantId: number) {
  await db
    .update(orders)
    .set({ total: sql`${orders.total} + 1` })
    .where(eq(orders.tenantId, tenantId));
}

/** `tx.execute` */
export async function inTransaction(tenantId: number) {
  await db.transaction(async (tx) => {
    await tx.execute(sql`update orders set total = 0 where tenant_id = ${tenantId}`);
  });
}

/** `db.$client.query` */
export async function ofClient(tenantId: number) {
  return db.$client.query('select id from orders where tenant_id = $1', [tenantId]);
}
