/** Kysely on MySQL: what this dialect has beside and instead of the shapes of every dialect. */
import { sql } from 'kysely';
import { db } from '../kysely';

export * from '../kysely';

/** Rows are changed with those of another table by a join here, and nothing is returned. */
export const without = ['updatedFrom'];

/** Lists of tables and the order of writes came later. */
export const only = { updatedTogether: 'current', updatedTogetherOffKey: 'current', updatedLimited: 'current' };

/** A MariaDB has no type for JSON, and a derived table there sees nothing of the query around it. */
export const refused = ['jsonArray', 'jsonObject'];

export async function insertOne(tenantId: number, userId: number) {
  const { insertId } = await db
    .insertInto('orders')
    .values({ tenant_id: tenantId, user_id: userId })
    .executeTakeFirstOrThrow();
  return db.selectFrom('orders').selectAll().where('id', '=', Number(insertId)).executeTakeFirst();
}

export async function insertedAndReadWithKey(tenantId: number, userId: number) {
  const { insertId } = await db
    .insertInto('orders')
    .values({ tenant_id: tenantId, user_id: userId })
    .executeTakeFirstOrThrow();
  return db
    .selectFrom('orders')
    .selectAll()
    .where('id', '=', Number(insertId))
    .where('tenant_id', '=', tenantId)
    .executeTakeFirst();
}

export async function upserted(tenantId: number, email: string, name: string) {
  await db.insertInto('users').values({ tenant_id: tenantId, email, name }).onDuplicateKeyUpdate({ name }).execute();
}

export async function insertedOrIgnored(tenantId: number, email: string) {
  await db.insertInto('users').ignore().values({ tenant_id: tenantId, email }).execute();
}

export async function replaced(tenantId: number, name: string) {
  await db.replaceInto('tags').values({ tenant_id: tenantId, name }).execute();
}

export async function updatedByKey(tenantId: number, id: number, status: string) {
  await db.updateTable('orders').set({ status }).where('tenant_id', '=', tenantId).where('id', '=', id).execute();
}

export async function updatedLimited(tenantId: number, limit: number) {
  await db
    .updateTable('orders')
    .set({ status: 'paid' })
    .where('tenant_id', '=', tenantId)
    .orderBy('id')
    .limit(limit)
    .execute();
}

export async function updatedLimitedOffKey(status: string) {
  await db.updateTable('orders').set({ total: 0 }).where('status', '=', status).limit(2).execute();
}

export async function updatedTogether(tenantId: number) {
  await db
    .updateTable(['orders', 'users'])
    .set('orders.total', 0)
    .whereRef('users.id', '=', 'orders.user_id')
    .whereRef('users.tenant_id', '=', 'orders.tenant_id')
    .where('orders.tenant_id', '=', tenantId)
    .execute();
}

export async function updatedTogetherOffKey(tenantId: number) {
  await db
    .updateTable(['orders', 'users'])
    .set('orders.total', 0)
    .whereRef('users.id', '=', 'orders.user_id')
    .where('orders.tenant_id', '=', tenantId)
    .execute();
}

export async function deletedByIdOnly(itemId: number) {
  await db.deleteFrom('order_items').where('id', '=', itemId).execute();
}

export async function deletedLimited(tenantId: number) {
  await db.deleteFrom('order_items').where('tenant_id', '=', tenantId).orderBy('id').limit(1).execute();
}

export async function deletedUsing(tenantId: number) {
  await db
    .deleteFrom('order_items')
    .using('order_items')
    .innerJoin('orders', 'orders.id', 'order_items.order_id')
    .where('orders.tenant_id', '=', tenantId)
    .where('order_items.tenant_id', '=', tenantId)
    .execute();
}

export async function inTransaction(tenantId: number, userId: number) {
  await db.transaction().execute(async (trx) => {
    const { insertId } = await trx
      .insertInto('orders')
      .values({ tenant_id: tenantId, user_id: userId })
      .executeTakeFirstOrThrow();
    await trx
      .insertInto('order_items')
      .values({ tenant_id: tenantId, order_id: Number(insertId) })
      .execute();
  });
}

export async function lockedShared(tenantId: number, id: number) {
  await db.transaction().execute(async (trx) => {
    await trx
      .selectFrom('orders')
      .selectAll()
      .where('tenant_id', '=', tenantId)
      .where('id', '=', id)
      .forUpdate()
      .skipLocked()
      .execute();
  });
}

export async function rawUpsert(tenantId: number, email: string) {
  await sql`insert into users (tenant_id, email) values (${tenantId}, ${email}) on duplicate key update email = values(email)`.execute(
    db,
  );
}
