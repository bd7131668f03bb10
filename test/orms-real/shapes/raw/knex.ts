/** Knex: each way to send SQL text, or to put some into a builder. */
import { db } from '../knex';

export { close } from '../knex';

/** `db.raw(sql, [values])` */
export async function rawList(tenantId: number) {
  return db.raw('select id from orders where tenant_id = ?', [tenantId]);
}

/** `db.raw(sql, { names })` */
export async function rawNamed(tenantId: number) {
  return db.raw('select :column: from orders where tenant_id = :tenantId', { column: 'id', tenantId });
}

/** `db.raw` with `??` */
export async function rawIdentifiers(tenantId: number) {
  return db.raw('select ?? from ?? where ?? = ?', ['id', 'orders', 'tenant_id', tenantId]);
}

/** `trx.raw` */
export async function rawInTransaction(tenantId: number) {
  await db.transaction(async (trx) => {
    await trx.raw('update orders set total = 0 where tenant_id = ?', [tenantId]);
  });
}

/** `select(db.raw(…))` */
export async function selected(tenantId: number) {
  return db('orders').select(db.raw('count(*) as n')).where({ tenant_id: tenantId });
}

/** `where(db.raw(…))` */
export async function whereOfRaw(tenantId: number) {
  return db('orders').where(db.raw('tenant_id = ?', [tenantId]));
}

/** `whereRaw` */
export async function whereRaw(tenantId: number) {
  return db('orders').whereRaw('tenant_id = ? and total > ?', [tenantId, 0]);
}

/** `orWhereRaw` */
export async function orWhereRaw(tenantId: number, status: string) {
  return db('orders').where({ tenant_id: tenantId }).orWhereRaw('status = ?', [status]);
}

/** `whereRaw` with a subquery */
export async function whereRawSubquery(tenantId: number) {
  return db('orders')
    .where({ tenant_id: tenantId })
    .whereRaw('id in (select order_id from order_items where tenant_id = ?)', [tenantId]);
}

/** `joinRaw` */
export async function joinRaw(tenantId: number) {
  return db('orders')
    .joinRaw('inner join order_items on order_items.order_id = orders.id')
    .where('orders.tenant_id', tenantId)
    .select('orders.id');
}

/** `join(db.raw(…))` */
export async function joinOnRaw(tenantId: number) {
  return db('orders')
    .join('order_items', db.raw('order_items.order_id = orders.id and order_items.tenant_id = orders.tenant_id'))
    .where('orders.tenant_id', tenantId)
    .select('orders.id');
}

/** `fromRaw` */
export async function fromRaw(tenantId: number) {
  return db.select('id').fromRaw('orders').where({ tenant_id: tenantId });
}

/** `from(db.raw(…))` */
export async function fromOfRaw(tenantId: number) {
  return db.from(db.raw('(select id from orders where tenant_id = ?) as mine', [tenantId])).select('id');
}

/** `havingRaw` */
export async function havingRaw(tenantId: number) {
  return db('orders').where({ tenant_id: tenantId }).groupBy('status').havingRaw('count(*) > ?', [0]).select('status');
}

/** `groupByRaw`, `orderByRaw` */
export async function orderByRaw(tenantId: number) {
  return db('orders').where({ tenant_id: tenantId }).groupByRaw('status').orderByRaw('count(*) desc').select('status');
}

/** `db.ref` */
export async function ref(tenantId: number) {
  return db('orders')
    .join('order_items', 'order_items.tenant_id', db.ref('orders.tenant_id'))
    .where('orders.tenant_id', tenantId)
    .select(db.ref('orders.id').as('id'));
}

/** `update({ column: db.raw(…) })` */
export async function setRaw(tenantId: number) {
  await db('orders')
    .where({ tenant_id: tenantId })
    .update({ total: db.raw('?? + 1', ['total']) });
}

/** `insert({ column: db.raw(…) })` */
export async function insertRaw(tenantId: number) {
  await db('orders').insert({ tenant_id: tenantId, created_at: db.raw('now()') });
}

/** `with(name, db.raw(…))` */
export async function withRaw(tenantId: number) {
  return db
    .with('mine', db.raw('select id from orders where tenant_id = ?', [tenantId]))
    .select('*')
    .from('mine');
}
