/** Objection: each way to send SQL text, or to put some into a builder. */
import { fn, raw, ref } from 'objection';
import { db, Order } from '../objection';

export { close } from '../objection';

/** `knex.raw(sql, [values])` */
export async function knexRaw(tenantId: number) {
  return db.raw('SELECT id FROM orders WHERE tenant_id = ?', [tenantId]);
}

/** `Model.knex().raw(…)` */
export async function ofModel(tenantId: number) {
  return Order.knex().raw('SELECT id FROM orders WHERE tenant_id = ?', [tenantId]);
}

/** `Model.raw(…)` */
export async function modelRaw(tenantId: number) {
  return Order.query().where(Order.raw('tenant_id = ?', [tenantId]));
}

/** `where(raw(…))` */
export async function whereOfRaw(tenantId: number) {
  return Order.query().where(raw('tenant_id = ?', [tenantId]));
}

/** `whereRaw` */
export async function whereRaw(tenantId: number) {
  return Order.query().whereRaw('tenant_id = ?', [tenantId]);
}

/** `where(column, raw(…))` */
export async function comparedToRaw(tenantId: number) {
  return Order.query()
    .where('tenant_id', tenantId)
    .where('total', '>', raw('? + 1', [1]));
}

/** `select(raw(…))` */
export async function selectedRaw(tenantId: number) {
  return Order.query().select(raw('count(*) as n')).where('tenant_id', tenantId);
}

/** `ref(column)` */
export async function ofRef(tenantId: number) {
  return Order.query().where('orders.tenant_id', tenantId).where('orders.total', '>=', ref('orders.id'));
}

/** `fn.lower(ref(…))` */
export async function ofFunction(tenantId: number) {
  return Order.query()
    .where('tenant_id', tenantId)
    .where(fn.lower(ref('status')), 'open');
}

/** `joinRaw` */
export async function joinRaw(tenantId: number) {
  return Order.query()
    .joinRaw('inner join order_items on order_items.order_id = orders.id')
    .where('orders.tenant_id', tenantId)
    .select('orders.id');
}

/** `havingRaw`, `orderByRaw` */
export async function orderByRaw(tenantId: number) {
  return Order.query().where('tenant_id', tenantId).groupBy('status').orderByRaw('count(*)').select('status');
}

/** `patch({ column: raw(…) })` */
export async function patchedRaw(tenantId: number) {
  await Order.query()
    .patch({ total: raw('total + 1') as never })
    .where('tenant_id', tenantId);
}
