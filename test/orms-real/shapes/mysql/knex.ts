/** Knex on MySQL: what this dialect has beside and instead of the shapes of every dialect. */
import { db } from '../knex';

export * from '../knex';

/** The database has another character set than the connection. */
export const refused = ['likeExactly'];

/** Nothing is returned but the number of the row. */
export async function insertOne(tenantId: number, userId: number) {
  const [id] = await db('orders').insert({ tenant_id: tenantId, user_id: userId, total: 1 });
  return db('orders').where({ id }).first();
}

export async function insertedAndReadWithKey(tenantId: number, userId: number) {
  const [id] = await db('orders').insert({ tenant_id: tenantId, user_id: userId });
  return db('orders').where({ id, tenant_id: tenantId }).first();
}

export async function upserted(tenantId: number, email: string, name: string) {
  await db('users').insert({ tenant_id: tenantId, email, name }).onConflict().merge({ name });
}

export async function upsertedAll(tenantId: number, email: string, name: string) {
  await db('users').insert({ tenant_id: tenantId, email, name }).onConflict(['tenant_id', 'email']).merge();
}

export async function insertedOrIgnoredSeveral(tenantId: number, otherTenant: number) {
  await db('tags')
    .insert([
      { tenant_id: tenantId, name: 'x' },
      { tenant_id: otherTenant, name: 'x' },
    ])
    .onConflict()
    .ignore();
}

export async function updatedByKey(tenantId: number, id: number, status: string) {
  return db('orders').where({ tenant_id: tenantId, id }).update({ status });
}

export async function updatedLimited(tenantId: number, limit: number) {
  return db('orders').where({ tenant_id: tenantId }).orderBy('id').limit(limit).update({ status: 'paid' });
}

export async function updatedLimitedOffKey(status: string) {
  return db('orders').where({ status }).limit(2).update({ total: 0 });
}

export async function updatedJoinedOnKey(tenantId: number) {
  return db('orders')
    .join('users', function () {
      this.on('users.id', 'orders.user_id').andOn('users.tenant_id', 'orders.tenant_id');
    })
    .where('orders.tenant_id', tenantId)
    .update({ 'orders.total': 0 });
}

export async function updatedJoinedOffKey(tenantId: number) {
  return db('orders')
    .join('users', 'users.id', 'orders.user_id')
    .where('orders.tenant_id', tenantId)
    .update({ 'orders.total': 0 });
}

export async function deletedLimited(tenantId: number) {
  return db('order_items').where({ tenant_id: tenantId }).orderBy('id').limit(1).del();
}

export async function deletedJoined(tenantId: number) {
  return db('order_items')
    .join('orders', 'orders.id', 'order_items.order_id')
    .where('orders.tenant_id', tenantId)
    .del();
}

export async function lockedShared(tenantId: number, id: number) {
  return db.transaction(async (trx) => trx('orders').where({ tenant_id: tenantId, id }).forShare().first());
}

export async function likeExactly(tenantId: number, text: string) {
  return db('orders').where({ tenant_id: tenantId }).whereLike('number', `%${text}%`);
}

export async function orderedByField(tenantId: number, ids: number[]) {
  return db('orders').where({ tenant_id: tenantId }).whereIn('id', ids).orderByRaw('FIELD(id, ?, ?)', [12, 11]);
}

export async function inTransaction(tenantId: number, userId: number) {
  await db.transaction(async (trx) => {
    const [id] = await trx('orders').insert({ tenant_id: tenantId, user_id: userId });
    await trx('order_items').insert({ tenant_id: tenantId, order_id: id, sku: 'z' });
    await trx('users').where({ tenant_id: tenantId, id: userId }).update({ name: 'Buyer' });
  });
}

export async function rawSelect(tenantId: number) {
  const [rows] = await db.raw('select `id`, total from `orders` where `tenant_id` = ? order by id', [tenantId]);
  return rows;
}

export async function rawUpsert(tenantId: number, email: string, name: string) {
  await db.raw(
    'INSERT INTO users (tenant_id, email, name) VALUES (?, ?, ?) ON DUPLICATE KEY UPDATE name = VALUES(name)',
    [tenantId, email, name],
  );
}

export async function rawInsertIgnored(tenantId: number, email: string) {
  await db.raw('INSERT IGNORE INTO users SET tenant_id = ?, email = ?', [tenantId, email]);
}

export async function rawReplaced(tenantId: number, name: string) {
  await db.raw('REPLACE INTO tags (tenant_id, name) VALUES (?, ?)', [tenantId, name]);
}

export async function rawLimited(tenantId: number) {
  await db.raw('UPDATE orders SET total = 0 WHERE tenant_id = ? ORDER BY id LIMIT 1', [tenantId]);
}

export async function rawJoinedDelete(tenantId: number) {
  await db.raw('DELETE i FROM order_items i JOIN orders o ON o.id = i.order_id WHERE o.tenant_id = ?', [tenantId]);
}

export async function rawOffset(tenantId: number) {
  return db.raw('SELECT SQL_NO_CACHE id FROM orders WHERE tenant_id = ? LIMIT 5, 10', [tenantId]);
}
