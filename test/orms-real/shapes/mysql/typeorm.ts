/** TypeORM on MySQL: what this dialect has beside and instead of the shapes of every dialect. */
import { ILike, Like } from 'typeorm';
import { Order, source, Tag, User } from '../typeorm';

export * from '../typeorm';

/** `FOR SHARE` is MySQL's; a MariaDB spells it otherwise. */
export const refused = ['lockedShared'];

const orders = source.getRepository(Order);
const users = source.getRepository(User);

export async function builtBrackets(tenantId: number, text: string) {
  return orders
    .createQueryBuilder('o')
    .where('o.tenantId = :tenantId', { tenantId })
    .andWhere('(o.number LIKE :text OR o.status = :status)', { text, status: 'open' })
    .getManyAndCount();
}

export async function findLike(tenantId: number, text: string) {
  return orders.findBy([
    { tenantId, number: Like(`%${text}%`) },
    { tenantId, status: ILike(text) },
  ]);
}

export async function savedAndRead(tenantId: number, userId: number) {
  const { id } = await orders.save({ tenantId, userId, total: 1 });
  return orders.findOneBy({ id, tenantId });
}

export async function insertedAndRead(tenantId: number) {
  const { identifiers } = await source.getRepository(Tag).insert({ tenantId, name: 'x' });
  return source.getRepository(Tag).findOneBy({ id: identifiers[0]?.id });
}

export async function builtIgnored(tenantId: number, email: string) {
  await users
    .createQueryBuilder()
    .insert()
    .into(User)
    .values({ tenantId, email })
    .orIgnore()
    .updateEntity(false)
    .execute();
}

export async function builtUpsert(tenantId: number, email: string, name: string) {
  await users
    .createQueryBuilder()
    .insert()
    .values({ tenantId, email, name })
    .orUpdate(['name'], ['tenant_id', 'email'])
    .updateEntity(false)
    .execute();
}

export async function builtUpdateLimited(tenantId: number, limit: number) {
  await orders
    .createQueryBuilder()
    .update(Order)
    .set({ status: 'paid' })
    .where('tenant_id = :tenantId', { tenantId })
    .orderBy('id')
    .limit(limit)
    .execute();
}

export async function lockedShared(tenantId: number, id: number) {
  await source.transaction(async (manager) => {
    await manager.findOne(Order, { where: { tenantId, id }, lock: { mode: 'pessimistic_read' } });
  });
}

export async function hinted(tenantId: number) {
  return orders.createQueryBuilder('o').useIndex('tenant_id').where('o.tenantId = :tenantId', { tenantId }).getMany();
}

export async function queryRunner(tenantId: number, id: number) {
  const runner = source.createQueryRunner();
  await runner.startTransaction();
  try {
    await runner.manager.update(Order, { tenantId, id }, { total: 1 });
    await runner.query('DELETE FROM `order_items` WHERE tenant_id = ? AND order_id = ? LIMIT 1', [tenantId, id]);
    await runner.commitTransaction();
  } finally {
    await runner.release();
  }
}

export async function rawQuery(tenantId: number) {
  return source.query('SELECT id, total FROM orders WHERE tenant_id = ?', [tenantId]);
}

export async function rawUpsert(tenantId: number, email: string) {
  await source.query(
    'INSERT INTO users (tenant_id, email) VALUES (?, ?) ON DUPLICATE KEY UPDATE email = VALUES(email)',
    [tenantId, email],
  );
}

export async function rawDeleteJoined(tenantId: number) {
  await source.manager.query(
    'DELETE i FROM order_items i INNER JOIN orders o ON o.id = i.order_id AND o.tenant_id = i.tenant_id WHERE o.tenant_id = ?',
    [tenantId],
  );
}
