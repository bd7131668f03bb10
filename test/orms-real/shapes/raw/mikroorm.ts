/** MikroORM: each way to send SQL text, or to put some into a finder. */
import { raw, sql } from '@mikro-orm/postgresql';
import { em, Order } from '../mikroorm';

export { close } from '../mikroorm';

/** `em.execute` */
export async function execute(tenantId: number) {
  return em.fork().execute('SELECT id FROM orders WHERE tenant_id = ?', [tenantId]);
}

/** `getConnection().execute` */
export async function ofConnection(tenantId: number) {
  return em.fork().getConnection().execute('UPDATE orders SET total = 0 WHERE tenant_id = ?', [tenantId]);
}

/** `em.execute` of a transaction */
export async function inTransaction(tenantId: number) {
  await em.fork().transactional(async (tx) => {
    await tx.execute('UPDATE orders SET total = 0 WHERE tenant_id = ?', [tenantId]);
  });
}

/** `getKnex().raw` */
export async function knexRaw(tenantId: number) {
  return em.fork().getKnex().raw('select id from orders where tenant_id = ?', [tenantId]);
}

/** `getKnex()(table)` */
export async function knexBuilder(tenantId: number) {
  return em.fork().getKnex()('orders').where({ tenant_id: tenantId });
}

/** `raw(…)` as a key */
export async function rawKey(tenantId: number) {
  return em.fork().find(Order, { tenant: tenantId, [raw('lower(status)')]: 'open' });
}

/** `raw(alias => …)` as a key */
export async function rawCallback(tenantId: number) {
  return em.fork().find(Order, { tenant: tenantId, [raw((alias) => `lower(${alias}.status)`)]: 'open' });
}

/** `raw(…)` as a value */
export async function rawValue(tenantId: number) {
  await em.fork().nativeUpdate(Order, { tenant: tenantId }, { total: raw('total + 1') });
}

/** `` sql`…` `` as a value */
export async function sqlValue(tenantId: number) {
  await em.fork().nativeUpdate(Order, { tenant: tenantId }, { total: sql`total + ${1}` });
}

/** `sql.ref`, `sql.lower` */
export async function sqlKey(tenantId: number) {
  return em.fork().find(Order, { tenant: tenantId, [sql.lower('status')]: 'open' });
}

/** `qb.where(text, values)` */
export async function builderWhere(tenantId: number) {
  return em.fork().createQueryBuilder(Order, 'o').select('*').where('o.tenant_id = ?', [tenantId]).execute();
}

/** `qb.where(raw(…))` */
export async function builderRaw(tenantId: number) {
  return em
    .fork()
    .createQueryBuilder(Order, 'o')
    .select('*')
    .where(raw('o.tenant_id = ?', [tenantId]))
    .execute();
}

/** `qb.select(raw(…))` */
export async function builderSelect(tenantId: number) {
  return em
    .fork()
    .createQueryBuilder(Order, 'o')
    .select(raw('count(*) as n'))
    .where({ tenant: tenantId })
    .execute('get');
}

/** `qb.update({ column: raw(…) })` */
export async function builderUpdate(tenantId: number) {
  await em
    .fork()
    .createQueryBuilder(Order)
    .update({ total: raw('total + 1') })
    .where({ tenant: tenantId })
    .execute();
}
