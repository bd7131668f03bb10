/** MikroORM on MySQL: what this dialect has beside and instead of the shapes of every dialect. */
import { em, Item, Order } from '../mikroorm';

export * from '../mikroorm';

export async function insertedAndRead(tenantId: number) {
  const own = em.fork();
  const id = await own.insert(Order, { tenant: tenantId, status: 'open', total: 1, createdAt: new Date() });
  return own.findOne(Order, { id, tenant: tenantId });
}

export async function builderIgnored(tenantId: number, number: string) {
  await em
    .fork()
    .createQueryBuilder(Order)
    .insert({ tenant: tenantId, number, status: 'open', createdAt: new Date() })
    .onConflict()
    .ignore()
    .execute();
}

export async function builderMerged(tenantId: number, number: string) {
  await em
    .fork()
    .createQueryBuilder(Order)
    .insert({ tenant: tenantId, number, status: 'open', createdAt: new Date() })
    .onConflict()
    .merge({ status: 'paid' })
    .execute();
}

export async function builderUpdateLimited(tenantId: number, limit: number) {
  await em
    .fork()
    .createQueryBuilder(Order)
    .update({ status: 'paid' })
    .where({ tenant: tenantId })
    .limit(limit)
    .execute();
}

export async function builderDeleteLimited(tenantId: number) {
  await em.fork().createQueryBuilder(Item).delete({ tenant: tenantId }).limit(1).execute();
}

export async function executeUpsert(tenantId: number, email: string) {
  return em
    .fork()
    .execute('INSERT INTO users (tenant_id, email) VALUES (?, ?) ON DUPLICATE KEY UPDATE email = VALUES(email)', [
      tenantId,
      email,
    ]);
}

export async function executeIgnored(tenantId: number, email: string) {
  return em
    .fork()
    .getConnection()
    .execute('INSERT IGNORE INTO `users` SET `tenant_id` = ?, `email` = ?', [tenantId, email]);
}
