/** TypeORM: each way to send SQL text, or to put some into a builder. */
import { Brackets, Raw } from 'typeorm';
import { Order, source } from '../typeorm';

export { close, open } from '../typeorm';

const orders = source.getRepository(Order);

/** `dataSource.query` */
export async function ofSource(tenantId: number) {
  return source.query('SELECT id FROM orders WHERE tenant_id = $1', [tenantId]);
}

/** `manager.query` */
export async function ofManager(tenantId: number) {
  return source.manager.query('SELECT id FROM orders WHERE tenant_id = $1', [tenantId]);
}

/** `repository.query` */
export async function ofRepository(tenantId: number) {
  return orders.query('UPDATE orders SET total = 0 WHERE tenant_id = $1', [tenantId]);
}

/** `queryRunner.query` */
export async function ofRunner(tenantId: number) {
  const runner = source.createQueryRunner();
  try {
    return await runner.query('SELECT id FROM orders WHERE tenant_id = $1', [tenantId]);
  } finally {
    await runner.release();
  }
}

/** `manager.query` of a transaction */
export async function inTransaction(tenantId: number) {
  await source.transaction(async (manager) => {
    await manager.query('UPDATE orders SET total = 0 WHERE tenant_id = $1', [tenantId]);
  });
}

/** `where(text)` */
export async function whereText(tenantId: number) {
  return orders.createQueryBuilder('o').where('o.tenant_id = :tenantId AND o.total >= 0', { tenantId }).getMany();
}

/** `where(text).setParameter` */
export async function setParameter(tenantId: number) {
  return orders.createQueryBuilder('o').where('o.tenantId = :id').setParameter('id', tenantId).getMany();
}

/** `where` with a template */
export async function whereTemplate(tenantId: number) {
  return orders.createQueryBuilder('o').where(`o.tenantId = ${tenantId}`).getMany();
}

/** `new Brackets` */
export async function brackets(tenantId: number) {
  return orders
    .createQueryBuilder('o')
    .where('o.tenantId = :tenantId', { tenantId })
    .andWhere(new Brackets((qb) => qb.where("o.status = 'open'").orWhere('o.total > 5')))
    .getMany();
}

/** `where(qb => text)` */
export async function whereCallback(tenantId: number) {
  return orders
    .createQueryBuilder('o')
    .where('o.tenantId = :tenantId', { tenantId })
    .andWhere(
      (qb) =>
        `o.id IN ${qb.subQuery().select('i.order_id').from('order_items', 'i').where('i.tenant_id = :tenantId').getQuery()}`,
    )
    .getMany();
}

/** `Raw(text)` */
export async function rawText(tenantId: number) {
  return orders.findBy({ tenantId, total: Raw('0') as never });
}

/** `Raw(alias => text)` */
export async function rawCallback(tenantId: number) {
  return orders.findBy({ tenantId: Raw((alias) => `${alias} = ${tenantId}`) });
}

/** `select(text)` */
export async function selected(tenantId: number) {
  return orders
    .createQueryBuilder('o')
    .select('COUNT(*)', 'n')
    .where('o.tenantId = :tenantId', { tenantId })
    .getRawOne();
}

/** `set({ column: () => text })` */
export async function setText(tenantId: number) {
  await orders
    .createQueryBuilder()
    .update()
    .set({ total: () => 'total + 1' })
    .where('tenant_id = :tenantId', { tenantId })
    .execute();
}

/** `leftJoin(table, alias, text)` */
export async function joined(tenantId: number) {
  return orders
    .createQueryBuilder('o')
    .leftJoin('order_items', 'i', 'i.order_id = o.id AND i.tenant_id = o.tenant_id')
    .where('o.tenantId = :tenantId', { tenantId })
    .getCount();
}
