/** Objection on MySQL: what this dialect has beside and instead of the shapes of every dialect. */
import { db, Item, Order } from '../objection';

export * from '../objection';

/** Rows are inserted one by one here. */
export const without = ['insertMany'];

export async function insertedAndRead(tenantId: number) {
  const { id } = await Order.query().insert({ tenant_id: tenantId });
  return Order.query().findById(id).where('tenant_id', tenantId);
}

export async function ignored(tenantId: number, number: string) {
  return Order.query()
    .insert({ tenant_id: tenantId, number } as Partial<Order>)
    .onConflict()
    .ignore();
}

export async function patchedLimited(tenantId: number, limit: number) {
  return Order.query().patch({ status: 'paid' }).where('tenant_id', tenantId).limit(limit);
}

export async function deletedLimited(tenantId: number) {
  return Item.query().delete().where('tenant_id', tenantId).limit(1);
}

export async function lockedShared(tenantId: number, id: number) {
  return Order.transaction(async (trx) => Order.query(trx).findById(id).where({ tenant_id: tenantId }).forShare());
}

export async function rawUpsert(tenantId: number, email: string) {
  await db.raw('INSERT INTO users (tenant_id, email) VALUES (?, ?) ON DUPLICATE KEY UPDATE email = email', [
    tenantId,
    email,
  ]);
}
